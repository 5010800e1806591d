"""Embedding: collaboration in funded time becomes routine and outlasts the funding (C17, B2).

A school that uses funded time for collaboration develops a routine. When funding ends, the school retains as much of
the protected time as has become routine; unfunded time does not add to the routine.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, World


class Routines(NamedTuple):
    """The routine of each school."""

    routine: Annotated[Floats, Column("float32", "share", "E, degree to which collaboration is routine", of="schools")]
    funded: Annotated[Floats, Column("float32", "share", "protected time that is funded now", of="schools")]
    best: Annotated[Floats, Column("float32", "share", "largest protected time that was ever funded", of="schools")]


@rule
def routine_after(routine: float, rate: float, funded: float, sharing: float) -> float:
    """E += rate·Φ·min(1, sharing)·(1 − E): time that is funded and used becomes routine (C17).

    ``sharing`` is the number of acts of help per teacher.
    """
    return routine + rate * funded * min(1.0, sharing) * (1.0 - routine)


@rule
def retained_time(funded: float, best: float, routine: float) -> float:
    """Φ + E·[Φ_best − Φ]₊: protected time that is funded now, plus earlier time that has become routine."""
    return funded + routine * max(0.0, best - funded)


@loop
def protect_time(world: World, own: Any, context: Context) -> None:
    """Set each school's protected time to the funded and the retained time, at the start of a half-term."""
    for school in range(own.routine.size):
        funded = np.float64(world.modifiers.protected_time[school])
        own.funded[school] = funded
        own.best[school] = max(np.float64(own.best[school]), funded)
        world.modifiers.protected_time[school] = retained_time(
            funded, np.float64(own.best[school]), np.float64(own.routine[school])
        )


@loop
def form_routines(world: World, own: Any, context: Context) -> None:
    """Increase each school's routine by its collaboration in funded time, at the end of a half-term."""
    schools = world.schools
    for school in range(own.routine.size):
        teachers = schools.teacher_offsets[school + 1] - schools.teacher_offsets[school]
        own.routine[school] = routine_after(
            np.float64(own.routine[school]),
            context.settings.embedding.rate,
            np.float64(own.funded[school]),
            schools.given[school] / teachers,
        )


@loop
def routine(world: World, settings: Settings, own: Any) -> float:
    """Return the mean routine over schools."""
    return own.routine.mean()


MODULE = Module(
    name="embedding",
    claims="B2, C17",
    switches=("embedding.rate",),
    rules={Phase.START: protect_time, Phase.END: form_routines},
    state=Routines,
    uses_modifiers=True,
    outcomes={
        Outcome(
            "routine", "share", "degree to which collaboration has become routine, mean over schools", "system"
        ): routine
    },
)
