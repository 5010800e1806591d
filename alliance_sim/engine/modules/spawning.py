"""Spawning: mature alliances mentor others, and hub schools form a network between alliances (C18, C19).

A mature alliance with a leader to spare mentors the alliance that collaborates least closely; heads of that alliance
gain some of the trust that the mentor's heads have. Each time one leader is used, and alliances develop leaders slowly.
Hub schools of different alliances are readier to help each other than other schools are.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import Row, alliance_teachers, external_ties, largest_school, teachers_of, ties_of
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, Ints, World

MATURE = 2.5
"""Mean level of ties from which an alliance can mentor another; most of its pairs co-operate then."""
TRANSMITTED = 0.5
"""Share of the difference in trust between heads that the mentored alliance gains."""


class Mentoring(NamedTuple):
    """Leaders to spare, mentored alliances and hub schools."""

    leaders: Annotated[Floats, Column("float32", "leaders", "leaders ready to lead another alliance", of="alliances")]
    spawned: Annotated[Ints, Column("bool", "yes or no", "whether another alliance has mentored it", of="alliances")]
    hub: Annotated[Ints, Column("bool", "yes or no", "whether a school is the hub of its alliance", of="schools")]


@rule
def leaders_after(leaders: float, rate: float, level: float) -> float:
    """Leaders = min(3, leaders + rate·(level − 1)/3): close collaboration develops leaders (C18)."""
    return min(3.0, leaders + rate * (level - 1.0) / 3.0)


@rule
def trust_of_mentored(trust: float, mentors: float) -> float:
    """H += ½·[H̄_mentor − H]₊: heads gain half of the mentor's advantage in trust (C18)."""
    return trust + TRANSMITTED * max(0.0, mentors - trust)


@step
def mean_alliance_level(world: World, alliance: int) -> float:
    """Return the mean level of the ties inside an alliance, 1 where there are none."""
    start, end = alliance_teachers(world, alliance)
    total, tie_count = 0.0, 0
    for teacher in range(start, end):
        first, outside, _ = ties_of(world, teacher)
        for tie in range(first, outside):
            total += world.ties.level[tie]
            tie_count += 1
    return total / max(1, tie_count) if tie_count else 1.0


@step
def mean_alliance_head_trust(world: World, alliance: int) -> float:
    """Return the mean trust between different heads of an alliance."""
    first = world.alliances.head_tie_offsets[alliance]
    members = world.alliances.school_offsets[alliance + 1] - world.alliances.school_offsets[alliance]
    total = 0.0
    for one in range(members):
        for other in range(members):
            if one != other:
                total += world.head_ties.trust[first + one * members + other]
    return total / max(1, members * (members - 1))


@loop
def identify_hubs(world: World, own: Any, context: Context) -> None:
    """Mark the largest school of each alliance as its hub, in the initial state."""
    for alliance in range(own.leaders.size):
        if world.alliances.school_offsets[alliance] < world.alliances.school_offsets[alliance + 1]:
            own.hub[largest_school(world, alliance)] = True


@loop
def mentor_alliances(world: World, own: Any, context: Context) -> None:
    """Let each mature alliance with a leader to spare mentor, with some chance, the one with the lowest level."""
    spawning, alliances = context.settings.spawning, own.leaders.size
    for mentor in range(alliances):
        if not world.alliances.alive[mentor]:
            continue
        level = mean_alliance_level(world, mentor)
        own.leaders[mentor] = leaders_after(np.float64(own.leaders[mentor]), spawning.leaders, level)
        draw = random_streams.uniform(
            context.seed,
            random_streams.SPAWNS,
            context.half_term,
            world.schools.id[world.alliances.school_offsets[mentor]],
        )
        if level < MATURE or own.leaders[mentor] < 1.0 or draw >= spawning.rate:
            continue
        mentored, lowest = -1, MATURE
        for other in range(alliances):
            if other != mentor and world.alliances.alive[other] and not own.spawned[other]:
                others = mean_alliance_level(world, other)
                if others < lowest:
                    mentored, lowest = other, others
        if mentored < 0:
            continue
        own.leaders[mentor] -= 1.0
        own.spawned[mentored] = True
        mentors = mean_alliance_head_trust(world, mentor)
        first, members = world.alliances.head_tie_offsets[mentored], 0
        members = world.alliances.school_offsets[mentored + 1] - world.alliances.school_offsets[mentored]
        for one in range(members):
            for another in range(members):
                if one != another:
                    place = first + one * members + another
                    trust = np.float64(world.head_ties.trust[place])
                    world.head_ties.trust[place] = trust_of_mentored(trust, mentors)


@loop
def apply_fast_lane(world: World, own: Any, context: Context) -> None:
    """Raise the utility of helping between teachers of different hub schools, at the start of a half-term (C19)."""
    lane = context.settings.spawning.fast_lane
    for school in range(own.hub.size):
        if not own.hub[school] or lane == 0.0:
            continue
        start, end = teachers_of(world, school)
        for teacher in range(start, end):
            first, last = external_ties(world, teacher)
            for tie in range(first, last):
                if own.hub[Row(world.teachers.school[world.ties.partner[tie]])]:
                    world.modifiers.utility_offset[tie] += lane


@loop
def spawned(world: World, settings: Settings, own: Any) -> float:
    """Return the number of mentored alliances per alliance that has not ended."""
    return own.spawned.sum() / max(1, world.alliances.alive.sum())


MODULE = Module(
    name="spawning",
    claims="C18, C19",
    switches=("spawning.rate", "spawning.fast_lane"),
    rules={
        Phase.INITIAL: identify_hubs,
        Phase.YEAR_END: mentor_alliances,
        Phase.START: apply_fast_lane,
    },
    state=Mentoring,
    uses_modifiers=True,
    outcomes={
        Outcome("spawned", "share of alliances", "alliances that another alliance has mentored", "system"): spawned
    },
)
