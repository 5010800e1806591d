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
    """Teacher 0 owes two helps: O = 2/(2 + 2) = .5, so an offer comes with chance .5 · .5 · P(grant), with b_O/2 in U.

    Kept and honoured, it repays one help (owed 2 → 1, faded to .92), and the creditor's trust gains
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


@pytest.mark.parametrize("debt", [2.0, 1.0, 0.4])
def test_the_rate_of_offers_follows_the_debt_and_willingness(still_model_of, debt):
    """T .7 at level 1 (Φ .5): 2 · .7 − .3 · 1.5 · .7 − .3 · .5 · .7 = .98, to which the obligation O adds b_O·O.

    Two helps: O = 2/4, an offer with chance .5 · .5 · P. One: O = 1/3. Half a help or less is not felt as a debt. Every
    offer is kept.
    """
    model = many_times(still_model_of, {"reciprocity.return_rate": 0.5}, (0.7, 0.6), (1.5, 1.0), (1.0, 1.0))
    model.world.ties.owed[:] = np.tile((-debt, debt), TIMES)
    model.step()
    felt = debt / (debt + 2.0)
    expected = 0.5 * felt / (1 + math.exp(-2 * (0.98 + felt))) if debt > 0.5 else 0.0
    assert_share(model.world.schools.given.sum(), expected)
    assert model.world.schools.refused.sum() == 0


def test_an_offer_is_kept_at_the_level_that_the_debtor_would_grant(still_model_of):
    """At level 2 (gap .5) full help closes .16 of the gap, and the smaller help of level 1 .08.

    Twenty helps owed: O = 20/22. T .5, Φ .5: U_1 = 1 − .5 · 1.5 · .7 − .105 + .909 = 1.279 and U_2 = 1 − .5 · 1.5 · .9
    − .21 + .909 = 1.024. Whether to offer depends on P_1, and then u is uniform up to P_1: P_2/P_1 of the offers are in
    full.
    """
    changes = {"reciprocity.return_rate": 0.75, "level.refusal_demotion": 0.0}
    model = many_times(still_model_of, changes, (0.5, 0.5), (1.5, 1.0), (1.0, 1.0), level=2)
    model.world.ties.owed[:] = np.tile((-20.0, 20.0), TIMES)
    model.step()
    learned = model.world.teachers.practice[1::2, 0] - 1.0
    first, second = (1 / (1 + math.exp(-2 * (utility + 20 / 22))) for utility in (0.37, 0.115))
    assert_share((learned > 0).sum(), 0.75 * 20 / 22 * first)
    assert_share(np.isclose(learned, 0.16 * 0.5, atol=1e-6).sum(), 0.75 * 20 / 22 * second)
    assert_share(np.isclose(learned, 0.08 * 0.5, atol=1e-6).sum(), 0.75 * 20 / 22 * (first - second))


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
def test_the_rates_of_requests_and_grants_follow_risk_and_ledger(still_model_of, owed_to_the_giver, pull):
    """T .6 at level 1: 2 · .6 − .4 · 1.5 · .7 − .3 · .5 · .4 (Φ 1) = .72; three helps weigh 3/(3 + 2) = .6.

    Both trust each other alike and know their debts, so the asker asks with the chance with which the giver grants.
    """
    model = many_times(still_model_of, EAGER, (0.6, 0.6), (1.0, 1.0), (1.0, 1.5))
    model.world.ties.owed[:] = np.tile((-owed_to_the_giver, owed_to_the_giver), TIMES)
    model.step()
    asked, given = model.world.schools.asked.sum(), model.world.schools.given.sum()
    chance = 1 / (1 + math.exp(-2 * (0.72 + pull)))
    assert given + model.world.schools.refused.sum() == asked
    assert_share(asked, chance)
    assert_share(given, chance * chance)


def test_help_that_is_all_one_way_corrodes_both_trusts(still_model_of):
    """Five helps before and one now: 6/7.5 − .4 over .6 = .667; both trusts ·= 1 − .2 · .667 after the rest."""

    def make(seed: int) -> AllianceModel:
        model = two_teachers(still_model_of((1, 1), EAGER, seed=seed), (0.8, 0.6), (1.0, 1.0), (1.0, 1.5))
        model.world.ties.given[:] = (0.0, 5.0)
        return model

    model = first_where(make, granted)
    kept = 1 - 0.2 * (6 / 7.5 - 0.4) / 0.6
    assert model.world.ties.trust[0] == pytest.approx((0.8 + 0.024 * 0.2) * kept)
    assert model.world.ties.trust[1] == pytest.approx((0.6 + 0.024 * 0.4) * kept)
