"""What lies in a folder of results at this moment: each run once, and where its series are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.configuration.own_mechanisms import look_up_as_told
from alliance_sim.study.arrow import Table, pa, pc, pq
from alliance_sim.study.damage import Damage, runs_or_damage
from alliance_sim.study.parts import DONE, FOLDER, RUNS_SCHEMA, Part, parts_in
from alliance_sim.study.store import POINTS, STUDY, document_in
from alliance_sim.study.trouble import StudyError

ORDER = ("point", "seed", "half_term")
TOLD = ("design", "sample", "varies", "seeds", "luck", "keep", "variants", "model", "schools")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The parts that were there when somebody looked.

    Attributes:
        runs: one row a run, sorted by point and seed; where a run was tried again, the try that succeeded, else the
            last one.
        parts: the parts, in the order in which they were written.
        superseded: for each part that holds a run which another part counts for, the points and seeds of these.
        damaged: the parts that cannot be trusted; nothing of them is in ``runs``.
    """

    runs: Table
    parts: tuple[Part, ...]
    superseded: dict[int, Table]
    damaged: tuple[Damage, ...]

    @property
    def done(self) -> int:
        """How many runs succeeded."""
        return int(pc.sum(pc.equal(self.runs["status"], DONE)).as_py() or 0)

    @property
    def series(self) -> list[tuple[int, Path]]:
        """The files of series, each with the number of its part."""
        return [(number, part.series) for number, part in enumerate(self.parts) if part.series.exists()]

    def tables(self, columns: Sequence[str], where: Any = None) -> Iterator[Table]:
        """The series of each part in turn, without what another part counts for.

        Args:
            columns: which; ``point`` and ``seed`` must be among them.
            where: an Arrow expression that rows must meet; None: all rows.
        """
        for number, path in self.series:
            table = pq.read_table(path, columns=list(columns), filters=where).replace_schema_metadata(None)
            if (not_these := self.superseded.get(number)) is not None:
                table = table.join(not_these, ["point", "seed"], join_type="left anti")
            yield table


def looked_at(folder: Path, told: dict[str, Any], *, thorough: bool = False) -> Snapshot:
    """What lies there now, damage and all.

    Args:
        folder: where results lie.
        told: what ``told_in`` says of them.
        thorough: whether every byte is compared with what was written.
    """
    parts: list[Part] = []
    damaged: list[Damage] = []
    runs: list[Table] = []
    for part in parts_in(folder):
        found = runs_or_damage(part, told["hash"], thorough=thorough)
        if isinstance(found, Damage):
            damaged.append(found)
            continue
        runs.append(found.append_column("part", pa.array(np.full(found.num_rows, len(parts)))))
        parts.append(part)
    if not runs:
        return Snapshot(RUNS_SCHEMA.empty_table(), (), {}, tuple(damaged))
    rows = pa.concat_tables(runs)
    kept, others = _newest(rows)
    superseded: dict[int, Table] = {}
    if len(others):
        repeated = rows.take(others).select(["part", "point", "seed", "status"])
        repeated = repeated.filter(pc.equal(repeated["status"], DONE))
        for number in pc.unique(repeated["part"]).to_pylist():
            of_part = repeated.filter(pc.equal(repeated["part"], number))
            superseded[number] = of_part.select(["point", "seed"]).group_by(["point", "seed"]).aggregate([])
    return Snapshot(rows.take(kept).drop_columns(["part"]), tuple(parts), superseded, tuple(damaged))


def _newest(rows: Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of the rows that count, sorted by point and seed; and those of the others."""
    point, seed, part = (rows[name].to_numpy() for name in ("point", "seed", "part"))
    done = pc.equal(rows["status"], DONE).to_numpy(zero_copy_only=False)
    order = np.lexsort((part, done, seed, point))
    last = np.r_[(np.diff(point[order]) != 0) | (np.diff(seed[order]) != 0), True]
    return order[last], order[~last]


def sound(folder: Path, told: dict[str, Any]) -> Snapshot:
    """What lies there now, where nothing of it is damaged.

    Raises:
        StudyError: if a part is damaged: results from which something is missing look like results.
    """
    found = looked_at(folder, told)
    if found.damaged:
        first = found.damaged[0]
        more = f" (and {len(found.damaged) - 1:,} more parts)" if len(found.damaged) > 1 else ""
        raise StudyError(
            f"{folder / FOLDER / first.part.runs.name}: {first.why}{more}; sweep again into the same folder, which "
            "sets damaged parts aside and lives their worlds again"
        )
    return found


def told_in(folder: Path) -> dict[str, Any]:
    """What was asked of the results in a folder, all of it.

    Raises:
        StudyError: if no results of a study lie there, or the account of them has been tampered with.
    """
    told = document_in(folder)
    if missing := [name for name in TOLD if name not in told]:
        raise StudyError(f"{folder / STUDY}: {', '.join(missing)} is missing, so these results cannot be read")
    try:
        names = pq.read_schema(folder / POINTS).names
        sound_points = pq.read_metadata(folder / POINTS).num_rows == told["points"]
    except (OSError, ValueError, pa.ArrowException) as trouble:
        raise StudyError(f"{folder / POINTS}: it cannot be read, so nobody knows which worlds these were") from trouble
    if names[0] != "point" or not sound_points:
        raise StudyError(f"{folder / POINTS}: it does not hold the {told['points']:,} points of the study")
    try:
        for variant in told["variants"]:
            look_up_as_told(variant.get("mechanisms", ()))
    except (KeyError, TypeError, AttributeError) as trouble:
        raise StudyError(f"{folder / STUDY}: what it tells of mechanisms is not as it was written") from trouble
    return told


def points_of(folder: Path) -> Table:
    """One row a point: ``point``, then what differs between points."""
    return pq.read_table(folder / POINTS).replace_schema_metadata(None)


def whole_table(snapshot: Snapshot, points: Table, keep: Sequence[str], where: Any = None) -> Table:
    """One row a run and half-term: the design's columns, ``point``, ``seed``, ``half_term``, the kept outcomes."""
    columns = [*ORDER, *keep]
    schema = pa.schema(dict(zip(ORDER, (pa.int64(), pa.int64(), pa.int32()), strict=True)))
    for name in keep:
        schema = schema.append(pa.field(name, pa.float64()))
    tables = [table.select(columns).cast(schema) for table in snapshot.tables(columns, where)]
    rows = pa.concat_tables([schema.empty_table(), *tables]).sort_by([(name, "ascending") for name in ORDER])
    design = points.drop_columns(["point"]).take(pc.index_in(rows["point"], value_set=points["point"]))
    for name in columns:
        design = design.append_column(name, rows[name])
    return design
