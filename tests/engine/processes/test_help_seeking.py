"""Need for help and choice of a partner, by hand (B1, B26, C27, A18)."""

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
    assert appeal(1.0, trust_weight(4.0, 0.5), 0.2) == pytest.approx(math.exp(2.0) * 0.3)


@given(loyalty=st.floats(*PARAMETERS["help.loyalty"].bounds), trust=shares)
def test_the_trust_weight_is_the_exponential_to_the_last_digits(loyalty, trust):
    assert trust_weight(loyalty, trust) == pytest.approx(math.exp(loyalty * trust), rel=1e-13)


def test_a_boundary_reduces_appeal_and_a_closed_one_removes_it():
    assert appeal(0.15, 7.0, 0.2) == pytest.approx(0.15 * appeal(1.0, 7.0, 0.2))
    assert appeal(0.0, 50.0, 2.0) == 0.0


def test_a_partner_without_an_advantage_still_has_some_appeal():
    assert appeal(1.0, 1.0, 0.0) == pytest.approx(0.1)
