"""Mobility: teachers move along their ties and take practice and some trust with them (C27).

Two teachers of one subject who share a tie exchange posts. Each keeps practice and fatigue and is new in post. Ties to
new colleagues start as those of newcomers, plus some of the trust that the mover had in the previous colleagues. On the
tie along which they moved, trust, debts and counted help move with the persons.
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
from alliance_sim.engine.processes.newcomers import first_trust, reset_ties
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Ints, World

STAYS, WANTS_TO, MOVED = 0, 1, 2


class Movers(NamedTuple):
    """Moves of this year."""

    moves: Annotated[
        Ints, Column("int8", "code", "STAYS, WANTS_TO (move) or MOVED, for the teacher in this post", of="teachers")
    ]
    moved: Annotated[Ints, Column("int32", "teachers", "teachers who moved at the turn of the year", of="system")]


@rule
def carried_trust(first: float, had: float, carried: float) -> float:
    """T0 + carried·(T̄_old − T0): a mover brings a share of previous trust to new colleagues."""
    return first + carried * (had - first)


@loop
def move_teachers(world: World, own: Any, context: Context) -> None:
    """Sample half of the movers once a year; each exchanges posts with a counterpart in another school."""
    teachers, ties = world.teachers, world.ties
    for teacher in range(teachers.id.size):  # first for all, so that no teacher moves twice
        draw = random_streams.uniform(context.seed, random_streams.MOVES, context.half_term, teachers.id[teacher])
        own.moves[teacher] = WANTS_TO if draw < context.settings.mobility.rate / 2.0 else STAYS
    own.moved[0] = 0
    for teacher in range(teachers.id.size):
        if own.moves[teacher] != WANTS_TO:
            continue
        who = teachers.id[teacher]
        first, outside, last = ties_of(world, teacher)
        # Teachers with external ties move outside the alliance, which connects alliances.
        begin = outside if outside < last else first
        if begin == last:
            continue
        draw = random_streams.uniform(context.seed, random_streams.MOVES, context.half_term, who, 0, 1)
        tie = Row(begin) + Row(draw * np.float64(last - begin))
        other = Row(ties.partner[tie])
        if own.moves[other] == MOVED:
            continue
        exchange_posts(world, context, teacher, other, tie)
        own.moves[teacher] = MOVED
        own.moves[other] = MOVED
        own.moved[0] += 2


@step
def exchange_posts(world: World, context: Context, one: int, other: int, tie: int) -> None:
    """Exchange the posts of two teachers along their tie; persons move, posts and their ties stay."""
    teachers = world.teachers
    had_one, had_other = mean_trust(world, one), mean_trust(world, other)
    teachers.id[one], teachers.id[other] = teachers.id[other], teachers.id[one]
    teachers.years[one], teachers.years[other] = 0, 0
    teachers.fatigue[one], teachers.fatigue[other] = teachers.fatigue[other], teachers.fatigue[one]
    teachers.load[one], teachers.load[other] = teachers.load[other], teachers.load[one]
    for area in range(teachers.practice.shape[1]):
        practice = teachers.practice[one, area]
        teachers.practice[one, area] = teachers.practice[other, area]
        teachers.practice[other, area] = practice
    swap_tie(world, tie)
    reset_new_colleagues(world, context, one, had_other, tie)
    reset_new_colleagues(world, context, other, had_one, Row(world.ties.twin[tie]))


@step
def swap_tie(world: World, tie: int) -> None:
    """Swap trust, debts and counted help between a tie and its twin, because they belong to persons, not posts."""
    ties, back = world.ties, Row(world.ties.twin[tie])
    trust, owed, given = ties.trust[tie], ties.owed[tie], ties.given[tie]
    ties.trust[tie], ties.trust[back] = ties.trust[back], trust
    ties.owed[tie], ties.owed[back] = ties.owed[back], owed
    ties.given[tie], ties.given[back] = ties.given[back], given


@step
def mean_trust(world: World, teacher: int) -> float:
    """Return a teacher's mean trust over all ties."""
    first, _, last = ties_of(world, teacher)
    total = 0.0
    for tie in range(first, last):
        total += world.ties.trust[tie]
    return total / np.float64(last - first) if last > first else 0.0


@step
def reset_new_colleagues(world: World, context: Context, teacher: int, had: float, along: int) -> None:
    """Reset the ties of a teacher in a new post, except the tie along which the teacher came."""
    ties = world.ties
    first, _, last = ties_of(world, teacher)
    for tie in range(first, last):
        if tie == along:
            ties.trust[tie] = max(np.float64(ties.trust[tie]), had)
            continue
        trust = carried_trust(first_trust(world, context, tie), had, context.settings.mobility.carried)
        reset_ties(world, context, tie)
        ties.trust[tie] = min(0.98, max(0.02, trust))


@loop
def moved(world: World, settings: Settings, own: Any) -> float:
    """Return the share of teachers who moved at the turn of the year."""
    return own.moved[0] / own.moves.size


MODULE = Module(
    name="mobility",
    claims="C27",
    switches=("mobility.rate",),
    rules={Phase.YEAR_END: move_teachers},
    state=Movers,
    outcomes={
        Outcome(
            "moved", "share of teachers", "teachers who moved to another post at the turn of the year", "system"
        ): moved
    },
)
