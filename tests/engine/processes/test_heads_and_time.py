"""Mutual influence of heads and teachers, fatigue and rivalry, by hand (C5, A18, A6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import competition, decay, head_trust

pulled_towards = head_trust.pulled_towards.py_func
stake_at = head_trust.stake_at.py_func
fatigue_after = decay.fatigue_after.py_func
rivalry = competition.rivalry.py_func

shares = st.floats(0, 1)


def test_trust_moves_towards_the_example():
    assert pulled_towards(0.5, 0.7, 0.04) == pytest.approx(0.508)
    assert pulled_towards(0.7, 0.5, 0.05) == pytest.approx(0.69)


@given(own=shares, example=shares, pull=shares)
def test_trust_never_moves_past_the_example(own, example, pull):
    low, high = sorted((own, example))
    assert low - 1e-12 <= pulled_towards(own, example, pull) <= high + 1e-12


@pytest.mark.parametrize(
    ("mean_level", "stake"),
    [(1.0, 0.2), (1.5, 0.3), (2.0, 0.4), (2.5, 0.55), (3.0, 0.7), (3.9, 0.97), (4.0, 1.0)],
)
def test_the_stake_between_two_levels_is_in_proportion(settings, mean_level, stake):
    assert stake_at(settings, mean_level) == pytest.approx(stake)


def test_fatigue_follows_load():
    """.7 · .5 + .3 · 3/2; and after a half-term's rest .7 of it."""
    assert fatigue_after(0.5, 0.3, 3.0, 2.0) == pytest.approx(0.8)
    assert fatigue_after(0.8, 0.3, 0.0, 2.0) == pytest.approx(0.56)


def test_a_steady_load_at_capacity_causes_no_excess_fatigue():
    fatigue = 0.0
    for _ in range(60):
        fatigue = fatigue_after(fatigue, 0.3, 2.0, 2.0)
    assert fatigue == pytest.approx(1.0)
    assert fatigue <= 1.0


def test_rivalry_is_strongest_between_neighbours_in_the_league_table():
    assert rivalry(0.8, 0.2, 0.5) == pytest.approx(0.56)
    assert rivalry(0.8, 0.5, 0.5) == pytest.approx(0.8)
    assert rivalry(0.8, 0.0, 1.0) == 0.0


@given(competition_=shares, one=shares, other=shares)
def test_rivalry_is_symmetric_and_never_exceeds_competition(competition_, one, other):
    assert 0.0 <= rivalry(competition_, one, other) <= competition_
    assert rivalry(competition_, one, other) == rivalry(competition_, other, one)
