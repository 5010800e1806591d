"""Cases of the coverage simulation: each returns measured shares with the rule that judges them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tests.statistics.coverage.data import SETTINGS

SIZES: tuple[int, ...] = tuple(SETTINGS["run"]["n"])
THRESHOLDS = SETTINGS["thresholds"]
FULL = 1_000
"""Least number of data sets that is no short form."""


@dataclass(frozen=True)
class Measured:
    """One measured share.

    Attributes:
        section: heading of the table.
        what: kind of interval, verdict or plan.
        data: kind of data sets.
        n: number of seeds (of the pilot, for plans).
        rule: the thresholds that judge it: a table of the thresholds file.
        share: the measured share.
        sets: number of data sets that count, without those that give no interval.
    """

    section: str
    what: str
    data: str
    n: int
    rule: str
    share: float
    sets: int

    @property
    def judged(self) -> bool:
        """Whether a threshold applies with so few seeds."""
        return self.n >= THRESHOLDS[self.rule].get("from_n", 0)

    def passes(self, slack: float = 0.0) -> bool:
        """Return whether the share meets its thresholds, with a slack in standard errors of the simulation."""
        low, high = limits(self.rule)
        margin = slack * np.sqrt(max(self.share * (1.0 - self.share), 0.01) / max(self.sets, 1))
        return not self.judged or low - margin <= self.share <= high + margin


def limits(rule: str) -> tuple[float, float]:
    """Return the lowest and highest share that a rule allows."""
    one = THRESHOLDS[rule]
    if "tolerance" in one:
        return one["target"] - one["tolerance"], one["target"] + one["tolerance"]
    return one.get("low", 0.0), one.get("high", 1.0)


type Case = Callable[[np.random.Generator], Iterator[Measured]]
CASES: dict[str, Case] = {}


def case(function: Case) -> Case:
    """Register a case under its name."""
    CASES[function.__name__] = function
    return function


def data_sets(heavy: bool = False) -> int:
    """Return the number of data sets: that of the thresholds file, or fewer by COVERAGE_SETS."""
    usual = SETTINGS["run"]["data_sets_heavy" if heavy else "data_sets"]
    return min(int(os.environ.get("COVERAGE_SETS", usual)), usual)


def single_sets() -> int:
    """Return the number of data sets that are analysed one by one; the short form has a quarter."""
    sets = data_sets(heavy=True)
    return sets if sets >= FULL else max(sets // 4, 10)


def correlations() -> list[float]:
    """Return the correlations of outcomes in a family; the short form has the first and the last."""
    every: list[float] = SETTINGS["family"]["correlations"]
    return every if data_sets(heavy=True) >= FULL else [every[0], every[-1]]


def rule_of(kind: str) -> str:
    """Return the rule for intervals of a kind of data."""
    return "normal" if kind == "normal" else "other"


def covered(low: np.ndarray, high: np.ndarray, truth: np.ndarray | float) -> tuple[float, int]:
    """Return the share of intervals that contain the truth, and the number of intervals."""
    there = ~np.isnan(low)
    inside = (low <= truth) & (truth <= high)
    return float(inside[there].mean()), int(there.sum())
