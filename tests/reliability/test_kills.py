"""Kills: whatever dies, no acknowledged run is lost, none is there twice, and the final table is the same.

``make reliability`` kills a thousand times; the short form in ``make test`` a few dozen times (``KILLS``).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliance_sim.study.condition import status, verified
from alliance_sim.study.parts import parts_in

SCRIPT = Path(__file__).with_name("sweep_until_killed.py")
STAGES = [
    f"{what}: {stage}"
    for what in ("series", "runs")
    for stage in ("before writing", "written", "before the rename", "renamed", "done")
]
KILLS = int(os.environ.get("KILLS", "30"))
STUDY = (
    'question = "?"\nseeds = 10\nhalf_terms = 4\nkeep = ["practice"]\n[design]\n'
    '"trust.initial" = { from = 0.2, to = 0.8, steps = 25 }\n'
)


def sweeping(folder: Path, workers: int, stage: str = "", nth: int = 0) -> subprocess.Popen[str]:
    words = [
        sys.executable,
        str(SCRIPT),
        str(folder / "study.toml"),
        str(folder / "out"),
        str(workers),
        stage,
        str(nth),
    ]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=here)


def acknowledged(process: subprocess.Popen[str]) -> int:
    """The last count that the sweep told before it ended."""
    told = process.communicate(timeout=120)[0].split()
    return int(told[-1]) if told else 0


def final_table(folder: Path) -> pa.Table:
    tables = [pq.read_table(part.series).replace_schema_metadata(None) for part in parts_in(folder / "out")]
    return pa.concat_tables(tables).sort_by([("point", "ascending"), ("seed", "ascending"), ("half_term", "ascending")])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "study.toml").write_text(STUDY)
    assert acknowledged(sweeping(folder, 2)) == 250
    return final_table(folder)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path


def gone_on_with_to_the_end(folder: Path, workers: int, undisturbed: pa.Table) -> None:
    assert acknowledged(sweeping(folder, workers)) == 250
    assert verified(folder / "out") == []
    assert final_table(folder).equals(undisturbed)
    assert not list((folder / "out" / "parts").glob("*.unfinished"))


@pytest.mark.parametrize("stage", STAGES)
def test_the_sweep_is_killed_at_a_stage_of_a_commit(folder, undisturbed, stage):
    for nth in (1, 3):
        killed = sweeping(folder, 2, stage, nth)
        told = acknowledged(killed)
        assert killed.returncode == -signal.SIGKILL
        assert status(folder / "out").done >= told
    gone_on_with_to_the_end(folder, 2, undisturbed)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_sweep_and_workers_are_killed_at_any_moment(folder, undisturbed, workers):
    luck = random.Random(workers)
    for _ in range(max(1, (KILLS - 2 * len(STAGES)) // 3)):
        process = sweeping(folder, workers)
        time.sleep(luck.uniform(0.3, 1.5))
        children = psutil.Process(process.pid).children() if process.poll() is None else []
        if children and luck.random() < 0.6:
            luck.choice(children).kill()
            time.sleep(luck.uniform(0.0, 0.4))
        process.kill()
        told = acknowledged(process)
        _, alive = psutil.wait_procs(children, timeout=5)
        assert not alive
        if told:
            assert status(folder / "out").done >= told
    gone_on_with_to_the_end(folder, workers, undisturbed)


def test_killed_workers_cost_no_run(folder, undisturbed):
    process = sweeping(folder, 2)
    luck, kills = random.Random(7), 0
    while process.poll() is None and kills < 5:
        time.sleep(luck.uniform(0.2, 0.5))
        if children := psutil.Process(process.pid).children() if process.poll() is None else []:
            luck.choice(children).kill()
            kills += 1
    assert acknowledged(process) == 250
    assert kills >= 1
    assert status(folder / "out").failed == 0
    assert final_table(folder).equals(undisturbed)
