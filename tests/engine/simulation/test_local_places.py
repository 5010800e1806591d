"""Places in local tables and the drift of intakes (B1, C28)."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim import AllianceModel
from alliance_sim.engine.processes.competition import rank_schools

NAN = float("nan")


def places(model: AllianceModel, attainment: list[float], east: list[float], north: list[float]) -> list[float]:
    """Return the places of schools with these results and positions."""
    schools = model.world.schools
    schools.attainment[:], schools.east[:], schools.north[:] = attainment, east, north
    rank_schools(model.world, model.simulation.settings)
    return schools.rank.tolist()


def test_a_place_is_the_share_of_the_alliance_that_does_better(still_model_of):
    """Of four, one, two and three do better than the others; of the equal second and third the first counts as better.

    The other alliance, of two, has places of its own.
    """
    model = still_model_of([1] * 6, alliance=(0, 0, 0, 0, 1, 1))
    unknown = [NAN] * 6
    found = places(model, [0.1, 0.3, 0.1, -0.2, -0.5, 0.9], unknown, unknown)
    assert found == pytest.approx([1 / 3, 0.0, 2 / 3, 1.0, 1.0, 0.0])


def test_schools_with_a_position_are_compared_with_those_within_reach(still_model_of):
    """Along a road at 0, 6, 12 and 30 km with a reach of 10: the second sees the first and third, both better or worse.

    Results rise along the road: all one that the first sees does better, one of two that the second sees, none that the
    third sees. The fourth sees none and is compared with its alliance, where it is best.
    """
    model = still_model_of([1] * 4, {"competition.reach": 10.0}, alliance=(0, 0, 1, 1))
    assert places(model, [0.0, 1.0, 2.0, 3.0], [0.0, 6.0, 12.0, 30.0], [0.0] * 4) == [1.0, 0.5, 0.0, 0.0]


def test_distance_is_straight_and_the_reach_is_included(still_model_of):
    """6 km east and 8 km north are 10 km; the third school, at 6 and 8.1 km, is out of reach of the first."""
    model = still_model_of([1] * 3, {"competition.reach": 10.0}, alliance=(0, 1, 2))
    assert places(model, [0.0, 1.0, -1.0], [0.0, 6.0, -6.0], [0.0, 8.0, -8.1]) == [1.0, 0.0, 0.0]


def test_schools_without_a_position_are_compared_only_in_their_alliance(still_model_of):
    """The first two are near each other; the third, of their alliance, is nowhere, and the best of it."""
    model = still_model_of([1] * 3, alliance=(0, 0, 0))
    assert places(model, [0.0, 1.0, 2.0], [0.0, 1.0, NAN], [0.0, 0.0, NAN]) == [1.0, 0.0, 0.0]
    assert places(model, [0.0, 1.0, -2.0], [0.0, 1.0, NAN], [0.0, 0.0, NAN]) == [1.0, 0.0, 1.0]


def test_a_reach_of_nothing_leaves_the_alliance(still_model_of):
    model = still_model_of([1] * 3, {"competition.reach": 0.0}, alliance=(0, 0, 0))
    assert places(model, [0.0, 1.0, 2.0], [0.0, 1.0, 2.0], [0.0] * 3) == [1.0, 0.5, 0.0]


def test_a_school_with_none_to_compare_is_best(still_model_of):
    model = still_model_of([1, 1], alliance=(0, 1))
    assert places(model, [0.0, 1.0], [NAN, NAN], [NAN, NAN]) == [0.0, 0.0]


def test_places_are_those_of_a_plain_count(still_model_of):
    """Sixty schools at random positions, some unknown, against a count over all pairs."""
    many, reach = 60, 12.0
    alliance = np.repeat(np.arange(12), 5)
    model = still_model_of([1] * many, {"competition.reach": reach}, alliance=alliance.tolist())
    rng = np.random.default_rng(4)
    results = np.round(rng.normal(size=many), 1).astype(np.float32)  # some are equal
    east, north = rng.uniform(0, 60, (2, many)).astype(np.float32)
    east[::7] = north[::7] = np.nan
    found = places(model, results.tolist(), east.tolist(), north.tolist())
    rows = np.arange(many)
    for one in rows:
        near = (east - east[one]) ** 2 + (north - north[one]) ** 2 <= np.float32(reach**2)
        near &= rows != one
        compared = near if near.any() else (alliance == alliance[one]) & (rows != one)
        better = (results > results[one]) | ((results == results[one]) & (rows < one))
        assert found[one] == pytest.approx((better & compared).sum() / compared.sum()), one


def test_intakes_drift_each_year_from_the_worst_to_the_best_place(still_model_of):
    """ι .02 at C 1: after a year the best of three has .02 more, the worst .02 less; after two years .04."""
    changes = {"policy.competition": 1.0, "competition.intake_drift": 0.02}
    model = still_model_of((1, 1, 1), changes)
    model.world.teachers.practice[:] = 1.0
    model.world.schools.intake[:] = (0.0, 0.5, 0.2)
    model.run_for(6)
    assert model.world.schools.intake.tolist() == pytest.approx([0.0, 0.5, 0.2])
    model.step()
    assert model.world.schools.intake.tolist() == pytest.approx([-0.02, 0.52, 0.2])
    model.run_for(6)
    assert model.world.schools.intake.tolist() == pytest.approx([-0.04, 0.54, 0.2])


def test_without_drift_intakes_stay_whatever_the_competition(still_model_of):
    model = still_model_of((1, 1, 1), {"policy.competition": 1.0})
    model.world.schools.intake[:] = (0.0, 0.5, 0.2)
    model.run_for(13)
    assert model.world.schools.intake.tolist() == pytest.approx([0.0, 0.5, 0.2])
