"""Requests for help, and the effect of granting and refusing on trust and level."""

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
    refused,
    two_teachers,
)


def test_without_processes_nothing_changes(still_model_of, fingerprint):
    model = still_model_of((3, 4, 2), alliance=(0, 0, 0))
    before = [column.copy() for table in (model.world.ties, model.world.head_ties) for column in table]
    practice = model.world.teachers.practice.copy()
    model.run_for(12)
    after = [column for table in (model.world.ties, model.world.head_ties) for column in table]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert np.array_equal(practice, model.world.teachers.practice)
    assert model.outcomes["sharing"].iloc[1:].eq(0).all()


def test_help_is_requested_given_and_honoured(still_model_of):
    """Teacher 1 is ahead by .5 in the second area. At level 1: stake .2, so λv = .024; γ = .08; cost .5."""

    def make(seed: int) -> AllianceModel:
        return two_teachers(still_model_of((1, 1), EAGER, seed=seed), (0.8, 0.6), (1.0, 1.0), (1.0, 1.5))

    model = first_where(make, granted)
    ties, teachers = model.world.ties, model.world.teachers
    assert teachers.practice.tolist() == [[1.0, pytest.approx(1.0 + 0.08 * 0.5)], [1.0, 1.5]]
    assert ties.trust[1] == pytest.approx(0.6 + 0.024 * 0.4)  # the giver's promise was kept
    assert ties.trust[0] == pytest.approx(0.8 + 0.024 * 0.2)  # the asker found it useful
    assert ties.level.tolist() == [2, 2]  # both over .35
    assert ties.owed.tolist() == [pytest.approx(-0.92), pytest.approx(0.92)]  # one help, faded by .08
    assert ties.given.tolist() == [0.0, pytest.approx(0.92)]
    assert teachers.fatigue.tolist() == [0.0, pytest.approx(0.3 * 0.5 / 2.0)]
    assert teachers.load.tolist() == [0.0, 0.0]
    assert model.world.schools.given.tolist() == [0, 1]
    assert model.outcomes.loc[1, "sharing"] == 0.5
    assert model.outcomes.loc[1, "refusals"] == 0.0


def test_teachers_with_nothing_to_learn_do_not_ask(still_model_of):
    """A gap of .04 is no use (.05 is the least), even to the eager."""
    model = two_teachers(still_model_of((1, 1), EAGER), (0.9, 0.9), (1.0, 1.0), (1.0, 1.04))
    model.run_for(6)
    assert model.outcomes["sharing"].iloc[1:].sum() == 0
    assert model.outcomes["refusals"].iloc[1:].isna().all()


def test_partners_are_chosen_by_trust_and_by_what_can_be_learned(still_model_of):
    """Teacher 0 trusts 1 with .5 and 2 with .25, who are ahead by .2 and .5: e^2 · .3 against e^1 · .6."""
    trust = (0.5, 0.25, 0.0, 0.0, 0.0, 0.0)
    changes = EAGER | {"policy.secrecy": 1.0}
    model = many_times(still_model_of, changes, trust, (1.0, 1.0), (1.2, 0.4), (1.5, 0.4))
    model.step()
    asked = model.world.teachers.asks[::3, 0]
    assert (asked >= 0).all()
    chose_1 = model.world.ties.partner[asked] == np.arange(0, 3 * TIMES, 3) + 1
    assert_share(chose_1.sum(), math.exp(2.0) * 0.3 / (math.exp(2.0) * 0.3 + math.exp(1.0) * 0.6))


def test_the_lower_ranked_seek_help_more_often(still_model_of):
    """C 1, Φ .5: needs .35 for the best ranked, .7 for the lowest."""
    changes = {"policy.competition": 1.0, "help.base_need": 0.35, "help.competition_need": 0.35, "policy.funding": 0.5}
    model = many_times(still_model_of, changes, (0.5, 0.5), (2.0, 1.0), (1.0, 2.0))
    model.world.schools.rank[:] = np.tile((0.0, 1.0), TIMES)
    model.step()
    asked = model.world.teachers.asks[:, 0] >= 0
    assert_share(asked[::2].sum(), 0.35)
    assert_share(asked[1::2].sum(), 0.7)


def test_tired_teachers_ask_and_grant_less(still_model_of):
    """At a load of ten capacities, e^(−1.5 · 9) of the need is left and U falls by 13.5."""
    model = two_teachers(still_model_of((1, 1), {"fatigue.rate": 0.0} | EAGER), (0.9, 0.9), (2.0, 1.0), (1.0, 2.0))
    model.world.teachers.fatigue[:] = 10.0
    model.run_for(12)
    assert model.outcomes["sharing"].iloc[1:].sum() == 0


def test_a_refused_request_costs_trust(still_model_of):
    """The asker's trust ·= .97; level 1 cannot be lost; nothing else moves."""

    def make(seed: int) -> AllianceModel:
        return two_teachers(still_model_of((1, 1), EAGER, seed=seed), (0.8, 0.1), (1.0, 1.0), (1.0, 1.5))

    model = first_where(make, refused)
    ties = model.world.ties
    assert ties.trust.tolist() == [pytest.approx(0.8 * 0.97), pytest.approx(0.1)]
    assert model.world.teachers.practice.tolist() == [[1.0, 1.0], [1.0, 1.5]]
    assert ties.level.tolist() == [1, 1]
    assert ties.owed.tolist() == [0.0, 0.0]
    assert model.outcomes.loc[1, "refusals"] == 1.0


@pytest.mark.parametrize(("chance", "level"), [(1.0, 2), (0.0, 3)])
def test_a_refusal_may_cost_a_level(still_model_of, chance, level):
    """Trust of .9 and .5 bears level 3 (gate .55 less .10): only the refusal can take it."""
    changes = EAGER | {"level.refusal_demotion": chance, "policy.secrecy": 1.0}

    def make(seed: int) -> AllianceModel:
        return two_teachers(still_model_of((1, 1), changes, seed=seed), (0.9, 0.5), (1.0, 1.0), (1.0, 1.5), level=3)

    assert first_where(make, refused).world.ties.level.tolist() == [level, level]


def test_help_uphill_is_counted_by_results(still_model_of):
    """Help flows uphill when the giver's school has the lower results."""
    for results, uphill in (((0.0, -0.1), 1), ((0.0, 0.1), 0)):

        def make(seed: int, results: tuple[float, float] = results) -> AllianceModel:
            model = two_teachers(still_model_of((1, 1), EAGER, seed=seed), (0.9, 0.9), (1.0, 1.0), (1.0, 1.5))
            model.world.schools.attainment[:] = results
            return model

        assert first_where(make, granted).world.schools.uphill.tolist() == [0, uphill]
