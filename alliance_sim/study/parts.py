"""Parts: what a sweep adds to its folder, each written whole or not at all.

A part is two Parquet files. The series come first; the file of runs names them with size and digest, and its rename is
the commit: without it a part does not exist. Nothing is ever changed after.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alliance_sim.files import AtStage, no_stage, write_whole
from alliance_sim.study.arrow import Table, numbers, pa, pq, texts
from alliance_sim.study.tasks import Bundle, Outcome

FOLDER, DAMAGED = "parts", "damaged"
SERIES, RUNS = ".series.parquet", ".runs.parquet"
STUDY = b"study"
"""The footer of every file says which study it belongs to."""
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


@dataclass(frozen=True)
class Part:
    """A committed part, by its file of runs."""

    runs: Path

    @property
    def series(self) -> Path:
        """Where its series lie."""
        return self.runs.with_name(self.runs.name.removesuffix(RUNS) + SERIES)


def parts_in(folder: Path) -> list[Part]:
    """The committed parts, in the order in which they were written."""
    return [Part(path) for path in sorted((folder / FOLDER).glob("*" + RUNS))]


def commit(
    folder: Path, number: int, study: str, found: Sequence[tuple[Bundle, Outcome]], at_stage: AtStage = no_stage
) -> Part:
    """Write one part: the outcomes of some bundles."""
    name = f"{number:07d}-{secrets.token_hex(4)}"
    place = folder / FOLDER
    series_name, size, digest = "", 0, ""
    if series := series_of(found):
        series_name = name + SERIES
        size, digest = _write_table(series, place / series_name, study, at_stage, "series")
    runs = _run_rows(found, series_name, size, digest)
    _write_table(runs, place / (name + RUNS), study, at_stage, "runs")
    return Part(place / (name + RUNS))


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


def _write_table(table: Table, path: Path, study: str, at_stage: AtStage, what: str) -> tuple[int, str]:
    """Write one of a part's files; returns its size and digest."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata({STUDY: study}),
        sink,
        compression="zstd",
        use_dictionary=_FEW,
        write_page_checksum=True,
    )
    content = memoryview(sink.getvalue())
    write_whole(path, content, durable=True, at_stage=lambda stage: at_stage(f"{what}: {stage}"))
    return len(content), hashlib.sha256(content).hexdigest()
