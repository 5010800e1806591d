"""Need for help, rings of partners and the choice among them, by hand (A11, A18, B1, B26, C27)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.processes import help_seeking

need = help_seeking.need.py_func
tiredness = help_seeking.tiredness.py_func
trust_weight = help_seeking.trust_weight.py_func
appeal = help_seeking.appeal.py_func
ring_shares = help_seeking.ring_shares.py_func

shares = st.floats(0, 1)


def test_need_of_the_lowest_rank_under_half_competition():
    """(.35 + .35 · .5 · 1) · (.4 + 1.2 · .5) = .525."""
    assert need(0.35, 0.35, 0.5, 1.0, 0.0, 0.5) == pytest.approx(0.525)


def test_need_of_the_highest_rank_or_without_competition():
    assert need(0.35, 0.35, 0.5, 0.0, 0.0, 0.5) == pytest.approx(0.35)
    assert need(0.35, 0.35, 0.0, 1.0, 0.0, 0.5) == pytest.approx(0.35)


def test_funding_raises_need():
    assert need(0.35, 0.35, 0.0, 0.0, 0.0, 0.0) == pytest.approx(0.35 * 0.4)
    assert need(0.35, 0.35, 0.0, 0.0, 0.0, 1.0) == pytest.approx(0.35 * 1.6)


def test_need_is_a_chance():
    assert need(0.8, 0.8, 1.0, 1.0, 0.0, 1.0) == 1.0


def test_fatigue_up_to_capacity_costs_nothing():
    assert tiredness(1.5, 0.9) == 0.0
    assert tiredness(1.5, 1.0) == 0.0
    assert tiredness(1.5, 1.4) == pytest.approx(0.6)
    assert need(0.35, 0.0, 0.0, 0.0, 0.6, 0.5) == pytest.approx(0.35 * math.exp(-0.6))


@given(base=shares, added=shares, competition=shares, rank=shares, tired=st.floats(0, 10), funding=shares)
def test_need_stays_a_chance_and_tiredness_only_lowers_it(base, added, competition, rank, tired, funding):
    assert 0.0 <= need(base, added, competition, rank, tired, funding) <= 1.0
    rested = need(base, added, competition, rank, 0.0, funding)
    assert need(base, added, competition, rank, tired, funding) <= rested


def test_trust_and_a_gap_raise_appeal():
    """e^(4 · .5) · (.2 + .1)."""
    assert appeal(1.0, trust_weight(4.0, 0.5), 0.2, 1.0) == pytest.approx(math.exp(2.0) * 0.3)


def test_an_expected_refusal_lowers_appeal():
    """A share of .12 for each partner, e^2, a gap of .2 and an expected yes of .25: .12 · 7.389 · .3 · .25 = .0665."""
    assert appeal(0.12, math.exp(2.0), 0.2, 0.25) == pytest.approx(0.12 * math.exp(2.0) * 0.3 * 0.25)
    assert appeal(0.12, 7.0, 0.2, 0.0) == 0.0


@given(loyalty=st.floats(*PARAMETERS["help.loyalty"].bounds), trust=shares)
def test_the_trust_weight_is_the_exponential_to_the_last_digits(loyalty, trust):
    assert trust_weight(loyalty, trust) == pytest.approx(math.exp(loyalty * trust), rel=1e-13)


def test_a_boundary_reduces_appeal_and_a_closed_one_removes_it():
    assert appeal(0.15, 7.0, 0.2, 0.8) == pytest.approx(0.15 * appeal(1.0, 7.0, 0.2, 0.8))
    assert appeal(0.0, 50.0, 2.0, 1.0) == 0.0


def test_a_partner_without_an_advantage_still_has_some_appeal():
    assert appeal(1.0, 1.0, 0.0, 1.0) == pytest.approx(0.1)


def test_each_of_two_walls_is_passed_with_the_root_of_porosity():
    """ω .16: √ω .4, so .6 of the choices stay at home, .4 − .16 in the alliance, and .16 go beyond."""
    assert ring_shares(0.16) == pytest.approx((0.6, 0.24, 0.16))
    assert ring_shares(0.0) == (1.0, 0.0, 0.0)
    assert ring_shares(1.0) == (0.0, 0.0, 1.0)


@given(porosity=shares)
def test_the_shares_of_the_rings_add_up_to_one(porosity):
    rings = ring_shares(porosity)
    assert sum(rings) == pytest.approx(1.0)
    assert min(rings) >= 0.0


def colleagues_in_order(staff: int, teacher: int, many: int, first: int = 10) -> list[int]:
    """Return the places in the school's list of the colleagues whom a teacher can ask, in order."""
    school = help_seeking.Colleagues(first, first + staff, many, 0.7, 0.5)
    return [int(help_seeking.colleague.py_func(school, first + teacher, place)) - first for place in range(many)]


def test_colleagues_are_the_next_the_previous_and_those_after_on_a_ring():
    """In a list of seven, the third's are the fourth, second, fifth, first; those of the last begin with the first."""
    assert colleagues_in_order(7, 2, 4) == [3, 1, 4, 0]
    assert colleagues_in_order(7, 6, 4) == [0, 5, 1, 4]
    assert colleagues_in_order(7, 0, 6) == [1, 6, 2, 5, 3, 4]


def test_colleagues_in_the_smallest_schools():
    assert colleagues_in_order(2, 0, 1) == [1]
    assert colleagues_in_order(2, 1, 1) == [0]
    assert [colleagues_in_order(3, teacher, 2) for teacher in range(3)] == [[1, 2], [2, 0], [0, 1]]


@given(staff=st.integers(2, 60), data=st.data())
def test_no_colleague_occurs_twice_and_no_teacher_is_a_colleague_of_the_same_teacher(staff, data):
    teacher, many = data.draw(st.integers(0, staff - 1)), data.draw(st.integers(0, min(8, staff - 1)))
    found = colleagues_in_order(staff, teacher, many)
    assert len({*found, teacher}) == many + 1
    assert all(0 <= place < staff for place in found)


def test_two_colleagues_next_to_each_other_ask_each_other():
    """Each has the other among two colleagues, so that help at home goes both ways."""
    for staff in (3, 4, 9):
        for teacher in range(staff):
            assert all(
                teacher in colleagues_in_order(staff, other, 2) for other in colleagues_in_order(staff, teacher, 2)
            )
