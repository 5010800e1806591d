"""The model shows its patterns and claims: 30 paired seeds with `make patterns`, fewer by default."""

import os

import pytest

from analysis.paired_runs import PairedRuns
from analysis.patterns.registry import CLAIMS_NOT_SHOWN, CORE_CLAIMS, MODULE_CLAIMS, PATTERNS, PATTERNS_NOT_SHOWN

SEEDS = int(os.environ.get("PATTERN_SEEDS", "16"))
FEWER = int(os.environ.get("PATTERN_SEEDS", "6"))
"""Seeds for claims of modules, whose effects are many times the spread of paired runs."""


@pytest.fixture(scope="module")
def runs():
    with PairedRuns(SEEDS) as runs:
        yield runs


@pytest.mark.parametrize("number", PATTERNS)
def test_pattern_has_the_documented_verdict(runs, number):
    verdict = PATTERNS[number](runs)
    assert verdict.holds == (number not in PATTERNS_NOT_SHOWN), "\n".join(str(check) for check in verdict.checks)


@pytest.fixture(scope="module")
def fewer_runs():
    with PairedRuns(FEWER) as runs:
        yield runs


@pytest.mark.parametrize("row", CORE_CLAIMS)
def test_claim_has_the_documented_verdict(runs, row):
    """A claim that THEORY.md lists as not shown must fail, so that a change in either direction is noticed."""
    verdict = CORE_CLAIMS[row](runs)
    assert verdict.holds == (row not in CLAIMS_NOT_SHOWN), "\n".join(str(check) for check in verdict.checks)


@pytest.mark.parametrize("row", MODULE_CLAIMS)
def test_claim_of_a_module_has_the_documented_verdict(fewer_runs, row):
    """The same for rows that belong to optional modules."""
    verdict = MODULE_CLAIMS[row](fewer_runs)
    assert verdict.holds == (row not in CLAIMS_NOT_SHOWN), "\n".join(str(check) for check in verdict.checks)
