"""Small functions of numbers, and the parameters by group."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import sub
from statistics import fmean
from types import SimpleNamespace

from alliance_sim import Scenario
from alliance_sim.declarations.derived import effective_values
from alliance_sim.declarations.parameters import PARAMETERS

USEFUL = 0.05
"""Gap in practice above which help is useful."""


def rules_of(scenario: Scenario) -> SimpleNamespace:
    """Return the parameters by dotted name: ``rules.trust.gain``."""
    rules, values = SimpleNamespace(), effective_values(scenario.configuration.values)
    for name, parameter in PARAMETERS.items():
        if not hasattr(rules, parameter.group):
            setattr(rules, parameter.group, SimpleNamespace())
        setattr(getattr(rules, parameter.group), parameter.key, values[name])
    return rules


def logistic(x: float) -> float:
    """Return the logistic function."""
    return 1.0 / (1.0 + math.exp(-x))


def largest_gap(learner: Sequence[float], other: Sequence[float]) -> float:
    """Return the largest gap over areas by which the other is ahead."""
    return max(0.0, *map(sub, other, learner))


def widest_area(learner: Sequence[float], other: Sequence[float]) -> tuple[int, float]:
    """Return the area in which the other is furthest ahead, and the gap there."""
    gaps = list(map(sub, other, learner))
    gap = max(gaps)
    return gaps.index(gap), max(0.0, gap)


def best_area(practice: Sequence[float]) -> int:
    """Return the index of the largest value."""
    return practice.index(max(practice))


def between_levels(values: Sequence[float], level: float) -> float:
    """Interpolate a value given for each level."""
    low = min(int(level), len(values) - 1)
    return values[low - 1] + (level - low) * (values[low] - values[low - 1])


def place_in(weights: Sequence[float], draw: float) -> int | None:
    """Choose a position in proportion to its weight; None if all weights are zero."""
    total = sum(weights)
    if total <= 0.0:
        return None
    running = 0.0
    for place, weight in enumerate(weights):
        running += weight
        if draw * total < running:
            return place
    return len(weights) - 1


def forgotten(x: float) -> float:
    """Return 0 for a value too small to keep, else the value."""
    return x if abs(x) >= 1e-6 else 0.0


def share(part: float, whole: float) -> float:
    """Return a ratio, or NaN if the denominator is 0."""
    return part / whole if whole else math.nan


def mean(values: Iterable[float]) -> float:
    """Return a mean, or NaN of an empty list."""
    kept = list(values)
    return fmean(kept) if kept else math.nan
