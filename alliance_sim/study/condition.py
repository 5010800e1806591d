"""How a sweep stands, read from its folder alone, and whether what lies there can be trusted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from alliance_sim.study.arrow import Table, pa, pc, pq
from alliance_sim.study.damage import damage_of
from alliance_sim.study.lock import writer_of
from alliance_sim.study.parts import FAILED, FOLDER, parts_in
from alliance_sim.study.store import document_in, run_rows


@dataclass(frozen=True)
class Status:
    """How far a sweep is.

    Attributes:
        question, name: of the study.
        runs, done, failed: how many there are, and what came of them so far.
        reasons: why runs failed, the most frequent first, each with its number.
        writer: the process that is adding to it now, None where none is.
    """

    question: str
    name: str
    runs: int
    done: int
    failed: int
    reasons: list[tuple[str, int]]
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
    told = document_in(folder)
    rows = run_rows(folder, ["status", "reason"])
    failed = rows.filter(pc.equal(rows["status"], FAILED))
    reasons = Counter(failed["reason"].to_pylist()).most_common()
    done = rows.num_rows - failed.num_rows
    return Status(told["question"], told["name"], told["runs"], done, failed.num_rows, reasons, writer_of(folder))


def verified(folder: Path) -> list[str]:
    """Everything that is wrong with the results in a folder, a sentence each; empty where all is well.

    Every file is read to its last byte and compared with what was written; every run must be there once, with as many
    rows as its study keeps, and belong to a point and seed of the study.

    Raises:
        StudyError: if no results of a study lie there.
    """
    told = document_in(folder)
    rows_a_run = 1 if told["at"] == "end" else told["half_terms"] + 1
    wrong: list[str] = []
    done: list[Table] = []
    for part in parts_in(folder):
        place = f"{FOLDER}/{part.runs.name}"
        if damage := damage_of(part, told["hash"], thorough=True):
            wrong.append(f"{place}: {damage.why}")
            continue
        runs = pq.read_table(part.runs, columns=["key", "point", "seed", "status"])
        runs = runs.filter(pc.equal(runs["status"], "done")).replace_schema_metadata(None)
        wrong += [f"{place}: {sentence}" for sentence in _strangers(runs, told)]
        done.append(runs)
        if runs.num_rows:
            series = pq.read_table(part.series, columns=["point", "seed"])
            counted = series.group_by(["point", "seed"]).aggregate([([], "count_all")])
            odd = counted.filter(pc.not_equal(counted["count_all"], rows_a_run)).num_rows
            if odd or counted.num_rows != runs.num_rows:
                wrong.append(f"{place}: its series do not have {rows_a_run:,} rows for each of {runs.num_rows:,} runs")
    if done:
        every = pa.concat_tables(done)
        if twice := every.num_rows - pc.count_distinct(every["key"]).as_py():
            wrong.append(f"{folder}: {twice:,} runs are there twice")
    return wrong


def _strangers(runs: Table, told: dict[str, object]) -> list[str]:
    points = int(str(told["points"]))
    if runs.num_rows and (pc.min(runs["point"]).as_py() < 0 or pc.max(runs["point"]).as_py() >= points):
        return [f"it has runs of points that the study does not have (0 to {points - 1:,})"]
    return []
