"""Numbers of seeds: for a planned power, for a planned precision, and sequential runs that stop at a half-width."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_sim.statistics.intervals import (
    CONFIDENCE,
    LEAST_UNITS,
    ROUNDING,
    Flags,
    Intervals,
    Numbers,
    mean_intervals,
)
from alliance_sim.statistics.skewness import mean_asymmetry, skewness_error, skewness_of, trigger

POWER = 0.8
MOST = 10_000_000
"""No practical number of seeds is larger."""
TYPICAL_SKEWNESS = 1.15
"""Skewness of samples that are widened by chance, relative to the least that is."""
FIRST_LOOK = 10
"""Least number of seeds before a sequential run may stop."""
SEQUENTIAL_SHARE = 0.9
"""Share of the error probability used at each look: runs are more likely to stop where the spread is small."""
SEQUENTIAL = ", sequential"
"""What the method of an interval ends in if the number of seeds was chosen by looking at the runs."""


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
    from scipy.special import nctdtr, ndtr

    if effect == 0.0 or not math.isfinite(effect) or not 0.0 < power < 1.0:
        raise ValueError(
            f"effect is {effect:g} and power {power:g}, but they must be other than 0, and between 0 and 1"
        )
    known = _pilot_of(pilot, 2.0)

    def needed(deviation: float, estimated: bool) -> int | None:
        def enough(n: int) -> bool:
            chances, below, above = _margins(known, n, confidence)
            critical = below if effect > 0.0 else above
            size = math.sqrt(n) * abs(effect) / deviation
            reached = nctdtr(known.freedom, critical, size) if estimated else ndtr(size - critical)
            return bool(chances @ reached >= power)

        return LEAST_UNITS if deviation == 0.0 else _least(enough, (3.0 * deviation / effect) ** 2)

    low, high = _range(known, lambda deviation: needed(deviation, estimated=False))
    goal = f"power {power:.0%} for an effect of {effect:g}".replace("%", " %")
    return Plan(needed(known.spread, estimated=True), low, high, goal, known.n)


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
    from scipy.special import chdtr, fdtr

    if not half_width > 0.0:
        raise ValueError(f"the half-width is {half_width:g}, but must be more than 0")
    known = _pilot_of(pilot, 0.0)

    def needed(deviation: float, estimated: bool) -> int | None:
        def enough(n: int) -> bool:
            chances, below, above = _margins(known, n, confidence)
            own = 2.0 / (2.0 / (n - 1.0) + known.tails / n)
            square = n * (2.0 * half_width / (below + above) / deviation) ** 2
            reached = fdtr(own, known.freedom, square) if estimated else chdtr(own, own * square)
            return bool(chances @ reached >= assurance)

        return LEAST_UNITS if deviation == 0.0 else _least(enough, (2.0 * deviation / half_width) ** 2)

    low, high = _range(known, lambda deviation: needed(deviation, estimated=False))
    goal = f"half-width {half_width:g} with probability {assurance:.0%}".replace("%", " %")
    return Plan(needed(known.spread, estimated=True), low, high, goal, known.n)


@dataclass(frozen=True)
class _Pilot:
    """What is known from a pilot: its size, standard deviation (with degrees of freedom), skewness and excess tails."""

    n: int
    spread: float
    freedom: float
    skewness: float
    tails: float


def _pilot_of(values: ArrayLike, clear_tails: float) -> _Pilot:
    """Summarise a pilot; one with heavy tails knows its spread less well than a normal one of the same size.

    Args:
        values: the pilot.
        clear_tails: number of standard errors by which its kurtosis must exceed that of normal data to count.
    """
    from scipy.stats import kurtosis

    pilot = np.asarray(values, np.float64).ravel()
    pilot = pilot[~np.isnan(pilot)]
    n = len(pilot)
    if n < LEAST_UNITS:
        raise ValueError(f"the pilot has {n} values, but at least {LEAST_UNITS} are needed")
    spread = float(pilot.std(ddof=1))
    if spread <= ROUNDING * abs(float(pilot.mean())):
        return _Pilot(n, 0.0, n - 1.0, 0.0, 0.0)
    size = np.asarray(float(n))
    skewness = float(skewness_of(pilot - pilot.mean(), size))
    tails = 0.0
    if n > 3:
        chance = 2.0 * float(skewness_error(size)) * math.sqrt((n**2 - 1.0) / ((n - 3.0) * (n + 5.0)))
        excess = float(kurtosis(pilot, bias=False))
        tails = max(excess, 0.0) if excess > clear_tails * chance else 0.0
    return _Pilot(n, spread, 2.0 / (2.0 / (n - 1.0) + tails / n), skewness, tails)


def _margins(pilot: _Pilot, n: int, confidence: float) -> tuple[Numbers, Numbers, Numbers]:
    """Return, for new runs that look symmetric, skewed up or skewed down, the chance of each and both margins.

    The margins are the distances of the limits from the mean of n values, in standard errors.
    """
    from scipy.special import ndtr

    number = np.asarray(float(n))
    least = float(trigger(number) * skewness_error(number))
    uncertain = math.hypot(float(skewness_error(number)), float(skewness_error(np.asarray(float(pilot.n)))))
    up, down = (float(ndtr((sign * pilot.skewness - least) / uncertain)) for sign in (1.0, -1.0))
    size = max(abs(pilot.skewness), TYPICAL_SKEWNESS * least)
    asymmetry = np.append(0.0, mean_asymmetry(np.array([size, -size]), np.full(2, float(n))))
    zero, several = np.zeros(3), np.full(3, n)
    unit = Intervals(zero, np.ones(3), several - 1.0, asymmetry, several, zero, zero).at(confidence)
    return np.array([1.0 - up - down, up, down]), -unit.low, unit.high


def _range(pilot: _Pilot, needed: Callable[[float], int | None]) -> tuple[int | None, int | None]:
    """Return the numbers for both ends of the 95 % interval of the spread."""
    from scipy.special import chdtri

    tail = (1.0 - CONFIDENCE) / 2.0
    ends = (pilot.spread * math.sqrt(pilot.freedom / float(chdtri(pilot.freedom, p))) for p in (tail, 1.0 - tail))
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


def sequential(intervals: Intervals) -> Intervals:
    """Return intervals that keep their coverage although seeds were added until a half-width was reached.

    Args:
        intervals: intervals for a number of seeds that is chosen in advance.

    Returns:
        Intervals with ``SEQUENTIAL_SHARE`` of the error probability, and ``sequential`` in the name of the method.
    """
    confidence = 1.0 - (1.0 - intervals.confidence) * SEQUENTIAL_SHARE
    return replace(intervals, kind=intervals.kind + SEQUENTIAL).at(confidence)


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
    found = sequential(mean_intervals(values, confidence=confidence))
    widest: Numbers = np.fmax(found.high - found.estimate, found.estimate - found.low)
    reached = (found.n >= FIRST_LOOK) & (widest <= half_width)
    with np.errstate(invalid="ignore"):
        wanted = np.ceil(found.n * (widest / half_width) ** 2)
    wanted = np.where(np.isfinite(wanted), wanted, FIRST_LOOK)
    more = np.maximum(np.maximum(wanted, FIRST_LOOK) - found.n, 1.0)
    return Look(found, np.asarray(reached), np.where(reached, 0, np.minimum(more, MOST)).astype(np.int64))
