"""What an experiment is: a question, a claim, a study, and what was expected before anybody looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.comparison.comparison import bootstrap_interval
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

LATE = 2 * HALF_TERMS_A_YEAR
"""Worlds are judged by their last two years, as everywhere."""

type Where = Mapping[str, object]
"""Which points: ``{"variant": "silicon_valley"}``, ``{"policy.competition": 1.0}``; empty for all."""
type Side = Literal["over", "under"]


@dataclass(frozen=True)
class Expectation:
    """One thing that was expected, and the smallest effect that counts.

    Attributes:
        what: in words.
        outcome: the outcome that is looked at, in the last two years.
        of: the points of which it is the value, and
        than: those from which it is told apart, world by paired world.
        by: how much at least: a difference; or with ``relative`` a share of the value at ``than``.
        side: whether it should be over or under.
        relative: whether the effect is (of − than) / than, of means over seeds.
        sure: whether the interval must exclude 0, too.
        told: shown, and not counted.
    """

    what: str
    outcome: str
    of: Where
    than: Where
    by: float
    side: Side = "over"
    relative: bool = False
    sure: bool = True
    told: bool = False


@dataclass(frozen=True)
class Finding:
    """What came of an expectation: the effect, its bootstrap 95 % interval over seeds, and whether it holds."""

    expectation: Expectation
    effect: float
    low: float
    high: float
    seeds: int

    @property
    def holds(self) -> bool:
        """Whether the effect passes what was asked, and its interval is on the right side of 0."""
        if self.expectation.side == "over":
            return self.effect > self.expectation.by and (not self.expectation.sure or self.low > 0.0)
        return self.effect < self.expectation.by and (not self.expectation.sure or self.high < 0.0)


@dataclass(frozen=True)
class Experiment:
    """A named experiment (MODEL 9).

    Attributes:
        question: what is asked.
        claim: what the source says, in our words, and its rows in THEORY.md.
        study: the design, as a study file.
        look_at: the outcome that is drawn.
        expected: what should come out, fixed beforehand.
        reading: how to read it, and what would speak against it.
        quick_seeds: worlds a point in the quick form.
    """

    question: str
    claim: str
    study: str
    look_at: str
    expected: tuple[Expectation, ...]
    reading: str
    quick_seeds: int = 6
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


def findings(experiment: Experiment, frame: pd.DataFrame) -> list[Finding]:
    """Put each expectation to the results, one row a run and half-term."""
    late = frame[frame["half_term"] > frame["half_term"].max() - LATE]
    return [_finding(expectation, late) for expectation in experiment.expected]


def _finding(expectation: Expectation, late: pd.DataFrame) -> Finding:
    ones, others = (by_seed(late, expectation.outcome, where) for where in (expectation.of, expectation.than))
    gaps = ones - others
    if expectation.relative:
        gaps = gaps / others.mean()
    low, high = bootstrap_interval(gaps)
    return Finding(expectation, float(gaps.mean()), low, high, len(gaps))


def by_seed(late: pd.DataFrame, outcome: str, where: Where) -> NDArray[np.float64]:
    """Each seed's mean of an outcome over the half-terms and points that are meant.

    Raises:
        ValueError: if there are none: the experiment asks for points that its study does not have.
    """
    chosen = late
    for name, value in where.items():
        column = chosen[name]
        same = np.isclose(column, value) if isinstance(value, float) else column == value
        chosen = chosen[same]
    if chosen.empty:
        raise ValueError(f"no point of the study has {dict(where)}")
    return chosen.groupby("seed", sort=True)[outcome].mean().to_numpy(dtype=np.float64)


def verdict(found: list[Finding]) -> str:
    """``holds``, ``holds in part`` or ``does not hold``."""
    count_noun = [one.holds for one in found if not one.expectation.told]
    if all(count_noun):
        return "holds"
    return "holds in part" if any(count_noun) else "does not hold"
