"""Simultaneous intervals and Holm's adjustment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from alliance_sim.statistics.families import directions, holm, simultaneous
from alliance_sim.statistics.intervals import mean_intervals, two_sided

RNG = np.random.default_rng(7)


def test_simultaneous_limits_contain_the_others_and_stand_in_the_frame():
    found = simultaneous(mean_intervals(RNG.normal(size=(23, 10))))
    frame = found.frame()
    assert (frame.low_simultaneous <= frame.low).all()
    assert (frame.high_simultaneous >= frame.high).all()
    assert (frame.high_simultaneous - frame.low_simultaneous > frame.high - frame.low).all()


def test_few_seeds_have_sidaks_critical_value():
    values = np.tile([-2.0, -1.0, 0.0, 1.0, 2.0], (4, 1))
    found = simultaneous(mean_intervals(values))
    critical = float(two_sided(0.95**0.25, 4.0))
    assert found.item(0).high_simultaneous == pytest.approx(critical * np.std(values[0], ddof=1) / np.sqrt(5))
    assert found.simultaneous_method == "Šidák"


def test_outcomes_that_move_together_need_a_smaller_critical_value():
    shared = RNG.permutation(stats.norm.ppf((np.arange(40) + 0.5) / 40))
    together = simultaneous(mean_intervals(shared + 0.01 * RNG.normal(size=(23, 40))))
    apart = simultaneous(mean_intervals(RNG.normal(size=(23, 40))))
    width = [
        float(np.mean((one.high_simultaneous - one.low_simultaneous) / (one.high - one.low)))
        for one in (together, apart)
    ]
    assert width[0] < 1.2
    assert width[1] > 1.4


def test_the_same_runs_give_the_same_limits():
    values = RNG.normal(size=(5, 30))
    one, other = (simultaneous(mean_intervals(values)) for _ in range(2))
    assert one.frame().equals(other.frame())


def test_outcomes_without_spread_do_not_count_in_the_family():
    values = np.vstack([RNG.normal(size=(2, 9)), np.zeros((30, 9))])
    found, alone = (simultaneous(mean_intervals(each)) for each in (values, values[:2]))
    assert found.item(0) == alone.item(0)


def test_directions_need_simultaneous_limits():
    found = mean_intervals(RNG.normal(5.0, 1.0, size=(2, 9)))
    with pytest.raises(ValueError, match="compute them with simultaneous"):
        directions(found)
    assert directions(simultaneous(found)).tolist() == [1, 1]


def test_holm_adjusts_as_in_the_textbook_and_skips_members_without_a_test():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.01, np.nan, 0.04]) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30))
def test_holm_keeps_the_order_and_never_makes_a_value_smaller(values):
    found = holm(values)
    assert (found >= np.array(values)).all()
    assert (found <= 1.0).all()
    assert (np.diff(found[np.argsort(values, kind="stable")]) >= 0.0).all()
