"""The trust-building loop and Himmelman's levels, by hand (A1, A5, D2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import trust as trust_rules
from alliance_sim.engine.processes.trust import level_after_decline, level_after_success

honoured = trust_rules.trust_after_promise_kept.py_func
broken = trust_rules.trust_after_promise_broken.py_func
helped = trust_rules.trust_after_useful_help.py_func
refused = trust_rules.trust_after_refusal.py_func

shares = st.floats(0, 1)
gains = st.floats(0.03, 0.2)


def test_an_honoured_promise_adds_a_share_of_the_missing_trust():
    assert honoured(0.5, 0.12, 1.0) == pytest.approx(0.5 + 0.12 * 0.5)
    assert honoured(0.5, 0.12, 0.2) == pytest.approx(0.5 + 0.024 * 0.5)


def test_a_broken_promise_costs_four_times_the_share_of_existing_trust():
    assert broken(0.7, 0.12, 4.0, 1.0, 0.0) == pytest.approx(0.7 * (1 - 0.48))
    assert broken(0.7, 0.12, 4.0, 0.2, 0.0) == pytest.approx(0.7 * (1 - 0.096))


def test_a_mediator_softens_a_broken_promise():
    """μ·c = .6 · .5 = .3 of the loss is spared."""
    assert broken(0.7, 0.12, 4.0, 1.0, 0.6 * 0.5) == pytest.approx(0.7 * (1 - 0.48 * 0.7))


def test_help_that_repays_a_debt_adds_more_trust():
    assert helped(0.5, 0.12, 0.4, 3.0, 0.0) == pytest.approx(0.5 + 0.048 * 0.5)
    assert helped(0.5, 0.12, 0.4, 3.0, 0.5) == pytest.approx(0.5 + 0.048 * 2.5 * 0.5)


def test_gratitude_never_adds_more_than_the_missing_trust():
    """.2 · 1 · (1 + 4.5 · 1) = 1.1 would overshoot."""
    assert helped(0.3, 0.2, 1.0, 4.5, 1.0) == 1.0


def test_a_refusal_costs_a_small_share():
    assert refused(0.5, 0.03) == pytest.approx(0.485)


@given(trust=shares, gain=gains, ratio=st.floats(1, 8), stake=shares, softened=shares, obligation=shares)
def test_trust_stays_between_0_and_1(trust, gain, ratio, stake, softened, obligation):
    if gain * ratio >= 1:
        ratio = 0.999 / gain
    assert trust <= honoured(trust, gain, stake) <= 1.0
    assert 0.0 <= broken(trust, gain, ratio, stake, softened) <= trust
    assert trust <= helped(trust, gain, stake, 4.5, obligation) <= 1.0
    assert 0.0 <= refused(trust, gain) <= trust


@given(trust=st.floats(0.3, 0.9), gain=gains, stake=st.floats(0.2, 1))
def test_higher_stakes_change_trust_more(trust, gain, stake):
    ratio = 0.9 / gain if gain > 0.2 else 4.0
    assert honoured(trust, gain, stake) > honoured(trust, gain, stake / 2)
    assert broken(trust, gain, ratio, stake, 0.0) < broken(trust, gain, ratio, stake / 2, 0.0)


@pytest.mark.parametrize(
    ("level", "trust", "other", "then"),
    [
        (1, 0.35, 0.90, 2),  # both reach the gate of level 2, .35
        (1, 0.34, 0.90, 1),  # one does not
        (1, 0.90, 0.34, 1),  # nor the other
        (1, 0.99, 0.99, 2),  # no level is skipped, even at full trust
        (2, 0.55, 0.55, 3),
        (2, 0.54, 0.99, 2),
        (3, 0.70, 0.70, 4),
        (3, 0.69, 0.70, 3),
        (4, 0.99, 0.99, 4),  # there is no fifth
    ],
)
def test_levels_rise_one_at_a_time(settings, level, trust, other, then):
    assert level_after_success(level, trust, other, settings) == then


@pytest.mark.parametrize(
    ("level", "trust", "other", "then"),
    [
        (3, 0.46, 0.90, 3),  # gate .55 minus .10: .45 suffices
        (3, 0.44, 0.90, 2),
        (3, 0.90, 0.44, 2),
        (3, 0.00, 0.00, 2),  # one level at a time downwards, too
        (2, 0.24, 0.24, 1),
        (1, 0.00, 0.00, 1),  # there is no level 0
        (4, 0.61, 0.61, 4),
        (4, 0.59, 0.61, 3),
    ],
)
def test_levels_fall_only_when_trust_is_clearly_below_the_gate(settings, level, trust, other, then):
    assert level_after_decline(level, trust, other, settings) == then


@given(level=st.integers(1, 4), trust=shares, other=shares)
def test_a_level_just_reached_is_not_lost_at_once(settings, level, trust, other):
    """Hysteresis: trust that suffices to reach a level suffices to keep it."""
    reached = level_after_success(level, trust, other, settings)
    if reached > level:
        assert level_after_decline(reached, trust, other, settings) == reached


def test_trust_just_below_the_gate_keeps_a_level_but_does_not_reach_it(settings):
    assert level_after_success(2, 0.50, 0.50, settings) == 2
    assert level_after_decline(3, 0.50, 0.50, settings) == 3
