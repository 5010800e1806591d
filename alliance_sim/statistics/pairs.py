"""Paired comparisons over seeds: two means, their difference and their ratio, all on the same runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from alliance_sim.statistics.intervals import (
    CONFIDENCE,
    LEAST_UNITS,
    ROUNDING,
    Counts,
    Flags,
    Interval,
    Intervals,
    Numbers,
    difference_intervals,
    from_contributions,
    mean_intervals,
    mean_of,
    no_coincidence,
)
from alliance_sim.statistics.skewness import mean_asymmetry, skewness_of

FIELLER, GEOMETRIC = "Fieller", "t on log ratios"


@dataclass(frozen=True, eq=False)
class PairedComparison:
    """Two configs under the same seeds; every figure rests on the seeds for which both have a value.

    Attributes:
        first, second: means with intervals.
        difference: mean of second minus first, over pairs.
        ratio: mean of the second over mean of the first, with Fieller's interval.
        n: numbers of pairs used.
        undefined: numbers of pairs left out because either has no value.
        undefined_first, undefined_second: numbers of runs without a value.
    """

    first: Intervals
    second: Intervals
    difference: Intervals
    ratio: Intervals
    n: Counts
    undefined: Counts
    undefined_first: Counts
    undefined_second: Counts


def compare_pairs(first: ArrayLike, second: ArrayLike, *, confidence: float = CONFIDENCE) -> PairedComparison:
    """Compare two configs under the same seeds.

    Args:
        first: one value per seed under the reference, shape (…, seeds); NaN where undefined.
        second: the same under the other config.
        confidence: nominal coverage of each interval.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    both = np.isfinite(first) & np.isfinite(second)
    here, there = np.where(both, first, np.nan), np.where(both, second, np.nan)
    number = np.asarray(both.sum(axis=-1), np.int64)
    fixed = no_coincidence(here) & no_coincidence(there)
    return PairedComparison(
        mean_intervals(here, confidence=confidence),
        mean_intervals(there, confidence=confidence),
        difference_intervals(
            paired_gaps(here, there),
            fixed=fixed,
            confidence=confidence,
        ),
        ratio_of_means(here, there, confidence=confidence),
        number,
        both.shape[-1] - number,
        np.asarray((~np.isfinite(first)).sum(axis=-1), np.int64),
        np.asarray((~np.isfinite(second)).sum(axis=-1), np.int64),
    )


def paired_gaps(first: ArrayLike, second: ArrayLike) -> Numbers:
    """Return second minus first, and zero where the difference is only rounding."""
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    gaps = second - first
    return np.where(np.abs(gaps) <= ROUNDING * np.maximum(np.abs(first), np.abs(second)), 0.0, gaps)


def grouped_differences(gaps: ArrayLike, *, fixed: Flags | None = None, confidence: float = CONFIDENCE) -> Intervals:
    """Average paired differences over groups with equal weights, with an interval over seeds given the groups.

    Groups are the values of other factors, or points. A seed's differences in all groups belong together: they share
    random numbers. If runs are missing, a group's mean is over the seeds that it has. Groups with fewer than two
    seeds are left out if others have more.

    Args:
        gaps: differences, shape (…, groups, seeds); NaN where a run is missing.
        fixed: where equal differences cannot be a coincidence (``no_coincidence``).
        confidence: nominal coverage.
    """
    gaps = np.asarray(gaps, np.float64)
    there = ~np.isnan(gaps)
    if gaps.size and there.all():
        return difference_intervals(gaps.mean(axis=-2), fixed=fixed, confidence=confidence)
    sizes = there.sum(axis=-1).astype(np.float64)
    most = sizes.max(axis=-1, keepdims=True, initial=0.0)
    kept = sizes >= np.minimum(2.0, np.maximum(most, 1.0))
    means = np.where(kept, mean_of(gaps, -1), np.nan)
    estimate = mean_of(means, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        number = kept.sum(axis=-1) / np.where(kept, 1.0 / sizes, 0.0).sum(axis=-1)
        scale = np.sqrt((number * (number - 1.0))[..., None] / (sizes * (sizes - 1.0)))
        away = np.where(there & kept[..., None], (gaps - means[..., None]) * scale[..., None], 0.0)
        moved = away.sum(axis=-2) / kept.sum(axis=-1)[..., None]
    used = (there & kept[..., None]).any(axis=-2)
    contributions = np.where(used, estimate[..., None] + moved, np.nan)
    found = from_contributions(estimate, contributions, units=number, confidence=confidence)
    return replace(found, paired=True, fixed=fixed).at(confidence)


def ratio_of_means(first: ArrayLike, second: ArrayLike, *, confidence: float = CONFIDENCE) -> Intervals:
    """Compute the ratio of two paired means, second over first, with Fieller's interval.

    A ratio r is in the interval if zero is in the interval of the mean of ``second − r·first``. That is Student's, or
    wider where these values are skewed, as in ``mean_intervals``. Where the first mean is not clearly different from
    zero, no finite interval has the coverage, and the limits are infinite. The ratio is NaN where the first mean is
    zero.

    Args:
        first: one value per seed under the reference, shape (…, seeds); pairs without both values are left out.
        second: the same under the other config.
        confidence: nominal coverage.

    References:
        Fieller (1954), Some problems in interval estimation, J. R. Statist. Soc. B 16:175–185.
    """
    first, second = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    both = np.isfinite(first) & np.isfinite(second)
    n = np.asarray(both.sum(axis=-1), np.int64)
    number, zero = n.astype(np.float64), np.zeros(n.shape)
    x, y = np.where(both, first, np.nan), np.where(both, second, np.nan)
    below, above = mean_of(x, -1), mean_of(y, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        dx = np.where(both, x - below[..., None], 0.0)
        dy = np.where(both, y - above[..., None], 0.0)
        scale = n * (n - 1.0)
        vxx, vyy, vxy = ((a * b).sum(axis=-1) / scale for a, b in ((dx, dx), (dy, dy), (dx, dy)))
        ratio = np.where(below == 0.0, np.nan, above / below)
        error = np.sqrt(np.maximum(vyy - 2.0 * ratio * vxy + ratio**2 * vxx, 0.0)) / np.abs(below)

        skewed = mean_asymmetry(skewness_of(dy - ratio[..., None] * dx, number), number)
        margins = Intervals(zero, zero + 1.0, number - 1.0, skewed, n, zero, zero).at(confidence)
        # at the lower limit the mean of second − r·first is on the side of the first mean
        positive = below > 0.0
        low = _ratio_at(np.where(positive, -margins.low, margins.high), -1.0, (below, above), (vxx, vyy, vxy))
        high = _ratio_at(np.where(positive, margins.high, -margins.low), 1.0, (below, above), (vxx, vyy, vxy))
    nothing = (n < LEAST_UNITS) | np.isnan(ratio)
    low, high = np.where(nothing, np.nan, low), np.where(nothing, np.nan, high)
    return Intervals(ratio, error, number - 1.0, skewed, n, low, high, confidence, FIELLER)


def _ratio_at(
    margin: Numbers, side: float, means: tuple[Numbers, Numbers], variances: tuple[Numbers, Numbers, Numbers]
) -> Numbers:
    """Return the ratio at which the mean of ``second − r·first`` is some standard errors from zero, on one side."""
    (below, above), (vxx, vyy, vxy) = means, variances
    leading = below**2 - margin**2 * vxx
    middle = below * above - margin**2 * vxy
    root = np.sqrt(np.maximum(middle**2 - leading * (above**2 - margin**2 * vyy), 0.0))
    return np.where(leading > 0.0, (middle + side * root) / leading, side * np.inf)


def geometric_ratios(first: ArrayLike, second: ArrayLike, *, confidence: float = CONFIDENCE) -> Intervals:
    """Compute the typical ratio of a pair, the geometric mean of second over first, with an interval over seeds.

    It differs from the ratio of means. Pairs in which either value is not positive have no ratio and are left out.

    Args:
        first: one value per seed under the reference, shape (…, seeds).
        second: the same under the other config.
        confidence: nominal coverage.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.where((first > 0.0) & (second > 0.0), np.log(second / first), np.nan)
    found = mean_intervals(logs, confidence=confidence)
    ratio, low, high = (np.exp(each) for each in (found.estimate, found.low, found.high))
    return Intervals(
        ratio, ratio * found.error, found.freedom, found.asymmetry, found.n, low, high, confidence, GEOMETRIC
    )


def ratio_interval(numerators: ArrayLike, denominators: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Compute the ratio of two means over seeds, with Fieller's interval.

    Args:
        numerators: one value per seed; NaN where undefined.
        denominators: one value for each of the same seeds.
        confidence: nominal coverage.

    Returns:
        The ratio with its limits, which are infinite where the denominators' mean is not clearly different from zero.

    Example:
        >>> found = ratio_interval([2.1, 3.9, 6.2, 7.8, 10.0], [1.0, 2.0, 3.0, 4.0, 5.0])
        >>> round(found.estimate, 2), found.low < 2.0 < found.high, found.n
        (2.0, True, 5)
    """
    return ratio_of_means(np.ravel(denominators), np.ravel(numerators), confidence=confidence).item()
