"""The targets of the sensitivity analysis: outcomes, their gaps between institutions, and reversals of a gap."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.reporting.study.labels import outcome_called
from alliance_sim.statistics import Interval
from alliance_sim.statistics.shares import share_intervals
from analysis.sampled_runs import Numbers

OUTCOMES = ("sharing", "trust", "practice", "attainment")


@dataclass(frozen=True)
class Target:
    """An outcome in the baseline, or its gap between the two institutions.

    Attributes:
        outcome: the outcome's name.
        gap: whether the target is Silicon Valley minus Route 128.
    """

    outcome: str
    gap: bool

    @property
    def called(self) -> str:
        """``Sharing``, or ``Gap in sharing``."""
        name = outcome_called(self.outcome)
        return f"Gap in {name[0].lower()}{name[1:]}" if self.gap else name


@dataclass(frozen=True)
class Reversal:
    """Where an outcome's gap is reversed.

    Attributes:
        outcome: the outcome's name.
        share: share of points at which Route 128 is ahead, with its interval over base blocks.
        by: the parameter that best separates those points from the others.
        fifths: share of reversed points in each fifth of that parameter's range, lowest first.
    """

    outcome: str
    share: Interval
    by: str
    fifths: tuple[float, ...]


def find_reversal(where: pd.DataFrame, gaps: Numbers, outcome: str, blocks: int) -> Reversal:
    """Return how often, and along which parameter, a gap is reversed.

    Args:
        where: the varied parameters, one row per point.
        gaps: the gap at each point.
        outcome: the outcome's name.
        blocks: number of base blocks, whose points share coordinates and therefore count as one unit.
    """
    reversed_points = gaps < 0.0
    best, fifths = "", (float(reversed_points.mean()),) * 5
    widest = -math.inf
    for name in where.columns:
        shares = _by_fifths(where[name].to_numpy(), reversed_points)
        if (spread := max(shares) - min(shares)) > widest:
            best, fifths, widest = str(name), shares, spread
    share = float(reversed_points.mean())
    return Reversal(outcome, share_intervals(share * blocks, blocks).item(), best, fifths)


def _by_fifths(values: Numbers, reversed_points: NDArray[np.bool_]) -> tuple[float, ...]:
    if len(np.unique(values)) <= 5:
        return tuple(float(reversed_points[values == level].mean()) for level in np.unique(values))
    place = np.minimum(4, (5 * values.argsort().argsort() // len(values)))
    return tuple(float(reversed_points[place == fifth].mean()) for fifth in range(5))
