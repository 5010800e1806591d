"""What lies in a folder of results at this moment: each run once, and where its series are."""

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
    """The parts that were there when somebody looked.

    Attributes:
        runs: one row a run, sorted by point and seed; where a run was tried again, the try that succeeded, else the
            last one.
        parts: the parts, in the order in which they were written.
        superseded: for each part that holds a run which another part counts for, the points and seeds of these.
        damaged: the parts that cannot be trusted; nothing of them is in ``runs``.
        checksums: of the series of each part; None where it has none.
        environments: the numerical environment of each part, as JSON; empty where none was recorded.
        counts: how many of ``runs`` each part holds.
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
        """How many runs succeeded."""
        return int(pc.sum(pc.equal(self.runs["status"], DONE)).as_py() or 0)

    @property
    def series(self) -> list[tuple[int, Path]]:
        """The files of series, each with the number of its part."""
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
        """The series of each part in turn, without what another part counts for.

        Args:
            columns: which; ``point`` and ``seed`` must be among them.
            where: an Arrow expression that rows must meet; None: all rows.

        Raises:
            StudyError: if a file is no longer what it was when the snapshot was taken.
        """
        for number, _ in self.series:
            table = self.table_of(number, columns, where)
            if (not_these := self.superseded.get(number)) is not None:
                table = table.join(not_these, ["point", "seed"], join_type="left anti")
            yield table

    def table_of(self, number: int, columns: Sequence[str], where: Any = None) -> Table:
        """The series of one part, from bytes that are compared with their checksum.

        Args:
            number: of the part.
            columns: which.
            where: as in ``tables``.

        Raises:
            StudyError: as in ``tables``.
        """
        path, checksum = self.parts[number].series, self.checksums[number]
        assert checksum is not None  # noqa: S101 - only parts with series are asked for
        asked = {"columns": list(columns), "filters": where}  # the checksum of the whole file covers those of its pages
        try:
            if is_verified(path, checksum):
                table = pq.read_table(path, **asked)
                if is_verified(path, checksum):  # unchanged while it was read
                    return table.replace_schema_metadata(None)
            content = path.read_bytes()
            if not checksum.matches(content):
                raise _damaged(path, "its bytes are not those that were written")
            return pq.read_table(pa.BufferReader(content), **asked).replace_schema_metadata(None)
        except (OSError, KeyError, pa.ArrowException) as trouble:
            raise _damaged(path, "it cannot be read as a table of series") from trouble

    def refuse_changes(self) -> None:
        """Compare all series again, where a file has changed since it was compared.

        Raises:
            StudyError: if one is no longer what it was when the snapshot was taken.
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
    """What lies there now, damage and all.

    Args:
        folder: where results lie.
        manifest: of their study.
        thorough: whether every byte is compared with its SHA-256; else with a faster checksum, where there is one.
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
    kept, others = _newest(rows)
    superseded: dict[int, Table] = {}
    if len(others):
        repeated = rows.take(others).select(["part", "point", "seed", "status"])
        repeated = repeated.filter(pc.equal(repeated["status"], DONE))
        for number in pc.unique(repeated["part"]).to_pylist():
            of_part = repeated.filter(pc.equal(repeated["part"], number))
            superseded[number] = of_part.select(["point", "seed"]).group_by(["point", "seed"]).aggregate([])
    rows = rows.take(kept)
    counts = np.bincount(whole_numbers(rows["part"]), minlength=len(parts)).tolist()
    return Snapshot(
        rows.drop_columns(["part"]), tuple(parts), superseded, tuple(damaged), tuple(checksums), tuple(environments),
        tuple(counts),
    )  # fmt: skip


def _newest(rows: Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of the rows that count, sorted by point and seed; and those of the others."""
    point, seed, part = (rows[name].to_numpy() for name in ("point", "seed", "part"))
    done = pc.equal(rows["status"], DONE).to_numpy(zero_copy_only=False)
    order = np.lexsort((part, done, seed, point))
    last = np.r_[(np.diff(point[order]) != 0) | (np.diff(seed[order]) != 0), True]
    return order[last], order[~last]


def require_intact(folder: Path, manifest: Manifest) -> Snapshot:
    """What lies there now, where nothing of it is damaged.

    Raises:
        StudyError: if a part is damaged: results from which something is missing look like results.
    """
    found = scan(folder, manifest)
    if found.damaged:
        first = found.damaged[0]
        more = f" (and {len(found.damaged) - 1:,} more parts)" if len(found.damaged) > 1 else ""
        raise StudyError(
            f"{folder / FOLDER / first.part.runs.name}: {first.why}{more}; sweep again into the same folder, which "
            "sets damaged parts aside and lives their worlds again"
        )
    return found


sound = require_intact  # the old name


def manifest_in(folder: Path) -> Manifest:
    """The manifest of the results in a folder, after all that must be beside it is found to be there.

    Raises:
        StudyError: if no results of a study lie there, or the files beside the parts are damaged.
    """
    manifest = read_manifest(folder)
    read_points(folder, manifest)
    if not (folder / FOLDER).is_dir():
        raise StudyError(
            f"{folder / FOLDER}: this folder is missing, and with it all that was done; sweep the same study into "
            f"{folder} again, which runs it anew"
        )
    return manifest


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
