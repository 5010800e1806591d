"""Mobility: teachers move along their ties, carry practice and trust, and are known in both places (C27).

Posts stay where they are; two teachers of one subject who know each other change posts. Each keeps practice and
tiredness, is new in post, and is at first met there as newcomers are, but with some of the trust that they had where
they came from; and across the tie along which they moved, each knows people whom they worked with before.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import Row, ties_of
from alliance_sim.engine.modules.turnover import first_trust, reset_ties
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Ints, World

STAYS, WANTS_TO, MOVED = 0, 1, 2


class Movers(NamedTuple):
    """Who moves this year."""

    moves: Annotated[Ints, Column("int8", "code", "whether who is in this post moves this year", of="teachers")]
    moved: Annotated[Ints, Column("int32", "teachers", "who moved at the turn of the year", of="system")]


@rule
def carried_trust(first: float, had: float, carried: float) -> float:
    """T = T0 + carried·(T̄_old − T0): a mover trusts new colleagues somewhat as they did the old ones."""
    return first + carried * (had - first)


@loop
def move_teachers(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Once a year: half of the movers are drawn, and each changes posts with a counterpart elsewhere."""
    teachers, ties = world.teachers, world.ties
    for teacher in range(teachers.id.size):  # noted first: who has moved into a post below does not move again
        draw = random_streams.uniform(seed, random_streams.MOVES, half_term, teachers.id[teacher])
        own.moves[teacher] = WANTS_TO if draw < settings.mobility.rate / 2.0 else STAYS
    own.moved[0] = 0
    for teacher in range(teachers.id.size):
        if own.moves[teacher] != WANTS_TO:
            continue
        who = teachers.id[teacher]
        first, outside, last = ties_of(world, teacher)
        # Beyond the alliance if they know anybody there: so movers join alliances that had less to do with each other.
        begin = outside if outside < last else first
        if begin == last:
            continue
        draw = random_streams.uniform(seed, random_streams.MOVES, half_term, who, 0, 1)
        tie = Row(begin) + Row(draw * np.float64(last - begin))
        other = Row(ties.partner[tie])
        if own.moves[other] == MOVED:
            continue
        exchange_posts(world, settings, seed, half_term, teacher, other, tie)
        own.moves[teacher] = MOVED
        own.moves[other] = MOVED
        own.moved[0] += 2


@step
def exchange_posts(world: World, settings: Settings, seed: Seed, half_term: int, one: int, other: int, tie: int) -> None:
    """Two change posts along their tie: persons move, posts and their ties stay."""
    teachers = world.teachers
    had_one, had_other = mean_trust(world, one), mean_trust(world, other)
    teachers.id[one], teachers.id[other] = teachers.id[other], teachers.id[one]
    teachers.years[one], teachers.years[other] = 0, 0
    teachers.fatigue[one], teachers.fatigue[other] = teachers.fatigue[other], teachers.fatigue[one]
    teachers.load[one], teachers.load[other] = teachers.load[other], teachers.load[one]
    for area in range(teachers.practice.shape[1]):
        mine = teachers.practice[one, area]
        teachers.practice[one, area] = teachers.practice[other, area]
        teachers.practice[other, area] = mine
    swap_tie(world, tie)
    reset_new_colleagues(world, settings, seed, half_term, one, had_other, tie)
    reset_new_colleagues(world, settings, seed, half_term, other, had_one, Row(world.ties.twin[tie]))


@step
def swap_tie(world: World, tie: int) -> None:
    """The two stand at each other's end of their tie now: trust, debts and help given belong to persons, not posts."""
    ties, back = world.ties, Row(world.ties.twin[tie])
    trust, owed, given = ties.trust[tie], ties.owed[tie], ties.given[tie]
    ties.trust[tie], ties.trust[back] = ties.trust[back], trust
    ties.owed[tie], ties.owed[back] = ties.owed[back], owed
    ties.given[tie], ties.given[back] = ties.given[back], given


@step
def mean_trust(world: World, teacher: int) -> float:
    """How much a teacher trusts the people they know."""
    first, _, last = ties_of(world, teacher)
    total = 0.0
    for tie in range(first, last):
        total += world.ties.trust[tie]
    return total / np.float64(last - first) if last > first else 0.0


@step
def reset_new_colleagues(
    world: World, settings: Settings, seed: Seed, half_term: int, teacher: int, had: float, along: int
) -> None:
    """In the new post nobody owes anybody yet; the tie along which they came leads to those whom they knew before."""
    ties = world.ties
    first, _, last = ties_of(world, teacher)
    for tie in range(first, last):
        if tie == along:
            ties.trust[tie] = max(np.float64(ties.trust[tie]), had)
            continue
        trust = carried_trust(first_trust(world, settings, seed, half_term, tie), had, settings.mobility.carried)
        reset_ties(world, settings, seed, half_term, tie)
        ties.trust[tie] = min(0.98, max(0.02, trust))


@loop
def moved(world: World, settings: Settings, own: Any) -> float:
    """Share of teachers."""
    return own.moved[0] / own.moves.size


MODULE = Module(
    name="mobility",
    claims="C27",
    switches=("mobility.rate",),
    rules={Phase.YEAR_END: move_teachers},
    state=Movers,
    outcomes={Outcome("moved", "share of teachers", "teachers in another post since the year turned", "system"): moved},
)
