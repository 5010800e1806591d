"""Sensitivity indices and the factor that leads."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from alliance_sim.statistics.indices import FewBlocksWarning, sobol_indices
from alliance_sim.statistics.intervals import mean_intervals
from alliance_sim.statistics.ranking import leading
from alliance_sim.statistics.screening import elementary_effects, morris_indices
from alliance_sim.study.spec.sampling import saltelli, trajectories

RNG = np.random.default_rng(17)
NAMES = ("a", "b", "dummy")


def simulated(where, main, seeds=4, noise=0.0):
    """Runs of an additive outcome with one interaction."""
    centred = np.sqrt(12.0) * (where - 0.5)
    mean = centred @ np.array(main) + 0.5 * centred[:, 0] * centred[:, 1]
    return mean[:, None] + noise * RNG.normal(size=(len(where), seeds))


def sample(blocks, second_order=False):
    """Saltelli's sample as the library draws it, shape (blocks, length, factors)."""
    return saltelli(list(NAMES), blocks, 1, second_order=second_order)


@pytest.mark.parametrize("second_order", [False, True])
def test_indices_of_a_known_function_in_the_order_of_the_librarys_sample(second_order):
    where = sample(512, second_order)
    runs = simulated(where, (1.0, 0.6, 0.0)).reshape(512, -1, 4)
    found = sobol_indices(runs, 3, shared_seeds=False)
    assert found.first.estimate == pytest.approx([1 / 1.61, 0.36 / 1.61, 0.0], abs=0.03)
    assert found.total.estimate == pytest.approx([1.25 / 1.61, 0.61 / 1.61, 0.0], abs=0.03)


def test_random_variation_does_not_inflate_the_index_of_a_dummy():
    where = sample(512)
    runs = simulated(where, (1.0, 0.6, 0.0), seeds=4, noise=2.0).reshape(512, -1, 4)
    found = sobol_indices(runs, 3, shared_seeds=False)
    one_seed = sobol_indices(runs.mean(axis=-1, keepdims=True), 3, shared_seeds=False)
    assert found.total.item(2).low == 0.0
    assert found.total.item(2).estimate < 0.1
    assert one_seed.total.item(2).low > 0.2
    assert found.noise_share == pytest.approx(1.0 / 2.61, abs=0.05)
    assert np.isnan(one_seed.noise_share)


def test_a_first_order_index_is_never_above_the_total_and_every_figure_lies_in_its_interval():
    some_wide = False
    for _ in range(30):
        runs = simulated(RNG.random((40, 3)), (0.5, 0.5, 0.0), seeds=3, noise=0.5).reshape(8, 5, 3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FewBlocksWarning)
            found = sobol_indices(runs, 3, shared_seeds=True)
        assert (found.first.estimate <= found.total.estimate).all()
        some_wide = some_wide or float(found.first.high[0] - found.first.low[0]) == 1.0
        for one in (found.first, found.total):
            assert ((one.low >= 0) & (one.low <= one.estimate)).all()
            assert ((one.estimate <= one.high) & (one.high <= 1)).all()
    assert some_wide  # with so few blocks, an interval may be all of 0 to 1


def test_shared_seeds_with_different_slopes_widen_the_intervals():
    where = sample(128)
    runs = simulated(where, (1.0, 1.0, 0.0), seeds=5) + RNG.normal(size=5) * where[:, :1] * 3.0
    shared, alone = (sobol_indices(runs.reshape(128, 5, 5), 3, shared_seeds=each) for each in (True, False))
    assert (shared.first.high - shared.first.low)[0] > 1.5 * (alone.first.high - alone.first.low)[0]


def test_few_blocks_are_warned_of_and_incomplete_ones_left_out():
    runs = RNG.normal(size=(20, 5, 3))
    runs[3, 2, 1] = np.nan
    with pytest.warns(FewBlocksWarning, match="19 base blocks are few: intervals of indices need 64"):
        found = sobol_indices(runs, 3, shared_seeds=False)
    assert (found.blocks, found.left_out) == (19, 1)
    with pytest.raises(ValueError, match="only 0 of 20 base blocks are complete"):
        sobol_indices(runs * np.nan, 3, shared_seeds=False)
    with pytest.raises(ValueError, match="a block has 5 points, which does not fit 4 factors"):
        sobol_indices(runs, 4, shared_seeds=False)


def test_elementary_effects_follow_the_librarys_trajectories():
    where = trajectories(list(NAMES), 15, 4, 1)
    runs = np.repeat((where @ np.array([3.0, -2.0, 0.0]))[:, None], 2, axis=1)
    effects = elementary_effects(where, runs)
    assert effects.shape == (15, 3, 2)
    found = morris_indices(effects, shared_seeds=False)
    assert found.mu.estimate == pytest.approx([3.0, -2.0, 0.0])
    assert found.mu_star.estimate == pytest.approx([3.0, 2.0, 0.0])
    assert found.sigma == pytest.approx(np.zeros(3), abs=1e-9)


def test_the_noise_floor_of_morris_is_the_mu_star_of_a_dummy():
    found = morris_indices(RNG.normal(size=(40_000, 3, 5)), shared_seeds=False)
    assert found.mu_star.estimate == pytest.approx(found.noise_floor, rel=0.06)


def test_points_that_are_no_trajectories_are_refused():
    with pytest.raises(ValueError, match="must move one factor"):
        elementary_effects(RNG.random((8, 3)), RNG.random((8, 2)))
    with pytest.raises(ValueError, match="7 points are not whole trajectories"):
        elementary_effects(RNG.random((7, 3)), RNG.random((7, 2)))


def test_one_factor_leads_only_if_it_is_clearly_above_the_others():
    values = RNG.normal(size=(3, 50)) * 0.1 + np.array([1.0, 0.3, 0.0])[:, None]
    found = leading(NAMES, mean_intervals(values))
    assert found.certain
    assert found.sentence() == "depends most on a"
    close = values.copy()
    close[1] += close[0].mean() - close[1].mean() - 0.001
    assert leading(NAMES, mean_intervals(close)).names in {("a", "b"), ("b", "a")}
    assert " or " in leading(NAMES, mean_intervals(close)).sentence()


def test_factors_at_the_floor_are_not_named():
    values = RNG.normal(size=(3, 50)) * 0.1 + np.array([1.0, 0.3, 0.0])[:, None]
    found = leading(NAMES, mean_intervals(values), floor=0.5)
    assert (found.names, found.at_floor) == (("a",), ("b", "dummy"))
    nothing = leading(NAMES, mean_intervals(values), floor=5.0)
    assert nothing.sentence() == "depends on no factor clearly"


def test_differences_over_shared_seeds_count_in_the_comparison_of_factors():
    values = 0.01 * RNG.normal(size=(2, 50)) + np.array([1.0, 0.9])[:, None]
    sizes = mean_intervals(values)
    replicates = np.array([[1.0, 0.9], [0.8, 1.0], [1.2, 0.8]])
    assert leading(("a", "b"), sizes).certain
    assert not leading(("a", "b"), sizes, replicates=replicates).certain
