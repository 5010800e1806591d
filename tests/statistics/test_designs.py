"""Effects in factorials and samples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from alliance_sim.statistics.designs import (
    band_contrasts,
    factorial_contrasts,
    independent_contrast,
    level_pairs,
    linear_effects,
    sample_means,
    slopes,
)
from alliance_sim.statistics.pairs import grouped_differences

RNG = np.random.default_rng(5)


def test_every_pair_of_levels_is_compared_so_that_a_hump_is_found():
    cells = RNG.normal(size=(2, 3, 20)) * 0.1 + np.array([0.0, 1.0, 0.0])[None, :, None]
    found = factorial_contrasts(cells)
    assert level_pairs(3) == [(0, 1), (0, 2), (1, 2)]
    assert found.direction.tolist()[0::2] == [1, -1]
    assert found.item(1) == grouped_differences(cells[:, 2] - cells[:, 0]).item()


def test_independent_groups_have_welchs_interval():
    here, there = RNG.normal(size=8), RNG.normal(1.0, 3.0, size=13)
    found = independent_contrast([(1.0, there), (-1.0, here)]).item()
    expected = stats.ttest_ind(there, here, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_slopes_without_noise_are_exact_and_scaled_to_the_range():
    where = RNG.random((20, 2))
    runs = np.repeat((3.0 * where[:, :1] - 2.0 * where[:, 1:]), 4, axis=1)
    for shared in (True, False):
        found = slopes(where, runs, shared_seeds=shared)
        assert found.estimate == pytest.approx([3.0, -2.0] * np.ptp(where, axis=0))


def test_shared_seeds_widen_the_interval_of_a_slope_that_differs_between_seeds():
    where = RNG.random((40, 1))
    runs = where * (1.0 + RNG.normal(size=8)) + 0.1 * RNG.normal(size=(40, 8))
    shared = slopes(where, runs, shared_seeds=True).item(0)
    alone = slopes(where, runs, shared_seeds=False).item(0)
    assert shared.high - shared.low > 3.0 * (alone.high - alone.low)
    assert (shared.n, alone.n) == (8, 40)


def test_curvature_is_no_random_variation_and_the_slope_is_the_average_over_points():
    where = RNG.random((60, 2))
    runs = np.repeat((where.sum(axis=1) + 4.0 * (where[:, 0] - 0.5) ** 2)[:, None], 3, axis=1)
    found = slopes(where, runs, shared_seeds=False)
    average = [1.0 + 8.0 * (where[:, 0].mean() - 0.5), 1.0]
    assert found.estimate == pytest.approx(average * np.ptp(where, axis=0))
    assert found.error == pytest.approx([0.0, 0.0], abs=1e-9)


def test_bands_are_compared_with_the_other_factors_held_fixed():
    where = RNG.random((60, 2))
    bands = (where[:, 0] > 0.5).astype(int)
    where[:, 1] += bands  # the other factor is higher in the upper band
    runs = np.repeat((bands + 5.0 * where[:, 1])[:, None], 3, axis=1)
    found = band_contrasts(bands, where, runs, shared_seeds=False)
    assert found.estimate == pytest.approx([1.0])


def test_points_without_a_value_are_left_out_problem_by_problem():
    where, runs = RNG.random((12, 1)), RNG.normal(size=(2, 12, 3))
    runs[0, :2] = np.nan
    together = slopes(where, runs, shared_seeds=False)
    scaled = (where - where.mean(axis=0)) / np.ptp(where, axis=0)
    design = np.column_stack([np.ones(12), scaled, scaled**2])
    alone = linear_effects(design[2:], [[0.0, 1.0, 0.0]], runs[0, 2:], shared_seeds=False)
    assert together.item(0, 0).low == pytest.approx(alone.item(0).low)
    assert together.n.ravel().tolist() == [10, 12]


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="3 points cannot determine 4 coefficients"):
        slopes(RNG.random((3, 3)), RNG.random((3, 2)), shared_seeds=False)


def test_means_over_a_sample_with_independent_numbers_are_those_of_its_points():
    runs = RNG.normal(size=(15, 4))
    found = sample_means(runs, shared_seeds=False).item()
    expected = stats.ttest_1samp(runs.mean(axis=1), 0.0).confidence_interval(0.95)
    assert found.estimate == pytest.approx(runs.mean())
    assert found.low <= expected.low + 1e-12
    assert found.high >= expected.high - 1e-12
