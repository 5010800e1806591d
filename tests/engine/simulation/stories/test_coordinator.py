"""The coordinator brings pairs together, lends trust and mediates."""

from __future__ import annotations

import math

import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import (
    TIMES,
    assert_share,
    first_where,
    granted,
    many_times,
    refused,
    two_teachers,
)


def test_the_coordinator_brokers_the_most_complementary_pair(still_model_of):
    """Of three teachers, 0 and 1 have 1.0 and .7 for each other; teacher 2 has little for either.

    With time for one pair and no fog (c = 1) these two are brought together, and teacher 1, with more to learn, asks.
    """
    changes = {"coordinator.present": True, "coordinator.capacity": 1, "coordinator.credibility": 1.0}

    def make(seed: int) -> AllianceModel:
        model = still_model_of((1, 1, 1), changes, seed=seed)
        model.world.ties.trust[:] = 0.8
        model.world.teachers.practice[:] = ((2.0, 1.0), (1.0, 1.7), (1.2, 1.2))
        return model

    model = first_where(make, granted)
    assert model.world.coordinators.brokered.tolist() == [1]
    assert model.world.schools.given.tolist() == [1, 0, 0]
    assert model.world.teachers.practice[1].tolist() == [pytest.approx(1.08), pytest.approx(1.7)]
    assert model.world.coordinators.strain[0] == pytest.approx(0.3)
    one, other = model.teachers[0].tie_to(1), model.teachers[1].tie_to(0)
    assert (one.level, other.level) == (2, 2)
    assert model.teachers[2].tie_to(0).level == 1


def test_the_coordinator_prefers_pairs_who_can_expect_help_from_each_other(still_model_of):
    """All three have as much for each other, and 1 and 2 trust each other more than either trusts 0.

    Each pair's complementarity is 1. Φ .5: U = .6 − .7 · 1.05 − .105 = −.24 at trust .3 and 1.59 at .9, so p̂ is .382
    and .960, and the matches are √(.382 · .960) = .606 with teacher 0 and .960 between 1 and 2.
    """
    changes = {"coordinator.present": True, "coordinator.capacity": 1, "coordinator.credibility": 1.0}
    model = still_model_of((1, 1, 1), changes | {"population.practice_areas": 3})
    model.world.teachers.practice[:] = ((2.0, 1.0, 1.0), (1.0, 2.0, 1.0), (1.0, 1.0, 2.0))
    for one, other, trust in ((0, 1, 0.3), (1, 0, 0.9), (0, 2, 0.3), (2, 0, 0.9), (1, 2, 0.9), (2, 1, 0.9)):
        model.world.ties.trust[model.teachers[one].tie_to(other).row] = trust
    model.step()
    helped = model.world.schools.given + model.world.schools.refused
    assert helped.sum() == 1
    assert helped[0] == 0  # of three pairs, that of 1 and 2


def test_the_coordinator_brings_together_no_more_pairs_than_there_is_time_for(still_model_of):
    for capacity, brokered in ((0, 0), (1, 1), (2, 2), (3, 3), (40, 3)):
        changes = {"coordinator.present": True, "coordinator.capacity": capacity}
        model = still_model_of((1, 1, 1), changes)
        model.world.teachers.practice[:] = ((2.0, 1.0), (1.0, 2.0), (1.5, 1.5))
        model.step()
        assert model.world.coordinators.brokered.tolist() == [brokered]
        assert model.world.schools.given.sum() + model.world.schools.refused.sum() == brokered


def test_pairs_with_nothing_for_each_other_are_left_alone(still_model_of):
    """Teacher 0 is ahead everywhere: useful one way only, so there is nothing to broker."""
    model = still_model_of((1, 1), {"coordinator.present": True})
    model.world.teachers.practice[:] = ((2.0, 2.0), (1.0, 1.0))
    model.run_for(6)
    assert model.outcomes["sharing"].iloc[1:].sum() == 0


@pytest.mark.parametrize(("misfortune", "then"), [(0.0, 0.5 + 0.03 * 0.5), (0.2, 0.5 * 0.95)])
def test_credibility_follows_the_outcomes_of_brokered_help(still_model_of, misfortune, then):
    changes = {"coordinator.present": True, "coordinator.credibility": 0.5, "outcome.misfortune": misfortune}

    def make(seed: int) -> AllianceModel:
        return two_teachers(still_model_of((1, 1), changes, seed=seed), (0.8, 0.8), (2.0, 1.0), (1.0, 2.0))

    def ended_so(model: AllianceModel) -> bool:
        giver_lost = model.world.ties.trust.min() < 0.8
        return granted(model) and giver_lost == (misfortune > 0)

    assert first_where(make, ended_so).world.coordinators.credibility[0] == pytest.approx(then)


def test_a_refusal_costs_the_coordinator_nothing(still_model_of):
    changes = {"coordinator.present": True, "coordinator.credibility": 0.5, "policy.secrecy": 1.0}

    def make(seed: int) -> AllianceModel:
        return two_teachers(still_model_of((1, 1), changes, seed=seed), (0.3, 0.3), (2.0, 1.0), (1.0, 2.0))

    assert first_where(make, refused).world.coordinators.credibility[0] == 0.5


def test_brokered_requests_are_met_with_lent_trust(still_model_of):
    """T .3, c 1: .3 + .3 · .7 = .51. U = 2 · .51 − .49 · 1.05 − .105 (Φ .5) = .4005; unlent, −.24."""
    changes = {"coordinator.present": True, "coordinator.credibility": 1.0}
    model = many_times(still_model_of, changes, (0.3, 0.3), (2.0, 1.0), (1.0, 2.0))
    model.step()
    assert model.world.coordinators.brokered.tolist() == [1] * TIMES
    assert_share(model.world.schools.given.sum(), 1 / (1 + math.exp(-2 * 0.4005)))


def test_a_mediated_breach_hurts_less(still_model_of):
    """Inside the alliance the coordinator's c = 1 spares μ = .6 of the loss: rλv = .096 becomes .0384."""
    changes = {"outcome.misfortune": 0.2, "coordinator.present": True, "coordinator.credibility": 1.0}

    def make(seed: int) -> AllianceModel:
        return two_teachers(still_model_of((1, 1), changes, seed=seed), (0.8, 0.8), (2.0, 1.0), (1.0, 2.0))

    model = first_where(make, lambda model: granted(model) and model.world.ties.trust.min() < 0.8)
    assert model.world.ties.trust.min() == pytest.approx(0.8 * (1 - 0.096 * 0.4))
