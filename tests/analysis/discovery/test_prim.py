"""PRIM finds planted conditions, in a sample and in a user's sweep."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from alliance_sim.study import Results, Study
from analysis.__main__ import app
from analysis.discovery import prim, study


def test_prim_finds_a_planted_box():
    rng = np.random.default_rng(1)
    where = pd.DataFrame(rng.random((2000, 4)), columns=list("abcd"))
    where["open"] = np.where(rng.random(2000) < 0.5, "yes", "no")
    planted = ((where["a"] < 0.4) & (where["open"] == "no")).to_numpy()
    box = prim.find_box(where, planted).box
    assert set(box.limits) == {"a", "open"}
    assert box.limits["open"] == ("no",)
    assert 0.4 <= box.limits["a"][1] < 0.51  # a density of .8 suffices, so the box is a little larger
    assert box.density >= 0.8
    assert box.coverage > 0.99
    assert max(box.chance.values()) < 0.001
    assert box.contains(where).sum() == pytest.approx(box.mass * 2000)


OWN_SWEEP = """
question = "When is little shared?"
seeds = 1
half_terms = 12
keep = ["sharing"]
[design]
kind = "latin_hypercube"
n = 120
"policy.funding" = { from = 0.0, to = 1.0 }
"trust.initial" = { from = 0.1, to = 0.9 }
[set]
"population.schools" = 4
"population.alliance_size" = 4
"""


def test_conditions_are_found_in_a_users_sweep(tmp_path, monkeypatch):
    monkeypatch.setattr(study, "RESAMPLES", 4)
    (tmp_path / "mine.toml").write_text(OWN_SWEEP)
    Study.load(tmp_path / "mine.toml").run(tmp_path / "sweep", workers=1)
    words = ["discovery", str(tmp_path / "page"), "--sweep", str(tmp_path / "sweep"), "--outcome", "sharing"]
    means = Results.open(tmp_path / "sweep").ends("sharing").values["sharing"].mean(axis=1)
    limit = f"{np.quantile(means, 0.3):.3g}"
    result = CliRunner().invoke(app, [*words, "--below", limit])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "page" / "index.html").read_text("utf-8")
    assert f"When is sharing under {limit}?" in page
    assert "initial trust" in page
    assert re.search(r"Of the fresh points in it, \d+% \[95 % interval \d+% to \d+%\] are cases", page)
    assert "limit varies" in page
    result = CliRunner().invoke(app, [*words, "--above", "100"])
    assert "This holds at none of" in result.output


def test_missing_runs_of_a_users_sweep_are_reported(tmp_path, monkeypatch, interrupt_once):
    monkeypatch.setattr(study, "LEAST_POINTS", 1)
    monkeypatch.setattr(study, "LEAST_BLOCKS", 1)
    (tmp_path / "mine.toml").write_text(OWN_SWEEP.replace("seeds = 1", "seeds = 20"))
    swept = Study.load(tmp_path / "mine.toml").run(tmp_path / "sweep", workers=1, progress=interrupt_once)
    page = study.analyse_sweep(tmp_path / "sweep", "sharing", 100.0, below=True, resamples=2)
    missing = f"{2400 - swept.done:,} are missing: they failed or are not simulated yet."
    assert page.lead.endswith(f"Of 2,400 runs, {missing}")
