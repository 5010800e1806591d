"""Parts: the units that a sweep adds to its folder, each written completely or not at all.

A part has two Parquet files. The series are written first. The file of runs names them with size and digest, and its
rename is the commit: without it the part does not exist. Files are never changed afterwards. The name of the file of
runs ends in the digest of its content, so that the same rename commits its checksum.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alliance_sim.files import AtStage, no_stage, write_atomically
from alliance_sim.study.spec.tasks import Bundle, Outcome
from alliance_sim.study.storage.arrow import Table, numbers, pa, pq, texts
from alliance_sim.study.storage.checksums import DIGEST_IN_NAME, Checksum, crc32, name_with_digest

FOLDER, DAMAGED = "parts", "damaged"
SERIES, RUNS = ".series.parquet", ".runs.parquet"
STUDY = b"study"
"""In the footer of every file: the hash of its study."""
CRC32 = b"series_crc32"
"""In the footer of a file of runs: the CRC-32 of the series, eight hexadecimal digits."""
SEEDS = b"seeds"
"""In the footer of every file: the seeds of its study, as JSON."""
ENVIRONMENT = b"environment"
"""In the footer of a file of runs: the numerical environment in which they were simulated, as JSON."""
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
"""Columns with few distinct values."""


@dataclass(frozen=True)
class Part:
    """A committed part, identified by its file of runs."""

    runs: Path

    @property
    def name(self) -> str:
        """The common stem of its files: a number and a random token."""
        return "-".join(self.runs.name.removesuffix(RUNS).split("-")[:2])

    @property
    def digest(self) -> str:
        """The digest in the name of its file of runs; empty in folders of version 0.1."""
        found = self.runs.name.removesuffix(RUNS).split("-")[2:]
        return found[0] if len(found) == 1 and len(found[0]) == DIGEST_IN_NAME else ""

    @property
    def series(self) -> Path:
        """The path of its series."""
        return self.runs.with_name(self.name + SERIES)


def parts_in(folder: Path) -> list[Part]:
    """Return the committed parts in the order of their numbers."""
    return [Part(path) for path in sorted((folder / FOLDER).glob("*" + RUNS))]


def commit(
    folder: Path, number: int, study: str, found: Sequence[tuple[Bundle, Outcome]], made_in: str = "",
    at_stage: AtStage = no_stage, seeds: str = "",
) -> Part:  # fmt: skip
    """Write the outcomes of some bundles as one part.

    Args:
        folder: the folder of the results.
        number: the number of the part.
        study: the hash of the study.
        found: bundles with their outcomes.
        made_in: the numerical environment as JSON.
        at_stage: called at each stage of the commit.
        seeds: the seeds of the study as JSON.
    """
    name = f"{number:07d}-{secrets.token_hex(4)}"
    place = folder / FOLDER
    proof, marked = (
        Checksum(0, ""),
        {STUDY: study.encode("ascii"), ENVIRONMENT: made_in.encode(), SEEDS: seeds.encode("ascii")},
    )
    series_path = place / (name + SERIES)
    if series := series_of(found):
        content = _content(series, marked)
        proof = Checksum(len(content), hashlib.sha256(content).hexdigest())
        marked |= {CRC32: b"%08x" % crc32(content)}
        _write(content, series_path, at_stage, "series")
        del content
    runs = _content(_run_rows(found, series_path.name if series else "", proof.size, proof.sha256), marked)
    path = place / name_with_digest(name, runs, RUNS)
    try:
        _write(runs, path, at_stage, "runs")
    except OSError:
        series_path.unlink(missing_ok=True)  # without a file of runs it is not a part
        raise
    return Part(path)


def series_of(found: Sequence[tuple[Bundle, Outcome]]) -> Table | None:
    """Return all series as one table; None if there are none."""
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
    """Return a table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata(marked),
        sink,
        compression="zstd",
        use_dictionary=_FEW,
        write_page_checksum=True,
    )
    return memoryview(sink.getvalue())


def _write(content: memoryview, path: Path, at_stage: AtStage, what: str) -> None:
    write_atomically(path, content, durable=True, at_stage=lambda stage: at_stage(f"{what}: {stage}"))
