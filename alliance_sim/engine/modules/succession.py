"""Succession: alliances develop leaders, so that a leaving head is succeeded by one whom the other heads know (A24).

The school that gives a leader away gains too: its remaining teachers take on more responsibility and improve practice.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import teachers_of
from alliance_sim.engine.modules.challenge import best_area, practice_after_challenge
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, Ints, World

INHERITED = 0.5
"""Share of the trust in the previous head that a successor from within the alliance inherits."""


class Pipeline(NamedTuple):
    """Leaders, vacancies and the trust of heads before they left."""

    leaders: Annotated[Floats, Column("float32", "leaders", "leaders ready in the school", of="schools")]
    trust: Annotated[Floats, Column("float32", "trust", "H before this year's heads left", of="head_ties")]
    vacancies: Annotated[Ints, Column("int32", "posts", "posts of heads that have become vacant", of="system")]
    within: Annotated[Ints, Column("int32", "posts", "posts that were filled from within the alliance", of="system")]


@rule
def leaders_after_joint_practice(leaders: float, rate: float, jointly: float) -> float:
    """Leaders = min(2, leaders + rate·JPD per teacher): joint practice development develops leaders (A24)."""
    return min(2.0, leaders + rate * jointly)


@rule
def trust_in_successor(stranger: float, before: float) -> float:
    """H_stranger + ½·(H_before − H_stranger): a successor from within is known, but new in post (A24)."""
    return stranger + INHERITED * (before - stranger)


@loop
def record_head_trust(world: World, own: Any, context: Context) -> None:
    """Record the trust between heads before some leave at the turn of the year."""
    for place in range(own.trust.size):
        own.trust[place] = world.head_ties.trust[place]


@loop
def fill_vacancies(world: World, own: Any, context: Context) -> None:
    """Fill vacant posts of heads from within the alliance where a leader is ready, after the turn of the year."""
    if context.settings.turnover.heads == 0.0 or context.half_term % 6 != 1 or context.half_term == 1:
        return
    for alliance in range(world.alliances.age.size):
        first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        for school in range(first, last):
            draw = random_streams.uniform(
                context.seed, random_streams.HEAD_LEAVES, context.half_term, world.schools.id[school]
            )
            if draw >= context.settings.turnover.heads:
                continue
            own.vacancies[0] += 1
            donor = find_donor(own.leaders, first, last)
            if own.leaders[donor] < 1.0 or not world.alliances.alive[alliance]:
                continue
            own.leaders[donor] -= 1.0
            own.within[0] += 1
            restore_trust(world, own.trust, alliance, school)
            develop_staff(world, context.settings, donor)


@step
def develop_staff(world: World, settings: Settings, school: int) -> None:
    """Improve the best area of each teacher of a school that has given a leader away."""
    practice = world.teachers.practice
    start, end = teachers_of(world, school)
    for teacher in range(start, end):
        area = best_area(world, teacher)
        own = np.float64(practice[teacher, area])
        practice[teacher, area] = practice_after_challenge(own, settings.succession.gain, settings.practice.ceiling)


@step
def find_donor(leaders: Floats, first: int, last: int) -> int:
    """Return the school with most leaders ready, the first of several."""
    donor = first
    for school in range(first, last):
        if leaders[school] > leaders[donor]:
            donor = school
    return donor


@step
def restore_trust(world: World, before: Floats, alliance: int, school: int) -> None:
    """Restore a share of previous trust between a school's new head and the others, in both directions."""
    trust, first = world.head_ties.trust, world.alliances.school_offsets[alliance]
    block, members = world.alliances.head_tie_offsets[alliance], world.alliances.school_offsets[alliance + 1] - first
    for other in range(members):
        if other != school - first:
            for place in (block + (school - first) * members + other, block + other * members + school - first):
                trust[place] = trust_in_successor(np.float64(trust[place]), np.float64(before[place]))


@loop
def develop_leaders(world: World, own: Any, context: Context) -> None:
    """Add the leaders that joint practice development has developed in a half-term."""
    schools = world.schools
    for school in range(own.leaders.size):
        teachers = schools.teacher_offsets[school + 1] - schools.teacher_offsets[school]
        own.leaders[school] = leaders_after_joint_practice(
            np.float64(own.leaders[school]), context.settings.succession.rate, schools.developed[school] / teachers
        )


@loop
def filled_within(world: World, settings: Settings, own: Any) -> float:
    """Return the share of vacancies that were filled from within; NaN before the first vacancy."""
    return own.within[0] / own.vacancies[0] if own.vacancies[0] > 0 else np.nan


MODULE = Module(
    name="succession",
    claims="A24",
    switches=("succession.rate",),
    rules={
        Phase.YEAR_END: record_head_trust,
        Phase.START: fill_vacancies,
        Phase.END: develop_leaders,
    },
    state=Pipeline,
    outcomes={
        Outcome(
            "filled_within", "share of posts", "vacant posts of heads filled from within the alliance", "system"
        ): filled_within
    },
)
