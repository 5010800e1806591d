"""Verdicts: whether an interval lies beyond a stated threshold, within a margin, or cannot decide."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alliance_sim.statistics.intervals import Interval, Intervals

type Direction = Literal["above", "below"]
ABOVE: Direction = "above"
BELOW: Direction = "below"


class Verdict(StrEnum):
    """The three results of a check against a threshold."""

    HOLDS = "holds"
    DOES_NOT = "does not hold"
    UNDECIDED = "cannot be decided"

    def sentence(self, n: int, units: str = "seeds") -> str:
        """Return the verdict in words: ``cannot be decided with 5 seeds``."""
        return f"{self} with {n:,} {units}" if self is Verdict.UNDECIDED else str(self)


def holds(intervals: Intervals | Interval, threshold: float, direction: Direction) -> NDArray[np.str_]:
    """Check estimates against a threshold set in advance.

    A claim holds if the whole interval lies beyond the threshold, and does not hold if the whole interval lies on the
    other side. Otherwise, or without an interval, the runs cannot decide.

    Args:
        intervals: the estimates with their intervals.
        threshold: the threshold, in the unit of the estimates.
        direction: ``above`` or ``below``: the side on which the claim holds. There is no default.

    Returns:
        A ``Verdict`` for each estimate.

    Raises:
        ValueError: if the direction is neither ``above`` nor ``below``.
    """
    if direction not in (ABOVE, BELOW):
        raise ValueError(f"direction is {direction!r}, but must be 'above' or 'below'")
    low, high = np.asarray(intervals.low), np.asarray(intervals.high)
    over, under = low > threshold, high < threshold
    yes, no = (over, under) if direction == ABOVE else (under, over)
    return _verdicts(yes, no)


def equal_within(intervals: Intervals | Interval, margin: float, about: float = 0.0) -> NDArray[np.str_]:
    """Check whether estimates are equivalent to a value: two one-sided tests by the interval shown.

    Equivalence holds if the whole interval lies inside the margin (each one-sided test at half the interval's error
    probability, 2.5 %), and does not hold if the whole interval lies outside.

    Args:
        intervals: the estimates with their intervals.
        margin: the largest difference that counts as equal.
        about: the value compared with.

    Raises:
        ValueError: if the margin is not positive.

    References:
        Schuirmann (1987), J. Pharmacokinetics and Biopharmaceutics 15:657–680.
    """
    if not margin > 0.0:
        raise ValueError(f"margin is {margin:g}, but must be more than 0")
    low, high = np.asarray(intervals.low) - about, np.asarray(intervals.high) - about
    inside = (low > -margin) & (high < margin)
    return _verdicts(inside, (low > margin) | (high < -margin))


def matters(intervals: Intervals | Interval, smallest: float) -> NDArray[np.str_]:
    """Check whether effects reach the smallest effect of interest, in either direction.

    "Clear" means that the interval excludes zero (``direction``); an effect "matters" if its whole interval lies
    beyond the smallest effect of interest. A clear effect need not matter.

    Args:
        intervals: the effects with their intervals.
        smallest: the smallest effect of interest, in the outcome's unit.

    Raises:
        ValueError: if the smallest effect is negative.
    """
    if not smallest >= 0.0:
        raise ValueError(f"the smallest effect of interest is {smallest:g}, but must be at least 0")
    low, high = np.asarray(intervals.low), np.asarray(intervals.high)
    return _verdicts((low > smallest) | (high < -smallest), (low > -smallest) & (high < smallest))


def _verdicts(yes: NDArray[np.bool_], no: NDArray[np.bool_]) -> NDArray[np.str_]:
    return np.asarray(np.where(yes, Verdict.HOLDS, np.where(no, Verdict.DOES_NOT, Verdict.UNDECIDED)))
