"""What every world came to: its mean over the last half-terms, and what was varied to get there."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.comparison import JUDGED
from alliance_sim.declarations.parameters import Value
from alliance_sim.study.errors import StudyError
from alliance_sim.study.storage.arrow import Table, pc
from alliance_sim.study.storage.manifest import Manifest
from alliance_sim.study.storage.snapshot import ORDER, Snapshot

type Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Levels:
    """What one factor is at each point.

    Attributes:
        name: the factor: a parameter's dotted name, or ``variant``.
        values: its different values; numbers ascend, others come in the order of the points.
        codes: for each point, the place of its value among these.
    """

    name: str
    values: tuple[Value, ...]
    codes: NDArray[np.int64]

    @property
    def numeric(self) -> bool:
        """Whether values are numbers, so that there is more of it or less."""
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in self.values)

    @property
    def numbers(self) -> Numbers:
        """At each point, the value; or its place where values are no numbers."""
        return np.array(self.values, np.float64)[self.codes] if self.numeric else self.codes.astype(np.float64)


@dataclass(frozen=True, eq=False)
class Endpoints:
    """How all worlds ended.

    Attributes:
        levels: each factor over the points.
        values: for each outcome, shape (points, seeds); NaN where there is no such world, or it has no such value.
        paired: whether a seed is the same luck at all points.
        kind: how the points were chosen: a key of ``DESIGNS``.
        done: which worlds there are, shape (points, seeds).
        judged: how many half-terms a value is the mean of.
    """

    levels: dict[str, Levels]
    values: dict[str, Numbers]
    paired: bool
    kind: str
    done: NDArray[np.bool_]
    judged: int

    @property
    def missing(self) -> int:
        """Worlds of the study that failed or are not lived yet."""
        return int((~self.done).sum())

    def undefined(self, outcome: str) -> int:
        """Worlds that are there, but in which the outcome is a share of nothing."""
        return int((np.isnan(self.values[outcome]) & self.done).sum())

    def point_means(self, outcome: str) -> Numbers:
        """The mean over the worlds of each point; NaN where there is none."""
        return mean_of(self.values[outcome], axis=1)


def endpoints_of(
    snapshot: Snapshot, points: Table, manifest: Manifest, outcomes: Sequence[str], last: int | None
) -> Endpoints:
    """The ends of all worlds that are there.

    Args:
        snapshot: the results.
        points: one row a point.
        manifest: what was asked.
        outcomes: kept ones.
        last: how many half-terms at the end are averaged; None: the last two years, or all there are.

    Raises:
        StudyError: if the worlds did not live that long.
    """
    half_terms = manifest.half_terms
    if last is not None and not 1 <= last <= half_terms:
        raise StudyError(f"last is {last}, but must be 1 to {half_terms}: so many half-terms do the worlds live")
    judged = 1 if manifest.at == "end" else min(JUDGED, half_terms) if last is None else last
    shape = (manifest.points, manifest.seeds_a_point)
    values = {name: np.full(shape, np.nan) for name in outcomes}
    done = np.zeros(shape, np.bool_)
    for table in snapshot.tables([*ORDER, *outcomes], pc.field("half_term") > half_terms - judged):
        rows = table.sort_by([(name, "ascending") for name in ORDER])
        if rows.num_rows % judged:
            raise StudyError("some worlds have fewer half-terms than others; alliance-sim verify says which")
        point = rows["point"].to_numpy()[::judged]
        seed = manifest.seed_places(point, rows["seed"].to_numpy()[::judged])
        if len(point) and (point.min() < 0 or point.max() >= shape[0] or seed.min() < 0):
            raise StudyError("there are series of runs that the study does not have; alliance-sim verify says which")
        done[point, seed] = True
        for name in outcomes:
            values[name][point, seed] = mean_of(rows[name].to_numpy().reshape(-1, judged), axis=1)
    paired = manifest.random_numbers == "common" or not isinstance(manifest.seeds, int)
    return Endpoints(levels_of(points), values, paired, manifest.design, done, judged)


def levels_of(points: Table) -> dict[str, Levels]:
    """Every factor over the points."""
    found: dict[str, Levels] = {}
    for name in points.column_names:
        if name == "point":
            continue
        column = points[name].to_pylist()
        if isinstance(column[0], int | float) and not isinstance(column[0], bool):
            different, codes = np.unique(points[name].to_numpy(), return_inverse=True)
            found[name] = Levels(name, tuple(different.tolist()), codes.astype(np.int64))
            continue
        told = [tuple(value) if isinstance(value, list) else value for value in column]
        places: dict[Value, int] = {}
        found[name] = Levels(name, (), np.array([places.setdefault(value, len(places)) for value in told], np.int64))
        found[name] = Levels(name, tuple(places), found[name].codes)
    return found


def mean_of(numbers: Numbers, axis: int) -> Numbers:
    """The mean of what is defined; NaN where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found: Numbers = np.nanmean(numbers, axis=axis)
        return found
