"""The short form of ``make coverage``: fewer data sets, with room for the error of the simulation."""

from __future__ import annotations

import pytest

from tests.statistics.coverage.cases import Measured
from tests.statistics.coverage.data import SETTINGS
from tests.statistics.coverage.measuring import CASES, measure
from tests.statistics.coverage.table import text_of

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
