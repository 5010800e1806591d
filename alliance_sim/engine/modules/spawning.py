"""Spawning and the network of hubs: mature alliances take a new one under their wing; hubs have a fast lane (C18, C19).

Who founds an alliance takes trust along: heads of the new one begin with some of what the founder's heads have. Leaders
for that are scarce: each founding uses one up, and alliances grow them slowly. Hub schools of different alliances share
more readily with each other than others do across boundaries.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import Row, alliance_teachers, external_ties, teachers_of, ties_of
from alliance_sim.engine.modules.hub_push import find_hub
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, Ints, World

MATURE = 2.5
"""Mean level of an alliance's ties from which it can take on another: its pairs mostly co-operate."""
TRANSMITTED = 0.5
"""Share of the founder's head start in trust that the new alliance begins with."""


class Founders(NamedTuple):
    """Who can found, and who was founded."""

    leaders: Annotated[Floats, Column("float32", "leaders", "ready to lead another alliance", of="alliances")]
    spawned: Annotated[Ints, Column("bool", "yes or no", "whether another alliance took it on", of="alliances")]
    hub: Annotated[Ints, Column("bool", "yes or no", "whether a school is its alliance's hub", of="schools")]


@rule
def leaders_after(leaders: float, rate: float, level: float) -> float:
    """Leaders += rate·(level − 1)/3, to 3 at most: close work is where people learn to lead (C18)."""
    return min(3.0, leaders + rate * (level - 1.0) / 3.0)


@rule
def trust_of_mentored(trust: float, founders: float) -> float:
    """H += ½·[H̄_founder − H]₊ (C18)."""
    return trust + TRANSMITTED * max(0.0, founders - trust)


@step
def mean_alliance_level(world: World, alliance: int) -> float:
    """Of the ties inside an alliance; 1 where there are none."""
    start, end = alliance_teachers(world, alliance)
    total, many = 0.0, 0
    for teacher in range(start, end):
        first, outside, _ = ties_of(world, teacher)
        for tie in range(first, outside):
            total += world.ties.level[tie]
            many += 1
    return total / max(1, many) if many else 1.0


@step
def mean_alliance_head_trust(world: World, alliance: int) -> float:
    """Of heads in each other; what stands on a block's diagonal is nobody's trust."""
    first = world.alliances.head_tie_offsets[alliance]
    members = world.alliances.school_offsets[alliance + 1] - world.alliances.school_offsets[alliance]
    total = 0.0
    for one in range(members):
        for other in range(members):
            if one != other:
                total += world.head_ties.trust[first + one * members + other]
    return total / max(1, members * (members - 1))


@loop
def identify_hubs(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """At the opening: the largest school of each alliance is its hub."""
    for alliance in range(own.leaders.size):
        if world.alliances.school_offsets[alliance] < world.alliances.school_offsets[alliance + 1]:
            own.hub[find_hub(world, alliance)] = True


@loop
def mentor_alliances(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Once a year: who is mature and has a leader to spare may take on the alliance that works least closely."""
    told, alliances = settings.spawning, own.leaders.size
    for founder in range(alliances):
        if not world.alliances.alive[founder]:
            continue
        level = mean_alliance_level(world, founder)
        own.leaders[founder] = leaders_after(np.float64(own.leaders[founder]), told.leaders, level)
        draw = random_streams.uniform(
            seed, random_streams.SPAWNS, half_term, world.schools.id[world.alliances.school_offsets[founder]]
        )
        if level < MATURE or own.leaders[founder] < 1.0 or draw >= told.rate:
            continue
        founded, lowest = -1, MATURE
        for other in range(alliances):
            if other != founder and world.alliances.alive[other] and not own.spawned[other]:
                others = mean_alliance_level(world, other)
                if others < lowest:
                    founded, lowest = other, others
        if founded < 0:
            continue
        own.leaders[founder] -= 1.0
        own.spawned[founded] = True
        founders = mean_alliance_head_trust(world, founder)
        first, members = world.alliances.head_tie_offsets[founded], 0
        members = world.alliances.school_offsets[founded + 1] - world.alliances.school_offsets[founded]
        for one in range(members):
            for another in range(members):
                if one != another:
                    place = first + one * members + another
                    trust = np.float64(world.head_ties.trust[place])
                    world.head_ties.trust[place] = trust_of_mentored(trust, founders)


@loop
def apply_fast_lane(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Each half-term: staff of hub schools are readier to help those of other hubs (C19)."""
    lane = settings.spawning.fast_lane
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
    """Spawned alliances a standing one."""
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
    state=Founders,
    uses_modifiers=True,
    outcomes={Outcome("spawned", "share of alliances", "alliances that another one took on", "system"): spawned},
)


# Old names, until all packages use the new ones.
trust_of_the_founded = trust_of_mentored
