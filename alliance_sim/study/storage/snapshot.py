"""A snapshot of a results folder: each run once, and the files with its series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.study.errors import StudyError
from alliance_sim.study.spec.environment import digest_of, read_environment
from alliance_sim.study.storage.arrow import Table, pa, pc, pq, whole_numbers
from alliance_sim.study.storage.checksums import Checksum, is_verified, verify
from alliance_sim.study.storage.integrity import Damage, inspected, without_runs
from alliance_sim.study.storage.manifest import Manifest, read_manifest
from alliance_sim.study.storage.parts import DONE, FOLDER, RUNS_SCHEMA, Part
from alliance_sim.study.storage.points_table import read_points

ORDER = ("point", "seed", "half_term")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The intact parts of a folder at one moment.

    Attributes:
        runs: one row per run, sorted by point and seed; of repeated runs the one that succeeded, or else the last one.
        parts: the parts, in the order of their numbers.
        superseded: by part, the points and seeds of its runs that are read from another part.
        damaged: the damaged parts; their runs are not in ``runs``.
        checksums: the checksum of the series of each part; None if it has none.
        environments: the numerical environment of each part, as JSON; empty if none was recorded.
        counts: the number of ``runs`` of each part.
    """

    runs: Table
    parts: tuple[Part, ...]
    superseded: dict[int, Table]
    damaged: tuple[Damage, ...]
    checksums: tuple[Checksum | None, ...] = ()
    environments: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()

    @property
    def done(self) -> int:
        """The number of runs that succeeded."""
        return int(pc.sum(pc.equal(self.runs["status"], DONE)).as_py() or 0)

    @property
    def series(self) -> list[tuple[int, Path]]:
        """The files of series, each with the position of its part."""
        return [(number, part.series) for number, part in enumerate(self.parts) if self.checksums[number]]

    def environment_of(self, series: str) -> dict[str, str]:
        """Return the numerical environment of the part with this file of series; empty where none was recorded."""
        places = (place for place, part in enumerate(self.parts) if part.series.name == series)
        return read_environment(self.environments[next(places)])

    def environments_used(self) -> list[dict[str, Any]]:
        """Return the numerical environments of the runs in order of first use, each with its digest and ``runs``."""
        runs: dict[str, int] = {}
        for text, count in zip(self.environments, self.counts, strict=True):
            runs[text] = runs.get(text, 0) + count
        known = ((read_environment(text), count) for text, count in runs.items() if text)
        return [{"digest": digest_of(one), "runs": count, **one} for one, count in known]

    def tables(self, columns: Sequence[str], where: Any = None) -> Iterator[Table]:
        """Yield the series of each part, without superseded runs.

        Args:
            columns: the columns to read; ``point`` and ``seed`` must be among them.
            where: an Arrow expression that rows must satisfy; None for all rows.

        Raises:
            StudyError: if a file has changed since the snapshot was taken.
        """
        for number, _ in self.series:
            table = self.table_of(number, columns, where)
            if (not_these := self.superseded.get(number)) is not None:
                table = table.join(not_these, ["point", "seed"], join_type="left anti")
            yield table

    def table_of(self, number: int, columns: Sequence[str], where: Any = None) -> Table:
        """Read the series of one part from bytes that are compared with their checksum.

        Args:
            number: the position of the part.
            columns: the columns to read.
            where: as in ``tables``.

        Raises:
            StudyError: as in ``tables``.
        """
        path, checksum = self.parts[number].series, self.checksums[number]
        assert checksum is not None  # noqa: S101 - only parts with series are read
        options = {
            "columns": list(columns),
            "filters": where,
        }  # the checksum of the whole file covers those of its pages
        try:
            if is_verified(path, checksum):
                table = pq.read_table(path, **options)
                if is_verified(path, checksum):  # unchanged while it was read
                    return table.replace_schema_metadata(None)
            content = path.read_bytes()
            if not checksum.matches(content):
                raise _damaged(path, "its bytes are not those that were written")
            return pq.read_table(pa.BufferReader(content), **options).replace_schema_metadata(None)
        except (OSError, KeyError, pa.ArrowException) as trouble:
            raise _damaged(path, "it cannot be read as a table of series") from trouble

    def refuse_changes(self) -> None:
        """Compare the series again whose file has changed since it was compared.

        Raises:
            StudyError: if one is no longer what was written.
        """
        for number, path in self.series:
            checksum = self.checksums[number]
            try:
                same = checksum is None or verify(path, checksum)
            except OSError:
                same = False
            if not same:
                raise _damaged(path, "its bytes are not those that were written")


def _damaged(path: Path, why: str) -> StudyError:
    return StudyError(f"{path}: {why}; sweep again into the same folder, which sets damaged parts aside")


def scan(folder: Path, manifest: Manifest, *, thorough: bool = False) -> Snapshot:
    """Take a snapshot of a folder, including its damage.

    Args:
        folder: the folder of the results.
        manifest: their manifest.
        thorough: compare SHA-256; otherwise a faster checksum is compared if there is one.
    """
    parts: list[Part] = []
    damaged: list[Damage] = []
    runs: list[Table] = []
    checksums: list[Checksum | None] = []
    environments: list[str] = []
    for found in inspected(folder, manifest, thorough=thorough):
        if isinstance(found, Damage):
            damaged.append(found)
            continue
        runs.append(found.runs.append_column("part", pa.array(np.full(found.runs.num_rows, len(parts)))))
        parts.append(found.part)
        checksums.append(found.checksum)
        environments.append(found.environment)
    damaged += without_runs(folder)
    if not runs:
        return Snapshot(RUNS_SCHEMA.empty_table(), (), {}, tuple(damaged))
    rows = pa.concat_tables(runs)
    newest, others = _newest(rows)
    superseded: dict[int, Table] = {}
    if len(others):
        repeated = rows.take(others).select(["part", "point", "seed", "status"])
        repeated = repeated.filter(pc.equal(repeated["status"], DONE))
        for number in pc.unique(repeated["part"]).to_pylist():
            of_part = repeated.filter(pc.equal(repeated["part"], number))
            superseded[number] = of_part.select(["point", "seed"]).group_by(["point", "seed"]).aggregate([])
    rows = rows.take(newest)
    counts = np.bincount(whole_numbers(rows["part"]), minlength=len(parts)).tolist()
    return Snapshot(
        rows.drop_columns(["part"]), tuple(parts), superseded, tuple(damaged), tuple(checksums), tuple(environments),
        tuple(counts),
    )  # fmt: skip


def _newest(rows: Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the rows that are read, sorted by point and seed, and those of the others."""
    point, seed, part = (rows[name].to_numpy() for name in ("point", "seed", "part"))
    done = pc.equal(rows["status"], DONE).to_numpy(zero_copy_only=False)
    order = np.lexsort((part, done, seed, point))
    last = np.r_[(np.diff(point[order]) != 0) | (np.diff(seed[order]) != 0), True]
    return order[last], order[~last]


def require_intact(folder: Path, manifest: Manifest) -> Snapshot:
    """Take a snapshot of a folder, and refuse damaged parts.

    Raises:
        StudyError: if a part is damaged, because incomplete results look like complete ones.
    """
    found = scan(folder, manifest)
    if found.damaged:
        first = found.damaged[0]
        more = f" (and {len(found.damaged) - 1:,} more parts)" if len(found.damaged) > 1 else ""
        raise StudyError(
            f"{folder / FOLDER / first.part.runs.name}: {first.why}{more}; sweep again into the same folder, which "
            "sets damaged parts aside and repeats their runs"
        )
    return found


def manifest_in(folder: Path) -> Manifest:
    """Read the manifest of a folder, and check that the files beside it are present and intact.

    Raises:
        StudyError: if the folder has no results of a study, or the files beside the parts are damaged.
    """
    manifest = read_manifest(folder)
    read_points(folder, manifest)
    if not (folder / FOLDER).is_dir():
        raise StudyError(
            f"{folder / FOLDER}: this folder is missing, and with it all that was done; sweep the same study into "
            f"{folder} again, which repeats it"
        )
    return manifest


def whole_table(snapshot: Snapshot, points: Table, keep: Sequence[str], where: Any = None) -> Table:
    """Return one row per run and half-term: the design's columns, ``point``, ``seed``, ``half_term``, the outcomes."""
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
