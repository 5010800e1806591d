"""The short form of ``make coverage``: fewer data sets, with room for the error of the simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_sim.declarations.outcomes import OUTCOMES
from tests.statistics.coverage import store
from tests.statistics.coverage.__main__ import PAGE
from tests.statistics.coverage.cases import Measured
from tests.statistics.coverage.data import SETTINGS
from tests.statistics.coverage.measuring import CASES, measure
from tests.statistics.coverage.table import page_of, text_of
from tests.statistics.real_runs import FILE, population

SLACK = 4.0
"""Standard errors of the simulation: with a few hundred figures, none is missed by chance alone."""


@pytest.fixture(autouse=True)
def _few_data_sets(monkeypatch):
    import os

    monkeypatch.setenv("COVERAGE_SETS", os.environ.get("COVERAGE_SETS", "100"))


@pytest.mark.parametrize("name", CASES)
def test_a_short_simulation_meets_the_thresholds(name):
    found = measure(name)
    assert any(one.judged for one in found)
    missed = [one for one in found if not one.passes(SLACK)]
    assert not missed, text_of(missed)


def test_the_documentation_has_the_table_of_the_stored_figures():
    stored = store.read_all()
    assert set(stored) == set(CASES), "measure what is missing: python -m tests.statistics.coverage --resume --write"
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_of(page, [one for part in stored.values() for one in part], store.dates())


def test_a_stored_case_replaces_its_earlier_figures_and_no_others(tmp_path):
    one = Measured("section", "what", "normal", 10, "normal", 0.95, 2_000)
    file = tmp_path / "measured.csv"
    store.store("paired", [one, one], file)
    store.store("power", [one], file)
    store.store("paired", [replace(one, share=0.9)], file)
    assert store.read_all(file) == {"paired": [replace(one, share=0.9)], "power": [one]}


def test_seeds_drawn_from_stored_runs_have_the_means_of_all_as_their_truth():
    first, second = population()
    assert first.shape == second.shape == (len(OUTCOMES), 400)
    assert not np.isnan(first).all(axis=1).any()
    assert (np.nanstd(second - first, axis=1) > 0).sum() > len(OUTCOMES) / 2, "the runs vary between seeds"
    assert FILE.stat().st_size < 300_000


def test_the_simulation_notices_intervals_that_are_too_narrow():
    usual = {"section": "", "what": "", "data": "normal", "n": 10, "rule": "normal"}
    assert not Measured(**usual, share=0.90, sets=10_000).passes(SLACK)  # the percentile bootstrap with 10 seeds
    assert not Measured(**usual, share=0.99, sets=10_000).passes(SLACK)
    assert Measured(**usual, share=0.95, sets=10_000).passes()


def test_the_thresholds_are_those_of_the_issue():
    limits = SETTINGS["thresholds"]
    assert SETTINGS["run"]["data_sets_heavy"] >= 2_000
    assert (limits["normal"]["low"], limits["normal"]["high"], limits["normal"]["from_n"]) == (0.935, 0.965, 5)
    assert (limits["other"]["low"], limits["other"]["from_n"]) == (0.92, 10)
    assert limits["simultaneous"]["low"] == 0.94
    assert (limits["null_family"]["high"], limits["verdict"]["high"]) == (0.06, 0.05)
    assert limits["power"] == {"target": 0.8, "tolerance": 0.04, "pilots": [5, 10, 30]}
