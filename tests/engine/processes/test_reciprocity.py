"""Obligation, one-wayness and decay of counts, by hand (A7, C29)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import reciprocity

obligation = reciprocity.obligation.py_func
one_wayness = reciprocity.one_wayness.py_func
decayed_count = reciprocity.decayed_count.py_func

counts = st.floats(0, 1e4)


def test_a_debt_of_two_acts_of_help_gives_half_the_obligation():
    assert obligation(2.0, 2.0) == 0.5
    assert obligation(6.0, 2.0) == 0.75


def test_there_is_no_obligation_without_a_debt():
    assert obligation(0.0, 2.0) == 0.0
    assert obligation(-3.0, 2.0) == 0.0


@given(debt=st.floats(1e-3, 1e3), more=st.floats(1e-3, 1e3), half=st.floats(0.1, 3))
def test_obligation_grows_with_debt_and_never_reaches_one(debt, more, half):
    assert 0.0 < obligation(debt, half) < obligation(debt + more, half) < 1.0


def test_five_acts_of_help_in_one_direction_exceed_the_tolerance_and_one_does_not():
    """|5 − 0|/(5 + 0 + 1.5) = .769 exceeds the tolerance .4 by .369 of .6; a single act of help gives 1/2.5 = .4."""
    assert one_wayness(5.0, 0.0, 0.4, 1.5) == pytest.approx((5 / 6.5 - 0.4) / 0.6)
    assert one_wayness(1.0, 0.0, 0.4, 1.5) == pytest.approx(0.0, abs=1e-12)
    assert one_wayness(7.0, 7.0, 0.0, 1.5) == 0.0


def test_a_larger_constant_hides_one_way_help():
    """Two acts of help in one direction: 2/3.5 = .571 with a constant of 1.5, but 2/5 = .4 with one of 3."""
    assert one_wayness(2.0, 0.0, 0.4, 1.5) == pytest.approx((2 / 3.5 - 0.4) / 0.6)
    assert one_wayness(2.0, 0.0, 0.4, 3.0) == pytest.approx(0.0, abs=1e-12)


def test_a_tolerance_of_1_removes_one_wayness():
    assert one_wayness(1e9, 0.0, 1.0, 1.5) == 0.0


@given(given_=counts, received=counts, tolerance=st.floats(0, 1), constant=st.floats(1, 3))
def test_one_wayness_is_a_share_and_the_same_from_both_ends(given_, received, tolerance, constant):
    assert 0.0 <= one_wayness(given_, received, tolerance, constant) <= 1.0
    assert one_wayness(given_, received, tolerance, constant) == one_wayness(received, given_, tolerance, constant)


def test_counts_decay_by_a_share_and_end_at_0():
    assert decayed_count(2.0, 0.08) == pytest.approx(1.84)
    assert decayed_count(-2.0, 0.08) == pytest.approx(-1.84)
    assert decayed_count(1e-6, 0.08) == 0.0
    assert decayed_count(-1e-6, 0.08) == 0.0


@given(count=st.floats(-1e4, 1e4), decay=st.floats(0, 0.12))
def test_debts_and_credits_decay_alike(count, decay):
    assert decayed_count(count, decay) == -decayed_count(-count, decay)
    assert abs(decayed_count(count, decay)) <= abs(count)
