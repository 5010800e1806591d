"""Find points that differ in one factor, or two, and in nothing else, so that their runs can be paired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import Value
from alliance_sim.statistics.intervals import mean_of
from alliance_sim.study.results.endpoints import Endpoints, Levels, Numbers

FIFTHS = 5
MANY = 7
"""A factor of a sample with more distinct numbers than this is cut into fifths."""


@dataclass(frozen=True, eq=False)
class Crossing:
    """Points arranged by some factors: every combination of their levels at every value of all others.

    Attributes:
        cells: the number of a point for each (group, level of the first factor, level of the second …); a group has
            one value of every other factor.
    """

    cells: NDArray[np.int64]


def crossed(ends: Endpoints, names: Sequence[str]) -> Crossing | None:
    """Arrange the points by these factors; None if a combination is missing at some values of the others."""
    others = [levels.codes for name, levels in ends.levels.items() if name not in names]
    points = len(ends.done)
    group = _numbered(others) if others else np.zeros(points, np.int64)
    shape = (int(group.max()) + 1, *(len(ends.levels[name].values) for name in names))
    if np.prod(shape, dtype=np.float64) > points:
        return None
    cells = np.full(shape, -1, np.int64)
    place = (group, *(ends.levels[name].codes for name in names))
    cells[tuple(each[::-1] for each in place)] = np.arange(points)[::-1]  # of identical points, the first
    return None if (cells < 0).any() else Crossing(cells)


def _numbered(codes: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return one number for each distinct row."""
    rows = np.zeros(len(codes[0]), np.int64)
    for column in codes:
        _, rows = np.unique(rows * (int(column.max()) + 1) + column, return_inverse=True)
    return rows


def by_point(ends: Endpoints, names: Sequence[Value] = ()) -> Endpoints:
    """Return the same endpoints with ``point`` as the only factor, to compare each point with the first."""
    points = np.arange(len(ends.done))
    named: tuple[Value, ...] = tuple(names) or tuple(points.tolist())
    return replace(ends, levels={"point": Levels("point", named, points)})


@dataclass(frozen=True, eq=False)
class Banded:
    """A factor whose points are cut into bands: single values, or fifths of the points by its value.

    Attributes:
        labels: the label of each band: its value, or its lowest and highest value.
        bands: the band of each row.
    """

    labels: tuple[object, ...]
    bands: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a sample: each point once, averaged over the variants.

    Attributes:
        levels: each factor but ``variant`` over the rows.
        values: for each outcome, the runs of each row, averaged over the variants; shape (rows, seeds).
        means: for each outcome, the mean over the runs of each row and over the variants, if there are several.
    """

    levels: dict[str, Levels]
    values: dict[str, Numbers]
    means: dict[str, Numbers]


def rows_of(ends: Endpoints) -> Rows:
    """Return the points averaged over their variants."""
    means = {name: ends.point_means(name) for name in ends.values}
    if "variant" not in ends.levels:
        return Rows(ends.levels, ends.values, means)
    several = len(ends.levels["variant"].values)
    size = len(ends.done) // several
    levels = {
        name: Levels(name, levels.values, levels.codes[:size])
        for name, levels in ends.levels.items()
        if name != "variant"
    }
    values = {name: mean_of(runs.reshape(several, size, -1), 0) for name, runs in ends.values.items()}
    return Rows(levels, values, {name: mean_of(mean.reshape(several, size), 0) for name, mean in means.items()})


def banded(levels: Levels) -> Banded:
    """Cut a factor into bands: its values if there are few, else fifths of the rows by value."""
    if not levels.numeric or len(levels.values) <= MANY:
        return Banded(levels.values, levels.codes)
    numbers = levels.numbers
    edges = np.unique(np.quantile(numbers, np.arange(1, FIFTHS) / FIFTHS, method="higher"))
    _, bands = np.unique(np.searchsorted(edges, numbers, side="right"), return_inverse=True)
    labels = tuple(
        (float(numbers[bands == band].min()), float(numbers[bands == band].max())) for band in range(bands.max() + 1)
    )
    return Banded(labels, bands)
