"""The named experiments are complete, their studies load, and expectations are evaluated as documented."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.engine.modules.registry import outcome_named
from alliance_sim.statistics.verdicts import Verdict
from alliance_sim.study import Study
from experiments import NAMES, experiment
from experiments.experiment import Expectation, findings, verdict
from experiments.running import study_text

MODEL = Path(__file__).parents[3] / "shared" / "MODEL.md"
THEORY = (Path(__file__).parents[2] / "alliance_sim" / "THEORY.md").read_text("utf-8")


@pytest.mark.skipif(not MODEL.exists(), reason="the model's description is missing: MODEL.md")
def test_the_experiments_are_those_of_the_models_description():
    section = MODEL.read_text("utf-8").split("## 9. Experiments")[1]
    assert set(re.findall(r"`([a-z_0-9]+)`", section)) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_experiment_is_complete(name, tmp_path):
    tested = experiment(name)
    assert tested.question.endswith("?")
    assert tested.reading.endswith(".")
    rows = re.findall(r"\b[A-D]\d+\b", tested.claim)
    assert rows, "the source's claim names its row"
    assert all(f"| {row} |" in THEORY for row in rows)
    assert outcome_named(tested.look_at) is not None
    path = tmp_path / "study.toml"
    path.write_text(study_text(tested, quick=True), "utf-8")
    study = Study.load(path)
    assert tested.look_at in study.keep
    points = pd.DataFrame({name: list(values) for name, values in study.points.frame().items()})
    assert any(not one.secondary for one in tested.expected)
    for one in tested.expected:
        assert one.outcome in study.keep
        assert one.of != one.than
        for where in (one.of, one.than):
            chosen = points
            for factor, value in where.items():
                chosen = chosen[
                    np.isclose(chosen[factor], value) if isinstance(value, float) else chosen[factor] == value
                ]
            assert len(chosen), where


def results_frame(values):
    """Return results with one point per name and one value per seed, constant over the last two years."""
    rows = [
        {"variant": variant, "point": point, "seed": seed, "half_term": half_term, "trust": value}
        for point, (variant, each) in enumerate(values.items())
        for seed, value in enumerate(each)
        for half_term in range(49, 61)
    ]
    return pd.DataFrame(rows)


ONE = Expectation("more trust", "trust", {"variant": "b"}, {"variant": "a"}, 0.1)


def evaluate(*expected, **values):
    """Evaluate expectations on such results."""
    return findings(replace(experiment("challenge"), expected=expected), results_frame(values))


def test_an_effect_is_the_mean_difference_of_paired_runs():
    (found,) = evaluate(ONE, a=[0.4, 0.5, 0.6], b=[0.6, 0.7, 0.8])
    assert found.interval.estimate == pytest.approx(0.2)
    assert found.verdict is Verdict.HOLDS
    (found,) = evaluate(replace(ONE, relative=True), a=[0.4, 0.5, 0.6], b=[0.6, 0.7, 0.8])
    assert found.interval.estimate == pytest.approx(0.4)


def test_an_interval_on_both_sides_of_the_threshold_decides_nothing():
    (small,) = evaluate(ONE, a=[0.4, 0.5, 0.6], b=[0.45, 0.55, 0.65])
    (unsure,) = evaluate(ONE, a=[0.4, 0.5, 0.6, 0.4], b=[0.2, 0.9, 0.5, 0.9])
    assert small.verdict is Verdict.DOES_NOT
    assert unsure.interval.estimate > 0.1
    assert unsure.verdict is Verdict.UNDECIDED


def test_a_relative_effect_allows_for_the_uncertainty_of_the_level():
    """The gap is .2 in each run, but the level with which it is compared differs between seeds."""
    (found,) = evaluate(replace(ONE, relative=True, by=0.5), a=[0.2, 0.4, 0.6], b=[0.4, 0.6, 0.8])
    assert found.interval.estimate == pytest.approx(0.5)
    assert found.interval.low < 0.45
    assert found.verdict is Verdict.UNDECIDED


def test_a_verdict_counts_what_is_not_secondary():
    good, bad = replace(ONE, what="good"), replace(ONE, what="bad", side="under", by=-0.1)
    unsure = replace(ONE, what="unsure", by=0.2)
    runs = {"a": [0.4, 0.5, 0.6], "b": [0.59, 0.71, 0.8]}
    assert verdict(evaluate(good, **runs)) is Verdict.HOLDS
    assert verdict(evaluate(good, bad, unsure, **runs)) is Verdict.DOES_NOT
    assert verdict(evaluate(good, replace(bad, secondary=True), **runs)) is Verdict.HOLDS
    assert verdict(evaluate(good, unsure, **runs)) is Verdict.UNDECIDED


STORED = json.loads((Path(__file__).parents[2] / "analysis" / "results" / "experiments.json").read_text("utf-8"))


def test_the_stored_results_are_those_of_the_expectations_as_they_stand():
    assert [entry["number"] for entry in STORED["entries"]] == list(NAMES)
    assert (STORED["seeds"], STORED["first_seed"]) == (30, 1001)
    for entry in STORED["entries"]:
        expected = experiment(entry["number"]).expected
        assert [one["what"] for one in entry["effects"]] == [one.what for one in expected]
        for one, threshold in zip(expected, entry["thresholds"].values(), strict=True):
            side = {"over": "above", "under": "below"}[one.side]
            assert threshold == {"side": side, "value": one.by, "secondary": one.secondary}


def run_command(*words, cwd):
    """Run ``python -m experiments`` and return the finished process."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "experiments", *map(str, words)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)


def test_an_experiment_is_run_and_added_to_the_index(tmp_path):
    ran = run_command("alliance_size", "--quick", "--out", tmp_path, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "The expectation" in ran.stdout
    folder = tmp_path / "alliance_size"
    found = json.loads((folder / "findings.json").read_text("utf-8"))
    assert found["runs"] == 18
    assert found["quick"]
    page, index = (folder / "index.html").read_text("utf-8"), (tmp_path / "index.html").read_text("utf-8")
    assert "How large may an alliance be?" in page
    assert "It is not evidence" in page
    assert "http" not in re.sub(r"http://www\.w3\.org\S*", "", page)
    assert 'href="alliance_size/index.html"' in index
    assert (folder / "picture.svg").stat().st_size > 5_000
    again = run_command("alliance_size", "--quick", "--out", tmp_path, cwd=tmp_path)
    assert again.returncode == 0, "results are reused"


def test_an_unknown_experiment_is_refused(tmp_path):
    ran = run_command("challange", "--out", tmp_path, cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr == "there is no experiment called 'challange'; did you mean challenge?\n"
    assert not list(tmp_path.iterdir())
