"""How a sweep stands, read from its folder alone, and whether what lies there can be trusted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance_sim.study.arrow import Table, pc, pq
from alliance_sim.study.lock import writer_of
from alliance_sim.study.parts import DONE, FAILED, FOLDER, Part
from alliance_sim.study.reading import Snapshot, looked_at, told_in
from alliance_sim.study.retold import retold_trouble


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
    told = told_in(folder)
    return status_of(folder, told, looked_at(folder, told))


def status_of(folder: Path, told: dict[str, Any], found: Snapshot) -> Status:
    """The same of what somebody has looked at already."""
    failed = found.runs.filter(pc.equal(found.runs["status"], FAILED))
    reasons = Counter(failed["reason"].to_pylist()).most_common()
    counted = found.done, failed.num_rows
    return Status(
        told["question"], told["name"], told["runs"], *counted, reasons, len(found.damaged), writer_of(folder)
    )


def verified(folder: Path) -> list[str]:
    """Everything that is wrong with the results in a folder, a sentence each; empty where all is well.

    Every file is read to its last byte and compared with what was written; every run must be there once, with as many
    rows as its study keeps, and belong to a point and seed of the study; points and worlds must be those that the
    study's hash was made of.

    Raises:
        StudyError: if no results of a study lie there.
    """
    told = told_in(folder)
    found = looked_at(folder, told, thorough=True)
    wrong = [f"{FOLDER}/{damage.part.runs.name}: {damage.why}" for damage in found.damaged]
    if trouble := retold_trouble(folder, told):
        wrong.append(trouble)
    for part in found.parts:
        runs = pq.read_table(part.runs, columns=["point", "seed", "status"]).replace_schema_metadata(None)
        sentences = [*_strangers(runs, told), *_rows_missing(part, runs, told)]
        wrong += [f"{FOLDER}/{part.runs.name}: {sentence}" for sentence in sentences]
    if twice := _twice(found):
        wrong.append(f"{folder}: {twice:,} runs are there twice; only the later one is read")
    return wrong


def _strangers(runs: Table, told: dict[str, Any]) -> list[str]:
    points: int = told["points"]
    if runs.num_rows and (pc.min(runs["point"]).as_py() < 0 or pc.max(runs["point"]).as_py() >= points):
        return [f"it has runs of points that the study does not have (0 to {points - 1:,})"]
    return []


def _rows_missing(part: Part, runs: Table, told: dict[str, Any]) -> list[str]:
    done = runs.filter(pc.equal(runs["status"], DONE))
    if not done.num_rows:
        return []
    rows_a_run = 1 if told["at"] == "end" else told["half_terms"] + 1
    series = pq.read_table(part.series, columns=["point", "seed"])
    counted = series.group_by(["point", "seed"]).aggregate([([], "count_all")])
    odd = counted.filter(pc.not_equal(counted["count_all"], rows_a_run)).num_rows
    if odd or counted.num_rows != done.num_rows:
        return [f"its series do not have {rows_a_run:,} rows for each of {done.num_rows:,} runs"]
    return []


def _twice(found: Snapshot) -> int:
    """Runs of which more than one try succeeded."""
    return sum(table.num_rows for table in found.superseded.values())
