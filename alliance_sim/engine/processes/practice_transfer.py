"""Practice transfer: help moves practice to the learner, and never raises the frontier (C20, C22)."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.indexing import USUAL_AREAS
from alliance_sim.engine.state import Floats

USEFUL = 0.05
"""Help is useful if the largest gap in practice exceeds this (MODEL 4)."""


@step
def largest_gap(practice: Floats, learner: int, other: int) -> tuple[int, float]:
    """Return the area in which ``other`` is furthest ahead of ``learner``, and the gap there (0 where in none)."""
    if practice.shape[1] == USUAL_AREAS:
        return largest_gap_over(practice, learner, other, USUAL_AREAS)
    return largest_gap_over(practice, learner, other, practice.shape[1])


@step
def largest_gap_over(practice: Floats, learner: int, other: int, areas: int) -> tuple[int, float]:
    """Compute ``largest_gap`` over ``areas`` areas. perf: a constant lets the compiler unroll the loop."""
    area, gap = 0, np.float32(0.0)
    for k in range(areas):
        ahead = practice[other, k] - practice[learner, k]
        if ahead > gap:
            area, gap = k, ahead
    return area, np.float64(gap)


@step
def complementarity(practice: Floats, one: int, other: int) -> tuple[float, float]:
    """Return the largest gap in each direction; the smaller one is the complementarity of a pair (C31)."""
    if practice.shape[1] == USUAL_AREAS:
        return complementarity_over(practice, one, other, USUAL_AREAS)
    return complementarity_over(practice, one, other, practice.shape[1])


@step
def complementarity_over(practice: Floats, one: int, other: int, areas: int) -> tuple[float, float]:
    """Compute ``complementarity`` over ``areas`` areas. perf: a constant lets the compiler unroll the loop."""
    to_learn, to_teach = np.float32(0.0), np.float32(0.0)
    for k in range(areas):
        ahead = practice[other, k] - practice[one, k]
        to_learn = max(to_learn, ahead)
        to_teach = max(to_teach, -ahead)
    return np.float64(to_learn), np.float64(to_teach)


@rule
def practice_after_transfer(own: float, gap: float, transfer: float) -> float:
    """q_i += γ·gap: the closer the collaboration, the larger the share of a gap that help closes (C20)."""
    return own + transfer * gap
