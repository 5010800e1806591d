"""Turnover: teachers, heads and coordinators leave, and newcomers replace them (A24, B15).

Practice, trust and debts leave with a person. A newcomer teaches the same subject in the same school and has ties to
the same people, with initial trust, and starts with less practice than the school's mean.
"""

from __future__ import annotations

from typing import Any

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import teachers_of, ties_of
from alliance_sim.engine.processes.newcomers import first_head_trust, reset_ties
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World


@rule
def newcomers_practice(mean: float, training_loss: float) -> float:
    """Q = q̄·(1 − training_loss): a newcomer's practice, from the school's mean (A24)."""
    return mean * (1.0 - training_loss)


@loop
def replace_staff(world: World, own: Any, context: Context) -> None:
    """Replace teachers, heads and coordinators once a year, at the rates of the parameters."""
    for school in range(world.schools.id.size):
        replace_teachers(world, context, school)
    for alliance in range(world.alliances.age.size):
        replace_heads(world, context, alliance)
        draw = random_streams.uniform(
            context.seed, random_streams.COORDINATOR_LEAVES, context.half_term, alliance_id(world, alliance)
        )
        if draw < context.settings.turnover.coordinators:
            world.coordinators.credibility[alliance] = context.settings.coordinator.credibility
            world.coordinators.strain[alliance] = 0.0


@step
def alliance_id(world: World, alliance: int) -> int:
    """Return the stable number of an alliance, that of its first school."""
    return world.schools.id[world.alliances.school_offsets[alliance]]


@step
def replace_teachers(world: World, context: Context, school: int) -> None:
    """Replace leaving teachers of a school; the school's mean practice is taken before, without newcomers."""
    teachers = world.teachers
    start, end = teachers_of(world, school)
    for area in range(teachers.practice.shape[1]):
        mean = 0.0
        for teacher in range(start, end):
            mean += teachers.practice[teacher, area] / (end - start)
        for teacher in range(start, end):
            if leaves(world, context, teacher):
                teachers.practice[teacher, area] = newcomers_practice(mean, context.settings.turnover.training_loss)
    for teacher in range(start, end):
        if leaves(world, context, teacher):
            reset_newcomer(world, context, teacher)


@step
def leaves(world: World, context: Context, teacher: int) -> bool:
    """Decide whether a teacher leaves the profession this year."""
    return (
        random_streams.uniform(
            context.seed, random_streams.TEACHER_LEAVES, context.half_term, world.teachers.id[teacher]
        )
        < context.settings.turnover.rate
    )


@step
def reset_newcomer(world: World, context: Context, teacher: int) -> None:
    """Set the columns of a newcomer: no fatigue or load, new in post, and reset ties."""
    teachers = world.teachers
    teachers.fatigue[teacher] = 0.0
    teachers.load[teacher] = 0.0
    teachers.years[teacher] = 0
    first, _, last = ties_of(world, teacher)
    for tie in range(first, last):
        reset_ties(world, context, tie)


@step
def replace_heads(world: World, context: Context, alliance: int) -> None:
    """Replace leaving heads of an alliance; trust between them and the other heads starts anew."""
    schools, trust = world.schools, world.head_ties.trust
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    block, members = world.alliances.head_tie_offsets[alliance], last - first
    for one in range(first, last):
        if (
            random_streams.uniform(context.seed, random_streams.HEAD_LEAVES, context.half_term, schools.id[one])
            >= context.settings.turnover.heads
        ):
            continue
        for other in range(first, last):
            if other != one:
                there, back = (one - first) * members + other - first, (other - first) * members + one - first
                trust[block + there] = first_head_trust(context, schools.id[one], schools.id[other])
                trust[block + back] = first_head_trust(context, schools.id[other], schools.id[one])


MODULE = Module(
    name="turnover",
    claims="A24, B15",
    switches=("turnover.rate", "turnover.heads", "turnover.coordinators"),
    rules={Phase.YEAR_END: replace_staff},
)
