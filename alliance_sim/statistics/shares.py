"""Intervals of shares of independent runs or points, such as the share of runs in which a config is ahead."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from alliance_sim.statistics.intervals import CONFIDENCE, Intervals

EXACT = "Clopper–Pearson"


def share_intervals(cases: ArrayLike, units: ArrayLike, *, confidence: float = CONFIDENCE) -> Intervals:
    """Compute the exact interval of a share, which covers at least as often as stated for every number of units.

    Args:
        cases: numbers of units in which something is the case.
        units: numbers of independent units.
        confidence: nominal coverage, at least.

    Raises:
        ValueError: if there are more cases than units, or negative numbers.

    References:
        Clopper and Pearson (1934), Biometrika 26:404–413.
    """
    from scipy.special import betaincinv

    cases, units = np.broadcast_arrays(np.asarray(cases, np.float64), np.asarray(units, np.float64))
    if (cases < 0).any() or (cases > units).any():
        raise ValueError("cases must be 0 or more, and no more than units")
    tail = (1.0 - confidence) / 2.0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = cases / units
        error = np.sqrt(share * (1.0 - share) / units)
        low = np.where(cases > 0, betaincinv(np.maximum(cases, 1.0), units - cases + 1.0, tail), 0.0)
        high = np.where(cases < units, betaincinv(cases + 1.0, np.maximum(units - cases, 1.0), 1.0 - tail), 1.0)
    low, high = (np.where(units > 0, limit, np.nan) for limit in (low, high))
    n = np.asarray(units, np.int64)
    return Intervals(share, error, units - 1.0, np.zeros(share.shape), n, low, high, confidence, EXACT)
