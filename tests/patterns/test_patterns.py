"""The model shows its patterns and claims: 30 paired seeds with `make patterns`, fewer by default."""

import os

import pytest

from analysis.claims import CLAIMS, NOT_SHOWN
from analysis.module_claims import MODULE_CLAIMS
from analysis.module_claims import NOT_SHOWN as MODULE_CLAIMS_NOT_SHOWN
from analysis.module_patterns import NOT_SHOWN as PATTERNS_NOT_SHOWN
from analysis.module_patterns import PATTERNS
from analysis.paired_runs import PairedRuns

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


@pytest.mark.parametrize("row", CLAIMS)
def test_claim_has_the_documented_verdict(runs, row):
    """A claim that THEORY.md lists as not shown must fail, so that a change in either direction is noticed."""
    verdict = CLAIMS[row](runs)
    assert verdict.holds == (row not in NOT_SHOWN), "\n".join(str(check) for check in verdict.checks)


@pytest.mark.parametrize("row", MODULE_CLAIMS)
def test_claim_of_a_module_has_the_documented_verdict(fewer_runs, row):
    """The same for rows that belong to optional modules."""
    verdict = MODULE_CLAIMS[row](fewer_runs)
    assert verdict.holds == (row not in MODULE_CLAIMS_NOT_SHOWN), "\n".join(str(check) for check in verdict.checks)
