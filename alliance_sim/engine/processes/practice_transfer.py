"""Practice transfer: sharing moves practice to who lacks it, and never raises the frontier (C20, C22)."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.indexing import USUAL_AREAS
from alliance_sim.engine.state import Floats

USEFUL = 0.05
"""Help is useful if the largest gap exceeds this much practice (MODEL 4)."""


@step
def largest_gap(practice: Floats, learner: int, other: int) -> tuple[int, float]:
    """The area in which ``other`` is furthest ahead of ``learner``, and by how much (0 where nowhere)."""
    if practice.shape[1] == USUAL_AREAS:
        return largest_gap_over(practice, learner, other, USUAL_AREAS)
    return largest_gap_over(practice, learner, other, practice.shape[1])


@step
def largest_gap_over(practice: Floats, learner: int, other: int, areas: int) -> tuple[int, float]:
    """The same, told the number of areas."""
    area, gap = 0, np.float32(0.0)
    for k in range(areas):
        ahead = practice[other, k] - practice[learner, k]
        if ahead > gap:
            area, gap = k, ahead
    return area, np.float64(gap)


@step
def complementarity(practice: Floats, one: int, other: int) -> tuple[float, float]:
    """The largest gap each way; the smaller is what the two have to give each other (C31)."""
    if practice.shape[1] == USUAL_AREAS:
        return complementarity_over(practice, one, other, USUAL_AREAS)
    return complementarity_over(practice, one, other, practice.shape[1])


@step
def complementarity_over(practice: Floats, one: int, other: int, areas: int) -> tuple[float, float]:
    """The same, told the number of areas."""
    to_learn, to_teach = np.float32(0.0), np.float32(0.0)
    for k in range(areas):
        ahead = practice[other, k] - practice[one, k]
        to_learn = max(to_learn, ahead)
        to_teach = max(to_teach, -ahead)
    return np.float64(to_learn), np.float64(to_teach)


@rule
def practice_after_transfer(own: float, gap: float, transfer: float) -> float:
    """q_i += γ·gap: the closer two work, the more of a practice really moves (C20)."""
    return own + transfer * gap
