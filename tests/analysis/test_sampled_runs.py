"""Studies of samples load, and are evaluated only when they are complete."""

from __future__ import annotations

from alliance_sim.study import Study
from analysis.sampled_runs import study_text
from analysis.sensitivity import study


def test_a_design_of_all_kinds_of_parameters_loads_as_a_study(tmp_path):
    file = tmp_path / "sample.toml"
    names = study.varied(gap=False)
    design = {"kind": "latin_hypercube", "n": 4, "seed": 1}
    file.write_text(study_text("Does it load?", "baseline", 1, ["trust"], design, names), encoding="utf-8")
    assert Study.load(file).runs == 4
