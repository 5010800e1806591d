"""Debts and their effects."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import (
    EAGER,
    TIMES,
    assert_share,
    first_where,
    granted,
    many_times,
    two_teachers,
)


def test_a_debtor_who_returns_help_gains_trust(still_model_of):
    """Teacher 0 owes two helps: O = 2/(2 + 2) = .5, so an offer comes with chance .5 · .5, and is met at U + b_O/2.

    Taken up and honoured, it repays one help (owed 2 → 1, faded to .92), and the creditor's trust gains
    λv(1 + 3 · .5) = .06 of what is missing.
    """

    def make(seed: int) -> AllianceModel:
        model = still_model_of((1, 1), {"reciprocity.return_rate": 0.5}, seed=seed)
        two_teachers(model, (0.7, 0.6), (1.5, 1.0), (1.0, 1.0))
        model.world.ties.owed[:] = (-2.0, 2.0)
        return model

    model = first_where(make, granted)
    ties = model.world.ties
    assert model.world.schools.given.tolist() == [1, 0]
    assert model.world.teachers.practice[1].tolist() == [pytest.approx(1.04), 1.0]
    assert ties.owed.tolist() == [pytest.approx(-0.92), pytest.approx(0.92)]
    assert ties.trust[1] == pytest.approx(0.6 + 0.06 * 0.4)
    assert ties.trust[0] == pytest.approx(0.7 + 0.024 * 0.3)


def test_the_rate_of_offers_follows_the_debt(still_model_of):
    """Two helps: .5 · 2/4. One: .5 · 1/3. Half a help or less is not felt as a debt."""
    for debt, expected in ((2.0, 0.25), (1.0, 0.5 / 3), (0.4, 0.0)):
        changes = {"reciprocity.return_rate": 0.5}
        model = many_times(still_model_of, changes, (0.7, 0.6), (1.5, 1.0), (1.0, 1.0))
        model.world.ties.owed[:] = np.tile((-debt, debt), TIMES)
        model.step()
        assert_share(model.world.schools.given.sum() + model.world.schools.refused.sum(), expected)


def test_without_reciprocity_there_are_no_offers_and_no_obligations(still_model_of):
    changes = {"reciprocity.return_rate": 0.5, "reciprocity.enabled": False}
    for seed in range(1, 40):
        model = two_teachers(still_model_of((1, 1), changes, seed=seed), (0.7, 0.6), (1.5, 1.0), (1.0, 1.0))
        model.world.ties.owed[:] = (-50.0, 50.0)
        model.step()
        assert model.world.schools.given.sum() + model.world.schools.refused.sum() == 0


@pytest.mark.parametrize(
    ("owed_to_the_giver", "pull"), [(0.0, 0.0), (3.0, -1.5 * 0.6), (-3.0, 1.0 * 0.6)], ids=["even", "owed", "owing"]
)
def test_the_rate_of_grants_follows_risk_and_ledger(still_model_of, owed_to_the_giver, pull):
    """T .6 at level 1: 2 · .6 − .4 · 1.5 · .7 − .3 · .5 · .4 (Φ 1) = .72; three helps weigh 3/(3 + 2) = .6."""
    model = many_times(still_model_of, EAGER, (0.6, 0.6), (1.0, 1.0), (1.0, 1.5))
    model.world.ties.owed[:] = np.tile((-owed_to_the_giver, owed_to_the_giver), TIMES)
    model.step()
    assert model.world.schools.given.sum() + model.world.schools.refused.sum() == TIMES
    assert_share(model.world.schools.given.sum(), 1 / (1 + math.exp(-2 * (0.72 + pull))))


def test_help_that_is_all_one_way_corrodes_both_trusts(still_model_of):
    """Five helps before and one now: 6/9 − .4 over .6 = .444; both trusts ·= 1 − .2 · .444 after the rest."""

    def make(seed: int) -> AllianceModel:
        model = two_teachers(still_model_of((1, 1), EAGER, seed=seed), (0.8, 0.6), (1.0, 1.0), (1.0, 1.5))
        model.world.ties.given[:] = (0.0, 5.0)
        return model

    model = first_where(make, granted)
    kept = 1 - 0.2 * (6 / 9 - 0.4) / 0.6
    assert model.world.ties.trust[0] == pytest.approx((0.8 + 0.024 * 0.2) * kept)
    assert model.world.ties.trust[1] == pytest.approx((0.6 + 0.024 * 0.4) * kept)
