"""Effects in a sample of points: bands of a factor, variants at each point, and halves of two factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.statistics.designs import band_contrasts, level_pairs, sample_means
from alliance_sim.statistics.families import join
from alliance_sim.statistics.interactions import half_interactions
from alliance_sim.statistics.intervals import Intervals, Numbers, mean_intervals, mean_of
from alliance_sim.study.results.endpoints import Endpoints, Levels
from alliance_sim.study.results.pairing import Rows, banded, rows_of
from alliance_sim.study.spec.schema import SAMPLED

INDICES_ONLY = ("sobol", "morris")
"""Samples whose points depend on each other, so that levels cannot be compared."""

type LevelContrasts = tuple[tuple[Any, ...], int, Intervals | None, Numbers | None]
"""The levels, the position of the reference, the other levels' contrasts with it, and a pilot for each."""


def is_sample(ends: Endpoints) -> bool:
    """Return whether the points of a design are sampled, so that they are a source of variation."""
    return ends.kind in SAMPLED


def level_contrasts(ends: Endpoints, factor: str, outcome: str) -> LevelContrasts:
    """Compare bands of a factor over the points, or variants at each point, with the first that is defined."""
    if factor == "variant":
        return _variants(ends, outcome)
    rows = rows_of(ends)
    values = rows.values[outcome]
    cut = banded(rows.levels[factor])
    there = ~np.isnan(mean_of(values, -1))
    present = [band for band in range(len(cut.labels)) if bool((there & (cut.bands == band)).any())]
    reference = present[0] if present else 0
    others = [band for band in range(len(cut.labels)) if band != reference]
    if not others:
        return cut.labels, reference, None, None
    nothing = mean_intervals(np.full((1, 1), np.nan))
    parts = dict.fromkeys(others, nothing)
    if len(present) > 1:
        bands = np.searchsorted(present, cut.bands[there])
        found = _fitted(
            lambda factors: band_contrasts(bands, factors, values[there], shared_seeds=ends.paired),
            rows, factor, there,
        )  # fmt: skip
        means = mean_of(values[there], -1)
        for place, (here, other) in enumerate(level_pairs(len(present))):
            if here:
                break
            part = nothing if found is None else found[place : place + 1]
            if found is None:  # too few points for a regression: the difference of means, without an interval
                part = _without_interval(means[bands == other], means[bands == 0])
            parts[present[other]] = part
    joined = join([parts[band] for band in others])
    return cut.labels, reference, joined, joined.contributions


def _without_interval(second: Numbers, first: Numbers) -> Intervals:
    gap = np.array([[second.mean() - first.mean()]])
    return mean_intervals(gap)


def _variants(ends: Endpoints, outcome: str) -> LevelContrasts:
    """Compare variants at each point of the sample, where they share random numbers."""
    labels, gaps = variant_gaps(ends, outcome)
    if len(labels) < 2:
        return labels, 0, None, None
    reference, values = gaps
    others = [place for place in range(len(labels)) if place != reference]
    differences = _over_blocks(np.stack([values[place] - values[reference] for place in others]), ends)
    found = sample_means(differences, shared_seeds=ends.paired)
    return labels, reference, found, mean_of(differences, -1)


def variant_gaps(ends: Endpoints, outcome: str) -> tuple[tuple[Any, ...], tuple[int, Numbers]]:
    """Return the variants, the first one with defined outcomes, and all outcomes, shape (variants, points, seeds)."""
    labels = ends.levels["variant"].values
    values = ends.values[outcome].reshape(len(labels), -1, ends.done.shape[1])
    defined = (~np.isnan(values)).any(axis=(1, 2))
    return labels, (int(np.argmax(defined)), values)


def _over_blocks(values: Numbers, ends: Endpoints) -> Numbers:
    """Average over the blocks or trajectories of a sample, whose points depend on each other."""
    if ends.block == 1 or values.shape[-2] % ends.block:
        return values
    blocks = values.reshape(*values.shape[:-2], -1, ends.block, values.shape[-1])
    return mean_of(blocks, -2)


def joint_contrasts(
    ends: Endpoints, first: str, second: str, outcome: str
) -> tuple[list[tuple[Any, Any, Any, Any]], Intervals | None]:
    """Compare the contrast of halves of one factor, or of variants, between the halves of the other."""
    rows = rows_of(ends)
    names = [name for name in (first, second) if name != "variant"]
    if min(len(rows.levels[name].values) for name in names) < 2:
        return [], None
    halves = {name: _halves(rows.levels[name]) for name in names}
    if "variant" in (first, second):
        return _joint_variants(ends, rows, names[0], halves[names[0]], outcome, variant_first=first == "variant")
    values = rows.values[outcome]
    there = ~np.isnan(mean_of(values, -1))
    (here, up), (other, right) = halves[first], halves[second]
    found = _fitted(
        lambda factors: half_interactions(
            up[there], right[there], factors, values[there], shared_seeds=ends.paired
        )[None],
        rows, first, there, second,
    )  # fmt: skip
    return [(*here, *other)], found if found is not None else mean_intervals(np.full((1, 1), np.nan))


def _joint_variants(
    ends: Endpoints, rows: Rows, name: str, half: Half, outcome: str, *, variant_first: bool
) -> tuple[list[tuple[Any, Any, Any, Any]], Intervals | None]:
    labels, (reference, values) = variant_gaps(ends, outcome)
    (upper_label, lower_label), upper = half
    joint: list[tuple[Any, Any, Any, Any]] = []
    parts: list[Intervals] = []
    for place in range(len(labels)):
        if place == reference:
            continue
        gaps = values[place] - values[reference]
        there = ~np.isnan(mean_of(gaps, -1))
        bands = upper[there].astype(np.int64)
        found = None
        if 0 < bands.sum() < len(bands):
            found = _fitted(
                lambda factors, bands=bands, gaps=gaps, there=there: band_contrasts(
                    bands, factors, gaps[there], shared_seeds=ends.paired
                ),
                rows, name, there,
            )  # fmt: skip
        parts.append(found if found is not None else mean_intervals(np.full((1, 1), np.nan)))
        variants, halves = (labels[place], labels[reference]), (upper_label, lower_label)
        joint.append((*variants, *halves) if variant_first else (*halves, *variants))
    return joint, join(parts) if parts else None


def _fitted(
    fit: Callable[[Numbers], Intervals], rows: Rows, factor: str, there: NDArray[np.bool_], second: str = ""
) -> Intervals | None:
    """Fit a regression that holds all other factors fixed; with too few points for that, without them; else None."""
    own = [rows.levels[name].numbers[there] for name in (factor, second) if name]
    others = [
        column
        for name, levels in rows.levels.items()
        if name not in (factor, second)
        for column in _columns(levels, there)
    ]
    for extra in (others, []):
        try:
            return fit(np.column_stack([*own, *extra]))
        except ValueError:
            continue
    return None


def _columns(levels: Levels, there: NDArray[np.bool_]) -> list[Numbers]:
    """Return a factor as regressors: its numbers, or an indicator for each value but one; none if it is constant."""
    codes = levels.codes[there]
    if levels.numeric or len(levels.values) == 2:
        columns = [levels.numbers[there]]
    else:
        columns = [(codes == code).astype(np.float64) for code in range(1, len(levels.values))]
    return [column for column in columns if np.ptp(column) > 0.0]


type Half = tuple[tuple[Any, Any], NDArray[np.bool_]]
"""The labels of the upper and the lower half, and which rows are in the upper one."""


def _halves(levels: Levels) -> Half:
    """Return the upper and the lower half of a factor's rows."""
    numbers = levels.numbers
    middle = float(np.median(numbers))
    upper = numbers > middle if (numbers > middle).any() else numbers >= middle
    upper_label, lower_label = (
        levels.values[codes.min()]
        if codes.min() == codes.max()
        else (levels.values[codes.min()], levels.values[codes.max()])
        for codes in (levels.codes[upper], levels.codes[~upper])
    )
    return (upper_label, lower_label), upper
