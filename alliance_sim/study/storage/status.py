"""The progress of a sweep and the integrity of its results, read from the folder alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from alliance_sim.study.storage.arrow import pc
from alliance_sim.study.storage.integrity import Damage, inspect
from alliance_sim.study.storage.lock import writer_of
from alliance_sim.study.storage.manifest import Manifest
from alliance_sim.study.storage.parts import DONE, FAILED, FOLDER
from alliance_sim.study.storage.rebuild import manifest_problem
from alliance_sim.study.storage.snapshot import Snapshot, manifest_in, scan
from alliance_sim.study.storage.store import provenance_trouble


@dataclass(frozen=True)
class Status:
    """The progress of a sweep.

    Attributes:
        question, name: those of the study.
        runs, done, failed: the numbers of all runs, and of those that are done or have failed so far.
        reasons: the reasons of failures with their numbers, the most frequent first.
        damaged: the number of damaged parts; their runs count as not done.
        writer: the number of the process that is writing to the folder, or None.
    """

    question: str
    name: str
    runs: int
    done: int
    failed: int
    reasons: list[tuple[str, int]]
    damaged: int
    writer: int | None

    @property
    def left(self) -> int:
        """The number of runs without an outcome."""
        return self.runs - self.done - self.failed


def status(folder: Path) -> Status:
    """Return the progress of the sweep in a folder, which may be running; the folder is not changed.

    Raises:
        StudyError: if the folder has no results of a study.
    """
    manifest = manifest_in(folder)
    return status_of(folder, manifest, scan(folder, manifest))


def status_of(folder: Path, manifest: Manifest, found: Snapshot) -> Status:
    """Return the progress of a sweep from a snapshot."""
    failed = found.runs.filter(pc.equal(found.runs["status"], FAILED))
    reasons = Counter(failed["reason"].to_pylist()).most_common()
    return Status(
        manifest.question, manifest.name, manifest.runs, found.done, failed.num_rows, reasons, len(found.damaged),
        writer_of(folder),
    )  # fmt: skip


def verified(folder: Path) -> list[str]:
    """Return a sentence for each problem of the results in a folder; empty if they are intact.

    Every byte of every file is compared with what was written. Every run must be stored once, with all its rows, and
    belong to a point and seed of the study. Points and variants must be those of the study's hash.

    Raises:
        StudyError: if the folder has no results of a study.
    """
    manifest = manifest_in(folder)
    found = scan(folder, manifest, thorough=True)
    wrong = [f"{FOLDER}/{damage.part.runs.name}: {damage.why}" for damage in found.damaged]
    if trouble := manifest_problem(folder, manifest):
        wrong.append(trouble)
    if trouble := provenance_trouble(folder, manifest):
        wrong.append(trouble)
    for number, _ in found.series:
        if sentence := _rows_missing(found, number, manifest):
            wrong.append(f"{FOLDER}/{found.parts[number].runs.name}: {sentence}")
    if twice := _twice(found):
        wrong.append(f"{folder}: {twice:,} runs are there twice; only the later one is read")
    return wrong


def _rows_missing(found: Snapshot, number: int, manifest: Manifest) -> str:
    """Return why a part's series are not those of its runs; empty if they are."""
    part = inspect(found.parts[number], manifest)
    if isinstance(part, Damage):
        return part.why
    done = part.runs.filter(pc.equal(part.runs["status"], DONE)).select(["point", "seed"])
    series = found.table_of(number, ["point", "seed"])
    counts = series.group_by(["point", "seed"]).aggregate([([], "count_all")])
    odd = counts.filter(pc.not_equal(counts["count_all"], manifest.rows_a_run)).num_rows
    strange = counts.join(done, ["point", "seed"], join_type="left anti").num_rows
    if odd or strange or counts.num_rows != done.num_rows:
        return f"its series do not have {manifest.rows_a_run:,} rows for each of {done.num_rows:,} runs"
    return ""


def _twice(found: Snapshot) -> int:
    """Return the number of runs that are stored more than once."""
    return sum(table.num_rows for table in found.superseded.values())
