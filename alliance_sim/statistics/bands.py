"""Bands named for what they are: middle 95 % of runs, prediction band of a new run, interval of the mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from alliance_sim.statistics.intervals import (
    CONFIDENCE,
    LEAST_UNITS,
    Counts,
    Numbers,
    mean_intervals,
    mean_of,
    quietly,
    two_sided,
)

MIDDLE, PREDICTION, MEAN = (
    "middle {:g} % of these runs",
    "{:g} % prediction band of a new run",
    "{:g} % interval of the mean",
)


@dataclass(frozen=True, eq=False)
class Band:
    """A band around the mean of runs, over time or for several problems.

    Attributes:
        mean, low, high: arrays of the shape of the problems.
        n: numbers of runs.
        name: what the band is, for a legend.
    """

    mean: Numbers
    low: Numbers
    high: Numbers
    n: Counts
    name: str


def middle_band(runs: ArrayLike, *, share: float = CONFIDENCE) -> Band:
    """Return the band that contains the middle 95 % of these runs: a description of the runs, not an interval.

    With fewer runs than 1 / (1 − share) × 2 it is the range of all runs.

    Args:
        runs: shape (…, runs).
        share: the share of runs inside.
    """
    runs = np.asarray(runs, np.float64)
    edges = ((1.0 - share) / 2.0, (1.0 + share) / 2.0)
    low = quietly(lambda: np.nanquantile(runs, edges[0], axis=-1, method="lower"))
    high = quietly(lambda: np.nanquantile(runs, edges[1], axis=-1, method="higher"))
    n = np.asarray((~np.isnan(runs)).sum(axis=-1), np.int64)
    return Band(mean_of(runs, -1), np.asarray(low), np.asarray(high), n, MIDDLE.format(100 * share))


def prediction_band(runs: ArrayLike, *, confidence: float = CONFIDENCE) -> Band:
    """Return the band that contains a new run with the given probability, at each place of its own.

    With enough runs (39 for 95 %) it lies between two ordered runs and needs no assumption on their distribution; with
    fewer it is Student's, for runs that are normally distributed.

    Args:
        runs: shape (…, runs).
        confidence: probability that a new run is inside.

    References:
        Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World (conformal prediction).
    """
    runs = np.asarray(runs, np.float64)
    n = np.asarray((~np.isnan(runs)).sum(axis=-1), np.int64)
    mean = mean_of(runs, -1)
    deviation = quietly(lambda: np.asarray(np.nanstd(runs, axis=-1, ddof=1)))
    with np.errstate(invalid="ignore", divide="ignore"):
        margin = two_sided(confidence, n - 1.0) * deviation * np.sqrt(1.0 + 1.0 / n)
    ordered = np.sort(runs, axis=-1)
    cut = np.floor((n + 1) * (1.0 - confidence) / 2.0 + 1e-9).astype(np.int64)
    least = np.take_along_axis(ordered, np.maximum(cut - 1, 0)[..., None], axis=-1)[..., 0]
    most = np.take_along_axis(ordered, np.clip(n - cut, 0, runs.shape[-1] - 1)[..., None], axis=-1)[..., 0]
    low = np.where(cut >= 1, least, mean - margin)
    high = np.where(cut >= 1, most, mean + margin)
    few = n < LEAST_UNITS
    return Band(mean, np.where(few, np.nan, low), np.where(few, np.nan, high), n, PREDICTION.format(100 * confidence))


def mean_band(runs: ArrayLike, *, confidence: float = CONFIDENCE) -> Band:
    """Return the interval of the expected value at each place of its own.

    Args:
        runs: shape (…, runs).
        confidence: nominal coverage.
    """
    found = mean_intervals(runs, confidence=confidence)
    return Band(found.estimate, found.low, found.high, found.n, MEAN.format(100 * confidence))
