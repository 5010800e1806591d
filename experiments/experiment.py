"""Experiments: a question, a claim, a study, and expectations written down before the first run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.statistics import mean_interval

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
        sure: whether the interval must also exclude 0.
        secondary: whether the effect is reported without counting toward the verdict.
    """

    what: str
    outcome: str
    of: Where
    than: Where
    by: float
    side: Side = "over"
    relative: bool = False
    sure: bool = True
    secondary: bool = False


@dataclass(frozen=True)
class Finding:
    """The result of an expectation: the effect and its 95 % interval over seeds (Student's t)."""

    expectation: Expectation
    effect: float
    low: float
    high: float
    seeds: int

    @property
    def holds(self) -> bool:
        """Whether the effect passes the threshold and, if required, its interval is on the right side of 0."""
        if self.expectation.side == "over":
            return self.effect > self.expectation.by and (not self.expectation.sure or self.low > 0.0)
        return self.effect < self.expectation.by and (not self.expectation.sure or self.high < 0.0)


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
    if expectation.relative:
        gaps = gaps / others.mean()
    found = mean_interval(gaps)
    return Finding(expectation, float(gaps.mean()), found.low, found.high, len(gaps))


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


def verdict(found: list[Finding]) -> str:
    """Return ``holds``, ``holds in part`` or ``does not hold``."""
    counted = [one.holds for one in found if not one.expectation.secondary]
    if all(counted):
        return "holds"
    return "holds in part" if any(counted) else "does not hold"
