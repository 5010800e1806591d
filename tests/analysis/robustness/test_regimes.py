"""Regimes that do not differ are seldom said to: what is clear rests on intervals for the whole page at once."""

from __future__ import annotations

import os

import numpy as np

from analysis.robustness.regimes import compare_regimes

SETS = int(os.environ.get("COVERAGE_SETS", "100")) * 2
MOST_WRONG = 0.06
"""Share of pages with any false difference, as in docs/statistics.md."""


def test_a_page_of_equal_regimes_seldom_has_a_clear_difference():
    rng = np.random.default_rng(1)
    wrong = [(compare_regimes(*rng.normal(1.0, 0.2, (2, 4, 23, 10))).clear != 0).any() for _ in range(SETS)]
    assert np.mean(wrong) <= MOST_WRONG + 3.0 * (MOST_WRONG * (1.0 - MOST_WRONG) / SETS) ** 0.5


def test_differences_are_paired_and_undefined_runs_are_left_out():
    rng = np.random.default_rng(1)
    second = rng.normal(2.0, 0.5, (4, 3, 12))
    first = second + 0.5
    first[0, 0, :3] = np.nan
    first[1, 1] = np.nan
    found = compare_regimes(first, second)
    one = found.difference.item(0, 0)
    assert (round(one.estimate, 6), one.n) == (0.5, 9)
    assert found.clear[0, 0] == 1
    assert found.difference.n[1, 1] == 0
    assert found.clear[1, 1] == 0
    share = found.relative.item(2, 2)
    assert share.low < 0.5 / second[2, 2].mean() < share.high
