"""Funding and embedding: what was paid for goes back when the money ends, unless it became routine (C17, B2).

A school that uses funded time to work together makes a habit of it. When the funds end, it keeps as much of the time as
has become routine, and no more becomes so.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, World


class Routines(NamedTuple):
    """What each school has made a habit of."""

    routine: Annotated[Floats, Column("float32", "share", "E, how far working together is routine", of="schools")]
    funded: Annotated[Floats, Column("float32", "share", "the protected time it is funded for now", of="schools")]
    best: Annotated[Floats, Column("float32", "share", "the most protected time it was ever funded for", of="schools")]


@rule
def routine_after(routine: float, rate: float, funded: float, helps: float) -> float:
    """E += rate·Φ·min(1, helps)·(1 − E): time that is paid for and used becomes routine (C17)."""
    return routine + rate * funded * min(1.0, helps) * (1.0 - routine)


@rule
def retained_time(funded: float, best: float, routine: float) -> float:
    """Φ + E·[Φ_best − Φ]₊: what is funded now, and what of earlier time has become routine."""
    return funded + routine * max(0.0, best - funded)


@loop
def protect_time(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Each half-term a school has the time that is funded, and what it kept."""
    for school in range(own.routine.size):
        funded = np.float64(world.modifiers.protected_time[school])
        own.funded[school] = funded
        own.best[school] = max(np.float64(own.best[school]), funded)
        world.modifiers.protected_time[school] = retained_time(
            funded, np.float64(own.best[school]), np.float64(own.routine[school])
        )


@loop
def form_routines(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """A half-term of working together in funded time leaves something behind."""
    schools = world.schools
    for school in range(own.routine.size):
        staff = schools.teacher_offsets[school + 1] - schools.teacher_offsets[school]
        own.routine[school] = routine_after(
            np.float64(own.routine[school]),
            settings.embedding.rate,
            np.float64(own.funded[school]),
            schools.given[school] / staff,
        )


@loop
def routine(world: World, settings: Settings, own: Any) -> float:
    """Mean over schools."""
    return own.routine.mean()


MODULE = Module(
    name="embedding",
    claims="B2, C17",
    switches=("embedding.rate",),
    rules={Phase.START: protect_time, Phase.END: form_routines},
    state=Routines,
    uses_modifiers=True,
    outcomes={
        Outcome("routine", "share", "how far working together has become routine, mean of schools", "system"): routine
    },
)


# Old names, until all packages use the new ones.
time_kept = retained_time
