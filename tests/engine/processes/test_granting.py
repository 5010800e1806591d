"""Granting as a calculated risk, by hand, and the effect of competition on it (A3, A6, C28)."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alliance_sim.engine.processes.granting import (
    chance_of_betrayal,
    chance_that_colleague_grants,
    chance_that_head_grants,
    effort,
    logistic,
    risk,
    utility_of_granting,
)


def chance_to_grant(settings, *between, funding=0.5):
    return logistic(2.0 * utility_of_granting(settings, *between, funding))


shares = st.floats(0, 1)
levels = st.integers(1, 4)


def test_logistic():
    assert logistic.py_func(0.0) == 0.5
    assert logistic.py_func(math.log(3.0)) == pytest.approx(0.75)


def test_risk_by_hand(settings):
    """T .5, stake .4, rivalry .5: 2 · .5 − .5 · 1.5 · .9 · (1 + 2 · .5) = 1 − 1.35."""
    assert risk(settings, 0.5, 0.4, 0.5) == pytest.approx(1.0 - 1.35)


def test_risk_by_hand_where_competition_enters_additively(extended_settings):
    """The same with rivalry outside the bracket: 1 − .5 · 1.5 · .9 − 2 · .5."""
    additive = extended_settings({"trust.competition_enters": "additive"})
    assert risk(additive, 0.5, 0.4, 0.5) == pytest.approx(1.0 - 0.675 - 1.0)


def test_protected_time_reduces_effort(extended_settings):
    assert effort(extended_settings(), 2.0, 0.0) == pytest.approx(0.6)
    assert effort(extended_settings(), 2.0, 1.0) == pytest.approx(0.6 * 0.4)


def test_a_grant_by_hand(extended_settings):
    """Level 2: stake .4, cost 1. Risk −.35, effort .3 · 1 · .7 = .21; then a debt, a grievance, secrecy, tiredness."""
    plain = chance_to_grant(extended_settings(), 0.5, 2, 0.5, 0.0, 0.0, 0.0)
    assert plain == pytest.approx(1 / (1 + math.exp(-2 * (-0.35 - 0.21))))
    obliged = chance_to_grant(extended_settings(), 0.5, 2, 0.5, 0.5, 0.0, 0.0)
    assert obliged == pytest.approx(1 / (1 + math.exp(-2 * (-0.56 + 1.0 * 0.5))))
    aggrieved = chance_to_grant(extended_settings(), 0.5, 2, 0.5, 0.0, 0.5, 0.0)
    assert aggrieved == pytest.approx(1 / (1 + math.exp(-2 * (-0.56 - 1.5 * 0.5))))
    secretive = chance_to_grant(extended_settings({"policy.secrecy": 0.8}), 0.5, 2, 0.5, 0.0, 0.0, 0.3)
    assert secretive == pytest.approx(1 / (1 + math.exp(-2 * (-0.56 - 0.8 - 0.3))))


def test_each_level_has_its_own_stake_and_cost(settings):
    """At T = 1 there is no possible loss, and only the effort differs: .3 · .7 · (.5, 1, 1.5, 2)."""
    for level, cost in enumerate((0.5, 1.0, 1.5, 2.0), start=1):
        utility = 2.0 - 0.21 * cost
        found = chance_to_grant(settings, 1.0, level, 1.0, 0.0, 0.0, 0.0)
        assert found == pytest.approx(1 / (1 + math.exp(-2 * utility)))


def test_a_head_grants_by_hand(extended_settings):
    """Risk −.35, effort .21, half the secrecy, readiness .6."""
    assert chance_that_head_grants(extended_settings(), 0.5, 0.4, 0.5, 0.5) == pytest.approx(
        1 / (1 + math.exp(-2 * 0.04))
    )
    secretive = extended_settings({"policy.secrecy": 0.8})
    assert chance_that_head_grants(secretive, 0.5, 0.4, 0.5, 0.5) == pytest.approx(1 / (1 + math.exp(2 * 0.36)))


def test_a_colleague_grants_by_hand(extended_settings):
    """T_h .7, Φ .5: 2 · .7 − .3 · 1.5 · (.5 + .2) − .3 · .5 · .7 = .98; tiredness of .3 leaves .68."""
    assert chance_that_colleague_grants(extended_settings(), 0.7, 0.0, 0.5) == pytest.approx(1 / (1 + math.exp(-1.96)))
    assert chance_that_colleague_grants(extended_settings(), 0.7, 0.3, 0.5) == pytest.approx(1 / (1 + math.exp(-1.36)))


@pytest.mark.parametrize("variant", ["loss", "additive"])
def test_secrecy_and_competition_do_not_matter_at_home(extended_settings, variant):
    plain = chance_that_colleague_grants(extended_settings(), 0.7, 0.0, 0.5)
    harsh = extended_settings({"policy.secrecy": 1.0, "policy.competition": 1.0, "trust.competition_enters": variant})
    assert chance_that_colleague_grants(harsh, 0.7, 0.0, 0.5) == plain


@given(trust=shares, funding=shares)
def test_at_home_a_colleague_grants_what_another_school_would_without_rivalry_and_secrecy(settings, trust, funding):
    elsewhere = chance_to_grant(settings, trust, 1, 0.0, 0.0, 0.0, 0.0, funding=funding)
    assert chance_that_colleague_grants(settings, trust, 0.0, funding) == pytest.approx(elsewhere)


@given(trust=shares, more=shares, level=levels, rivals=shares)
def test_trust_raises_the_chance_of_help(settings, trust, more, level, rivals):
    assume(abs(more - trust) > 1e-6)
    low, high = sorted((trust, more))
    assert chance_to_grant(settings, low, level, rivals, 0.0, 0.0, 0.0) < chance_to_grant(
        settings, high, level, rivals, 0.0, 0.0, 0.0
    )


@given(trust=st.floats(0, 0.99), level=st.integers(1, 3), rivals=shares)
def test_higher_stakes_lower_the_chance_of_help(settings, trust, level, rivals):
    assert chance_to_grant(settings, trust, level, rivals, 0.0, 0.0, 0.0) > chance_to_grant(
        settings, trust, level + 1, rivals, 0.0, 0.0, 0.0
    )


@given(trust=st.floats(0, 0.99), level=levels, rivals=shares, fiercer=shares)
def test_rivalry_lowers_the_chance_of_help(settings, trust, level, rivals, fiercer):
    assume(abs(rivals - fiercer) > 1e-6)
    low, high = sorted((rivals, fiercer))
    assert chance_to_grant(settings, trust, level, low, 0.0, 0.0, 0.0) > chance_to_grant(
        settings, trust, level, high, 0.0, 0.0, 0.0
    )


@given(trust=shares, more=shares, stake=shares, rivals=st.floats(0.01, 1))
def test_competition_matters_less_where_trust_is_high(settings, trust, more, stake, rivals):
    """A3, the basis of pattern 2: rivalry scales only the possible loss where trust is missing."""
    assume(abs(more - trust) > 1e-6)
    low, high = sorted((trust, more))

    def deterred(at: float) -> float:
        return risk(settings, at, stake, 0.0) - risk(settings, at, stake, rivals)

    assert deterred(low) > deterred(high)
    assert deterred(1.0) == 0.0


@given(trust=shares, stake=shares, rivals=shares)
def test_additively_competition_matters_the_same_at_any_trust(extended_settings, trust, stake, rivals):
    additive = extended_settings({"trust.competition_enters": "additive"})
    deterred = risk(additive, trust, stake, 0.0) - risk(additive, trust, stake, rivals)
    assert deterred == pytest.approx(2.0 * rivals)


@given(trust=shares, stake=shares)
def test_without_rivalry_both_variants_are_equal(extended_settings, trust, stake):
    additive = extended_settings({"trust.competition_enters": "additive"})
    assert risk(additive, trust, stake, 0.0) == pytest.approx(risk(extended_settings(), trust, stake, 0.0))


def test_betrayal_by_hand(settings, extended_settings):
    """.04 · (1 + 2 · .5) · (1 − .5) = .04; a full rival without trust at the bounds: .2 · 5 · 1 = 1."""
    assert chance_of_betrayal(settings, 0.5, 0.5) == pytest.approx(0.04)
    worst = extended_settings({"outcome.betrayal": 0.2, "outcome.betrayal_rivalry": 4.0})
    assert chance_of_betrayal(worst, 0.0, 1.0) == 1.0
    assert chance_of_betrayal(worst, 1.0, 1.0) == 0.0


@given(trust=shares, rivals=shares)
def test_betrayal_is_a_chance(extended_settings, trust, rivals):
    worst = extended_settings({"outcome.betrayal": 0.2, "outcome.betrayal_rivalry": 4.0})
    assert 0.0 <= chance_of_betrayal(worst, trust, rivals) <= 1.0
