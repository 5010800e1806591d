"""The model shows its patterns and claims: 30 paired seeds with `make patterns`, fewer by default."""

from __future__ import annotations

import os

import pytest

from alliance_sim.statistics.verdicts import Verdict
from analysis.paired_runs import PairedRuns
from analysis.patterns.registry import CORE_CLAIMS, MODULE_CLAIMS, PATTERNS
from analysis.stored_results import FOLDER, read_results

FIRST = 1001
"""The first seed of the stored results; seeds below it served to choose values and decide nothing."""
DECIDING = 30
"""Seeds from which on a verdict must be decided."""
SEEDS = int(os.environ.get("PATTERN_SEEDS", "16"))
FEWER = int(os.environ.get("PATTERN_SEEDS", "6"))
"""Seeds for claims of modules, whose effects are many times the spread of paired runs."""


@pytest.fixture(scope="module")
def runs():
    with PairedRuns(SEEDS, first_seed=FIRST) as runs:
        yield runs


def assert_documented(found, command):
    """Assert the verdict of the stored results; with few seeds an interval may be too wide, but not the estimate."""
    stored = {one.number: one.result for one in read_results(FOLDER, command).evaluations()}
    figures = "\n".join(f"{check}: {check.result}" for check in found.checks)
    assert found.number in stored, f"run python -m analysis {command} RESULTS, and theory RESULTS --write"
    expected = stored[found.number]
    if found.result is Verdict.UNDECIDED and found.seeds < DECIDING and expected is not Verdict.UNDECIDED:
        on_side = all(check.on_side for check in found.checks if not check.threshold.secondary)
        assert on_side == (expected is Verdict.HOLDS), figures
    else:
        assert found.result is expected, figures


@pytest.mark.parametrize("number", PATTERNS)
def test_pattern_has_the_documented_verdict(runs, number):
    assert_documented(PATTERNS[number](runs), "patterns")


@pytest.fixture(scope="module")
def fewer_runs():
    with PairedRuns(FEWER, first_seed=FIRST) as runs:
        yield runs


@pytest.mark.parametrize("row", CORE_CLAIMS)
def test_claim_has_the_documented_verdict(runs, row):
    """A claim that THEORY.md lists as not shown must fail, so that a change in either direction is noticed."""
    assert_documented(CORE_CLAIMS[row](runs), "claims")


@pytest.mark.parametrize("row", MODULE_CLAIMS)
def test_claim_of_a_module_has_the_documented_verdict(fewer_runs, row):
    """The same for rows that belong to optional modules."""
    assert_documented(MODULE_CLAIMS[row](fewer_runs), "claims")
