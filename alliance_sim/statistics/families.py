"""Simultaneous intervals and adjusted p-values for families of outcomes and contrasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from alliance_sim.statistics.intervals import LEAST_UNITS, Intervals, Numbers, two_sided

LEAST_RESAMPLED = 20
"""With fewer units the resampled maximum is unreliable, and Šidák's bound is used alone."""
RESAMPLES = 999
RESAMPLING_SEED = 20_040_101
"""An arbitrary constant, so that the same runs always give the same intervals."""
SIDAK, MAXIMUM = "Šidák", "max-t bootstrap"
SKEWED_SHARE = 0.1
"""Share of the error probability for skewed members: far in the tails the correction for skewness falls short."""
BLOCK = 2**24


def simultaneous(intervals: Intervals, *, confidence: float | None = None) -> Intervals:
    """Add limits that hold for all members of a family at once.

    The critical value is Šidák's, or that of the bootstrap distribution of the largest studentised deviation where it
    is smaller: with 20 units or more and outcomes that are correlated over the same seeds.

    Args:
        intervals: the family, shape (…, members); with ``contributions`` over the same seeds, if they have any.
        confidence: nominal coverage of all members at once; that of each interval by default.

    References:
        Romano and Wolf (2005), Exact and approximate stepdown methods for multiple hypothesis testing, J. American
        Statistical Association 100:94–108.
    """
    confidence = intervals.confidence if confidence is None else confidence
    counted = (intervals.n >= LEAST_UNITS) & ((intervals.error > 0.0) | (intervals.estimate != 0.0))
    members = np.maximum(counted.sum(axis=-1, keepdims=True), 1)
    each = confidence ** (1.0 / members)
    critical, method = two_sided(each, intervals.freedom), SIDAK
    contributions = intervals.contributions
    if contributions is not None and contributions.shape[-1] >= LEAST_RESAMPLED and intervals.shape[-1] > 1:
        resampled = _largest(intervals, contributions, confidence)
        method = MAXIMUM if bool(np.all(resampled < critical)) else f"{SIDAK} or {MAXIMUM}"
        critical = np.fmin(critical, resampled)
    low, high = intervals.limits(critical, each, SKEWED_SHARE, family=True)
    return replace(
        intervals,
        low_simultaneous=np.minimum(low, intervals.low),
        high_simultaneous=np.maximum(high, intervals.high),
        simultaneous_method=method,
    )


@lru_cache(maxsize=4)
def _resamples(units: int) -> Numbers:
    """Return how often each unit is in each resample, shape (resamples, units)."""
    rng = np.random.default_rng(RESAMPLING_SEED)
    return rng.multinomial(units, np.full(units, 1.0 / units), size=RESAMPLES).astype(np.float64)


def _largest(intervals: Intervals, contributions: Numbers, confidence: float) -> Numbers:
    """Return the quantile of the largest studentised deviation in resamples of seeds, shape (…, 1)."""
    units = contributions.shape[-1]
    weights = _resamples(units)
    members = intervals.shape[-1]
    flat = contributions.reshape(-1, members, units)
    centres = intervals.estimate.reshape(-1, members)
    found = np.empty(len(flat))
    step = max(1, BLOCK // (members * RESAMPLES))
    for first in range(0, len(flat), step):
        here = slice(first, first + step)
        there = ~np.isnan(flat[here])
        away = np.where(there, flat[here] - centres[here][..., None], 0.0)
        count = there.astype(np.float64) @ weights.T
        total, squares = away @ weights.T, away**2 @ weights.T
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / count
            variance = np.maximum(squares / count - mean**2, 0.0) / (count - 1.0)
            statistic = np.abs(mean) / np.sqrt(variance)
        known = (variance > 0.0) & (count >= 2)
        largest = np.where(known, statistic, 0.0).max(axis=1)
        found[here] = np.quantile(largest, confidence, axis=1, method="higher")
    return found.reshape(*intervals.shape[:-1], 1)


def join(parts: Sequence[Intervals]) -> Intervals:
    """Return several sets of intervals as one flat family.

    Contributions are kept if all sets have them over the same number of units; ``kind`` is that of the first set.

    Raises:
        ValueError: if there are no sets.
    """
    if not parts:
        raise ValueError("there are no intervals to join")

    def flat(pick: Callable[[Intervals], Numbers]) -> Numbers:
        return np.concatenate([np.ravel(pick(one)) for one in parts])

    given = [one.contributions for one in parts]
    units = {None if each is None else each.shape[-1] for each in given}
    contributions = None
    if len(units) == 1 and None not in units:
        contributions = np.concatenate([each.reshape(-1, each.shape[-1]) for each in given if each is not None])
    paired = all(one.paired for one in parts)
    fixed = [np.broadcast_to(np.False_ if one.fixed is None else one.fixed, one.shape).ravel() for one in parts]
    return Intervals(
        flat(lambda one: one.estimate),
        flat(lambda one: one.error),
        flat(lambda one: one.freedom),
        flat(lambda one: one.asymmetry),
        np.concatenate([np.ravel(one.n) for one in parts]),
        flat(lambda one: one.low),
        flat(lambda one: one.high),
        parts[0].confidence,
        parts[0].kind,
        contributions=contributions,
        paired=paired,
        fixed=np.concatenate(fixed) if paired else None,
    )


def simultaneous_together(parts: Sequence[Intervals], *, confidence: float | None = None) -> list[Intervals]:
    """Add limits that hold for all members of several sets of intervals at once.

    Args:
        parts: the sets, such as the effects of several factors on several outcomes.
        confidence: nominal coverage of all members of all sets at once; that of the first set's intervals by default.
    """
    if not parts:
        return []
    family = join(parts)
    if family.shape[0] * RESAMPLES > BLOCK:  # too many for the bootstrap
        family = replace(family, contributions=None)
    whole = simultaneous(family, confidence=confidence)
    assert whole.low_simultaneous is not None  # noqa: S101
    assert whole.high_simultaneous is not None  # noqa: S101
    edges = np.cumsum([one.estimate.size for one in parts])[:-1]
    limits = zip(parts, np.split(whole.low_simultaneous, edges), np.split(whole.high_simultaneous, edges), strict=True)
    return [
        replace(
            one,
            low_simultaneous=low.reshape(one.shape),
            high_simultaneous=high.reshape(one.shape),
            simultaneous_method=whole.simultaneous_method,
        )
        for one, low, high in limits
    ]


def directions(intervals: Intervals) -> Numbers:
    """Return, for each member, the direction in which its simultaneous interval excludes zero: 1, -1, or 0.

    Raises:
        ValueError: if there are no simultaneous limits; ``simultaneous`` computes them.
    """
    if intervals.low_simultaneous is None or intervals.high_simultaneous is None:
        raise ValueError("these intervals have no simultaneous limits; compute them with simultaneous()")
    return (intervals.low_simultaneous > 0).astype(np.float64) - (intervals.high_simultaneous < 0)


def holm(p_values: ArrayLike) -> Numbers:
    """Adjust p-values for their number by Holm's step-down method.

    Args:
        p_values: shape (…, members); NaN for members without a test, which are not counted.

    References:
        Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statistics 6:65–70.
    """
    given = np.asarray(p_values, np.float64)
    order = np.argsort(given, axis=-1)
    ranked = np.take_along_axis(given, order, axis=-1)
    left = (~np.isnan(given)).sum(axis=-1, keepdims=True) - np.arange(given.shape[-1])
    adjusted = np.minimum(np.maximum.accumulate(np.where(np.isnan(ranked), -1.0, ranked * left), axis=-1), 1.0)
    adjusted = np.where(np.isnan(ranked), np.nan, adjusted)
    found = np.empty_like(given)
    np.put_along_axis(found, order, adjusted, axis=-1)
    return found
