"""Data of the plots: means of levels with intervals, and trajectories over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.reporting.study.findings import Findings
from alliance_sim.statistics.bands import middle_band
from alliance_sim.statistics.designs import independent_contrast
from alliance_sim.statistics.intervals import CONFIDENCE, Interval, mean_intervals, mean_of
from alliance_sim.statistics.pairs import grouped_differences
from alliance_sim.study.results.endpoints import Endpoints, Numbers
from alliance_sim.study.storage.snapshot import ORDER

MOST_LINES = 5
MOST_NUMBERS = 20_000_000
"""Most simulated half-terms for which trajectories are read; reading more would take too long."""


def mean_at(ends: Endpoints, outcome: str, chosen: NDArray[np.bool_]) -> Interval:
    """Return the mean over some points, equally weighted, with its 95 % interval over seeds, given the points."""
    values = ends.values[outcome][chosen]
    if ends.paired:
        return ends.kept(replace(grouped_differences(values), paired=False).at(CONFIDENCE)).item()
    groups = [row for row in values if (~np.isnan(row)).any()]
    if not groups:
        return mean_intervals(np.full(1, np.nan)).item()
    return ends.kept(independent_contrast([(1.0 / len(groups), row) for row in groups])).item()


@dataclass(frozen=True, eq=False)
class Axes:
    """The factor on the horizontal axis, and the factor that distinguishes lines (None if there is none)."""

    along: str
    lines: str | None


def axes_of(findings: Findings) -> Axes | None:
    """Choose the numeric factor with the most values for the axis, and the one it interacts with most for the lines."""
    levels = findings.ends.levels
    numeric = [name for name in findings.factors if levels[name].numeric and len(levels[name].values) > 1]
    if not numeric:
        return None
    along = max(numeric, key=lambda name: len(levels[name].values))
    for pair in findings.interactions:  # the strongest first
        if along in pair:
            other = pair[1] if pair[0] == along else pair[0]
            return Axes(along, other)
    others = [name for name in findings.factors if name != along and len(levels[name].values) > 1]
    return Axes(along, others[0] if others else None)


def select_levels(number: int) -> list[int]:
    """Return the indices of a few levels out of many, including the first and the last."""
    return sorted({round(place) for place in np.linspace(0, number - 1, min(number, MOST_LINES))})


@dataclass(frozen=True, eq=False)
class Course:
    """One outcome over the half-terms: its mean and, if nothing else is varied, the middle 95 % of these runs."""

    mean: Numbers
    low: Numbers
    high: Numbers


def courses(findings: Findings, factor: str, outcome: str, shown: Sequence[int]) -> list[Course]:
    """Return the trajectories at some levels of a factor, averaged over the values of the others."""
    manifest, ends = findings.manifest, findings.ends
    values = np.full((*ends.done.shape, manifest.half_terms + 1), np.nan)
    for table in findings.snapshot.tables([*ORDER, outcome]):
        point, seed, half_term = (table[name].to_numpy() for name in ORDER)
        values[point, manifest.seed_places(point, seed), half_term] = table[outcome].to_numpy()
    found: list[Course] = []
    alone = len(ends.levels) == 1
    for level in shown:
        runs = values[ends.levels[factor].codes == level]
        flat = runs.reshape(-1, runs.shape[-1])
        if flat.size and alone and not np.isnan(flat).all(axis=0)[1:].any():
            band = middle_band(flat.T)
            low, high = band.low, band.high
        else:
            low = high = np.full(flat.shape[1], np.nan)
        found.append(Course(mean_of(mean_of(runs, 1), 0), low, high))
    return found


def has_courses(findings: Findings) -> bool:
    """Return whether trajectories were recorded, and not too many to plot."""
    manifest = findings.manifest
    if manifest.at == "end" or findings.sampled or manifest.half_terms < HALF_TERMS_A_YEAR:
        return False
    return bool(findings.ends.done.size * (manifest.half_terms + 1) <= MOST_NUMBERS)
