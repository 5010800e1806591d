"""How a sweep stands, read from its folder alone, and whether what lies there can be trusted."""

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
    """How far a sweep is.

    Attributes:
        question, name: of the study.
        runs, done, failed: how many there are, and what came of them so far.
        reasons: why runs failed, the most frequent first, each with its number.
        damaged: how many parts cannot be trusted; their runs count as not done.
        writer: the process that is adding to it now, None where none is.
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
        """Runs of which nothing is known yet."""
        return self.runs - self.done - self.failed


def status(folder: Path) -> Status:
    """How far the sweep in a folder is; changes nothing, and may be asked while it runs.

    Raises:
        StudyError: if no results of a study lie there.
    """
    manifest = manifest_in(folder)
    return status_of(folder, manifest, scan(folder, manifest))


def status_of(folder: Path, manifest: Manifest, found: Snapshot) -> Status:
    """The same of what somebody has looked at already."""
    failed = found.runs.filter(pc.equal(found.runs["status"], FAILED))
    reasons = Counter(failed["reason"].to_pylist()).most_common()
    count_noun = found.done, failed.num_rows
    return Status(
        manifest.question, manifest.name, manifest.runs, *count_noun, reasons, len(found.damaged), writer_of(folder)
    )


def verified(folder: Path) -> list[str]:
    """Everything that is wrong with the results in a folder, a sentence each; empty where all is well.

    Every file is read to its last byte and compared with what was written; every run must be there once, with as many
    rows as its study keeps, and belong to a point and seed of the study; points and worlds must be those that the
    study's hash was made of.

    Raises:
        StudyError: if no results of a study lie there.
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
    """Why a part's series are not those of its runs; empty where they are."""
    part = inspect(found.parts[number], manifest)
    if isinstance(part, Damage):
        return part.why
    done = part.runs.filter(pc.equal(part.runs["status"], DONE)).select(["point", "seed"])
    series = found.table_of(number, ["point", "seed"])
    count_noun = series.group_by(["point", "seed"]).aggregate([([], "count_all")])
    odd = count_noun.filter(pc.not_equal(count_noun["count_all"], manifest.rows_a_run)).num_rows
    strange = count_noun.join(done, ["point", "seed"], join_type="left anti").num_rows
    if odd or strange or count_noun.num_rows != done.num_rows:
        return f"its series do not have {manifest.rows_a_run:,} rows for each of {done.num_rows:,} runs"
    return ""


def _twice(found: Snapshot) -> int:
    """Runs of which more than one try succeeded."""
    return sum(table.num_rows for table in found.superseded.values())
