"""What a comparison finds: trajectories, paired differences, and parameters in which the configs differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.statement import Statement
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.declarations.parameters import Value
from alliance_sim.statistics.families import simultaneous_together
from alliance_sim.statistics.pairs import compare_pairs

NO_RATIO = ("pupil SD",)
"""Units on an interval scale, whose ratios have no meaning."""


@dataclass(frozen=True)
class Trajectory:
    """One outcome under one config over time, shape (half-term,) each.

    Attributes:
        mean: mean over runs.
        low, high: the middle 95 % of these runs: a description of the runs, not an interval of their mean.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """The paired difference between two configs in one outcome, averaged over the last two years.

    Means, difference and ratio rest on the same seeds: those for which both runs have a value. Intervals are of
    expected values over seeds, given the configs. ``docs/statistics.md`` describes the methods and their coverage.

    Attributes:
        outcome: the outcome's name, as in ``OUTCOMES``.
        unit: its unit.
        first: the name of the reference config.
        second: the name of the other config.
        first_value: mean over the runs of the first.
        second_value: mean over the runs of the second.
        difference: mean over pairs of second minus first.
        low, high: its 95 % interval, Student's t over seeds; NaN below three pairs.
        low_simultaneous, high_simultaneous: limits that hold for all outcomes and configs of the comparison at once.
        ratio: mean of the second over mean of the first; None where it has no meaning.
        ratio_low, ratio_high: its 95 % interval (Fieller); infinite if the first mean is not clearly above zero.
        positive_share: share of pairs in which the second has the larger value.
        n: number of pairs that all of this rests on.
        undefined_first, undefined_second: numbers of runs without a value, whose pairs are left out.
        method: how the interval was computed.
        smallest: the smallest effect of interest, if one is stated.
        matters: ``holds``, ``does not hold`` or ``cannot be decided``: whether the simultaneous interval lies beyond
            the smallest effect of interest; empty if none is stated.
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
    low_simultaneous: float
    high_simultaneous: float
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    positive_share: float
    n: int
    undefined_first: int
    undefined_second: int
    method: str
    smallest: float | None = None
    matters: str = ""

    @property
    def pairs(self) -> int:
        """The number of pairs, ``n``."""
        return self.n

    @property
    def statement(self) -> Statement:
        """The figures that sentences about the difference are generated from."""
        return Statement(
            self.difference, self.low_simultaneous, self.high_simultaneous, self.n, self.unit, self.smallest
        )

    @property
    def direction(self) -> int:
        """1 or -1 if the difference is clear: its simultaneous interval excludes zero; else 0."""
        return self.statement.direction


def paired_differences(
    names: Sequence[str],
    outcomes: Sequence[Outcome],
    values: NDArray[np.float64],
    matters: Mapping[str, float],
    changes: NDArray[np.float64] | None = None,
) -> tuple[tuple[Difference, ...], tuple[Statement, ...]]:
    """Compare every other config with the first in every outcome, with limits that hold for all of them at once.

    Args:
        names: the names of the configs.
        outcomes: the outcomes.
        values: the mean of each run, shape (config, seed, outcome).
        matters: smallest effects of interest, by outcome.
        changes: the change of practice since the start, shape (config, seed), which sentences also look at; or None.

    Returns:
        The differences, config by config, and the changes.
    """
    first, others = np.moveaxis(values[:1], 1, 2), np.moveaxis(values[1:], 1, 2)
    first, others = np.broadcast_arrays(first, others)
    found = compare_pairs(first, others)
    moved = None
    if changes is None:
        (difference,) = simultaneous_together([found.difference])
    else:
        since = compare_pairs(np.zeros_like(changes), changes).difference
        difference, moved = simultaneous_together([found.difference, since])
    with np.errstate(invalid="ignore"):
        ahead = (others > first).sum(axis=-1) / np.where(found.n > 0, found.n, np.nan)
    listed: list[Difference] = []
    for place in np.ndindex(difference.shape):
        one, ratio = difference.item(*place), found.ratio.item(*place)
        outcome = outcomes[int(place[1])]
        means = float(found.first.estimate[place]), float(found.second.estimate[place])
        has_ratio = outcome.unit not in NO_RATIO and means[0] > 0 and means[1] >= 0
        statement = Statement(
            one.estimate, one.low_simultaneous, one.high_simultaneous, one.n, outcome.unit, matters.get(outcome.name)
        )
        listed.append(
            Difference(
                outcome.name, outcome.unit, names[0], names[int(place[0]) + 1], *means, one.estimate, one.low, one.high,
                one.low_simultaneous, one.high_simultaneous,
                *((ratio.estimate, ratio.low, ratio.high) if has_ratio else (None, None, None)),
                float(ahead[place]), one.n, int(found.undefined_first[place]), int(found.undefined_second[place]),
                one.method, statement.smallest, str(statement.verdict or ""),
            )
        )  # fmt: skip
    changed = [] if moved is None else [moved.item(place) for place in range(moved.shape[0])]
    return tuple(listed), tuple(
        Statement(one.estimate, one.low_simultaneous, one.high_simultaneous, one.n, "practice", None, "run")
        for one in changed
    )


def finite(value: object) -> object:
    """Return a value for JSON, which has no NaN and no infinity: None in their place."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class Contrast:
    """A parameter in which the configs differ, with its value in each."""

    name: str
    values: tuple[Value, ...]
