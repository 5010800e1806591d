"""An experiment is evaluated only when all runs of its sweep are done."""

from __future__ import annotations

import signal

from typer.testing import CliRunner

from alliance_sim.study import Results, Study
from alliance_sim.study.execution import sweep
from alliance_sim.study.spec.tasks import Failure
from experiments.__main__ import app

NAME = "regime_factorial"


def run_experiment(out):
    """Run the quick form of an experiment."""
    return CliRunner().invoke(app, [NAME, "--quick", "--out", str(out)])


def is_evaluated(out):
    """Whether findings or a page were written."""
    return (out / NAME / "findings.json").exists() or (out / "index.html").exists()


def test_an_interrupted_sweep_is_not_evaluated(tmp_path, monkeypatch):
    run, commits = Study.run, []

    def interrupt(done, runs):
        if done and not commits:
            commits.append(done)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(sweep, "SECONDS_A_PART", 0.0)
    monkeypatch.setattr(Study, "run", lambda self, out, **_: run(self, out, workers=1, progress=interrupt))
    result = run_experiment(tmp_path)
    done = len(Results.open(tmp_path / NAME / "quick_runs").frame()[["point", "seed"]].drop_duplicates())
    assert done > 0
    assert result.exit_code == 130
    assert f"the sweep of {NAME} was interrupted after {done} of " in result.stderr
    assert "nothing was evaluated; the same command resumes it\n" in result.stderr
    assert not is_evaluated(tmp_path)


def test_a_sweep_with_failed_runs_is_not_evaluated(tmp_path, monkeypatch):
    failed = sweep.Sweep(48, done=47, failed=1, first_failures=[Failure(0, 1, "out of memory", "")])
    monkeypatch.setattr(Study, "run", lambda *_, **__: failed)
    result = run_experiment(tmp_path)
    assert result.exit_code == 1
    assert result.stderr == f"1 of 48 runs of {NAME} failed, so nothing was evaluated; the first: out of memory\n"
    assert not is_evaluated(tmp_path)
