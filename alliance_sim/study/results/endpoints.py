"""Endpoints of runs: outcomes averaged over the last half-terms, with the factors at each point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.comparison import JUDGED
from alliance_sim.declarations.parameters import Value
from alliance_sim.statistics.intervals import Intervals, mean_of
from alliance_sim.statistics.planning import sequential
from alliance_sim.study.errors import StudyError
from alliance_sim.study.storage.arrow import Table, pc
from alliance_sim.study.storage.manifest import Manifest
from alliance_sim.study.storage.snapshot import ORDER, Snapshot

type Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Levels:
    """The levels of one factor over the points.

    Attributes:
        name: the factor: a parameter's dotted name, or ``variant``.
        values: its distinct values; numbers ascend, others are in the order of the points.
        codes: for each point, the index of its value in ``values``.
    """

    name: str
    values: tuple[Value, ...]
    codes: NDArray[np.int64]

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers and so have an order."""
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in self.values)

    @property
    def numbers(self) -> Numbers:
        """The value at each point, or its index if the values are not numbers."""
        return np.array(self.values, np.float64)[self.codes] if self.numeric else self.codes.astype(np.float64)


@dataclass(frozen=True, eq=False)
class Endpoints:
    """The endpoints of all runs of a study.

    Attributes:
        levels: each factor over the points.
        values: for each outcome, shape (points, seeds); NaN if the run is missing or the outcome is undefined.
        paired: whether a seed gives the same random numbers at all points.
        kind: the kind of design, a key of ``DESIGNS``.
        done: which runs are done, shape (points, seeds).
        judged: the number of half-terms averaged.
        block: the number of consecutive points of a sample that depend on each other; 1 for independent points.
        matters: the study's smallest effects of interest, by outcome.
        sequential: whether seeds were added until a half-width was reached (``sweep --until``).
    """

    levels: dict[str, Levels]
    values: dict[str, Numbers]
    paired: bool
    kind: str
    done: NDArray[np.bool_]
    judged: int
    block: int = 1
    matters: Mapping[str, float] = field(default_factory=dict[str, float])
    sequential: bool = False

    def kept(self, intervals: Intervals) -> Intervals:
        """Return intervals over these seeds that keep their coverage, also if the number was chosen sequentially."""
        return sequential(intervals) if self.sequential else intervals

    @property
    def missing(self) -> int:
        """The number of runs that failed or are not simulated yet."""
        return int((~self.done).sum())

    def undefined(self, outcome: str) -> int:
        """Return the number of runs that are done but in which the outcome is undefined."""
        return int((np.isnan(self.values[outcome]) & self.done).sum())

    def point_means(self, outcome: str) -> Numbers:
        """Return the mean over the runs of each point; NaN if there is none."""
        return mean_of(self.values[outcome], 1)


def endpoints_of(
    snapshot: Snapshot, points: Table, manifest: Manifest, outcomes: Sequence[str], last: int | None
) -> Endpoints:
    """Compute the endpoints of all runs that are done.

    Args:
        snapshot: the results.
        points: one row per point.
        manifest: the manifest of the study.
        outcomes: recorded outcomes.
        last: the number of half-terms averaged at the end; None for the last two years, or all if there are fewer.

    Raises:
        StudyError: if ``last`` is longer than a run, or series do not match the study.
    """
    half_terms = manifest.half_terms
    if last is not None and not 1 <= last <= half_terms:
        raise StudyError(f"last is {last}, but must be 1 to {half_terms}, the number of half-terms of a run")
    judged = 1 if manifest.at == "end" else min(JUDGED, half_terms) if last is None else last
    shape = (manifest.points, manifest.seeds_a_point)
    values = {name: np.full(shape, np.nan) for name in outcomes}
    done = np.zeros(shape, np.bool_)
    for table in snapshot.tables([*ORDER, *outcomes], pc.field("half_term") > half_terms - judged):
        rows = table.sort_by([(name, "ascending") for name in ORDER])
        if rows.num_rows % judged:
            raise StudyError("some runs have fewer half-terms than others; alliance-sim verify names them")
        point = rows["point"].to_numpy()[::judged]
        seed = manifest.seed_places(point, rows["seed"].to_numpy()[::judged])
        if len(point) and (point.min() < 0 or point.max() >= shape[0] or seed.min() < 0):
            raise StudyError("there are series of runs that the study does not have; alliance-sim verify names them")
        done[point, seed] = True
        for name in outcomes:
            values[name][point, seed] = mean_of(rows[name].to_numpy().reshape(-1, judged), 1)
    paired = manifest.random_numbers == "common" or not isinstance(manifest.seeds, int)
    block = block_length(manifest.design, len(manifest.varies), second_order=bool(manifest.sample.get("second_order")))
    return Endpoints(
        levels_of(points), values, paired, manifest.design, done, judged, block, manifest.matters, bool(manifest.until)
    )


def block_length(kind: str, factors: int, *, second_order: bool) -> int:
    """Return the number of points of a base block or trajectory; 1 for designs without them."""
    lengths = {"sobol": (2 * factors if second_order else factors) + 2, "morris": factors + 1}
    return lengths.get(kind, 1)


def levels_of(points: Table) -> dict[str, Levels]:
    """Return the levels of every factor, by name."""
    found: dict[str, Levels] = {}
    for name in points.column_names:
        if name == "point":
            continue
        column = points[name].to_pylist()
        if isinstance(column[0], int | float) and not isinstance(column[0], bool):
            different, codes = np.unique(points[name].to_numpy(), return_inverse=True)
            found[name] = Levels(name, tuple(different.tolist()), codes.astype(np.int64))
            continue
        listed = [tuple(value) if isinstance(value, list) else value for value in column]
        places: dict[Value, int] = {}
        found[name] = Levels(name, (), np.array([places.setdefault(value, len(places)) for value in listed], np.int64))
        found[name] = Levels(name, tuple(places), found[name].codes)
    return found
