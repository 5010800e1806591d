"""Alliances disappoint, lose members and end; one school cannot leave a hard federation (C3, C4, C13, C34)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_sim.engine.modules.governance import (
    chance_of_ending,
    disappointment_after,
    formality_offset,
    frailty,
    readiness,
    shortfall,
)

HOPELESS = {"governance.enabled": True, "governance.hope": 5.0, "governance.formation": 0.0}


def test_shortfall_by_hand():
    assert shortfall.py_func(0.6, 0.8) == pytest.approx(0.25)
    assert shortfall.py_func(1.0, 0.8) == 0.0
    assert shortfall.py_func(1.0, 0.0) == 0.0


def test_two_poor_years_disappoint_more_than_one():
    once = disappointment_after.py_func(0.0, 0.4)
    assert once == pytest.approx(0.2)
    assert disappointment_after.py_func(once, 0.4) == pytest.approx(0.3)


def test_written_rules_help_where_trust_is_low_and_hinder_where_it_is_high():
    assert formality_offset.py_func(0.5, 0.2, 0.4) == pytest.approx(0.2)
    assert formality_offset.py_func(0.5, 0.9, 0.4) == pytest.approx(-0.15)


def test_readiness_is_the_lower_of_two_agreements():
    assert readiness.py_func(0.9, 0.3) == 0.3


def test_frailty_by_hand():
    """Readiness .5: (1 − .5)² = .25 and Z = −ln(1 − .25) = .288; at full readiness no alliance ends."""
    assert frailty.py_func(0.5) == pytest.approx(0.28768207)
    assert frailty.py_func(1.0) == 0.0
    assert frailty.py_func(0.1) == pytest.approx(-math.log(1 - 0.81))


def test_frailty_is_exponential_where_readiness_is_the_smaller_of_two_uniform_numbers():
    """Mean and SD 1, and e^(−1) of it over 1, over a fine grid of both agreements."""
    grid = (np.arange(500) + 0.5) / 500
    found = [frailty.py_func(readiness.py_func(ends, means)) for ends in grid for means in grid]
    assert np.mean(found) == pytest.approx(1.0, abs=0.01)
    assert np.std(found) == pytest.approx(1.0, abs=0.02)
    assert np.mean(np.array(found) > 1.0) == pytest.approx(math.exp(-1), abs=0.01)


def test_the_chance_of_ending_by_hand():
    """h_0 .115, D .8, Z 1: 1 − e^(−.115 · .64) = .071; a new alliance, without disappointment, does not end."""
    assert chance_of_ending.py_func(0.115, 0.8, 1.0) == pytest.approx(1 - math.exp(-0.0736))
    assert chance_of_ending.py_func(5.0, 0.0, 9.0) == 0.0
    assert chance_of_ending.py_func(5.0, 1.0, 0.0) == 0.0


def test_disappointment_counts_as_its_square():
    """Half the disappointment gives a quarter of the hazard, the honeymoon of new alliances."""
    full, half = (-math.log1p(-chance_of_ending.py_func(0.3, disappointment, 1.3)) for disappointment in (0.8, 0.4))
    assert half == pytest.approx(full / 4)


def test_frail_alliances_end_first(small_model):
    model = small_model(**HOPELESS | {"governance.hazard": 0.2, "population.schools": 400})
    own = model.simulation.modules.states["governance"]
    ready = np.minimum(own.ends, own.means)
    model.run_for(31)
    ended = own.broken
    assert 10 < ended.sum() < len(ended) - 10
    assert ready[ended].mean() < ready[~ended].mean() - 0.1


def test_a_hard_federation_keeps_every_school_until_it_ends(small_model):
    model = small_model(
        **HOPELESS | {"governance.hard_share": 1.0, "governance.hazard": 0.0, "governance.exit_rate": 1.0}
    )
    model.run_for(31)
    assert model.outcomes["belonging"].iloc[-1] == 1.0
    assert model.outcomes["alliances"].iloc[-1] == 2


def test_a_disappointing_loose_alliance_loses_members_and_ends_below_half(small_model):
    model = small_model(
        **HOPELESS | {"governance.hard_share": 0.0, "governance.hazard": 0.0, "governance.exit_rate": 1.0}
    )
    model.run_for(31)
    assert model.outcomes["alliances"].iloc[-1] == 0
    assert model.outcomes["unbroken"].iloc[-1] == 0.0
    assert not model.world.coordinators.present.any()


def test_no_alliance_ends_where_hopes_are_met(small_model):
    model = small_model(**{"governance.enabled": True, "governance.hope": 0.0, "governance.hard_share": 0.0,
                           "governance.hazard": 1.0, "governance.exit_rate": 1.0})  # fmt: skip
    model.run_for(31)
    assert model.outcomes["unbroken"].tolist() == [1.0] * 32


def test_heads_of_an_alliance_that_ended_no_longer_meet(small_model):
    """Without the influence of their teachers too, the trust of heads does not change."""
    model = small_model(**HOPELESS | {"governance.hazard": 1.0, "trust.heads_hear_staff": 0.0})
    model.simulation.modules.states["governance"].ends[:] = 0.1  # frail alliances
    model.run_for(61)
    ended = ~model.world.alliances.alive
    assert ended.all()
    before = model.world.head_ties.trust.copy()
    model.run_for(6)
    assert np.array_equal(model.world.head_ties.trust, before)


def test_alliances_form_again_where_heads_trust_each_other(small_model):
    model = small_model(**{"governance.enabled": True, "governance.hope": 5.0, "governance.hazard": 1.0,
                           "governance.formation": 1.0, "population.schools": 20})  # fmt: skip
    model.run_for(61)
    assert model.outcomes["unbroken"].iloc[-1] < 1.0
    standing = model.outcomes["alliances"]
    assert (np.diff(standing) > 0).any()
