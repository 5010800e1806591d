"""Rules that differ across the boundary of an alliance."""

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
    two_teachers,
)


def test_external_trust_drifts_back_to_its_initial_value(still_model_of):
    """.9 + .04 · (.45 − .9) = .882, for no heads meet there."""
    changes = {"trust.staff_follow_heads": 0.04, "population.boundary_ties": 1}
    model = two_teachers(still_model_of((1, 1), changes, alliance=(0, 1)), (0.9, 0.2), (1.0, 1.0), (1.0, 1.0))
    model.step()
    assert model.world.ties.trust.tolist() == [pytest.approx(0.882), pytest.approx(0.2 + 0.04 * 0.25)]


@pytest.mark.parametrize(("given", "then"), [((0.3, 0.2), 0.9), ((0.3, 0.19), 0.882), ((0.5, 0.0), 0.9)])
def test_trust_across_a_boundary_is_kept_while_help_is_given(still_model_of, given, then):
    """Counted help of .5 in both directions together keeps the tie in use; .49 does not, and .9 falls to .882."""
    changes = {"trust.staff_follow_heads": 0.04, "population.boundary_ties": 1}
    model = two_teachers(still_model_of((1, 1), changes, alliance=(0, 1)), (0.9, 0.9), (1.0, 1.0), (1.0, 1.0))
    model.world.ties.given[:] = given
    model.step()
    assert model.world.ties.trust.tolist() == pytest.approx([then, then])


def test_trust_in_use_inside_an_alliance_still_follows_the_heads(still_model_of):
    """Only across boundaries does use keep trust: inside, .9 + .04 · (.5 − .9) = .884."""
    model = two_teachers(still_model_of((1, 1), {"trust.staff_follow_heads": 0.04}), (0.9, 0.9), (1, 1), (1, 1))
    model.world.ties.given[:] = 3.0
    model.schools[0].set_trust_in(1, 0.5)
    model.schools[1].set_trust_in(0, 0.5)
    model.step()
    assert model.world.ties.trust.tolist() == pytest.approx([0.884, 0.884])


@pytest.mark.parametrize("across", [1.0, 0.25, 0.0])
def test_rivalry_across_a_boundary_may_be_weaker(still_model_of, across):
    """Two of the same rank, C 1: R = 1 · across, and U = 1.6 − .2 · 1.5 · .7 · (1 + 2R) − .06 at trust .8 (Φ 1).

    The asker expects this and asks with the chance with which the giver grants.
    """
    changes = EAGER | {
        "policy.porosity": 1.0, "policy.competition": 1.0, "population.boundary_ties": 1,
        "trust.rivalry_across": across,
    }  # fmt: skip
    model = still_model_of([1] * (2 * TIMES), changes, alliance=range(2 * TIMES))
    model.world.ties.trust[:] = 0.8
    model.world.schools.rank[:] = 0.5
    model.world.teachers.practice[:] = 1.0
    holders = np.repeat(np.arange(2 * TIMES), np.diff(model.world.teachers.tie_offsets))
    model.world.teachers.practice[np.maximum(holders, model.world.ties.partner), 1] = 1.5  # one of each pair is ahead
    model.step()
    chance = 1 / (1 + math.exp(-2 * (1.6 - 0.2 * 1.5 * 0.7 * (1 + 2 * across) - 0.06)))
    pairs = len(holders) // 2
    assert_share(round(model.world.schools.asked.sum() * TIMES / pairs), chance)
    assert_share(round(model.world.schools.given.sum() * TIMES / pairs), chance * chance)


def test_a_closed_boundary_is_not_crossed_and_an_open_one_is(still_model_of):
    for porosity, crossed in ((0.0, False), (1.0, True)):
        changes = EAGER | {"policy.porosity": porosity, "population.boundary_ties": 1}
        model = two_teachers(still_model_of((1, 1), changes, alliance=(0, 1)), (0.9, 0.9), (1.0, 1.0), (1.0, 1.5))
        model.run_for(4)
        assert model.outcomes["refusals"].notna().any() == crossed
        assert model.outcomes["trust"].isna().all()  # no two schools are in one alliance


def test_no_coordinator_mediates_across_a_boundary(still_model_of):
    """Both alliances have a coordinator of full standing, and still the whole of rλv = .096 is lost."""
    changes = EAGER | {
        "policy.porosity": 1.0,
        "population.boundary_ties": 1,
        "outcome.misfortune": 0.2,
        "coordinator.present": True,
        "coordinator.credibility": 1.0,
    }

    def make(seed: int) -> AllianceModel:
        model = still_model_of((1, 1), changes, alliance=(0, 1), seed=seed)
        return two_teachers(model, (0.8, 0.8), (1.0, 1.0), (1.0, 1.5))

    model = first_where(make, lambda model: granted(model) and model.world.ties.trust[1] < 0.8)
    assert model.world.ties.trust[1] == pytest.approx(0.8 * (1 - 0.096))
