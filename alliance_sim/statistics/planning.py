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
    mean_intervals,
    two_sided,
)

POWER = 0.8
MOST = 10_000_000
"""No practical number of seeds is larger."""
FIRST_LOOK = 10
"""Least number of seeds before a sequential run may stop."""
SEQUENTIAL_SHARE = 0.75
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
    spread, freedom = _pilot(pilot)

    def needed(deviation: float, estimated: bool) -> int | None:
        def enough(n: int) -> bool:
            critical = float(two_sided(confidence, n - 1.0))
            needs = nctdtrit(freedom, critical, power) if estimated else critical + ndtri(power)
            return bool(math.sqrt(n) * abs(effect) >= float(needs) * deviation)

        return _least(enough, (3.0 * deviation / effect) ** 2)

    low, high = _range(spread, freedom, lambda deviation: needed(deviation, estimated=False))
    goal = f"power {power:.0%} for an effect of {effect:g}".replace("%", " %")
    return Plan(needed(spread, estimated=True), low, high, goal, int(freedom) + 1)


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
    spread, freedom = _pilot(pilot)

    def needed(deviation: float, estimated: bool) -> int | None:
        def enough(n: int) -> bool:
            square = fdtri(n - 1.0, freedom, assurance) if estimated else chdtri(n - 1.0, 1.0 - assurance) / (n - 1.0)
            margin = float(two_sided(confidence, n - 1.0)) * math.sqrt(float(square)) * deviation
            return bool(margin <= half_width * math.sqrt(n))

        return _least(enough, (2.0 * deviation / half_width) ** 2)

    low, high = _range(spread, freedom, lambda deviation: needed(deviation, estimated=False))
    goal = f"half-width {half_width:g} with probability {assurance:.0%}".replace("%", " %")
    return Plan(needed(spread, estimated=True), low, high, goal, int(freedom) + 1)


def _pilot(values: ArrayLike) -> tuple[float, float]:
    """Return the standard deviation of a pilot and its degrees of freedom."""
    pilot = np.asarray(values, np.float64).ravel()
    pilot = pilot[~np.isnan(pilot)]
    if len(pilot) < LEAST_UNITS:
        raise ValueError(f"the pilot has {len(pilot)} values, but at least {LEAST_UNITS} are needed")
    return float(pilot.std(ddof=1)), len(pilot) - 1.0


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
