"""The two functions of the public interface, worked out by hand."""

from __future__ import annotations

import math

import pytest

from alliance_sim.statistics import mean_interval, ratio_interval


def test_the_mean_of_symmetric_values_has_students_interval():
    """Mean 3, standard error √(2.5 / 5) = .7071, t(4) = 2.7764: 3 ± 1.963."""
    found = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])
    assert found.estimate == 3.0
    assert found.low == pytest.approx(3.0 - 2.7764451 * math.sqrt(0.5))
    assert found.high == pytest.approx(3.0 + 2.7764451 * math.sqrt(0.5))
    assert (found.n, found.method) == (5, "t")


def test_a_lower_confidence_gives_a_narrower_interval():
    wide, narrow = (mean_interval([1.0, 2.0, 3.0, 4.0, 5.0], confidence) for confidence in (0.95, 0.5))
    assert wide.low < narrow.low < narrow.estimate < narrow.high < wide.high


def test_a_ratio_pairs_by_position():
    """Each numerator is twice its denominator, so the ratio is 2 without doubt."""
    found = ratio_interval([2.0, 4.0, 6.0, 8.0, 10.0, 12.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert (found.estimate, found.low, found.high, found.n) == (2.0, 2.0, 2.0, 6)


def test_two_values_have_no_interval():
    found = mean_interval([1.0, 2.0])
    assert found.estimate == 1.5
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert found.method == "too few values"
