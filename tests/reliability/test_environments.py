"""Other numerical libraries or another processor: refused unless accepted, recorded, and readable everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from alliance_sim.cli import main
from alliance_sim.cli.commands import sweep as command
from alliance_sim.study import Results, Study
from alliance_sim.study.execution import sweep
from alliance_sim.study.execution.executors import executor
from alliance_sim.study.execution.worker_pool import Limits, run_bundle_here
from alliance_sim.study.spec.environment import digest_of, environment
from alliance_sim.study.spec.tasks import EnvironmentDiffersError, Task
from alliance_sim.study.storage import store
from alliance_sim.study.storage.status import status, verified

STUDY = 'question = "?"\nseeds = 4\nhalf_terms = 4\nkeep = ["practice"]\n[design]\n"trust.initial" = [0.3, 0.4]\n'
RUNS = """
from pathlib import Path
from sweep_until_killed import simulate

def half(task):
    if 3 in task.seeds:
        raise ValueError("not yet")
    return simulate(task)
"""
SWEEP = ["sweep", "study.toml", "--out", "out"]


@pytest.fixture
def half_done(tmp_path, monkeypatch):
    """A study of which six runs are done and two failed, and its command in another environment."""
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "invented.py").write_text(RUNS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(Path(__file__).parent)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("NUMBA_CPU_NAME", raising=False)
    monkeypatch.setitem(sweep.sweep.__kwdefaults__, "run", "invented:half")
    assert main(SWEEP) == 1
    monkeypatch.setitem(sweep.sweep.__kwdefaults__, "run", "invented:simulate")


def files() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path("out").rglob("*")) if path.is_file()}


def test_another_environment_is_refused_and_nothing_is_written(half_done, monkeypatch, capsys):
    before = files()
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    capsys.readouterr()
    assert main(SWEEP) == 2
    said = capsys.readouterr().err
    assert "its 6 runs were made with other numerical libraries or for another processor" in said
    assert "now generic" in said
    assert "--accept-environment" in said
    assert "Traceback" not in said
    assert files() == before


def test_after_acceptance_both_environments_are_recorded_with_their_runs(half_done, monkeypatch):
    native = digest_of(environment())
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    generic = digest_of(environment())
    assert main([*SWEEP, "--accept-environment"]) == 0
    assert main(["export", "out", "--out", "archive"]) == 0
    recorded = json.loads(Path("archive/provenance.json").read_text())["environments"]
    assert [(one["digest"], one["runs"]) for one in recorded] == [(native, 6), (generic, 2)]
    assert recorded[1]["cpu"] == "generic"
    assert {"numpy", "numba", "llvmlite", "scipy", "cpu_features"} <= recorded[1].keys()
    study = Study.load("study.toml")
    [digest, _] = study.points.digests()
    rows = {(row["point"], row["seed"]): row for row in Results.open("out").runs().to_dict("records")}
    assert [rows[0, 1]["key"]] == study.run_keys(digest, (1,), environment=native)
    assert [rows[0, 3]["key"]] == study.run_keys(digest, (3,), environment=generic)
    assert native != generic
    monkeypatch.setenv("NUMBA_CPU_NAME", "another")
    assert (status(Path("out")).done, status(Path("out")).failed) == (8, 0)
    assert verified(Path("out")) == []
    assert main(SWEEP) == 0, "there is nothing left to run, so nothing is asked"


def test_a_person_is_asked(half_done, monkeypatch):
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    monkeypatch.setattr(command, "_accepted", lambda changed: False)
    assert main(SWEEP) == 2
    asked = []
    monkeypatch.setattr(command, "_accepted", lambda changed: not asked.append(str(changed)))
    assert main(SWEEP) == 0
    assert "now generic" in asked[0]


def commit_without_environment(commit, folder, number, study, found, made_in, *others):
    """Write a part as it was before environments were recorded."""
    return commit(folder, number, study, found, "", *others)


def test_results_without_a_recorded_environment_are_asked_about_and_stay_readable(half_done, monkeypatch, capsys):
    shutil.rmtree("out")
    monkeypatch.setattr(store, "commit", partial(commit_without_environment, store.commit))
    monkeypatch.setitem(sweep.sweep.__kwdefaults__, "run", "invented:half")
    assert main(SWEEP) == 1
    capsys.readouterr()
    assert verified(Path("out")) == []
    assert main(SWEEP) == 2
    assert "nothing is recorded about them" in capsys.readouterr().err
    monkeypatch.setitem(sweep.sweep.__kwdefaults__, "run", "invented:simulate")
    assert main([*SWEEP, "--accept-environment"]) == 0


def test_a_worker_with_another_environment_is_refused(half_done, monkeypatch):
    planned = environment() | {"numba": "0.1"}
    bundle = (Task(0, (1,), ("",), {}),)
    with pytest.raises(EnvironmentDiffersError, match=r"numba 0\.1, now .*NUMBA_CPU_NAME=generic"):
        run_bundle_here(bundle, "invented:simulate", Limits(), planned)
    monkeypatch.setattr("alliance_sim.study.execution.executors.environment", lambda: planned)
    with ThreadPoolExecutor(1) as pool, executor("invented:simulate", pool, 1, Limits()) as engine:
        assert isinstance(engine.submit(bundle).exception(), EnvironmentDiffersError)
    with ThreadPoolExecutor(1) as pool, pytest.raises(EnvironmentDiffersError):
        Study.load("study.toml").run("out", executor=pool)
    assert status(Path("out")).done == 6


SIMULATED = """
import hashlib, sys
from alliance_sim.config import changed
from alliance_sim.engine.simulation.simulate import simulate
from alliance_sim.engine.modules.registry import MODULES, outcomes_measured
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.mesa_model.scenario import Scenario

baseline = Scenario.load("baseline").configuration
switches = {s: True if isinstance(PARAMETERS[s].default, bool) else 0.2 for m in MODULES for s in m.switches}
for configuration in (baseline, changed(baseline, switches)):
    kept = tuple(outcome.name for outcome in outcomes_measured([configuration]))
    for seed in (1, 2, 3):
        print(hashlib.sha256(simulate(configuration, seed, 60, kept).tobytes()).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.skipif("PROCESSORS" not in os.environ, reason="compiles everything twice: ten minutes (PROCESSORS=1)")
def test_outcomes_are_the_same_bytes_for_every_processor_of_this_machine(tmp_path):
    found = []
    for cpu in ({}, {"NUMBA_CPU_NAME": "generic"}):
        cache = tmp_path / "".join(cpu.values()) / "cache"
        here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NUMBA_CACHE_DIR": str(cache)}
        ran = subprocess.run(
            [sys.executable, "-c", SIMULATED], capture_output=True, text=True, check=True, env=here | cpu
        )
        found.append(ran.stdout.split())
        shutil.rmtree(cache)
    assert len(set(found[0])) == 6
    assert found[0] == found[1]
