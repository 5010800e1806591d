"""Mobility: teachers move along their ties and take practice and some trust with them (C27).

Two teachers of one subject who share a tie exchange posts. Each keeps practice and fatigue and is new in post. Ties to
new colleagues start as those of newcomers, plus some of the trust that the mover had in the previous colleagues. On the
tie along which they moved, trust, debts and counted help move with the persons.

Each mover keeps a tie to one colleague of the previous school, a weak tie between schools (Granovetter 1973). It takes
the place of the mover's and the colleague's least trusted ties, whose other ends are joined, so that every teacher has
as many ties as before.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.hooks import trust_at_home
from alliance_sim.engine.indexing import Row, teachers_of, ties_of
from alliance_sim.engine.processes.newcomers import first_trust, reset_ties
from alliance_sim.engine.processes.trust import NETWORKING, set_both_levels
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Ints, World

STAYS, WANTS_TO, MOVED = 0, 1, 2


class Movers(NamedTuple):
    """Moves of this year."""

    moves: Annotated[
        Ints, Column("int8", "code", "STAYS, WANTS_TO (move) or MOVED, for the teacher in this post", of="teachers")
    ]
    previous: Annotated[
        Ints, Column("int32", "teacher row", "the previous post of the teacher in this post, if MOVED", of="teachers")
    ]
    moved: Annotated[Ints, Column("int32", "teachers", "teachers who moved at the turn of the year", of="system")]


@rule
def carried_trust(first: float, had: float, carried: float) -> float:
    """T0 + carried·(T̄_old − T0): a mover brings a share of previous trust to new colleagues."""
    return first + carried * (had - first)


@loop
def move_teachers(world: World, own: Any, context: Context) -> None:
    """Sample half of the movers once a year; each exchanges posts with a counterpart in another school.

    After all exchanges, so that they do not depend on it, each mover keeps a tie to a colleague who stayed.
    """
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
        own.previous[teacher] = other
        own.previous[other] = teacher
        own.moved[0] += 2
    if context.settings.mobility.bridge:
        for teacher in range(teachers.id.size):
            if own.moves[teacher] == MOVED:
                keep_a_colleague(world, own, context, teacher)


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


@step
def keep_a_colleague(world: World, own: Any, context: Context, mover: int) -> None:
    """Join a mover p and a colleague c of the previous school: of ties (p,x) and (c,y) become (p,c) and (x,y)."""
    mine, theirs = least_trusted_pair(world, own, mover)
    if theirs < 0:
        return
    school = Row(world.teachers.school[Row(own.previous[mover])])
    home_trust = trust_at_home(world.modifiers, context.settings.home.trust, school)
    tie, back = Row(mine), Row(theirs)
    left = Row(world.ties.twin[tie])
    count_between(world, tie, -1)
    count_between(world, back, -1)
    cross_over(world, tie, back)
    count_between(world, tie, 1)
    count_between(world, left, 1)
    reset_ties(world, context, left)
    ties = world.ties
    for each in (tie, back):
        ties.trust[each] = home_trust
        ties.owed[each] = 0.0
        ties.given[each] = 0.0
    set_both_levels(ties, tie, NETWORKING)


@step
def least_trusted_pair(world: World, own: Any, mover: int) -> tuple[int, int]:
    """Return the mover's tie (p,x) and a colleague's tie (c,y) with the least T_px + T_cy; -1 where none is legal.

    Colleagues taught the mover's subject in the previous school and have stayed, and so have x and y, so that bridges
    and ties along which teachers moved remain. Both ties join teachers of one alliance if the mover stayed in it, else
    teachers of two, and so must the ties that replace them. Of equal pairs the first rows count.
    """
    teachers, ties, alliance = world.teachers, world.ties, world.schools.alliance
    previous_school = Row(teachers.school[Row(own.previous[mover])])
    within = alliance[previous_school] == alliance[Row(teachers.school[mover])]
    mine, theirs, least = -1, -1, np.inf
    first, last = ties_of_kind(world, mover, within)
    start, end = teachers_of(world, previous_school)
    for tie in range(first, last):
        if own.moves[Row(ties.partner[tie])] == MOVED:
            continue
        for colleague in range(start, end):
            if (own.moves[colleague] == MOVED) | (teachers.subject[colleague] != teachers.subject[mover]):
                continue
            begin, after = ties_of_kind(world, colleague, within)
            for other in range(begin, after):
                trust = np.float64(ties.trust[tie]) + np.float64(ties.trust[other])
                moved_too = own.moves[Row(ties.partner[other])] == MOVED
                if moved_too or trust >= least or have_tie(world, mover, colleague):
                    continue
                if may_meet(world, Row(ties.partner[tie]), Row(ties.partner[other]), within):
                    mine, theirs, least = np.int64(tie), np.int64(other), trust
    return mine, theirs  # pyright: ignore[reportReturnType] (signed numbers of NumPy)


@step
def ties_of_kind(world: World, teacher: int, within: bool) -> tuple[int, int]:
    """Return the rows of a teacher's ties within the alliance or across its boundary: first, and one after the last."""
    first, outside, last = ties_of(world, teacher)
    return (first, outside) if within else (outside, last)


@step
def may_meet(world: World, one: int, other: int, within: bool) -> bool:
    """Return whether two teachers can be joined by a tie within an alliance, or across a boundary."""
    one_school, other_school = Row(world.teachers.school[one]), Row(world.teachers.school[other])
    together = world.schools.alliance[one_school] == world.schools.alliance[other_school]
    return (one_school != other_school) & (together == within) and not have_tie(world, one, other)


@step
def have_tie(world: World, one: int, other: int) -> bool:
    """Return whether two teachers are joined by a tie."""
    first, _, last = ties_of(world, one)
    found = False
    for tie in range(first, last):
        found |= Row(world.ties.partner[tie]) == Row(other)
    return found


@step
def cross_over(world: World, tie: int, back: int) -> None:
    """Join the holders of two ties by these two rows, and their partners by the twins' rows."""
    ties = world.ties
    left, right = ties.twin[tie], ties.twin[back]
    one, other = ties.partner[left], ties.partner[right]
    ties.partner[left], ties.partner[right] = ties.partner[back], ties.partner[tie]
    ties.partner[tie], ties.partner[back] = other, one
    ties.twin[tie], ties.twin[back] = back, tie
    ties.twin[left], ties.twin[right] = right, left


@step
def count_between(world: World, tie: int, change: int) -> None:
    """Change the number of ties between the two schools of a tie, in both directions, if they form one alliance."""
    ties, alliances = world.ties, world.alliances
    one = np.int64(world.teachers.school[ties.partner[ties.twin[tie]]])
    other = np.int64(world.teachers.school[ties.partner[tie]])
    alliance = world.schools.alliance[one]
    if alliance != world.schools.alliance[other]:
        return
    first, block = alliances.school_offsets[alliance], alliances.head_tie_offsets[alliance]
    members = alliances.school_offsets[alliance + 1] - first
    world.head_ties.ties_between[block + (one - first) * members + other - first] += change
    world.head_ties.ties_between[block + (other - first) * members + one - first] += change


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
