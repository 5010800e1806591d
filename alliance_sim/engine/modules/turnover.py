"""Turnover: teachers, heads and coordinators leave, and those who come after them begin anew (A24, B15).

Who leaves takes practice, trust and debts along. A newcomer teaches the same subject in the same school, knows the
same people by post, trusts them as people are trusted at first, and practises a little worse than the school's mean.
"""

from __future__ import annotations

from typing import Any

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import Row, teachers_of, ties_of
from alliance_sim.engine.processes.trust import NETWORKING, set_both_levels
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import World


@rule
def newcomers_practice(mean: float, training_loss: float) -> float:
    """What a newcomer can do: the school's mean less what has still to be learnt (A24)."""
    return mean * (1.0 - training_loss)


@loop
def replace_staff(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Once a year, at rates for teachers, heads and coordinators."""
    for school in range(world.schools.id.size):
        replace_teachers(world, settings, seed, half_term, school)
    for alliance in range(world.alliances.age.size):
        replace_heads(world, settings, seed, half_term, alliance)
        draw = random_streams.uniform(seed, random_streams.COORDINATOR_LEAVES, half_term, alliance_id(world, alliance))
        if draw < settings.turnover.coordinators:
            world.coordinators.credibility[alliance] = settings.coordinator.credibility
            world.coordinators.strain[alliance] = 0.0


@step
def alliance_id(world: World, alliance: int) -> int:
    """The stable number of an alliance: that of its first school."""
    return world.schools.id[world.alliances.school_offsets[alliance]]


@step
def replace_teachers(world: World, settings: Settings, seed: Seed, half_term: int, school: int) -> None:
    """Those who leave are found first, so that no newcomer learns from the mean of other newcomers."""
    teachers = world.teachers
    start, end = teachers_of(world, school)
    for area in range(teachers.practice.shape[1]):
        mean = 0.0
        for teacher in range(start, end):
            mean += teachers.practice[teacher, area] / (end - start)
        for teacher in range(start, end):
            if leaves(world, settings, seed, half_term, teacher):
                teachers.practice[teacher, area] = newcomers_practice(mean, settings.turnover.training_loss)
    for teacher in range(start, end):
        if leaves(world, settings, seed, half_term, teacher):
            reset_newcomer(world, settings, seed, half_term, teacher)


@step
def leaves(world: World, settings: Settings, seed: Seed, half_term: int, teacher: int) -> bool:
    """Whether a teacher leaves the profession this year."""
    return (
        random_streams.uniform(seed, random_streams.TEACHER_LEAVES, half_term, world.teachers.id[teacher])
        < settings.turnover.rate
    )


@step
def reset_newcomer(world: World, settings: Settings, seed: Seed, half_term: int, teacher: int) -> None:
    """A newcomer is rested, new in post, owes nobody, and is trusted and trusts as at first."""
    teachers = world.teachers
    teachers.fatigue[teacher] = 0.0
    teachers.load[teacher] = 0.0
    teachers.years[teacher] = 0
    first, _, last = ties_of(world, teacher)
    for tie in range(first, last):
        reset_ties(world, settings, seed, half_term, tie)


@step
def reset_ties(world: World, settings: Settings, seed: Seed, half_term: int, tie: int) -> None:
    """Two of whom one is new: first trust, nothing owed or given, and the lowest level."""
    ties = world.ties
    back = Row(ties.twin[tie])
    ties.trust[tie] = first_trust(world, settings, seed, half_term, tie)
    ties.trust[back] = first_trust(world, settings, seed, half_term, back)
    ties.owed[tie] = 0.0
    ties.owed[back] = 0.0
    ties.given[tie] = 0.0
    ties.given[back] = 0.0
    set_both_levels(ties, tie, NETWORKING)


@step
def first_trust(world: World, settings: Settings, seed: Seed, half_term: int, tie: int) -> float:
    """Trust between two of whom one is new: T0 with its spread, as at the opening."""
    ties, ids = world.ties, world.teachers.id
    holder, partner = ids[ties.partner[ties.twin[tie]]], ids[ties.partner[tie]]
    drawn = random_streams.normal(seed, random_streams.TRUST_IN_NEWCOMER, half_term, holder, partner)
    return min(0.98, max(0.02, settings.trust.initial + settings.trust.initial_sd * drawn))


@step
def replace_heads(world: World, settings: Settings, seed: Seed, half_term: int, alliance: int) -> None:
    """A new head trusts, and is trusted, as heads are at first."""
    schools, trust = world.schools, world.head_ties.trust
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    block, members = world.alliances.head_tie_offsets[alliance], last - first
    for one in range(first, last):
        if (
            random_streams.uniform(seed, random_streams.HEAD_LEAVES, half_term, schools.id[one])
            >= settings.turnover.heads
        ):
            continue
        for other in range(first, last):
            if other != one:
                there, back = (one - first) * members + other - first, (other - first) * members + one - first
                trust[block + there] = first_head_trust(settings, seed, half_term, schools.id[one], schools.id[other])
                trust[block + back] = first_head_trust(settings, seed, half_term, schools.id[other], schools.id[one])


@step
def first_head_trust(settings: Settings, seed: Seed, half_term: int, one: int, other: int) -> float:
    """Trust between two heads of whom one is new: a little above T0, as at the opening."""
    drawn = random_streams.normal(seed, random_streams.TRUST_IN_NEW_HEAD, half_term, one, other)
    return min(0.98, max(0.02, settings.trust.initial + 0.05 + settings.trust.initial_sd * drawn))


MODULE = Module(
    name="turnover",
    claims="A24, B15",
    switches=("turnover.rate", "turnover.heads", "turnover.coordinators"),
    rules={Phase.YEAR_END: replace_staff},
)


# Old names, until all packages use the new ones.
staff_change = replace_staff
