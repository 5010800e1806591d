"""The model is held to its patterns: 30 paired seeds by `make patterns`, a short form with fewer here."""

import os

import pytest

from analysis.claims import CLAIMS, NOT_SHOWN
from analysis.module_claims import MODULE_CLAIMS
from analysis.module_claims import NOT_SHOWN as MODULE_CLAIMS_NOT_SHOWN
from analysis.module_patterns import NOT_SHOWN as PATTERNS_NOT_SHOWN
from analysis.module_patterns import PATTERNS
from analysis.worlds import Worlds

SEEDS = int(os.environ.get("PATTERN_SEEDS", "16"))
FEWER = int(os.environ.get("PATTERN_SEEDS", "6"))
"""For claims of modules, whose effects are many times the spread of paired worlds."""


@pytest.fixture(scope="module")
def worlds():
    with Worlds(SEEDS) as worlds:
        yield worlds


@pytest.mark.parametrize("number", PATTERNS)
def test_pattern_comes_out_as_told(worlds, number):
    verdict = PATTERNS[number](worlds)
    assert verdict.holds == (number not in PATTERNS_NOT_SHOWN), "\n".join(str(check) for check in verdict.checks)


@pytest.fixture(scope="module")
def fewer_worlds():
    with Worlds(FEWER) as worlds:
        yield worlds


@pytest.mark.parametrize("row", CLAIMS)
def test_claim_comes_out_as_told(worlds, row):
    """What THEORY.md says the model does not show, it does not show: a change either way wants telling."""
    verdict = CLAIMS[row](worlds)
    assert verdict.holds == (row not in NOT_SHOWN), "\n".join(str(check) for check in verdict.checks)


@pytest.mark.parametrize("row", MODULE_CLAIMS)
def test_claim_of_a_module_comes_out_as_told(fewer_worlds, row):
    """The same, of rows that belong to switchable modules."""
    verdict = MODULE_CLAIMS[row](fewer_worlds)
    assert verdict.holds == (row not in MODULE_CLAIMS_NOT_SHOWN), "\n".join(str(check) for check in verdict.checks)
