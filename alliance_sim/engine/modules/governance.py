"""Governance: alliances form, disappoint, lose members and end (C3, C4, C13, C33, C34).

Once a year an alliance compares the help given with the help that its members hoped for. A shortfall adds to
disappointment gradually, so that no alliance ends after a single poor year. A loose alliance loses members one by one
and ends when fewer than half remain; a school cannot leave a hard federation, which can only end as a whole. Written
rules substitute for trust where it is low and hinder where it is high.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import Row, alliance_teachers, alliance_ties, in_range, teachers_of
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, Ints, World

HALF_TERMS = 6.0
"""Half-terms per year."""
LAST_YEAR = 0.5
"""Weight of the last year in disappointment, so that two poor years weigh more than one."""


class Constitution(NamedTuple):
    """The constitution of each alliance, and the membership of schools."""

    hard: Annotated[
        Ints, Column("bool", "yes or no", "whether it is a federation that no school can leave", of="alliances")
    ]
    ends: Annotated[Floats, Column("float32", "share", "agreement of members on ends", of="alliances")]
    means: Annotated[Floats, Column("float32", "share", "agreement of members on means", of="alliances")]
    disappointment: Annotated[
        Floats, Column("float32", "share", "decayed mean shortfall of help from hope", of="alliances")
    ]
    broken: Annotated[Ints, Column("bool", "yes or no", "whether it has ended at any time", of="alliances")]
    member: Annotated[Ints, Column("bool", "yes or no", "whether a school belongs to its alliance", of="schools")]
    given: Annotated[Ints, Column("int32", "acts of help", "help by the school's teachers this year", of="schools")]


@rule
def shortfall(given: float, hoped: float) -> float:
    """[1 − given/hoped]₊: the share of the help hoped for that was not given."""
    return max(0.0, 1.0 - given / hoped) if hoped > 0.0 else 0.0


@rule
def disappointment_after(disappointment: float, missing: float) -> float:
    """D ← D/2 + s/2: disappointment follows the shortfall s of the year."""
    return (1.0 - LAST_YEAR) * disappointment + LAST_YEAR * missing


@rule
def formality_offset(formality: float, trust: float, cost: float) -> float:
    """f·((1 − T) − cost): written rules help where trust is low and hinder where it is high (C13, D11)."""
    return formality * ((1.0 - trust) - cost)


@rule
def readiness(ends: float, means: float) -> float:
    """min(ends, means): readiness of an alliance is the lower of its agreement on ends and on means (C33)."""
    return min(ends, means)


@rule
def frailty(ready: float) -> float:
    """Z = −ln(1 − (1 − readiness)²): how much more than others an alliance tends to end.

    As readiness is the smaller of two uniform draws, (1 − readiness)² is uniform and Z exponential with mean 1.
    """
    return -math.log1p(-((1.0 - ready) ** 2))


@rule
def chance_of_ending(hazard: float, disappointment: float, frail: float) -> float:
    """1 − e^(−h_0·D²·Z): the chance that an alliance ends in a year; D² gives new alliances a honeymoon (C3)."""
    return 1.0 - math.exp(-hazard * disappointment * disappointment * frail)


@loop
def initialize_constitutions(world: World, own: Any, context: Context) -> None:
    """Give all alliances their members and a constitution, in the initial state."""
    own.member[:] = True
    for alliance in range(own.hard.size):
        sample_constitution(world, own, context, alliance)


@step
def sample_constitution(world: World, own: Any, context: Context, alliance: int) -> None:
    """Sample a constitution: hard or loose, and the agreement of members on ends and means."""
    who = world.schools.id[world.alliances.school_offsets[alliance]]
    own.hard[alliance] = (
        random_streams.uniform(context.seed, random_streams.CONSTITUTION, context.half_term, who)
        < context.settings.governance.hard_share
    )
    own.ends[alliance] = random_streams.uniform(context.seed, random_streams.CONSTITUTION, context.half_term, who, 0, 1)
    own.means[alliance] = random_streams.uniform(
        context.seed, random_streams.CONSTITUTION, context.half_term, who, 0, 2
    )
    own.disappointment[alliance] = 0.0


@loop
def review_alliances(world: World, own: Any, context: Context) -> None:
    """Review alliances once a year: members may leave, alliances may end, and others may form again."""
    for alliance in range(own.hard.size):
        if world.alliances.alive[alliance]:
            review_alliance(world, own, context, alliance)
        else:
            try_formation(world, own, context, alliance)
    own.given[:] = 0


@step
def review_alliance(world: World, own: Any, context: Context, alliance: int) -> None:
    """Update disappointment by the year's help; then decide which schools leave and whether the alliance ends."""
    schools = world.schools
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    start, end = alliance_teachers(world, alliance)
    given = 0.0
    for school in range(first, last):
        given += own.given[school]
    given /= (end - start) * HALF_TERMS
    missing = shortfall(given, context.settings.governance.hope)
    disappointment = disappointment_after(np.float64(own.disappointment[alliance]), missing)
    own.disappointment[alliance] = disappointment
    frail = frailty(readiness(np.float64(own.ends[alliance]), np.float64(own.means[alliance])))
    risk = chance_of_ending(context.settings.governance.hazard, disappointment, frail)
    ends = random_streams.uniform(context.seed, random_streams.DISSOLVES, context.half_term, schools.id[first]) < risk
    if not own.hard[alliance]:
        members = 0
        for school in range(first, last):
            draw = random_streams.uniform(
                context.seed, random_streams.LEAVES_ALLIANCE, context.half_term, schools.id[school]
            )
            own.member[school] &= draw >= context.settings.governance.exit_rate * disappointment
            members += own.member[school]
        ends |= 2 * members < last - first
    if ends:
        world.alliances.alive[alliance] = False
        own.broken[alliance] = True
        world.coordinators.present[alliance] = False
        own.member[first:last] = False


@step
def try_formation(world: World, own: Any, context: Context, alliance: int) -> None:
    """Form an alliance of former members again with a chance that rises with the trust between their heads."""
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    members, trust = last - first, 0.0
    block = world.alliances.head_tie_offsets[alliance]
    for one in range(members):
        for other in range(members):
            if one != other:
                trust += world.head_ties.trust[block + one * members + other]
    trust /= max(1, members * (members - 1))
    draw = random_streams.uniform(context.seed, random_streams.FORMS, context.half_term, world.schools.id[first])
    if draw < context.settings.governance.formation * trust:
        world.alliances.alive[alliance] = True
        world.alliances.age[alliance] = 0
        world.coordinators.present[alliance] = context.settings.coordinator.present
        world.coordinators.credibility[alliance] = context.settings.coordinator.credibility
        own.member[first:last] = True
        sample_constitution(world, own, context, alliance)


@loop
def apply_membership_and_rules(world: World, own: Any, context: Context) -> None:
    """Apply membership and written rules at the start of a half-term.

    Ties to schools that have left count as external, and heads of an alliance that has ended do not meet.
    """
    modifiers, ties = world.modifiers, world.ties
    formality, cost = context.settings.governance.formality, context.settings.governance.formality_cost
    for alliance in range(own.hard.size):
        if not world.alliances.alive[alliance]:
            modifiers.meeting_factor[alliance] = 0.0
        start, end = alliance_teachers(world, alliance)
        for school in range(world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]):
            first, last = alliance_ties(world, *teachers_of(world, school))
            for tie in range(first, last):
                partner = ties.partner[tie]
                if not in_range(partner, start, end):
                    continue
                together = own.member[school] & own.member[world.teachers.school[partner]]
                modifiers.separated[tie] |= not together
                if together:
                    modifiers.utility_offset[tie] += formality_offset(formality, np.float64(ties.trust[tie]), cost)


@loop
def count_help(world: World, own: Any, context: Context) -> None:
    """Add each school's acts of help to its count of the year."""
    for school in range(own.given.size):
        own.given[Row(school)] += world.schools.given[school]


@loop
def update_membership(world: World, own: Any, moved: Ints) -> None:
    """Make schools that moved to another alliance members of it, unless it has ended.

    All schools of an alliance become members again where none that stayed is a member.
    """
    for alliance in range(own.hard.size):
        first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        stayed = 0
        for school in range(first, last):
            stayed += own.member[school] & (not moved[school])
        for school in range(first, last):
            if moved[school] or (stayed == 0 and moved[first:last].any()):
                own.member[school] = world.alliances.alive[alliance]


@loop
def unbroken(world: World, settings: Settings, own: Any) -> float:
    """Return the share of alliances that have never ended."""
    return 1.0 - own.broken.mean()


@loop
def belonging(world: World, settings: Settings, own: Any) -> float:
    """Return the share of schools that belong to an alliance."""
    return own.member.mean()


MODULE = Module(
    name="governance",
    claims="C3, C4, C13, C33, C34",
    switches=("governance.enabled",),
    rules={
        Phase.INITIAL: initialize_constitutions,
        Phase.YEAR_END: review_alliances,
        Phase.START: apply_membership_and_rules,
        Phase.END: count_help,
    },
    state=Constitution,
    on_restructure=update_membership,
    uses_modifiers=True,
    outcomes={
        Outcome("unbroken", "share of alliances", "alliances that have never ended", "system"): unbroken,
        Outcome("belonging", "share of schools", "schools that belong to an alliance", "system"): belonging,
    },
)
