"""Paired differences that are all equal, and interactions of halves in a sample."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim.statistics import mean_interval
from alliance_sim.statistics.families import join, simultaneous, simultaneous_together
from alliance_sim.statistics.interactions import half_interactions
from alliance_sim.statistics.intervals import CONSTANT, TOO_FEW
from alliance_sim.statistics.pairs import compare_pairs


@pytest.mark.parametrize(("n", "method"), [(2, TOO_FEW), (3, CONSTANT), (5, CONSTANT)])
def test_equal_paired_differences_have_an_interval_without_width_from_three_on(n, method):
    found = mean_interval([0.5] * n)
    assert found.method == method
    assert (found.low == 0.5) == (n >= 3)


def test_equal_differences_are_clear_in_a_family_only_if_they_are_no_coincidence():
    first = np.array([[1.0, 2.0, 1.0, 2.0], [3.0, 3.0, 3.0, 3.0], [1.0, 2.0, 1.0, 2.0]])
    second = first + np.array([[1.0], [1.0], [0.0]])
    grid, fixed, none = (simultaneous(compare_pairs(first, second).difference).item(place) for place in range(3))
    assert np.isnan(grid.low_simultaneous)  # outcomes take few values, which may differ equally by chance
    assert fixed.low_simultaneous == fixed.high_simultaneous == 1.0
    assert none.low_simultaneous == none.high_simultaneous == 0.0
    five = np.array([1.0, 2.5, 4.0, 0.3, 7.0])
    assert simultaneous(compare_pairs([five], [five + 1.0]).difference).item(0).low_simultaneous == pytest.approx(1.0)


def test_sets_of_intervals_hold_together_as_one_family_does():
    runs = np.random.default_rng(3).normal(size=(5, 25))
    whole = simultaneous(compare_pairs(np.zeros_like(runs), runs).difference)
    parts = [compare_pairs(np.zeros_like(some), some).difference for some in (runs[:2], runs[2:])]
    together = simultaneous_together(parts)
    assert np.concatenate([one.low_simultaneous for one in together]) == pytest.approx(whole.low_simultaneous)
    assert join(parts).estimate == pytest.approx(whole.estimate)


@pytest.mark.parametrize("shared", [True, False])
def test_the_interaction_of_halves_is_found_and_absent_where_effects_add(shared):
    rng = np.random.default_rng(4)
    where = rng.random((200, 3))
    up, right = where[:, 0] > 0.5, where[:, 1] > 0.5
    noise = 0.05 * rng.standard_normal((200, 4))
    joint = (1.0 * (up & right) + where[:, 2])[:, None] + noise
    additive = where.sum(axis=1)[:, None] + noise
    found = half_interactions(up, right, where, np.stack([joint, additive]), shared_seeds=shared)
    assert found.item(0).low < 1.0 < found.item(0).high
    assert found.item(0).low > 0.8
    assert found.item(1).direction == 0
    with pytest.raises(ValueError, match="a combination of halves has no point"):
        half_interactions(up, up, where, joint, shared_seeds=shared)
