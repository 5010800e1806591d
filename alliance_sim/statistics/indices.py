"""Sobol's indices with intervals over base blocks and over seeds."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from alliance_sim.statistics.intervals import (
    CONFIDENCE,
    Intervals,
    Numbers,
    from_contributions,
    mean_of,
    two_sided,
)

LEAST_BLOCKS = 64
"""With fewer base blocks the intervals of Sobol's indices are unreliable."""
BLOCKS = "t over blocks"
WITH_SEEDS = " and seeds"


class FewBlocksWarning(UserWarning):
    """A sample has too few base blocks or trajectories for its intervals to be relied on."""


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """Sobol's indices of every factor, all arrays of shape (…, factors).

    Attributes:
        first: first-order indices, never above the total.
        total: total indices.
        blocks: number of complete blocks used.
        left_out: number of blocks left out because a run is missing or undefined.
        noise_share: share of the variance between points that is random variation of the points' means; the indices
            do not contain it. NaN for a single seed, whose variation the total indices contain.
        replicates: total indices without one seed each, shape (seeds, …, factors), if seeds are shared; else empty.
        second: second-order indices, shape (…, pairs), pairs in the order (0, 1), (0, 2), …; None without them.
        noise_floor: the total index that a factor without effect (a dummy) exceeds in 5 % of samples, from random
            variation; zero if a seed gives the same random numbers at all points. NaN for a single seed.
    """

    first: Intervals
    total: Intervals
    blocks: int
    left_out: int
    noise_share: Numbers
    replicates: Numbers
    second: Intervals | None = None
    noise_floor: Numbers = field(default_factory=lambda: np.array(np.nan))


def sobol_indices(
    values: ArrayLike, factors: int, *, shared_seeds: bool, confidence: float = CONFIDENCE
) -> SobolIndices:
    """Estimate Sobol's indices of the expected outcome from Saltelli's sample.

    Products of two outcomes are taken between different seeds, so random variation does not inflate the indices. The
    interval rests on the spread of blocks; if all points share seeds, the jackknife variance over seeds is added.

    Args:
        values: outcomes, shape (…, blocks, length, seeds): the points of a block are A, one for each factor with that
            factor from B, optionally one for each factor of B with that factor from A, and B, as SALib orders them.
        factors: number of factors.
        shared_seeds: whether a seed gives the same random numbers at all points.
        confidence: nominal coverage.

    Raises:
        ValueError: if the length of a block does not fit the number of factors, or no two blocks are complete.

    Warns:
        FewBlocksWarning: with fewer than ``LEAST_BLOCKS`` complete blocks.

    References:
        Saltelli et al. (2010), Computer Physics Communications 181:259–270 (first order); Jansen (1999), Computer
        Physics Communications 117:35–43 (total).
    """
    values = np.asarray(values, np.float64)
    if values.shape[-2] not in (factors + 2, 2 * factors + 2):
        raise ValueError(f"a block has {values.shape[-2]} points, which does not fit {factors} factors")
    values, left_out = complete_blocks(values, LEAST_BLOCKS, "base blocks")
    blocks, seeds = values.shape[-3], values.shape[-1]
    first, total, second, variance = _indices(values, factors)
    firsts, totals, seconds = (_over_blocks(each, variance, confidence) for each in (first, total, second))
    replicates = np.empty((0, *totals.estimate.shape))
    if shared_seeds and seeds >= 3:
        without = [_indices(np.delete(values, seed, axis=-1), factors) for seed in range(seeds)]
        of_first, replicates, of_second = (
            np.stack([_ratios(part[order], part[3]) for part in without]) for order in (0, 1, 2)
        )
        firsts, totals = _with_seeds(firsts, of_first), _with_seeds(totals, replicates)
        seconds = _with_seeds(seconds, of_second)
    means = values.mean(axis=-1)
    noise = mean_of(values.var(axis=-1, ddof=1) / seeds, (-2, -1)) if seeds > 1 else np.array(np.nan)
    observed = means[..., (0, -1)].reshape(*means.shape[:-2], -1).var(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        noise_share = noise / observed
    total_shown = _within(totals, np.clip(totals.estimate, 0.0, 1.0))
    first_shown = _within(firsts, np.minimum(np.clip(firsts.estimate, 0.0, 1.0), total_shown.estimate))
    floor = _noise_floor(values, variance, confidence, shared_seeds=shared_seeds)
    shown = seconds if second.shape[-2] else None
    return SobolIndices(
        first_shown, total_shown, blocks, left_out, np.asarray(noise_share), replicates, shown, np.asarray(floor)
    )


def _noise_floor(values: Numbers, variance: Numbers, confidence: float, *, shared_seeds: bool) -> Numbers:
    """Return the upper limit of a dummy factor's total index, whose runs differ in their random numbers alone.

    Its expected value is zero, since products are taken between different seeds. The variance of a product of two such
    differences is four times the squared variance of a run, and there are S (S - 1) / 2 products in a block.
    """
    seeds, blocks = values.shape[-1], values.shape[-3]
    if seeds == 1:
        return np.full(variance.shape[:-1], np.nan)
    if shared_seeds:
        return np.zeros(variance.shape[:-1])
    noise = (values.var(axis=-1, ddof=1) ** 2).mean(axis=(-2, -1))
    error = np.sqrt(4.0 * noise / (seeds * (seeds - 1.0) / 2.0) / blocks) / 2.0
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(two_sided(confidence - (1.0 - confidence), blocks - 1.0) * error / variance.mean(axis=-1))


def complete_blocks(values: Numbers, least: int, units: str) -> tuple[Numbers, int]:
    """Return the blocks in which no run is missing, in any problem, and the number left out."""
    missing = np.isnan(values).any(axis=(-2, -1))
    kept = ~missing.any(axis=tuple(range(missing.ndim - 1)))
    if kept.sum() < 2:
        raise ValueError(f"only {kept.sum():,} of {len(kept):,} {units} are complete, but two are needed")
    if kept.sum() < least:
        warnings.warn(
            f"{kept.sum():,} {units} are few: intervals of indices need {least:,}", FewBlocksWarning, stacklevel=3
        )
    return values[..., kept, :, :], int((~kept).sum())


def _product(one: Numbers, other: Numbers) -> Numbers:
    """Return the product of two outcomes' expected values, from pairs of different seeds where there are several."""
    seeds = one.shape[-1]
    if seeds == 1:
        return (one * other)[..., 0]
    return (one.sum(axis=-1) * other.sum(axis=-1) - (one * other).sum(axis=-1)) / (seeds * (seeds - 1.0))


def _indices(values: Numbers, factors: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return, for each block, the numerators of the indices, shape (…, factors or pairs, blocks), and the variance."""
    blocks = values.shape[-3]
    ends = values[..., (0, -1), :]
    values = values - ends.mean(axis=(-3, -2), keepdims=True)
    a, b = values[..., 0, :], values[..., -1, :]
    variance = (_product(a, a) + _product(b, b)) / 2.0 * (2.0 * blocks / (2.0 * blocks - 1.0))
    crossed = [values[..., 1 + factor, :] for factor in range(factors)]
    first = [_product(b, c - a) for c in crossed]
    second: list[Numbers] = []
    if values.shape[-2] == 2 * factors + 2:  # both halves of the sample estimate the first order
        other = [values[..., 1 + factors + factor, :] for factor in range(factors)]
        first = [(one + _product(a, c - b)) / 2.0 for one, c in zip(first, other, strict=True)]
        both = _product(a, b)
        second = [
            _product(other[i], crossed[k]) - both - first[i] - first[k] for i, k in combinations(range(factors), 2)
        ]
    total = [_product(a - c, a - c) / 2.0 for c in crossed]
    seconds = np.stack(second, axis=-2) if second else np.empty((*variance.shape[:-1], 0, blocks))
    return np.stack(first, axis=-2), np.stack(total, axis=-2), seconds, variance


def _ratios(numerator: Numbers, variance: Numbers) -> Numbers:
    with np.errstate(invalid="ignore", divide="ignore"):
        below = variance.mean(axis=-1)[..., None]
        return np.where(below > 0.0, numerator.mean(axis=-1) / below, np.nan)


def _over_blocks(numerator: Numbers, variance: Numbers, confidence: float) -> Intervals:
    """Return ratios with intervals by the delta method over blocks."""
    estimate = _ratios(numerator, variance)
    with np.errstate(invalid="ignore", divide="ignore"):
        below = variance.mean(axis=-1)[..., None, None]
        away = (numerator - estimate[..., None] * variance[..., None, :]) / below
    return from_contributions(estimate, estimate[..., None] + away, confidence=confidence, kind=BLOCKS)


def jackknife_freedom(seeds: int) -> float:
    """Return the degrees of freedom of a jackknife variance over seeds of figures that take products between seeds.

    Figures without one seed share most products, so half the usual number is taken; simulation bears it out.
    """
    return max((seeds - 1.0) / 2.0, 1.0)


def _with_seeds(found: Intervals, replicates: Numbers) -> Intervals:
    """Add the jackknife variance over seeds, with Satterthwaite's degrees of freedom."""
    seeds = len(replicates)
    over_seeds = (seeds - 1.0) / seeds * ((replicates - replicates.mean(axis=0)) ** 2).sum(axis=0)
    over_seeds = np.where(np.isnan(over_seeds), np.inf, over_seeds)  # without a seed the variance may vanish
    over_blocks = found.error**2
    variance = over_seeds + over_blocks
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = variance**2 / (over_seeds**2 / jackknife_freedom(seeds) + over_blocks**2 / found.freedom)
    together = Intervals(
        found.estimate,
        np.sqrt(variance),
        np.where(np.isfinite(freedom), freedom, 1.0),
        found.asymmetry * (over_blocks >= over_seeds),
        found.n,
        found.low,
        found.high,
        found.confidence,
        found.kind + WITH_SEEDS,
        contributions=found.contributions,
    )
    return together.at(found.confidence)


def _within(found: Intervals, shown: Numbers) -> Intervals:
    """Return the figures as shown, with intervals between 0 and 1 that contain them."""
    low = np.minimum(np.clip(found.low, 0.0, 1.0), shown)
    high = np.maximum(np.clip(found.high, 0.0, 1.0), shown)
    return Intervals(
        shown,
        found.error,
        found.freedom,
        found.asymmetry,
        found.n,
        low,
        high,
        found.confidence,
        found.kind,
        contributions=found.contributions,
    )
