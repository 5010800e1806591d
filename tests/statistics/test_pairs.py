"""Paired comparisons: two means, their difference and their ratio on the same runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from alliance_sim.statistics.intervals import mean_intervals
from alliance_sim.statistics.pairs import compare_pairs, geometric_ratios, grouped_differences, ratio_of_means

RNG = np.random.default_rng(3)
FIRST = RNG.normal(10.0, 2.0, 12)
SECOND = FIRST + RNG.normal(1.0, 1.0, 12)


def test_all_figures_of_a_comparison_rest_on_the_same_runs():
    first, second = FIRST.copy(), SECOND.copy()
    first[0], second[[1, 2]] = np.nan, np.inf
    found = compare_pairs(first, second)
    assert (found.n, found.undefined, found.undefined_first, found.undefined_second) == (9, 3, 1, 2)
    means = found.first.item().estimate, found.second.item().estimate
    assert means == pytest.approx((FIRST[3:].mean(), SECOND[3:].mean()))
    assert found.difference.item().estimate == pytest.approx(means[1] - means[0])
    assert found.ratio.item().estimate == pytest.approx(means[1] / means[0])


def test_fiellers_limits_are_the_ratios_that_a_paired_test_just_rejects():
    found = ratio_of_means(FIRST, SECOND).item()
    for limit in (found.low, found.high):
        assert stats.ttest_1samp(SECOND - limit * FIRST, 0.0).pvalue == pytest.approx(0.05)
    assert found.low < found.estimate < found.high


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_ratio_of_skewed_runs_is_that_at_which_the_interval_of_the_difference_ends_at_zero(sign):
    first = sign * np.array([0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.5, 0.7, 1.2, 3.9])
    second = 5.0 + RNG.normal(0.0, 0.05, 10)
    found = ratio_of_means(first, second)
    plain = ratio_of_means(first.mean() + first.std() * stats.norm.ppf((np.arange(10) + 0.5) / 10), second)
    assert str(found.method) == "Fieller, widened for skewness"
    assert str(plain.method) == "Fieller"
    one = found.item()
    apart = mean_intervals(second - one.estimate * first)
    shape = (apart.low / apart.error, apart.high / apart.error)
    for limit, margin in ((one.low, shape[0 if sign > 0 else 1]), (one.high, shape[1 if sign > 0 else 0])):
        if np.isfinite(limit):
            moved = second - limit * first
            assert moved.mean() / (moved.std(ddof=1) / np.sqrt(10)) == pytest.approx(-margin)


def test_a_ratio_to_a_mean_that_may_be_zero_has_infinite_limits():
    found = ratio_of_means(FIRST - FIRST.mean() + 0.01, SECOND).item()
    assert (found.low, found.high) == (-np.inf, np.inf)
    assert np.isnan(ratio_of_means(np.zeros(5), np.ones(5)).item().estimate)


def test_geometric_ratios_leave_out_pairs_without_a_positive_value():
    first = np.append(FIRST, [0.0, -1.0, np.nan])
    found = geometric_ratios(first, np.append(SECOND, [1.0, 1.0, 1.0])).item()
    logs = np.log(SECOND / FIRST)
    assert found.n == 12
    assert found.estimate == pytest.approx(np.exp(logs.mean()))
    inner = mean_intervals(logs).item()
    assert (found.low, found.high) == pytest.approx((np.exp(inner.low), np.exp(inner.high)))


def test_groups_have_equal_weights_where_runs_are_missing():
    gaps = RNG.normal(size=(3, 10)) + np.array([0.0, 10.0, 20.0])[:, None]
    whole = grouped_differences(gaps).item()
    gaps[0, 2:] = np.nan
    gaps[0, :2] = -1.0, 1.0
    found = grouped_differences(gaps).item()
    assert found.estimate == pytest.approx(np.mean([np.nanmean(group) for group in gaps]))
    assert found.high - found.low > 1.5 * (whole.high - whole.low)


def test_complete_groups_have_the_interval_of_their_mean_over_seeds():
    gaps = RNG.normal(size=(3, 10))
    assert grouped_differences(gaps).item() == mean_intervals(gaps.mean(axis=0)).item()


def test_a_single_group_with_missing_runs_has_the_interval_of_its_runs():
    gaps = RNG.normal(size=(1, 10))
    gaps[0, :3] = np.nan
    one, other = grouped_differences(gaps).item(), mean_intervals(gaps[0]).item()
    assert (one.low, one.high, one.n) == pytest.approx((other.low, other.high, other.n))


@pytest.mark.parametrize("gaps", [np.full((2, 5), np.nan), np.empty((0, 5)), np.empty((2, 0))])
def test_groups_without_runs_have_no_interval(gaps):
    assert np.isnan(grouped_differences(gaps).item().low)
