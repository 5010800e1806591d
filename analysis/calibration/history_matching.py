"""History matching: which values of the parameters the data do not rule out, and on which the figures depend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alliance_sim.statistics.indices import sobol_indices
from alliance_sim.statistics.intervals import CONFIDENCE
from analysis.calibration.emulator import Emulator, sample_unit, to_values
from analysis.calibration.targets import Target

type Numbers = NDArray[np.float64]
LOG_CANDIDATES = 13
"""The region is searched at 2 to this power of points that fill the ranges evenly."""
LOG_BLOCKS = 7
DRAWS = 40
"""Functions drawn from the emulator, for the uncertainty of Sobol's indices."""


@dataclass(frozen=True, eq=False)
class Region:
    """The values that the data do not rule out.

    Attributes:
        values: candidates, shape (candidates, parameters).
        implausibility: squared Mahalanobis distance of each candidate from the data.
        limit: the largest distance that is not ruled out, the 95 % quantile of χ².
    """

    values: Numbers
    implausibility: Numbers
    limit: float

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which candidates are not ruled out."""
        return self.implausibility <= self.limit

    def extent(self, place: int) -> tuple[float, float] | None:
        """Return the range of a parameter over the region; None if all candidates are ruled out."""
        values = self.values[self.kept, place]
        return (float(values.min()), float(values.max())) if len(values) else None


def implausibility(target: Target, emulator: Emulator, unit: Numbers) -> Numbers:
    """Compute the squared Mahalanobis distance between data and emulated figures, over the fitted figures.

    Its covariance is that of the data (with the correlation of the figures), of the discrepancy and of the emulator. At
    the true values it has a χ² distribution.

    References:
        Craig et al. (1997), Pressure matching for hydrocarbon reservoirs; Vernon, Goldstein and Bower (2010), Galaxy
        formation: a Bayesian uncertainty analysis, Bayesian Analysis 5:619–669.
    """
    mean, variance = emulator.predict(unit)
    fitted = target.fitted
    off = (mean - target.wanted)[:, fitted]
    covariance = target.error[np.ix_(fitted, fitted)] + variance[:, fitted, None] * np.eye(int(fitted.sum()))
    return np.einsum("pf,pf->p", off, np.linalg.solve(covariance, off[..., None])[..., 0])


def match_history(target: Target, emulator: Emulator) -> Region:
    """Return the region that the data do not rule out; it contains the true values with a probability of 95 %."""
    from scipy.stats import chi2

    unit = sample_unit(len(target.ranges), LOG_CANDIDATES)
    limit = float(chi2.ppf(CONFIDENCE, int(target.fitted.sum())))
    return Region(to_values(unit, target.ranges), implausibility(target, emulator, unit), limit)


@dataclass(frozen=True, eq=False)
class FigureIndices:
    """Sobol's total indices of each figure, over the calibrated ranges.

    Attributes:
        total: of the emulator's mean, shape (figures, parameters).
        low, high: 2.5 % and 97.5 % quantiles over functions drawn from the emulator.
    """

    total: Numbers
    low: Numbers
    high: Numbers


def emulated_indices(emulator: Emulator, factors: int) -> FigureIndices:
    """Compute Sobol's total indices with the emulator; the interval is over what the emulator leaves open."""
    base = sample_unit(2 * factors, LOG_BLOCKS)
    a, b = base[:, :factors], base[:, factors:]
    points = [a]
    for factor in range(factors):
        mixed = a.copy()
        mixed[:, factor] = b[:, factor]
        points.append(mixed)
    points.append(b)
    unit = np.stack(points, axis=1)  # blocks, points of a block, factors

    def totals(values: Numbers) -> Numbers:
        """Return the indices of values of shape (…, blocks × points of a block)."""
        shaped = values.reshape(*values.shape[:-1], *unit.shape[:2], 1)
        return sobol_indices(shaped, factors, shared_seeds=False).total.estimate

    flat = unit.reshape(-1, factors)
    drawn = totals(np.moveaxis(emulator.sample(flat, DRAWS), -1, 1))  # draws, figures, factors
    mean = totals(emulator.predict(flat)[0].T)
    tails = ((1.0 - CONFIDENCE) / 2.0, (1.0 + CONFIDENCE) / 2.0)
    low, high = np.quantile(drawn, tails, axis=0)
    return FigureIndices(mean, np.minimum(low, mean), np.maximum(high, mean))
