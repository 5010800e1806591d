"""The engines of clusters, as ``docs/clusters.md`` has them: Slurm by its own script, MPI by ``mpi4py.futures``.

MPI is a real one. Slurm is not here: its commands are played by two small shells, which start and end what the script
submits. Both come with ``make reliability`` (the extra ``engines``).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from alliance_sim.study import Results, Study

REPOSITORY = Path(__file__).resolve().parents[2]
STUDY = (
    'question = "?"\nseeds = 60\nhalf_terms = 12\nkeep = ["sharing", "trust"]\n'
    '[design]\n"policy.competition" = [0.0, 1.0]\n'
)
SBATCH = """#!/bin/sh
for script; do :; done
cp "$script" "job-$$.sh"
setsid sh "job-$$.sh" >> slurm.log 2>&1 &
echo $! >> jobs
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
for job; do kill -TERM -- -"$job"; done
"""
BESIDE = Path(sys.executable).parent


def missing(module: str) -> bool:
    """Whether an engine's library is not installed."""
    return find_spec(module) is None


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    (tmp_path / "study.toml").write_text(STUDY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{BESIDE}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH", "")])))
    return tmp_path


def same_as_here(results: str) -> bool:
    """Whether they are what this machine's own processes come to, byte for byte."""
    Study.load("study.toml").run("here", workers=1)
    here, there = Results.open("here").frame(), Results.open(results).frame()
    return len(here) == 2 * 60 * 13 and here.equals(there)


@pytest.mark.skipif(missing("mpi4py") or not (BESIDE / "mpiexec").exists(), reason="needs mpi4py and mpich")
def test_a_sweep_by_mpi(workspace):
    [shown] = [
        block
        for block in re.findall(
            r"```python\n(.*?)```", (REPOSITORY / "docs" / "clusters.md").read_text("utf-8"), re.DOTALL
        )
        if "MPIPoolExecutor" in block
    ]
    (workspace / "by_mpi.py").write_text(
        shown.replace("my_study.toml", "study.toml").replace("workers=64", "workers=2")
    )
    ran = subprocess.run(
        ["mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures", "by_mpi.py"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert same_as_here("results")


@pytest.mark.skipif(missing("dask_jobqueue"), reason="needs dask-jobqueue")
def test_a_sweep_by_slurms_script(workspace):
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (workspace / name).write_text(text)
        (workspace / name).chmod(0o755)
    program = f"import runpy; raise SystemExit(runpy.run_path({str(REPOSITORY / 'docs' / 'slurm_sweep.py')!r})['main']"
    with Path("said.log").open("w+", encoding="utf-8") as said:  # not a pipe, which the jobs would hold open
        ran = subprocess.run(
            [sys.executable, "-c", f"{program}('study.toml', 'results', 1))"],
            stdout=said, stderr=said, timeout=300, check=False,
        )  # fmt: skip
        said.seek(0)
        output = said.read()
    assert ran.returncode == 0, output
    assert "120 of 120 runs" in output
    assert same_as_here("results")
    jobs = [int(number) for number in (workspace / "jobs").read_text().split()]
    assert len(jobs) == 1
    until = time.monotonic() + 20  # the job was reported to Slurm as finished
    while left := [one.pid for one in psutil.process_iter() if _group_of(one) in jobs]:
        assert time.monotonic() < until, f"still there: {left}"
        time.sleep(0.2)


def _group_of(process: psutil.Process) -> int:
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return -1
