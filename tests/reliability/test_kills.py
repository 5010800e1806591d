"""Kills: whatever dies, no acknowledged run is lost, none is there twice, and the final table is the same.

``make reliability`` kills a thousand times, continuous integration a hundred times, ``make test`` a few (``KILLS``):
sweeps, their workers, Dask's workers and Dask's scheduler, at random moments and at every stage of a commit, for every
engine. A sweep that ends is compared byte for byte with an undisturbed one, and another is started.
"""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import chdir, suppress
from itertools import cycle
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliance_sim.study.storage.parts import parts_in
from alliance_sim.study.storage.status import status, verified

HERE = Path(__file__).parent
STAGES = [
    f"{what}: {stage}"
    for what in ("series", "runs")
    for stage in ("before writing", "written", "before the rename", "renamed", "done")
]
KILLS = int(os.environ.get("KILLS", "100"))
SHARES = {"processes": 0.17, "threads": 0.06, "pool": 0.03, "dask": 0.0734}
"""Of all kills, for each engine with 1, 2 and 5 workers: Dask gets more than a fifth."""
RUNS = 500
STUDY = (
    'question = "?"\nseeds = 20\nhalf_terms = 4\nkeep = ["practice"]\n[design]\n'
    '"trust.initial" = { from = 0.2, to = 0.8, steps = 25 }\n'
)
DONE, GONE = 0, 3
SECONDS_TO_BE_GONE = 5.0


def started(script: str, *words: object) -> subprocess.Popen[str]:
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE), *sys.path]))}
    command = [sys.executable, str(HERE / script), *map(str, words)]
    with (Path.cwd() / "said.txt").open("a") as said:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=here)


def below(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """All that a process started."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def final_table(folder: Path) -> bytes:
    """The series of all runs, in order, to the byte."""
    tables = [pq.read_table(part.series).replace_schema_metadata(None) for part in parts_in(folder / "out")]
    order = [("point", "ascending"), ("seed", "ascending"), ("half_term", "ascending")]
    table = pa.concat_tables(tables).sort_by(order).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


class Cluster:
    """A Dask scheduler and its workers; what was killed is started again."""

    def __init__(self, workers: int) -> None:
        self.scheduler, self.address, self.size = None, "", workers
        self.workers: list[subprocess.Popen[str]] = []

    def repair(self) -> None:
        if self.scheduler is None or self.scheduler.poll() is not None:
            self.end()
            self.scheduler = started("cluster_on_loopback.py", "scheduler", 0)
            self.address = self.scheduler.stdout.readline().strip()
        for worker in [worker for worker in self.workers if worker.poll() is not None]:
            worker.communicate()
            self.workers.remove(worker)
        new = [started("cluster_on_loopback.py", "worker", self.address) for _ in range(self.size - len(self.workers))]
        for worker in new:
            worker.stdout.readline()
        self.workers += new

    def end(self) -> None:
        for process in (self.scheduler, *self.workers):
            if process is not None:
                process.kill()
                process.communicate()
        self.scheduler, self.workers = None, []


def running(process: psutil.Process) -> bool:
    """Whether a process still runs; one that has ended and waits for its parent to notice does not."""
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


class Disturber:
    """Starts sweeps and kills what belongs to them."""

    def __init__(self, engine: str, workers: int, kills: int, workspace: Path, killed: Counter[str]) -> None:
        self.engine, self.workers, self.left, self.workspace, self.killed = engine, workers, kills, workspace, killed
        self.generator = random.Random(f"{engine} {workers}")
        self.cluster = Cluster(workers) if engine == "dask" else None
        self.stages = self.generator.sample(STAGES, len(STAGES))
        self.folders = 0
        self.folder = self.new_folder()

    def new_folder(self) -> Path:
        self.folders += 1
        folder = self.workspace / str(self.folders)
        folder.mkdir()
        (folder / "study.toml").write_text(STUDY)
        return folder

    def count(self, what: str) -> None:
        self.left -= 1
        self.killed[f"{what} ({self.engine})"] += 1

    def sweep(self, stage: str = "", nth: int = 0) -> subprocess.Popen[str]:
        engine = self.engine
        if self.cluster is not None:
            self.cluster.repair()
            engine = self.cluster.address
        words = (self.folder / "study.toml", self.folder / "out", engine, self.workers, stage, nth)
        return started("sweep_until_killed.py", *words)

    def at_a_stage(self) -> None:
        """A sweep that dies at a stage of its first, second or third commit; or that ends before."""
        stage = self.stages.pop()
        self.stages.insert(0, stage)
        process = self.sweep(stage, self.generator.choice((1, 1, 2, 3)))
        if self.ended(process, []) == -signal.SIGKILL:
            self.count(f"sweep at a stage of a commit ({stage})" if KILLS > 500 else "sweep at a stage of a commit")

    def at_random(self) -> None:
        """A sweep that loses workers, and then perhaps dies itself."""
        process = self.sweep()
        time.sleep(self.generator.uniform(0.0, 1.5))
        while process.poll() is None and self.left > 0:
            what, victim = self.victim(process)
            processes = below(process)
            if victim is not None and victim.is_running():
                with suppress(psutil.NoSuchProcess):
                    victim.kill()
                    self.count(what)
            if what == "sweep":
                self.ended(process, processes)
                return
            time.sleep(self.generator.uniform(0.02, 0.5))
        if self.cluster is not None:
            self.cluster.repair()  # a sweep whose cluster lost its last worker waits until there is one again
        self.ended(process, [])

    def with_the_scheduler(self) -> None:
        """A sweep whose scheduler dies says so and ends by itself; one that has every answer by then is done."""
        process = self.sweep()
        time.sleep(self.generator.uniform(0.5, 4.0))
        if process.poll() is None:
            self.cluster.scheduler.kill()
            self.count("scheduler")
            assert self.ended(process, []) in {GONE, DONE}
        else:
            self.ended(process, [])

    def ways(self) -> list[Callable[[], None]]:
        """How to disturb, in turn."""
        ways = [self.at_a_stage, self.at_random, self.at_random]
        return ways if self.cluster is None else [self.with_the_scheduler, *ways]

    def victim(self, process: subprocess.Popen[str]) -> tuple[str, psutil.Process | None]:
        draw = self.generator.random()
        if draw < 0.4:
            return "sweep", psutil.Process(process.pid) if process.poll() is None else None
        if self.cluster is not None and draw < 0.6:
            return "cluster's worker", psutil.Process(self.generator.choice(self.cluster.workers).pid)
        of = [process] if self.cluster is None else self.cluster.workers
        children = [child for each in of for child in below(each)]
        return "worker", self.generator.choice(children) if children else None

    def ended(self, process: subprocess.Popen[str], processes: list[psutil.Process]) -> int:
        """Wait until a sweep has ended, and look whether all is well."""
        printed = process.communicate(timeout=120)[0].split()
        if self.cluster is not None:
            processes = processes + [child for worker in self.cluster.workers for child in below(worker)]
        _, alive = psutil.wait_procs(processes, timeout=SECONDS_TO_BE_GONE)
        assert not [each for each in alive if running(each)]
        assert process.returncode in {DONE, GONE, -signal.SIGKILL}, Path("said.txt").read_text()[-3000:]
        if printed:
            found = status(self.folder / "out")
            assert found.done >= int(printed[-1])
            assert found.failed == 0
        if process.returncode == DONE:
            assert int(printed[-1]) == RUNS
            assert verified(self.folder / "out") == []
            assert not list((self.folder / "out" / "parts").glob("*.unfinished"))
        return process.returncode

    def undisturbed(self) -> bytes:
        """Go on to the end."""
        for _ in range(3):  # a cluster that was hurt just now may be lost once more
            if self.ended(self.sweep(), []) == DONE:
                return final_table(self.folder)
        raise AssertionError("the sweep does not come to its end")


@pytest.fixture(scope="module")
def never_disturbed(tmp_path_factory):
    with chdir(workspace := tmp_path_factory.mktemp("undisturbed")):
        table = Disturber("processes", 2, 0, workspace, Counter()).undisturbed()
    assert table.count(b"practice") == 1
    return table


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("engine", SHARES)
def test_whatever_is_killed_no_run_is_lost_or_there_twice(
    engine, workers, never_disturbed, killed, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    disturber = Disturber(engine, workers, math.ceil(KILLS * SHARES[engine]), tmp_path, killed)
    try:
        for disturb in cycle(disturber.ways()):
            disturb()
            if disturber.left <= 0 or disturber.generator.random() < 0.1:
                assert disturber.undisturbed() == never_disturbed
                disturber.folder = disturber.new_folder()
            if disturber.left <= 0:
                break
    finally:
        if disturber.cluster is not None:
            disturber.cluster.end()
