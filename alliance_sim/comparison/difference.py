"""What a comparison finds: trajectories, paired differences, and parameters in which the configs differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import Value


@dataclass(frozen=True)
class Trajectory:
    """One outcome under one config over time, shape (half-term,) each.

    Attributes:
        mean: mean over runs.
        low: 2.5th percentile over runs.
        high: 97.5th percentile over runs.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """The paired difference between two configs in one outcome, averaged over the last two years.

    Attributes:
        outcome: the outcome's name, as in ``OUTCOMES``.
        unit: its unit.
        first: the name of the reference config.
        second: the name of the other config.
        first_value: mean over the runs of the first.
        second_value: mean over the runs of the second.
        difference: mean over pairs of second minus first.
        low: lower limit of the bootstrap 95 % interval of that mean.
        high: its upper limit.
        positive_share: share of pairs in which the second has the larger value.
        ratio: mean of the second over mean of the first; None where it has no meaning.
        standardised: the difference divided by the pooled standard deviation of runs; None where that is zero.
        pairs: number of seeds for which both runs have a value.
    """

    outcome: str
    unit: str
    first: str
    second: str
    first_value: float
    second_value: float
    difference: float
    low: float
    high: float
    positive_share: float
    ratio: float | None
    standardised: float | None
    pairs: int

    @property
    def direction(self) -> int:
        """The sign of the difference, 1 or -1, where the interval excludes zero; else 0, no clear difference."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Contrast:
    """A parameter in which the configs differ, with its value in each."""

    name: str
    values: tuple[Value, ...]
