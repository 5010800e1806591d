"""Rules that differ across the boundary of an alliance."""

from __future__ import annotations

import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import EAGER, first_where, granted, two_teachers


def test_external_trust_drifts_back_to_its_initial_value(still_model_of):
    """.9 + .04 · (.45 − .9) = .882, for no heads meet there."""
    changes = {"trust.staff_follow_heads": 0.04, "population.boundary_ties": 1}
    model = two_teachers(still_model_of((1, 1), changes, alliance=(0, 1)), (0.9, 0.2), (1.0, 1.0), (1.0, 1.0))
    model.step()
    assert model.world.ties.trust.tolist() == [pytest.approx(0.882), pytest.approx(0.2 + 0.04 * 0.25)]


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
