"""Lent trust, credibility, perceived matches and strain of coordinators, by hand (B15, B16, B18)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import brokerage

match = brokerage.match.py_func
lent_trust = brokerage.lent_trust.py_func
credibility_after = brokerage.credibility_after.py_func
perceived_match = brokerage.perceived_match.py_func
strain_after = brokerage.strain_after.py_func

shares = st.floats(0, 1)


def test_credibility_raises_trust():
    """.5 + .3 · .4 · .5."""
    assert lent_trust(0.5, 0.4) == pytest.approx(0.56)
    assert lent_trust(0.5, 0.0) == 0.5


def test_credibility_rises_slowly_and_falls_quickly():
    assert credibility_after(0.4, True) == pytest.approx(0.418)
    assert credibility_after(0.4, False) == pytest.approx(0.38)


@given(trust=shares, credibility=shares)
def test_lent_trust_and_credibility_stay_between_0_and_1(trust, credibility):
    assert trust <= lent_trust(trust, credibility) <= 1.0
    assert credibility <= credibility_after(credibility, True) <= 1.0
    assert 0.0 <= credibility_after(credibility, False) <= credibility


@pytest.mark.parametrize("credibility", [0.0, 0.4, 0.9])
def test_a_coordinator_with_low_credibility_perceives_pairs_with_noise(credibility):
    """The error has mean 0 and standard deviation .3(1 − c) over uniform draws in [0, 1)."""
    draws = (np.arange(100_000) + 0.5) / 100_000
    perceived = perceived_match(0.7, 0.3 * (1.0 - credibility), draws)
    assert perceived.mean() == pytest.approx(0.7)
    assert perceived.std() == pytest.approx(0.3 * (1 - credibility), rel=1e-6)


@given(complement=st.floats(0, 3), draw=st.floats(0, 1, exclude_max=True))
def test_a_fully_credible_coordinator_perceives_pairs_without_error(complement, draw):
    assert perceived_match(complement, 0.0, draw) == complement


def test_a_match_counts_as_far_as_both_can_be_expected_to_help():
    """Complementarity .5 of two who expect .9 and .4 of each other: .5 · √.36 = .3."""
    assert match(0.5, 0.9, 0.4) == pytest.approx(0.3)
    assert match(0.5, 0.4, 0.9) == match(0.5, 0.9, 0.4)
    assert match(0.5, 1.0, 0.0) == 0.0
    assert match(brokerage.NO_MATCH, 0.9, 0.9) == brokerage.NO_MATCH


def test_strain_follows_the_share_of_capacity_used():
    """.7 · .5 + .3 · 6/12."""
    assert strain_after(0.5, 6, 12, 0.3) == pytest.approx(0.5)
    assert strain_after(0.5, 0, 12, 0.3) == pytest.approx(0.35)


def test_a_coordinator_without_capacity_has_no_new_strain():
    assert strain_after(0.5, 0, 0, 0.3) == pytest.approx(0.35)
