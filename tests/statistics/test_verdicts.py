"""Verdicts follow from the interval and the threshold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.statistics.intervals import Interval, mean_intervals
from alliance_sim.statistics.verdicts import Verdict, equal_within, holds, matters

LIMITS = st.tuples(st.floats(-10, 10), st.floats(-10, 10)).map(sorted)


def between(low: float, high: float) -> Interval:
    return Interval((low + high) / 2.0, low, high, 5, 1.0, "t")


@pytest.mark.parametrize(
    ("low", "high", "above", "below"),
    [
        (3.1, 4.0, Verdict.HOLDS, Verdict.DOES_NOT),
        (2.0, 2.9, Verdict.DOES_NOT, Verdict.HOLDS),
        (2.9, 3.1, Verdict.UNDECIDED, Verdict.UNDECIDED),
        (3.0, 3.1, Verdict.UNDECIDED, Verdict.UNDECIDED),
        (np.nan, np.nan, Verdict.UNDECIDED, Verdict.UNDECIDED),
    ],
)
def test_a_claim_holds_only_if_the_whole_interval_lies_beyond_the_threshold(low, high, above, below):
    assert holds(between(low, high), 3.0, "above") == above
    assert holds(between(low, high), 3.0, "below") == below


def test_the_direction_has_no_default():
    with pytest.raises(TypeError):
        holds(between(0.0, 1.0), 0.5)
    with pytest.raises(ValueError, match="must be 'above' or 'below'"):
        holds(between(0.0, 1.0), 0.5, "under")


@given(LIMITS, st.floats(0.01, 10))
def test_equal_and_mattering_exclude_each_other(limits, margin):
    one = between(*limits)
    assert not (equal_within(one, margin) == Verdict.HOLDS and matters(one, margin) == Verdict.HOLDS)
    assert (equal_within(one, margin) == Verdict.HOLDS) == (-margin < limits[0] and limits[1] < margin)


def test_a_clear_effect_need_not_matter():
    one = between(0.01, 0.015)
    assert one.direction == 1
    assert matters(one, 0.02) == Verdict.DOES_NOT
    assert matters(between(0.01, 0.03), 0.02) == Verdict.UNDECIDED
    assert matters(between(-0.05, -0.03), 0.02) == Verdict.HOLDS


def test_margins_must_have_a_size():
    with pytest.raises(ValueError, match="margin is 0"):
        equal_within(between(0.0, 1.0), 0.0)
    with pytest.raises(ValueError, match="smallest effect of interest is -1"):
        matters(between(0.0, 1.0), -1.0)


def test_a_verdict_in_words_names_the_number_of_seeds_where_it_is_open():
    assert Verdict.UNDECIDED.sentence(5) == "cannot be decided with 5 seeds"
    assert Verdict.HOLDS.sentence(5) == "holds"


def test_verdicts_of_several_estimates_are_an_array():
    values = np.array([[5.0, 6.0, 7.0], [-1.0, 0.0, 1.0]])
    assert holds(mean_intervals(values), 0.1, "above").tolist() == [Verdict.HOLDS, Verdict.UNDECIDED]
