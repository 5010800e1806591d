"""Practice is developed, transferred and depreciated, and affects results."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import (
    EAGER,
    ONE_ASKS,
    TIMES,
    first_where,
    granted,
    many_times,
    two_teachers,
)


def test_joint_practice_development(still_model_of):
    """At level 4 both learn: (1.5, 1.0) and (1.3, 2.0) are strongest together in area 1, whose best is 2.0.

    Mean difference (.2 + 1.0)/2 is diverse enough, the step shrinks by 1 − 2/2.5 = .2; then the first coaches the
    second in area 0, where it is best itself: .4 of .2; and the second, best in area 1, coaches the first there.
    """

    def make(seed: int) -> AllianceModel:
        model = still_model_of((1, 1), ONE_ASKS, seed=seed)
        two_teachers(model, (0.95, 0.9), (1.5, 1.0), (1.3, 2.0), level=4)
        model.world.schools.rank[:] = (1.0, 0.0)
        return model

    model = first_where(make, granted)
    practice, ties = model.world.teachers.practice.astype(float), model.world.ties
    made = practice[1, 1] - 2.0  # .4 of ξ: the second moves .4 of the way from 2.0 to 2.0 + ξ
    assert made > 0
    assert practice[1, 0] == pytest.approx(1.3 + 0.4 * 0.2)
    assert practice[0, 0] == pytest.approx(1.5)
    first = 1.0 + 0.4 * (1.0 + made / 0.4)
    assert practice[0, 1] == pytest.approx(first + 0.4 * (practice[1, 1] - first), abs=1e-6)
    assert model.world.schools.developed.sum() == 1
    assert ties.owed.tolist() == [0.0, 0.0]  # joint practice creates no debt
    assert ties.given.tolist() == [pytest.approx(0.92), pytest.approx(0.92)]
    assert model.world.teachers.fatigue.tolist() == [pytest.approx(0.3), pytest.approx(0.3)]  # .3 · 2/2 for both
    assert model.outcomes.loc[1, "jpd"] == 0.5


def test_what_two_invent_is_exponential_with_the_mean_step(still_model_of):
    """Each run's innovation over .35 · .2 is sampled from Exp(1): mean 1, and e^(−1) of them over 1."""
    model = many_times(still_model_of, ONE_ASKS, (1.0, 1.0), (1.5, 1.0), (1.3, 2.0), level=4)
    model.world.schools.rank[:] = np.tile((1.0, 0.0), TIMES)
    model.step()
    made = model.world.teachers.practice[1::2, 1].astype(float) - 2.0
    steps = made[model.world.schools.developed[1::2] == 1] / 0.4 / (0.35 * 0.2)
    assert len(steps) > 0.9 * TIMES
    assert steps.mean() == pytest.approx(1.0, abs=4 / math.sqrt(len(steps)))
    assert (steps > 1).mean() == pytest.approx(math.exp(-1), abs=4 * 0.48 / math.sqrt(len(steps)))


def test_without_joint_practice_level_four_only_shares(still_model_of):
    """γ at level 4 is .4: 1.0 + .4 · 1.0; no practice exceeds the previous best."""
    changes = EAGER | {"practice.jpd": False}

    def make(seed: int) -> AllianceModel:
        return two_teachers(still_model_of((1, 1), changes, seed=seed), (0.95, 0.9), (1.5, 1.0), (1.5, 2.0), level=4)

    model = first_where(make, granted)
    assert model.world.teachers.practice.tolist() == [[1.5, pytest.approx(1.4)], [1.5, 2.0]]
    assert model.world.schools.developed.sum() == 0
    assert model.world.ties.owed[1] == pytest.approx(0.92)


def test_solo_innovation_improves_one_area_and_none_at_the_ceiling(still_model_of):
    model = two_teachers(still_model_of((1, 1), {"practice.solo_rate": 1.0}), (0.5, 0.5), (1.0, 1.0), (2.5, 2.5))
    model.step()
    bettered = model.world.teachers.practice > np.array(((1.0, 1.0), (2.5, 2.5)))
    assert bettered[0].sum() == 1
    assert not bettered[1].any()


def test_practice_goes_stale(still_model_of):
    """A year at .008 a half-term."""
    model = two_teachers(still_model_of((1, 1), {"practice.depreciation": 0.008}), (0.5, 0.5), (1.0, 2.0), (1.5, 0.5))
    model.run_for(6)
    expected = np.array(((1.0, 2.0), (1.5, 0.5))) * 0.992**6
    np.testing.assert_allclose(model.world.teachers.practice, expected, rtol=1e-6)


def test_results_and_ranks_are_published_once_a_year(still_model_of):
    """School 1's practice is 1, school 0's .4: after six half-terms, and not before, it leads by τ times SDs.

    The mean of two areas of SD .3 has SD .3/√2 = .212 between teachers, so .6 are 2.83 SD, at .08 each .226.
    """
    model = two_teachers(still_model_of((1, 1)), (0.5, 0.5), (0.4, 0.4), (1.0, 1.0))
    initial = model.world.schools.attainment.copy()
    model.run_for(6)
    assert np.array_equal(model.world.schools.attainment, initial)
    assert model.world.schools.rank.tolist() == [0.5, 0.5]
    model.step()
    found = model.world.schools.attainment
    assert found[1] - found[0] == pytest.approx(0.08 * 0.6 * math.sqrt(2) / 0.3)
    assert found[1] == pytest.approx(0.08 * (1.0 - model.world.system.initial_practice[0]) * math.sqrt(2) / 0.3)
    assert model.world.schools.rank.tolist() == [1.0, 0.0]
    years = model.world.teachers.years.copy()
    model.run_for(6)
    assert np.array_equal(model.world.teachers.years, years + 1)
