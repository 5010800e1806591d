"""95 % intervals of means: over paired seeds and between independent groups; and the sample size for a precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.comparison import BOOTSTRAP_SEED, CONFIDENCE, RESAMPLES
from alliance_sim.study.results.endpoints import Numbers, mean_of

MOST_RESAMPLED = 500
"""With more seeds than this the mean is practically normal, and Student's interval replaces the bootstrap."""
MOST_NEEDED = 10_000_000


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval.

    Attributes:
        mean: the estimate.
        low, high: its 95 % interval; NaN if there are too few observations.
        number: the number of independent observations: seeds, runs or points.
        spread: the standard deviation of one observation, so that ``spread / √number`` is the standard error.
    """

    mean: float
    low: float
    high: float
    number: int
    spread: float


NOTHING = Interval(math.nan, math.nan, math.nan, 0, math.nan)


def over_seeds(gaps: Numbers) -> Interval:
    """Average over groups each group's mean over seeds, with a percentile bootstrap interval over seeds.

    Seeds are sampled at random; groups (the values of other factors) are fixed and have equal weights. If runs are
    missing, the mean of a group is over the runs that it has.

    Args:
        gaps: differences, shape (groups, seeds); NaN if a run is missing.
    """
    gaps = gaps[~np.isnan(gaps).all(axis=1)]
    gaps = gaps[:, ~np.isnan(gaps).all(axis=0)]
    groups, seeds = gaps.shape
    if groups == 0 or seeds == 0:
        return NOTHING
    there = ~np.isnan(gaps)
    mean = float(mean_of(gaps, axis=1).mean())
    by_seed = gaps.mean(axis=0) if there.all() else _contributions(gaps, there)
    spread = float(by_seed.std(ddof=1)) if seeds > 1 else math.nan
    if seeds < 2:
        return Interval(mean, math.nan, math.nan, seeds, spread)
    if seeds > MOST_RESAMPLED:
        margin = student(seeds - 1) * spread / math.sqrt(seeds)
        return Interval(mean, mean - margin, mean + margin, seeds, spread)
    sampled = resamples(seeds)
    means = sampled @ by_seed if there.all() else _means_with_gaps(gaps, there, sampled)
    margin = 100.0 * (1.0 - CONFIDENCE) / 2.0
    low, high = np.percentile(means, (margin, 100.0 - margin))
    return Interval(mean, float(low), float(high), seeds, spread)


def _contributions(gaps: Numbers, there: NDArray[np.bool_]) -> Numbers:
    """Return values per seed whose mean is the estimate and whose spread gives its standard error."""
    centres = mean_of(gaps, axis=1)
    weights = 1.0 / there.sum(axis=1)
    moved = np.where(there, (gaps - centres[:, None]) * weights[:, None], 0.0).mean(axis=0)
    return centres.mean() + moved * gaps.shape[1]


def _means_with_gaps(gaps: Numbers, there: NDArray[np.bool_], sampled: Numbers) -> Numbers:
    """Return the estimate in each resample; a group without a resampled seed keeps its mean, so weights stay equal."""
    total = np.zeros(len(sampled))
    for first in range(0, len(gaps), 100):  # in blocks, because there may be very many groups
        here = slice(first, first + 100)
        weights = there[here].astype(float) @ sampled.T
        sums = np.where(there[here], gaps[here], 0.0) @ sampled.T
        own = np.broadcast_to(mean_of(gaps[here], axis=1)[:, None], sums.shape).copy()
        total += np.divide(sums, weights, out=own, where=weights > 0.0).sum(axis=0)
    return total / len(gaps)


def between_groups(second: Sequence[Numbers], first: Sequence[Numbers]) -> Interval:
    """Average over pairs of groups the second mean minus the first, with Welch's interval.

    The groups are independent, so their variances add. A pair with an empty group is left out.
    """
    pairs = [(_defined(b), _defined(a)) for b, a in zip(second, first, strict=True)]
    pairs = [(b, a) for b, a in pairs if b.size and a.size]
    if not pairs:
        return NOTHING
    return of_groups([(1.0 / len(pairs), b) for b, _ in pairs] + [(-1.0 / len(pairs), a) for _, a in pairs])


def of_groups(weighted: Sequence[tuple[float, Numbers]]) -> Interval:
    """Return a weighted sum of the means of independent groups, with Welch's interval (Welch–Satterthwaite)."""
    mean = math.fsum(weight * float(group.mean()) for weight, group in weighted)
    number = sum(group.size for _, group in weighted)
    if any(group.size < 2 for _, group in weighted):
        return Interval(mean, math.nan, math.nan, number, math.nan)
    parts = [weight**2 * float(group.var(ddof=1)) / group.size for weight, group in weighted]
    error = math.sqrt(math.fsum(parts))
    if error == 0.0:
        return Interval(mean, mean, mean, number, 0.0)
    shares = [(part / error / error) ** 2 / (group.size - 1) for part, (_, group) in zip(parts, weighted, strict=True)]
    freedom = 1.0 / math.fsum(shares)
    margin = student(freedom) * error
    return Interval(mean, mean - margin, mean + margin, number, error * math.sqrt(number))


def _defined(numbers: Numbers) -> Numbers:
    return numbers[~np.isnan(numbers)]


@cache
def resamples(seeds: int) -> Numbers:
    """Return the weight of each seed in each resample, shape (resamples, seeds): the same for all outcomes."""
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    counts = generator.multinomial(seeds, np.full(seeds, 1.0 / seeds), size=RESAMPLES)
    return counts / seeds


def student(freedom: float) -> float:
    """Return the half-width of the 95 % interval in standard errors, from Student's t distribution."""
    from scipy.stats import t

    return float(t.ppf((1.0 + CONFIDENCE) / 2.0, freedom))


def needed(spread: float, half_width: float) -> int | None:
    """Return the least number of observations for a 95 % interval of this half-width; None if it is out of reach.

    Args:
        spread: the standard deviation of one observation.
        half_width: the wanted half-width, in the unit of ``spread``.
    """
    if not math.isfinite(spread) or not half_width > 0.0:
        return None
    if spread == 0.0:
        return 2

    def suffices(number: int) -> bool:
        return student(number - 1) * spread / math.sqrt(number) <= half_width

    few, many = 1, 2
    while not suffices(many):
        few, many = many, many * 2
        if many > MOST_NEEDED:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if suffices(middle) else (middle, many)
    return many
