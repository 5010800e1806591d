"""Parts: what a sweep adds to its folder, each written whole or not at all.

A part is two Parquet files. The series come first; the file of runs names them with size and digest, and its rename is
the commit: without it a part does not exist. Nothing is ever changed after. The name of the file of runs ends in the
digest of its content, so that this one rename commits its checksum, too.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alliance_sim.study.arrow import Table, numbers, pa, pq, texts
from alliance_sim.study.checksums import DIGEST_IN_NAME, Checksum, name_with_digest
from alliance_sim.study.tasks import Bundle, Outcome

FOLDER, DAMAGED = "parts", "damaged"
SERIES, RUNS, UNFINISHED = ".series.parquet", ".runs.parquet", ".unfinished"
STUDY = b"study"
"""The footer of every file says which study it belongs to."""
CRC32 = b"series_crc32"
"""In the footer of a file of runs: the CRC-32 of the series, eight hexadecimal digits."""
DONE, FAILED = "done", "failed"

RUNS_SCHEMA = pa.schema(
    {
        "key": pa.string(),
        "point": pa.int64(),
        "seed": pa.int64(),
        "status": pa.string(),
        "reason": pa.string(),
        "traceback": pa.string(),
        "series": pa.string(),
        "series_bytes": pa.int64(),
        "series_sha256": pa.string(),
    }
)

_FEW = ["point", "seed", "half_term", "status", "reason", "traceback", "series", "series_bytes", "series_sha256"]
"""Columns in which a value comes many times."""

type AtStage = Callable[[str], None]
"""Told of each stage of a commit; tests kill the process there."""


def no_stage(_: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Part:
    """A committed part, by its file of runs."""

    runs: Path

    @property
    def name(self) -> str:
        """What its files have in common: its number and a random token."""
        return "-".join(self.runs.name.removesuffix(RUNS).split("-")[:2])

    @property
    def digest(self) -> str:
        """The digest in the name of its file of runs; empty in folders that were written before there was one."""
        found = self.runs.name.removesuffix(RUNS).split("-")[2:]
        return found[0] if len(found) == 1 and len(found[0]) == DIGEST_IN_NAME else ""

    @property
    def series(self) -> Path:
        """Where its series are stored."""
        return self.runs.with_name(self.name + SERIES)


def parts_in(folder: Path) -> list[Part]:
    """The committed parts, in the order in which they were written."""
    return [Part(path) for path in sorted((folder / FOLDER).glob("*" + RUNS))]


def commit(
    folder: Path, number: int, study: str, found: Sequence[tuple[Bundle, Outcome]], at_stage: AtStage = no_stage
) -> Part:
    """Write one part: the outcomes of some bundles."""
    name = f"{number:07d}-{secrets.token_hex(4)}"
    place = folder / FOLDER
    proof, marked = Checksum(0, ""), {STUDY: study.encode("ascii")}
    series_path = place / (name + SERIES)
    if series := series_of(found):
        content = _content(series, marked)
        proof = Checksum(len(content), hashlib.sha256(content).hexdigest())
        marked |= {CRC32: b"%08x" % zlib.crc32(content)}
        _write_whole(content, series_path, at_stage, "series")
        del content
    runs = _content(_run_rows(found, series_path.name if series else "", proof.size, proof.sha256), marked)
    path = place / name_with_digest(name, runs, RUNS)
    try:
        _write_whole(runs, path, at_stage, "runs")
    except OSError:
        series_path.unlink(missing_ok=True)  # without runs it is no part
        raise
    return Part(path)


def series_of(found: Sequence[tuple[Bundle, Outcome]]) -> Table | None:
    """All series as one table; None where there are none."""
    tables = [pa.ipc.open_stream(stream).read_all() for _, outcome in found for stream in outcome.series]
    return pa.concat_tables(tables) if tables else None


def _run_rows(found: Sequence[tuple[Bundle, Outcome]], series: str, size: int, digest: str) -> Table:
    failures = {(failure.point, failure.seed): failure for _, outcome in found for failure in outcome.failures}
    tasks = [task for bundle, _ in found for task in bundle]
    runs = [(task.point, seed) for task in tasks for seed in task.seeds]
    failed = [failures.get(run) for run in runs]
    columns = [
        texts([key for task in tasks for key in task.keys]),
        numbers(np.array(runs, np.int64)[:, 0]),
        numbers(np.array(runs, np.int64)[:, 1]),
        texts([FAILED if failure else DONE for failure in failed]),
        texts([failure and failure.reason for failure in failed]),
        texts([failure and failure.traceback for failure in failed]),
        texts([None if failure else series for failure in failed]),
        numbers(np.full(len(runs), size), [failure is None for failure in failed]),
        texts([None if failure else digest for failure in failed]),
    ]
    return pa.Table.from_arrays(columns, schema=RUNS_SCHEMA)


def _content(table: Table, marked: dict[bytes, bytes]) -> memoryview:
    """A table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata(marked),
        sink,
        compression="zstd",
        use_dictionary=_FEW,
        write_page_checksum=True,
    )
    return memoryview(sink.getvalue())


def _write_whole(content: memoryview, path: Path, at_stage: AtStage, what: str) -> None:
    """Temporary file, fsync, rename, fsync of the folder."""
    unfinished = path.with_name(path.name + UNFINISHED)
    at_stage(f"{what}: before writing")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            at_stage(f"{what}: written")
            file.flush()
            os.fsync(file.fileno())
    except OSError as trouble:
        unfinished.unlink(missing_ok=True)  # a full disk is not to be kept full by what is of no use
        trouble.filename = trouble.filename or str(path.parent)
        raise
    at_stage(f"{what}: before the rename")
    unfinished.replace(path)
    at_stage(f"{what}: renamed")
    sync_folder(path.parent)
    at_stage(f"{what}: done")


def sync_folder(folder: Path) -> None:
    """Have the disk remember which files a folder holds."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
