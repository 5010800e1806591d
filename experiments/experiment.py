"""Experiments: a question, a claim, a study, and expectations written down before the first run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.statistics import Interval, mean_interval, ratio_interval
from alliance_sim.statistics.verdicts import ABOVE, BELOW, Verdict, holds

LATE = 2 * HALF_TERMS_A_YEAR
"""Half-terms over which outcomes are averaged: the last two years."""

type Where = Mapping[str, object]
"""Selects points of a study: ``{"variant": "silicon_valley"}``, ``{"policy.competition": 1.0}``; empty for all."""
type Side = Literal["over", "under"]


@dataclass(frozen=True)
class Expectation:
    """An expected effect, and the smallest effect that counts.

    Attributes:
        what: description of the effect.
        outcome: the outcome's name; its mean over the last two years is compared.
        of: the points whose value is expected to differ.
        than: the points with which they are compared, paired by seed.
        by: the threshold: a difference, or with ``relative`` a share of the value at ``than``.
        side: whether the effect should be over or under the threshold.
        relative: whether the effect is (of − than) / than, of means over seeds.
        secondary: whether the effect is reported without counting toward the verdict.
    """

    what: str
    outcome: str
    of: Where
    than: Where
    by: float
    side: Side = "over"
    relative: bool = False
    secondary: bool = False


@dataclass(frozen=True)
class Finding:
    """The result of an expectation.

    Attributes:
        expectation: the expectation.
        interval: the effect with its 95 % interval over paired seeds, in the threshold's unit.
        difference: the same in the outcome's unit where the effect is relative; else None.
    """

    expectation: Expectation
    interval: Interval
    difference: Interval | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether the whole interval lies beyond the threshold, on its other side, or on both sides."""
        direction = ABOVE if self.expectation.side == "over" else BELOW
        return Verdict(str(holds(self.interval, self.expectation.by, direction)))


@dataclass(frozen=True)
class Experiment:
    """A named experiment (MODEL 9).

    Attributes:
        question: the question.
        claim: a paraphrase of the source's claim, with its rows in THEORY.md.
        study: the design in the format of a study file.
        look_at: the outcome that is plotted.
        expected: the expectations, fixed before the first run.
        reading: how to interpret the result, and what would contradict the claim.
        quick_seeds: seeds per point in the quick form.
    """

    question: str
    claim: str
    study: str
    look_at: str
    expected: tuple[Expectation, ...]
    reading: str
    quick_seeds: int = 6


def findings(experiment: Experiment, frame: pd.DataFrame) -> list[Finding]:
    """Evaluate each expectation on a study's results, one row per run and half-term."""
    late = frame.loc[frame["half_term"] > frame["half_term"].max() - LATE, :]
    return [_finding(expectation, late) for expectation in experiment.expected]


def _finding(expectation: Expectation, late: pd.DataFrame) -> Finding:
    ones, others = (by_seed(late, expectation.outcome, where) for where in (expectation.of, expectation.than))
    gaps = ones - others
    if not expectation.relative:
        return Finding(expectation, mean_interval(gaps))
    size = others if np.nanmean(others) >= 0.0 else -others
    return Finding(expectation, ratio_interval(gaps, size), mean_interval(gaps))


def by_seed(late: pd.DataFrame, outcome: str, where: Where) -> NDArray[np.float64]:
    """Return each seed's mean of an outcome over the given half-terms and the selected points.

    Raises:
        ValueError: if no point is selected.
    """
    chosen = late
    for name, value in where.items():
        column = chosen[name]
        same = np.isclose(column, value) if isinstance(value, float) else column == value
        chosen = chosen.loc[same, :]
    if chosen.empty:
        raise ValueError(f"no point of the study has {dict(where)}")
    means = pd.Series(chosen.groupby("seed", sort=True)[outcome].mean())
    return means.to_numpy(dtype=np.dtype(np.float64))


def verdict(found: list[Finding]) -> Verdict:
    """Return whether all expectations that are not secondary hold; it does not hold if one does not."""
    counted = {one.verdict for one in found if not one.expectation.secondary}
    if Verdict.DOES_NOT in counted:
        return Verdict.DOES_NOT
    return Verdict.HOLDS if counted == {Verdict.HOLDS} else Verdict.UNDECIDED
