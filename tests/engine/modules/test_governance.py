"""Alliances disappoint, lose members and end; hard federations have no way out for one school (C3, C4, C13, C34)."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim.engine.modules.governance import disappointment_after, formality_offset, readiness, shortfall

HOPELESS = {"governance.enabled": True, "governance.hope": 5.0, "governance.formation": 0.0}


def test_what_was_missed_by_hand():
    assert shortfall.py_func(0.6, 0.8) == pytest.approx(0.25)
    assert shortfall.py_func(1.0, 0.8) == 0.0
    assert shortfall.py_func(1.0, 0.0) == 0.0


def test_two_poor_years_disappoint_more_than_one():
    once = disappointment_after.py_func(0.0, 0.4)
    assert once == pytest.approx(0.2)
    assert disappointment_after.py_func(once, 0.4) == pytest.approx(0.3)


def test_rules_help_strangers_and_burden_friends():
    assert formality_offset.py_func(0.5, 0.2, 0.4) == pytest.approx(0.2)
    assert formality_offset.py_func(0.5, 0.9, 0.4) == pytest.approx(-0.15)


def test_an_alliance_is_as_ready_as_what_it_agrees_on_least():
    assert readiness.py_func(0.9, 0.3) == 0.3


def test_a_hard_federation_keeps_every_school_until_it_is_dissolved(small_world):
    model = small_world(
        **HOPELESS | {"governance.hard_share": 1.0, "governance.hazard": 0.0, "governance.exit_rate": 1.0}
    )
    model.run_for(31)
    assert model.outcomes["belonging"].iloc[-1] == 1.0
    assert model.outcomes["alliances"].iloc[-1] == 2


def test_a_loose_alliance_that_disappoints_is_left_and_is_over_when_less_than_half_are_there(small_world):
    model = small_world(
        **HOPELESS | {"governance.hard_share": 0.0, "governance.hazard": 0.0, "governance.exit_rate": 1.0}
    )
    model.run_for(31)
    assert model.outcomes["alliances"].iloc[-1] == 0
    assert model.outcomes["unbroken"].iloc[-1] == 0.0
    assert not model.world.coordinators.present.any()


def test_where_hopes_are_met_nothing_ends(small_world):
    model = small_world(**{"governance.enabled": True, "governance.hope": 0.0, "governance.hard_share": 0.0,
                           "governance.hazard": 1.0, "governance.exit_rate": 1.0})  # fmt: skip
    model.run_for(31)
    assert model.outcomes["unbroken"].tolist() == [1.0] * 32


def test_heads_of_an_alliance_that_ended_no_longer_meet(small_world):
    """Nor do they hear of anything else than their staff: with that cut too, their trust stands still."""
    model = small_world(**HOPELESS | {"governance.hazard": 1.0, "trust.heads_hear_staff": 0.0})
    model.run_for(61)
    ended = ~model.world.alliances.alive
    assert ended.all()
    before = model.world.head_ties.trust.copy()
    model.run_for(6)
    assert np.array_equal(model.world.head_ties.trust, before)


def test_alliances_are_formed_again_where_heads_trust(small_world):
    model = small_world(**{"governance.enabled": True, "governance.hope": 5.0, "governance.hazard": 1.0,
                           "governance.formation": 1.0, "population.schools": 20})  # fmt: skip
    model.run_for(61)
    assert model.outcomes["unbroken"].iloc[-1] < 1.0
    standing = model.outcomes["alliances"]
    assert (np.diff(standing) > 0).any()
