"""Governance: alliances are formed, disappoint, lose members and end (C3, C4, C13, C33, C34).

Once a year the heads of an alliance compare the help that flowed with what they had hoped for. What is missing adds up
to disappointment, slowly: nobody ends an alliance over one poor year. A loose alliance loses members one by one, and is
over when fewer than half are left; a hard federation has no way out for one school, but can be dissolved whole. Rules
written down stand in for trust where it is low, and are a burden where it is high.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import Row, alliance_teachers, alliance_ties, in_range, teachers_of
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, Ints, World

HALF_TERMS = 6.0
MEMORY = 0.5
"""Weight of the last year in how disappointed people are: two poor years weigh more than one."""


class Constitution(NamedTuple):
    """What governance remembers."""

    hard: Annotated[Ints, Column("bool", "yes or no", "a federation that no school can leave", of="alliances")]
    ends: Annotated[Floats, Column("float32", "share", "how far members agree on ends", of="alliances")]
    means: Annotated[Floats, Column("float32", "share", "how far they agree on means", of="alliances")]
    disappointment: Annotated[Floats, Column("float32", "share", "of what was hoped for, missed", of="alliances")]
    broken: Annotated[Ints, Column("bool", "yes or no", "whether it has ended since the opening", of="alliances")]
    member: Annotated[Ints, Column("bool", "yes or no", "whether a school belongs to its alliance", of="schools")]
    helps: Annotated[Ints, Column("int32", "helps", "granted by the school's teachers this year", of="schools")]


@rule
def shortfall(helps: float, hoped: float) -> float:
    """[1 − helps/hoped]₊: the share of what was hoped for that did not come."""
    return max(0.0, 1.0 - helps / hoped) if hoped > 0.0 else 0.0


@rule
def disappointment_after(disappointment: float, missing: float) -> float:
    """D ← D/2 + s/2."""
    return (1.0 - MEMORY) * disappointment + MEMORY * missing


@rule
def formality_offset(formality: float, trust: float, cost: float) -> float:
    """f·((1 − T) − cost): rules protect where trust is low, and only burden where it is high (C13, D11)."""
    return formality * ((1.0 - trust) - cost)


@rule
def readiness(ends: float, means: float) -> float:
    """How ready an alliance is to begin: as agreed as on the less agreed of ends and means (C33)."""
    return min(ends, means)


@loop
def initialize_constitutions(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """All that stand at the opening have their members, and what they agree on."""
    own.member[:] = True
    for alliance in range(own.hard.size):
        sample_constitution(world, settings, own, seed, half_term, alliance)


@step
def sample_constitution(world: World, settings: Settings, own: Any, seed: Seed, half_term: int, alliance: int) -> None:
    """A new constitution: hard or loose, and how far its members agree on ends and means."""
    who = world.schools.id[world.alliances.school_offsets[alliance]]
    own.hard[alliance] = (
        random_streams.uniform(seed, random_streams.CONSTITUTION, half_term, who) < settings.governance.hard_share
    )
    own.ends[alliance] = random_streams.uniform(seed, random_streams.CONSTITUTION, half_term, who, 0, 1)
    own.means[alliance] = random_streams.uniform(seed, random_streams.CONSTITUTION, half_term, who, 0, 2)
    own.disappointment[alliance] = 0.0


@loop
def review_alliances(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Once a year: disappointment grows or heals, members leave, alliances end, and others are formed again."""
    for alliance in range(own.hard.size):
        if world.alliances.alive[alliance]:
            review_alliance(world, settings, own, seed, half_term, alliance)
        else:
            try_formation(world, settings, own, seed, half_term, alliance)
    own.helps[:] = 0


@step
def review_alliance(world: World, settings: Settings, own: Any, seed: Seed, half_term: int, alliance: int) -> None:
    """The year's help against what was hoped for; then who leaves, and whether the alliance goes on."""
    schools = world.schools
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    start, end = alliance_teachers(world, alliance)
    helps = 0.0
    for school in range(first, last):
        helps += own.helps[school]
    helps /= (end - start) * HALF_TERMS
    missing = shortfall(helps, settings.governance.hope)
    felt = disappointment_after(np.float64(own.disappointment[alliance]), missing)
    own.disappointment[alliance] = felt
    risk = settings.governance.hazard * felt * (1.5 - readiness(own.ends[alliance], own.means[alliance]))
    over = random_streams.uniform(seed, random_streams.DISSOLVES, half_term, schools.id[first]) < risk
    if not own.hard[alliance]:
        members = 0
        for school in range(first, last):
            draw = random_streams.uniform(seed, random_streams.LEAVES_ALLIANCE, half_term, schools.id[school])
            own.member[school] &= draw >= settings.governance.exit_rate * felt
            members += own.member[school]
        over |= 2 * members < last - first
    if over:
        world.alliances.alive[alliance] = False
        own.broken[alliance] = True
        world.coordinators.present[alliance] = False
        own.member[first:last] = False


@step
def try_formation(world: World, settings: Settings, own: Any, seed: Seed, half_term: int, alliance: int) -> None:
    """Neighbours may ally again: the likelier, the more their heads trust each other."""
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    members, trust = last - first, 0.0
    block = world.alliances.head_tie_offsets[alliance]
    for one in range(members):
        for other in range(members):
            if one != other:
                trust += world.head_ties.trust[block + one * members + other]
    trust /= max(1, members * (members - 1))
    draw = random_streams.uniform(seed, random_streams.FORMS, half_term, world.schools.id[first])
    if draw < settings.governance.formation * trust:
        world.alliances.alive[alliance] = True
        world.alliances.age[alliance] = 0
        world.coordinators.present[alliance] = settings.coordinator.present
        world.coordinators.credibility[alliance] = settings.coordinator.credibility
        own.member[first:last] = True
        sample_constitution(world, settings, own, seed, half_term, alliance)


@loop
def apply_membership_and_rules(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Each half-term: those who left are strangers; heads of a broken alliance no longer meet; rules weigh on help."""
    modifiers, ties = world.modifiers, world.ties
    formality, cost = settings.governance.formality, settings.governance.formality_cost
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
def count_help(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """What each school gave, for the year's account."""
    for school in range(own.helps.size):
        own.helps[Row(school)] += world.schools.given[school]


@loop
def update_membership(world: World, own: Any, moved: Ints) -> None:
    """Schools that came from another alliance are members of the one they are in now, if it stands.

    Where it had ended, and stands again by those who came, its schools are members anew.
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
    """The share of the alliances of the opening that have stood without a break."""
    return 1.0 - own.broken.mean()


@loop
def belonging(world: World, settings: Settings, own: Any) -> float:
    """The share of schools that belong to an alliance."""
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
        Outcome("unbroken", "share of alliances", "alliances of the opening that never ended", "system"): unbroken,
        Outcome("belonging", "share of schools", "schools that belong to an alliance", "system"): belonging,
    },
)


# Old names, until all packages use the new ones.
alliances_stand_or_fall = review_alliances
