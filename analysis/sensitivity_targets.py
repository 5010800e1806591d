"""What sensitivity is of: outcomes, their gaps between two institutions, and where a gap turns round."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.reporting.study.labels import outcome_called
from analysis.sampled_worlds import Numbers

OUTCOMES = ("sharing", "trust", "practice", "attainment")


@dataclass(frozen=True)
class Target:
    """What indices are of: an outcome in the baseline, or its gap between the two institutions.

    Attributes:
        outcome: which.
        gap: whether it is Silicon Valley less Route 128.
    """

    outcome: str
    gap: bool

    @property
    def called(self) -> str:
        """``Sharing``, or ``Gap in sharing``."""
        name = outcome_called(self.outcome)
        return f"Gap in {name[0].lower()}{name[1:]}" if self.gap else name


@dataclass(frozen=True)
class Flip:
    """Where an outcome's gap has turned round.

    Attributes:
        outcome: which.
        share: of the points, those where Route 128 is ahead.
        by: the parameter that tells those points best from the others, and
        fifths: the share of them in each fifth of its range, lowest first.
    """

    outcome: str
    share: float
    by: str
    fifths: tuple[float, ...]


def flip_of(where: pd.DataFrame, gaps: Numbers, outcome: str) -> Flip:
    """How often, and along which parameter, a gap turns round."""
    turned = gaps < 0.0
    best, told = "", (float(turned.mean()),) * 5
    widest = -math.inf
    for name in where.columns:
        shares = _by_fifths(where[name].to_numpy(), turned)
        if (apart := max(shares) - min(shares)) > widest:
            best, told, widest = str(name), shares, apart
    return Flip(outcome, float(turned.mean()), best, told)


def _by_fifths(values: Numbers, turned: NDArray[np.bool_]) -> tuple[float, ...]:
    if len(np.unique(values)) <= 5:
        return tuple(float(turned[values == level].mean()) for level in np.unique(values))
    place = np.minimum(4, (5 * values.argsort().argsort() // len(values)))
    return tuple(float(turned[place == fifth].mean()) for fifth in range(5))
