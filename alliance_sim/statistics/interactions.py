"""Interactions of two factors in a sample: how much the effect of one differs between the halves of the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from alliance_sim.statistics.designs import linear_effects, with_covariates
from alliance_sim.statistics.intervals import CONFIDENCE, Intervals

SIGNS = (1.0, -1.0, -1.0, 1.0)
"""Weights of the cells (upper, upper), (lower, upper), (upper, lower) and (lower, lower)."""


def half_interactions(
    upper_first: ArrayLike,
    upper_second: ArrayLike,
    factors: ArrayLike,
    values: ArrayLike,
    *,
    shared_seeds: bool,
    confidence: float = CONFIDENCE,
) -> Intervals:
    """Compare the contrast of halves of one factor between the halves of another, other factors held fixed.

    The regression has a mean for each of the four cells, a linear term for each other factor and, if there are enough
    points, the squares of these and linear trends of both factors within their halves.

    Args:
        upper_first: whether a point is in the upper half of the first factor, shape (points,).
        upper_second: the same for the second factor.
        factors: the first two columns are the two factors, the others all other factors; shape (points, factors).
        values: outcomes, shape (…, points, seeds).
        shared_seeds: whether a seed gives the same random numbers at all points.
        confidence: nominal coverage.

    Raises:
        ValueError: if a cell has no point, or there are too few points.
    """
    up, right = np.asarray(upper_first, np.bool_), np.asarray(upper_second, np.bool_)
    cells = np.column_stack([up & right, ~up & right, up & ~right, ~up & ~right]).astype(np.float64)
    if (cells.sum(axis=0) == 0).any():
        raise ValueError("a combination of halves has no point")
    factors = np.asarray(factors, np.float64)
    scaled = factors - factors.mean(axis=0)
    # trends are centred in each factor's own half, so that unequal centres of the cells are no interaction
    trends = [
        scaled[:, place] - np.where(half, scaled[half, place].mean(), scaled[~half, place].mean())
        for place, half in enumerate((up, right))
    ]
    linear = np.column_stack([cells, scaled[:, 2:]])
    design = with_covariates(linear, np.column_stack([*trends, scaled[:, 2:] ** 2]))
    wanted = np.zeros((1, design.shape[1]))
    wanted[0, :4] = SIGNS
    found = linear_effects(design, wanted, values, shared_seeds=shared_seeds, confidence=confidence)
    return found[..., 0]
