"""Requests for help, and the effect of granting and refusing on trust and level."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import (
    EAGER,
    ONE_ASKS,
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


def test_partners_are_chosen_by_trust_by_what_can_be_learned_and_by_the_expected_answer(still_model_of):
    """Teacher 0 trusts 1 with .5 and 2 with .25, who are ahead by .2 and .5: e^2 · .3 and e^1 · .6, times p̂.

    U_1 = 1 − .5 · 1.5 · .7 − .06 = .415, U_2 = .5 − .75 · 1.5 · .7 − .06 = −.3475 (Φ 1): p̂ .696 and .333, so 1 is
    chosen with chance .740. Who has chosen asks with chance p̂: 1 in .515 of the half-terms, 2 in .087.
    """
    trust = (0.5, 0.25, 0.0, 0.0, 0.0, 0.0)
    model = many_times(still_model_of, EAGER, trust, (1.0, 1.0), (1.2, 0.4), (1.5, 0.4))
    model.step()
    asked = model.world.teachers.asks[::3, 0]
    whom = np.where(asked >= 0, model.world.ties.partner[asked] - np.arange(0, 3 * TIMES, 3), 0)
    first, second = 1 / (1 + math.exp(-0.83)), 1 / (1 + math.exp(0.695))
    chose_1 = math.exp(2.0) * 0.3 * first / (math.exp(2.0) * 0.3 * first + math.exp(1.0) * 0.6 * second)
    assert_share((whom == 1).sum(), chose_1 * first)
    assert_share((whom == 2).sum(), (1 - chose_1) * second)
    assert model.world.schools.asked.sum() == (model.world.teachers.asks >= 0).sum()


def test_the_lower_ranked_seek_help_more_often(still_model_of):
    """C 1, Φ .5: needs .35 for the best ranked, .7 for the lowest, who are no rivals.

    T .5: U = 1 − .5 · 1.5 · .7 − .105 = .37, so each asks with chance p̂ = .677 of the need.
    """
    changes = {"policy.competition": 1.0, "help.base_need": 0.35, "help.competition_need": 0.35, "policy.funding": 0.5}
    model = many_times(still_model_of, changes, (0.5, 0.5), (2.0, 1.0), (1.0, 2.0))
    model.world.schools.rank[:] = np.tile((0.0, 1.0), TIMES)
    model.step()
    asked, expected = model.world.teachers.asks[:, 0] >= 0, 1 / (1 + math.exp(-0.74))
    assert_share(asked[::2].sum(), 0.35 * expected)
    assert_share(asked[1::2].sum(), 0.7 * expected)


def test_who_expects_a_refusal_seldom_asks(still_model_of):
    """The asker's own trust counts, .3, not that of the partner, .9: U = .6 − .7 · 1.5 · .7 − .06 = −.195, p̂ .404.

    Secrecy of .8 lowers it to .120. Nothing is asked and refused: of the few requests, most are granted.
    """
    for secrecy, utility in ((0.0, -0.195), (0.8, -0.995)):
        changes = EAGER | {"policy.secrecy": secrecy}
        model = many_times(still_model_of, changes, (0.3, 0.9), (1.0, 1.0), (1.0, 1.5))
        model.step()
        assert_share(model.world.schools.asked.sum(), 1 / (1 + math.exp(-2 * utility)))
        assert model.world.schools.asked[1::2].sum() == 0
        assert model.outcomes.loc[1, "asked"] == model.world.schools.asked.sum() / (2 * TIMES)


def smaller_help(still_model_of, level: int, givers_trust: float) -> tuple[AllianceModel, np.ndarray, int]:
    """Let an asker who trusts fully ask at a level; return the model, what each learned of a gap of 1, and requests."""
    changes = EAGER | {"practice.jpd": False, "level.refusal_demotion": 0.0, "practice.ceiling": 9.0}
    model = many_times(still_model_of, changes, (1.0, givers_trust), (1.0, 1.0), (1.0, 2.0), level=level)
    model.step()
    return model, model.world.teachers.practice[::2, 1] - 1.0, int(model.world.schools.asked.sum())


def test_one_random_number_decides_how_much_help_is_granted(still_model_of):
    """A giver with trust .6 asked at level 4 (Φ 1): U_a = 1.2 − .4 · 1.5 · (.5 + v_a) − .12 · cost_a.

    At stakes .2, .4, .7, 1 and costs .5, 1, 1.5, 2: .72, .54, .30, .06, so P .808, .747, .646, .530. Help is of level 4
    in .530 of cases, of level 3 in .646 − .530, of level 2 in .747 − .646, of level 1 in .808 − .747, else refused.
    """
    model, learned, asked = smaller_help(still_model_of, 4, 0.6)
    chances = [1 / (1 + math.exp(-2 * utility)) for utility in (0.72, 0.54, 0.30, 0.06)]
    for transfer, at_least, more in zip((0.08, 0.16, 0.30, 0.40), chances, (*chances[1:], 0.0), strict=True):
        found = np.isclose(learned, transfer, atol=1e-6).sum()
        assert_share(int(found * TIMES / asked), at_least - more)
    assert model.world.schools.given.sum() + model.world.schools.refused.sum() == asked
    assert_share(int(model.world.schools.refused.sum() * TIMES / asked), 1 - chances[0])


def test_effort_and_stake_are_those_of_the_help_that_is_given(still_model_of):
    """At level 2, smaller help costs .5 (fatigue .3 · .5/2) at stake .2, full help 1 (.3 · 1/2) at stake .4.

    The giver's .6 gains λv of what is missing: .12 · .2 · .4 or .12 · .4 · .4.
    """
    model, learned, _ = smaller_help(still_model_of, 2, 0.6)
    for transfer, fatigue, stake in ((0.08, 0.075, 0.2), (0.16, 0.15, 0.4)):
        these = np.flatnonzero(np.isclose(learned, transfer, atol=1e-6))
        assert len(these) > 100
        np.testing.assert_allclose(model.world.teachers.fatigue[2 * these + 1], fatigue, rtol=1e-6)
        np.testing.assert_allclose(model.world.ties.trust[2 * these + 1], 0.6 + 0.12 * stake * 0.4, rtol=1e-6)


def test_only_full_help_raises_the_level(still_model_of):
    """Both trusts exceed the gate of level 3, .55; help at level 1 leaves the pair at level 2."""
    model, learned, _ = smaller_help(still_model_of, 2, 0.6)
    level = model.world.ties.level[::2]
    assert (level[np.isclose(learned, 0.16, atol=1e-6)] == 3).all()
    assert (level[np.isclose(learned, 0.08, atol=1e-6)] == 2).all()
    assert (level[learned == 0.0] == 2).all()


def test_the_helper_gains_in_the_area_where_the_asker_is_strongest(still_model_of):
    """γ .08 of a gap of .5 for the asker; for the helper ζ = .5 of this share of the asker's lead of .4, .016."""

    def make(seed: int) -> AllianceModel:
        changes = ONE_ASKS | {"practice.helper_gain": 0.5}
        model = two_teachers(still_model_of((1, 1), changes, seed=seed), (0.9, 0.9), (1.4, 1.0), (1.0, 1.5))
        model.world.schools.rank[:] = (1.0, 0.0)
        return model

    practice = first_where(make, granted).world.teachers.practice
    assert practice[0].tolist() == pytest.approx([1.4, 1.0 + 0.08 * 0.5])
    assert practice[1].tolist() == pytest.approx([1.0 + 0.5 * 0.08 * 0.4, 1.5])


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
