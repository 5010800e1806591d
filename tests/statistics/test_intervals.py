"""Intervals of means: Student's t, widened for skewed data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from alliance_sim.statistics.intervals import CONSTANT, SKEWED, STUDENT, TOO_FEW, mean_intervals

SYMMETRIC = [-3.0, -1.0, 0.0, 1.0, 3.0]
NUMBERS = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=3, max_size=40)


def test_a_symmetric_sample_has_students_interval():
    found = mean_intervals(SYMMETRIC).item()
    expected = stats.ttest_1samp(SYMMETRIC, 0.0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert (found.n, found.method) == (5, STUDENT)
    assert found.spread == pytest.approx(np.std(SYMMETRIC, ddof=1))


def test_a_skewed_sample_has_a_wider_interval_and_more_so_on_the_long_side():
    values = np.exp(np.linspace(-2.0, 2.5, 15))
    found = mean_intervals(values).item()
    usual = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert found.method == SKEWED
    assert found.low <= usual.low
    assert found.high > usual.high
    assert found.high - found.estimate > found.estimate - found.low


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [1.0, np.nan, 2.0]])
def test_below_three_values_there_is_no_interval(values):
    found = mean_intervals(values).item()
    assert np.isnan([found.low, found.high]).all()
    assert found.method == TOO_FEW


def test_undefined_runs_are_left_out_and_not_counted():
    whole, gappy = mean_intervals(SYMMETRIC), mean_intervals([*SYMMETRIC, np.nan, np.nan])
    assert gappy.item() == whole.item()


def test_equal_values_give_no_width_and_say_so():
    found = mean_intervals([0.1] * 7).item()
    assert found.low == found.high == found.estimate == pytest.approx(0.1)
    assert found.method == CONSTANT
    assert mean_intervals([0.0] * 7).p_values() == 1.0


def test_equal_values_are_clear_only_if_as_many_on_one_side_are_no_chance():
    five, six = (mean_intervals([0.1] * n) for n in (5, 6))
    assert (five.p_values(), six.p_values()) == (2.0**-4, 2.0**-5)
    assert (five.item().direction, six.item().direction) == (0, 1)
    assert five.item().method == TOO_FEW
    assert np.isnan(six.at(0.99).low)


@given(NUMBERS)
def test_the_estimate_lies_in_its_interval_and_more_confidence_is_wider(values):
    found = mean_intervals(values)
    if found.error == 0.0:
        return
    wider = found.at(0.99)
    assert found.low <= found.estimate <= found.high
    assert wider.low <= found.low
    assert found.high <= wider.high


@given(NUMBERS, st.floats(-10.0, 10.0), st.floats(0.01, 0.99))
def test_the_p_value_is_the_level_at_which_the_interval_excludes_the_null(values, null, level):
    found = mean_intervals(values)
    if found.error == 0.0:
        return
    p = float(found.p_values(null))
    if abs(p - level) > 1e-6:
        at = found.at(1.0 - level)
        assert (p < level) == bool(at.low > null or at.high < null)


@given(NUMBERS)
def test_the_interval_of_the_mirrored_sample_is_the_mirrored_interval(values):
    found, mirrored = mean_intervals(values), mean_intervals(-np.array(values))
    assert mirrored.low == pytest.approx(-found.high, rel=1e-6, abs=1e-6, nan_ok=True)


def test_several_problems_give_the_same_figures_as_each_alone():
    values = np.random.default_rng(1).lognormal(size=(4, 3, 12))
    values[0, 0, :4] = np.nan
    together = mean_intervals(values)
    for place in np.ndindex(4, 3):
        assert together.item(*place) == mean_intervals(values[place]).item()
        assert together[place].item() == together.item(*place)


def test_the_frame_has_one_row_for_each_interval_and_the_columns_of_a_report():
    frame = mean_intervals(np.eye(3)).frame()
    assert list(frame) == ["estimate", "low", "high", "low_simultaneous", "high_simultaneous", "n", "method"]
    assert len(frame) == 3
