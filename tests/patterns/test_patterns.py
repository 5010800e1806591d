"""The model is held to its patterns: 30 paired seeds by `make patterns`, a short form with fewer here."""

import os

import pytest

from analysis.patterns import PATTERNS
from analysis.worlds import Worlds

SEEDS = int(os.environ.get("PATTERN_SEEDS", "8"))


@pytest.fixture(scope="module")
def worlds():
    with Worlds(SEEDS) as worlds:
        yield worlds


@pytest.mark.parametrize("number", PATTERNS)
def test_pattern_holds(worlds, number):
    verdict = PATTERNS[number](worlds)
    assert verdict.holds, "\n".join(str(check) for check in verdict.checks)
