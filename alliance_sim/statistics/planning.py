"""Numbers of seeds: for a planned power, for a planned precision, and sequential runs that stop at a half-width."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_sim.statistics.intervals import (
    CONFIDENCE,
    LEAST_UNITS,
    Flags,
    Intervals,
    Numbers,
    mean_asymmetry,
    mean_intervals,
    skewness_of,
)

POWER = 0.8
MOST = 10_000_000
"""No practical number of seeds is larger."""
CHANCE_WIDENING = 1.01
"""Average widening of the interval of data that are not skewed, whose sample skewness is large by chance."""
FIRST_LOOK = 10
"""Least number of seeds before a sequential run may stop."""
SEQUENTIAL_SHARE = 0.9
"""Share of the error probability used at each look: runs are more likely to stop where the spread is small."""


@dataclass(frozen=True)
class Plan:
    """A number of seeds for a goal.

    Attributes:
        n: number of seeds in all; None if no practical number suffices.
        low, high: numbers for the ends of the spread's 95 % interval: what the pilot leaves open; None as for ``n``.
        goal: what the number is for, in words.
        pilot: number of seeds of the pilot.
    """

    n: int | None
    low: int | None
    high: int | None
    goal: str
    pilot: int


def plan_power(pilot: ArrayLike, effect: float, *, power: float = POWER, confidence: float = CONFIDENCE) -> Plan:
    """Plan how many seeds make an effect of a given size clear with the planned power.

    The power is that over all pilots: the number allows for the error of the pilot's spread. The effect is stated, not
    estimated: the smallest effect of interest.

    Args:
        pilot: paired differences of the pilot, one per seed.
        effect: the true effect to detect, in the outcome's unit.
        power: probability that the interval excludes zero if the effect is true.
        confidence: confidence of that interval.

    Raises:
        ValueError: if the effect is zero, the power is not between 0 and 1, or the pilot has fewer than three values.

    References:
        Julious and Owen (2006), Sample size calculations for clinical studies allowing for uncertainty about the
        variance, Pharmaceutical Statistics 5:29–37.
    """
    from scipy.special import nctdtrit, ndtri

    if effect == 0.0 or not math.isfinite(effect) or not 0.0 < power < 1.0:
        raise ValueError(
            f"effect is {effect:g} and power {power:g}, but they must be other than 0, and between 0 and 1"
        )
    spread, freedom, skewness, size = _pilot(pilot)

    def needed(deviation: float, estimated: bool) -> int | None:
        def enough(n: int) -> bool:
            below, above = _margins(skewness, n, confidence)
            critical = below if effect > 0.0 else above
            needs = nctdtrit(freedom, critical, power) if estimated else critical + ndtri(power)
            return bool(math.sqrt(n) * abs(effect) >= float(needs) * deviation)

        return _least(enough, (3.0 * deviation / effect) ** 2)

    low, high = _range(spread, freedom, lambda deviation: needed(deviation, estimated=False))
    goal = f"power {power:.0%} for an effect of {effect:g}".replace("%", " %")
    return Plan(needed(spread, estimated=True), low, high, goal, size)


def plan_precision(
    pilot: ArrayLike, half_width: float, *, assurance: float = POWER, confidence: float = CONFIDENCE
) -> Plan:
    """Plan how many seeds give an interval of at most a half-width, with the given probability.

    Args:
        pilot: values (paired differences, or runs) of the pilot, one per seed.
        half_width: the wanted half-width, in the outcome's unit.
        assurance: probability that the interval of new runs is at most as wide.
        confidence: confidence of that interval.

    Raises:
        ValueError: if the half-width is not positive, or the pilot has fewer than three values.
    """
    from scipy.special import chdtri, fdtri

    if not half_width > 0.0:
        raise ValueError(f"the half-width is {half_width:g}, but must be more than 0")
    spread, freedom, skewness, size = _pilot(pilot)
    tails = (2.0 / freedom - 2.0 / (size - 1.0)) * size

    def needed(deviation: float, estimated: bool) -> int | None:
        def enough(n: int) -> bool:
            own = 2.0 / (2.0 / (n - 1.0) + tails / n)
            square = fdtri(own, freedom, assurance) if estimated else chdtri(own, 1.0 - assurance) / own
            margin = sum(_margins(skewness, n, confidence)) / 2.0 * math.sqrt(float(square)) * deviation
            return bool(margin <= half_width * math.sqrt(n))

        return _least(enough, (2.0 * deviation / half_width) ** 2)

    low, high = _range(spread, freedom, lambda deviation: needed(deviation, estimated=False))
    goal = f"half-width {half_width:g} with probability {assurance:.0%}".replace("%", " %")
    return Plan(needed(spread, estimated=True), low, high, goal, size)


def _pilot(values: ArrayLike) -> tuple[float, float, float, int]:
    """Return a pilot's standard deviation, the degrees of freedom of its square, its skewness and its size.

    A heavy-tailed pilot knows its spread less well than a normal one of the same size.
    """
    from scipy.stats import kurtosis

    pilot = np.asarray(values, np.float64).ravel()
    pilot = pilot[~np.isnan(pilot)]
    n = len(pilot)
    if n < LEAST_UNITS:
        raise ValueError(f"the pilot has {n} values, but at least {LEAST_UNITS} are needed")
    spread = float(pilot.std(ddof=1))
    if spread == 0.0:
        return 0.0, n - 1.0, 0.0, n
    size = np.asarray(float(n))
    skewness = skewness_of(pilot - pilot.mean(), size)
    used = float(mean_asymmetry(skewness, size)) * math.sqrt(n)
    excess = float(kurtosis(pilot, bias=False)) if n > 3 else 0.0
    return spread, 2.0 / (2.0 / (n - 1.0) + max(excess, 0.0) / n), used, n


def _margins(skewness: float, n: int, confidence: float) -> tuple[float, float]:
    """Return the distances of both limits from the mean of n values, in standard errors."""
    zero, one = np.zeros(()), np.ones(())
    number = np.asarray(n)
    asymmetry = np.asarray(skewness / math.sqrt(n))
    unit = Intervals(zero, one, number - 1.0, asymmetry, number, zero, zero).at(confidence)
    chance = CHANCE_WIDENING if skewness == 0.0 else 1.0
    return -float(unit.low) * chance, float(unit.high) * chance


def _range(spread: float, freedom: float, needed: Callable[[float], int | None]) -> tuple[int | None, int | None]:
    """Return the numbers for both ends of the 95 % interval of the spread."""
    from scipy.special import chdtri

    tail = (1.0 - CONFIDENCE) / 2.0
    ends = (spread * math.sqrt(freedom / float(chdtri(freedom, p))) for p in (tail, 1.0 - tail))
    low, high = (needed(end) for end in ends)
    return low, high


def _least(enough: Callable[[int], bool], guess: float) -> int | None:
    """Return the least number of seeds, at least ``LEAST_UNITS``, that is enough; None if it is out of reach."""
    few, many = LEAST_UNITS - 1, int(min(max(guess, LEAST_UNITS), MOST))
    while not enough(many):
        few, many = many, 2 * many
        if many > MOST:
            return None
    while many - few > 1:
        middle = max((few + many) // 2, (7 * many) // 8)
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many


@dataclass(frozen=True, eq=False)
class Look:
    """The state of sequential runs after some seeds.

    Attributes:
        intervals: intervals that keep their coverage although the runs stop by their width.
        reached: whether the half-width is reached, so that no more seeds are needed.
        more: estimated numbers of further seeds; 0 where reached.
    """

    intervals: Intervals
    reached: Flags
    more: NDArray[np.int64]


def look(values: ArrayLike, half_width: float, *, confidence: float = CONFIDENCE) -> Look:
    """Look at sequential runs: stop once the interval's half-width is at most the wanted one.

    Stopping by the width favours samples with a small spread, so each look uses a smaller error probability and the
    first is after ``FIRST_LOOK`` seeds. All values since the first seed must be given, in each look.

    Args:
        values: one value per seed so far, shape (…, seeds).
        half_width: the wanted half-width.
        confidence: coverage at the stop.

    Raises:
        ValueError: if the half-width is not positive.

    References:
        Chow and Robbins (1965), Annals of Mathematical Statistics 36:457–462.
    """
    if not half_width > 0.0:
        raise ValueError(f"the half-width is {half_width:g}, but must be more than 0")
    found = mean_intervals(values, confidence=1.0 - (1.0 - confidence) * SEQUENTIAL_SHARE)
    widest: Numbers = np.fmax(found.high - found.estimate, found.estimate - found.low)
    reached = (found.n >= FIRST_LOOK) & (widest <= half_width)
    with np.errstate(invalid="ignore"):
        wanted = np.ceil(found.n * (widest / half_width) ** 2)
    wanted = np.where(np.isfinite(wanted), wanted, FIRST_LOOK)
    more = np.maximum(np.maximum(wanted, FIRST_LOOK) - found.n, 1.0)
    return Look(found, np.asarray(reached), np.where(reached, 0, np.minimum(more, MOST)).astype(np.int64))
