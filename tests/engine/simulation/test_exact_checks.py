"""Exact properties of every run (MODEL 8, exact checks)."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from alliance_sim import AllianceModel, Scenario

NO_INVENTION = {"practice.jpd": False, "practice.stationary": False, "practice.solo_rate": 0.0}
TRUSTING = {"trust.initial": 0.7, "policy.competition": 0.1, "policy.funding": 1.0}
NO_GRANTS = {
    "policy.secrecy": 1.0,
    "trust.help_value": 0.0,
    "trust.loss_weight": 2.25,
    "trust.effort_weight": 0.44,
    "level.cost": (9.7, 9.8, 9.9, 10.0),
    "policy.funding": 0.0,
    "policy.competition": 1.0,
    "reciprocity.obligation_weight": 0.0,
}
"""U is at most −1 − .44 · 9.7 = −5.3 even for who trusts wholly, and near −7 at ordinary trust."""


@pytest.mark.parametrize("config", ["silicon_valley", "route128", "collaborative"])
def test_debt_is_the_exact_negative_of_the_twins(config):
    model = AllianceModel(config, rng=1)
    ties = model.world.ties
    most = 0.0
    for _ in range(30):
        model.step()
        assert_array_equal(ties.owed, -ties.owed[ties.twin])
        most = max(most, float(ties.owed.max()))
    assert most > 1.0


def test_both_directions_of_a_tie_have_the_same_level():
    model = AllianceModel(Scenario.load("silicon_valley", TRUSTING), rng=1)
    ties, seen = model.world.ties, set()
    for _ in range(30):
        model.step()
        assert_array_equal(ties.level, ties.level[ties.twin])
        seen |= set(ties.level.tolist())
    assert seen == {1, 2, 3, 4}


def test_a_request_raises_a_level_by_at_most_one():
    """Level 4 takes three honoured promises and trust ≥ .7: with one contact and no brokerage, three half-terms."""
    changes = {
        "help.contacts": 1, "home.enabled": False, "reciprocity.enabled": False, "coordinator.present": False,
        "trust.initial": 0.95,
    }  # fmt: skip
    model = AllianceModel(Scenario(**TRUSTING | changes), rng=1)
    before = model.world.ties.level.copy()
    for _ in range(6):
        model.step()
        # Both partners may ask the other in a half-term, so a pair may be honoured twice.
        assert (model.world.ties.level.astype(int) - before).max() <= 2
        before = model.world.ties.level.copy()
    assert before.max() == 4


def test_sharing_only_moves_practice():
    """Without joint practice development, solo invention and depreciation the frontier stands; the mean never falls."""
    changes = TRUSTING | NO_INVENTION | {"practice.depreciation": 0.0}
    model = AllianceModel(Scenario.load("silicon_valley", changes), rng=1)
    best = model.world.teachers.practice.max(axis=0)
    for _ in range(30):
        before = model.world.teachers.practice.copy()
        model.step()
        assert (model.world.teachers.practice >= before).all()
    outcomes = model.outcomes
    assert_array_equal(model.world.teachers.practice.max(axis=0), best)
    assert outcomes["frontier"].nunique() == 1
    assert outcomes["practice"].is_monotonic_increasing
    assert outcomes["practice"].iloc[-1] > outcomes["practice"].iloc[0] + 0.1
    assert outcomes["sharing"].iloc[1:].gt(0).all()


def test_without_depreciation_joint_practice_and_invention_only_raise_practice():
    model = AllianceModel(Scenario.load("silicon_valley", TRUSTING | {"practice.depreciation": 0.0}), rng=1)
    for _ in range(30):
        before = model.world.teachers.practice.copy()
        model.step()
        assert (model.world.teachers.practice >= before).all()
    assert model.outcomes["jpd"].sum() > 1
    assert model.outcomes["frontier"].iloc[-1] > model.outcomes["frontier"].iloc[0]


def test_without_grants_practice_does_not_change():
    model = AllianceModel(Scenario(**NO_GRANTS | NO_INVENTION | {"practice.depreciation": 0.0}), rng=1)
    practice = model.world.teachers.practice.copy()
    model.run_for(30)
    assert model.outcomes["sharing"].iloc[1:].sum() == 0
    assert model.outcomes["refusals"].iloc[1:].eq(1).all()
    assert_array_equal(model.world.teachers.practice, practice)


def test_without_grants_practice_only_depreciates():
    model = AllianceModel(Scenario(**NO_GRANTS | NO_INVENTION | {"practice.depreciation": 0.05}), rng=1)
    practice = model.world.teachers.practice.astype(float)
    model.run_for(30)
    np.testing.assert_allclose(model.world.teachers.practice, practice * 0.95**30, rtol=1e-5)


@pytest.mark.parametrize("config", ["silicon_valley", "route128"])
def test_without_competition_ranks_do_not_matter(config):
    """The league table is shuffled every half-term, without effect on behaviour."""
    scenario = Scenario.load(config, {"policy.competition": 0.0})
    model, shuffled = AllianceModel(scenario, rng=1), AllianceModel(scenario, rng=1)
    rng = np.random.default_rng(5)
    for _ in range(20):
        shuffled.world.schools.rank[:] = rng.permutation(shuffled.world.schools.rank)
        model.step()
        shuffled.step()
    assert model.outcomes.equals(shuffled.outcomes)
    for table in ("teachers", "ties", "head_ties", "coordinators"):
        for one, other in zip(getattr(model.world, table), getattr(shuffled.world, table), strict=True):
            assert_array_equal(one, other)


def test_with_competition_ranks_matter():
    model, shuffled = AllianceModel("competitive", rng=1), AllianceModel("competitive", rng=1)
    shuffled.world.schools.rank[:] = shuffled.world.schools.rank[::-1].copy()
    model.run_for(6)
    shuffled.run_for(6)
    assert not model.outcomes["sharing"].equals(shuffled.outcomes["sharing"])


def test_where_nothing_is_left_to_offer_requests_die_out():
    """Pattern 19 in a small model: sharing equalises practice, and then requests cease."""
    changes = TRUSTING | NO_INVENTION | {"practice.depreciation": 0.0, "population.boundary_ties": 0}
    model = AllianceModel(Scenario.load("silicon_valley", changes | {"population.teachers_median": 6}), rng=1)
    model.run_for(300)
    sharing = model.outcomes["sharing"]
    assert sharing.iloc[1:7].mean() > 0.5
    assert sharing.iloc[-60:].mean() < 0.05 * sharing.iloc[1:7].mean()
