"""Studies of samples load, and are evaluated only when they are complete."""

from __future__ import annotations

import pytest
import typer

from alliance_sim.study import Results, Study
from alliance_sim.study.execution import sweep
from alliance_sim.study.spec.tasks import Failure
from analysis.sampled_runs import run_study, study_text
from analysis.sensitivity import study


def test_a_design_of_all_kinds_of_parameters_loads_as_a_study(tmp_path):
    file = tmp_path / "sample.toml"
    names = study.varied(gap=False)
    design = {"kind": "latin_hypercube", "n": 4, "seed": 1}
    file.write_text(study_text("Does it load?", "baseline", 1, ["trust"], design, names), encoding="utf-8")
    assert Study.load(file).runs == 4


SMALL = """
question = "What is kept?"
base = "baseline"
seeds = 20
half_terms = 6
keep = ["level"]
[design]
kind = "latin_hypercube"
n = 12
"policy.funding" = { from = 0.0, to = 1.0 }
[set]
"population.schools" = 4
"population.alliance_size" = 4
"""


def test_an_interrupted_sweep_is_refused_and_its_runs_stay(tmp_path, monkeypatch, capsys, interrupt_once):
    run = Study.run
    with monkeypatch.context() as patch:
        patch.setattr(Study, "run", lambda self, out, **_: run(self, out, workers=1, progress=interrupt_once))
        with pytest.raises(typer.Exit) as stopped:
            run_study(SMALL, tmp_path, "sample")
    done = len(Results.open(tmp_path / "sample_runs").frame()[["point", "seed"]].drop_duplicates())
    assert stopped.value.exit_code == 130
    assert 0 < done < 240
    assert f"the sweep sample was interrupted after {done} of 240 runs, so nothing" in capsys.readouterr().err
    assert int(run_study(SMALL, tmp_path, "sample").about["runs"]) == 240


def test_a_sweep_with_failed_runs_is_refused(tmp_path, monkeypatch, capsys):
    failed = sweep.Sweep(240, done=239, failed=1, first_failures=[Failure(0, 1, "out of memory")])
    monkeypatch.setattr(Study, "run", lambda *_, **__: failed)
    with pytest.raises(typer.Exit) as stopped:
        run_study(SMALL, tmp_path, "sample")
    assert stopped.value.exit_code == 1
    message = "1 of 240 runs of sample failed, so nothing was evaluated; the first: out of memory.\n"
    assert capsys.readouterr().err == message
