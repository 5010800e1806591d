"""Sweeps simulate every run once, also if runs raise, do not end or are killed, and if parts are damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from alliance_sim.study.errors import StudyError
from alliance_sim.study.execution.sweep import sweep
from alliance_sim.study.spec.tasks import RunFunctionError
from alliance_sim.study.storage.lock import only_writer, writer_of
from alliance_sim.study.storage.parts import parts_in
from alliance_sim.study.storage.status import status, verified

RUNS = """
import os, signal, time
import pyarrow as pa

def series_of(task):
    rows = task.scenario["half_terms"] + 1
    seeds = [seed for seed in task.seeds for _ in range(rows)]
    half_terms = list(range(rows)) * len(task.seeds)
    values = [task.point + seed / 100 + half_term / 10000 for seed, half_term in zip(seeds, half_terms)]
    return pa.table({"seed": pa.array(seeds, pa.int64()), "half_term": pa.array(half_terms, pa.int32()), "practice": values})

def plain(task):
    return series_of(task)

def poisonous(task):
    if task.point == 1 and 2 in task.seeds:
        raise RuntimeError("the second run\\nfails")
    return series_of(task)

def deadly(task):
    if 2 in task.seeds and task.point == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return series_of(task)

def endless(task):
    while 3 in task.seeds and task.point == 1:
        time.sleep(1)
    return series_of(task)

def greedy(task):
    if 1 in task.seeds and task.point == 0:
        hoard = b"x" * 600_000_000
        time.sleep(20)
    return series_of(task)

def undefined(task):
    table = series_of(task)
    if task.point == 1 and 3 in task.seeds:
        values = [float("nan") if seed == 3 else value for seed, value in zip(table["seed"].to_pylist(), table["practice"].to_pylist())]
        table = table.set_column(2, "practice", pa.array(values))
    return table

def curable(task):
    if 2 in task.seeds and not os.path.exists("cured"):
        raise RuntimeError("not yet")
    return series_of(task)
"""  # noqa: E501
ASKED = 'seeds = 4\nhalf_terms = 2\nkeep = ["practice"]\n[design]\n"trust.initial" = [0.3, 0.4]\n'


@pytest.fixture
def asked(study, tmp_path, monkeypatch):
    (tmp_path / "invented_runs.py").write_text(RUNS)
    monkeypatch.syspath_prepend(tmp_path)
    return study(ASKED)


def swept(asked, out="out", run="plain", **options):
    return sweep(asked, Path(out), run=f"invented_runs:{run}", **options)


def final_table(out="out"):
    tables = [pq.read_table(part.series) for part in parts_in(Path(out)) if part.series.exists()]
    rows = [row for table in tables for row in table.to_pylist()]
    return sorted(rows, key=lambda row: (row["point"], row["seed"], row["half_term"]))


def runs(out="out"):
    return [row for part in parts_in(Path(out)) for row in pq.read_table(part.runs).to_pylist()]


def test_every_run_has_one_outcome(asked):
    ended = swept(asked)
    assert (ended.runs, ended.before, ended.done, ended.failed) == (8, 0, 8, 0)
    table = final_table()
    assert len(table) == 2 * 4 * 3
    assert table[-1] == {"point": 1, "seed": 4, "half_term": 2, "practice": pytest.approx(1.0402)}
    assert verified(Path("out")) == []
    assert json.loads(Path("out/study.json").read_text())["question"] == asked.question


def test_what_is_done_is_not_done_again(asked):
    swept(asked)
    before = sorted(Path("out").rglob("*"))
    again = swept(asked, run="poisonous")
    assert (again.before, again.done, again.failed) == (8, 0, 0)
    assert sorted(Path("out").rglob("*")) == before


@pytest.mark.parametrize(
    ("run", "limits", "point", "seed", "reason"),
    [
        ("poisonous", "", 1, 2, "RuntimeError: the second run fails"),
        ("deadly", "", 0, 2, "its worker process died (SIGKILL)"),
        ("endless", "[limits]\nseconds_a_run = 3.0\n", 1, 3, "it took longer than the limit of 3 seconds"),
        ("greedy", '[limits]\nmemory_a_run = "400 MB"\n', 0, 1, "it held more memory than the limit of 400 MB"),
        ("undefined", "", 1, 3, "practice is nan at half-term 0"),
    ],
)
def test_only_the_failing_run_fails(asked, study, run, limits, point, seed, reason):
    ended = swept(study(ASKED + limits), run=run, workers=2)
    assert (ended.done, ended.failed) == (7, 1)
    (failed,) = [row for row in runs() if row["status"] == "failed"]
    assert (failed["point"], failed["seed"], failed["reason"]) == (point, seed, reason)
    assert ("Traceback" in failed["traceback"]) == (run == "poisonous")
    assert len(final_table()) == 7 * 3
    assert status(Path("out")).reasons == [(reason, 1)]


def test_what_failed_is_tried_again(asked):
    assert swept(asked, run="curable").failed == 2
    Path("cured").touch()
    ended = swept(asked, run="curable")
    assert (ended.before, ended.done, ended.failed) == (6, 2, 0)
    found = status(Path("out"))
    assert (found.done, found.failed, found.left) == (8, 0, 0)
    assert len(final_table()) == 24


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_table_does_not_depend_on_who_does_the_work(asked, workers):
    swept(asked, "plain")
    swept(asked, "other", workers=workers)
    assert final_table("other") == final_table("plain")


def test_any_executor_will_do(asked):
    swept(asked, "plain")
    with ThreadPoolExecutor(2) as pool:
        ended = swept(asked, "other", run="plain", remote=pool)
    assert ended.done == 8
    assert final_table("other") == final_table("plain")


def test_a_run_function_that_is_not_there_stops_the_sweep_at_once(asked):
    with pytest.raises(RunFunctionError, match="no_such"):
        swept(asked, run="no_such")
    assert runs() == []


def test_two_sweeps_do_not_share_a_folder(asked):
    swept(asked)
    with only_writer(Path("out")):
        assert writer_of(Path("out")) == os.getpid()
        with pytest.raises(StudyError, match="another sweep is writing here"):
            swept(asked)
        asking = (
            "from alliance_sim.study.storage.lock import *; from pathlib import Path\n"
            "print(writer_of(Path('out')))\n"
            "try:\n with only_writer(Path('out')): print('in')\n"
            "except ValueError: print('kept out')"
        )
        here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        ended = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True, env=here)
        assert ended.stdout.split("\n")[:2] == [str(os.getpid()), "kept out"]
    assert writer_of(Path("out")) is None


def test_a_folder_of_another_study_is_refused(asked, study):
    swept(asked)
    other = study(ASKED.replace("0.4", "0.5"))
    with pytest.raises(StudyError, match="it holds the results of"):
        swept(other)


def test_a_folder_with_other_things_is_refused(asked):
    Path("out").mkdir()
    Path("out/thesis.docx").touch()
    with pytest.raises(StudyError, match="other things lie here"):
        swept(asked)
    assert [path.name for path in Path("out").iterdir()] == ["thesis.docx"]


def truncated(part):
    part.series.write_bytes(part.series.read_bytes()[:-7])


def missing(part):
    part.series.unlink()


def unreadable(part):
    part.runs.write_bytes(b"PAR1 nonsense")


def copied(part):
    for path in (part.runs, part.series):
        path.with_name("9999999-" + path.name[8:]).write_bytes(path.read_bytes())


@pytest.mark.parametrize("damage", [truncated, missing, unreadable, copied])
def test_damage_is_contained_and_repaired(asked, damage):
    swept(asked, "plain")
    swept(asked)
    part = parts_in(Path("out"))[0]  # a slow machine commits more than one
    damage(part)
    assert len(verified(Path("out"))) >= 1
    ended = swept(asked)
    assert len(ended.quarantine) == 1
    assert verified(Path("out")) == []
    assert final_table() == final_table("plain")
    assert any(Path("out/parts/damaged").iterdir())


def test_a_flipped_bit_is_seen(asked):
    swept(asked)
    part = parts_in(Path("out"))[0]  # a slow machine commits more than one
    content = bytearray(part.series.read_bytes())
    content[len(content) // 2] ^= 1
    part.series.write_bytes(content)
    assert verified(Path("out")) == [f"parts/{part.runs.name}: its series are not what was written"]


def test_a_part_of_another_study_is_set_aside(asked, study):
    swept(asked)
    swept(study(ASKED.replace("0.4", "0.5")), "other")
    (foreign,) = parts_in(Path("other"))
    for path in (foreign.runs, foreign.series):
        (Path("out/parts") / path.name).write_bytes(path.read_bytes())
    assert [sentence.split(": ")[1] for sentence in verified(Path("out"))] == ["it belongs to another study"]
    assert len(swept(asked).quarantine) == 1
    assert verified(Path("out")) == []


def test_a_full_disk_loses_nothing_that_was_committed(asked):
    def full(stage: str) -> None:
        if stage == "runs: written":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        swept(asked, at_stage=full)
    assert runs() == []
    assert swept(asked).done == 8
    assert verified(Path("out")) == []
    assert not list(Path("out/parts").glob("*.unfinished"))


def test_ctrl_c_lets_runs_end_and_keeps_them(asked):
    import signal

    def stop(stage: str) -> None:
        if stage == "runs: done":
            os.kill(os.getpid(), signal.SIGINT)

    assert threading.current_thread() is threading.main_thread()
    ended = swept(asked, at_stage=stop)
    assert ended.interrupted
    assert status(Path("out")).done == ended.done > 0
