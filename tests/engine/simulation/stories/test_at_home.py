"""Help between colleagues of one school."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import EAGER, TIMES, assert_share, first_where

AT_HOME = EAGER | {"home.enabled": True, "home.jpd": 0.0, "policy.porosity": 0.0}
"""With closed walls all choices stay in the school; Φ is 1."""
GRANTS = 1 / (1 + math.exp(-2 * 1.025))
"""T_h .7: U = 2 · .7 − .3 · 1.5 · (.5 + .2) − .3 · .5 · .4 = 1.025."""
JOINT = {"home.jpd": 1.0, "practice.ceiling": 2.5}


def helped_at_home(model: AllianceModel) -> bool:
    return model.world.schools.home_given.sum() == 1


def two_colleagues(still_model_of, changes: dict[str, object], seed: int = 1) -> AllianceModel:
    """Return a school of two colleagues, of whom the second is ahead in one area, and another of one teacher."""
    model = still_model_of((2, 1), AT_HOME | changes, seed=seed)
    model.world.teachers.practice[:] = ((1.0, 1.0), (1.0, 1.5), (1.0, 1.0))
    model.world.ties.trust[:] = 0.6
    return model


def many_schools(still_model_of, changes: dict[str, object], staff: int = 2) -> AllianceModel:
    """Return ``TIMES`` schools, each an alliance, where all practice is 1 but the second teacher's second area, 1.5."""
    model = still_model_of([staff] * TIMES, AT_HOME | changes, alliance=range(TIMES))
    model.world.teachers.practice[:] = 1.0
    model.world.teachers.practice[1::staff, 1] = 1.5
    return model


def test_a_colleague_helps_and_trust_and_levels_do_not_change(still_model_of):
    """At γ .08 the gap of .5 gives .04; cost .5 makes .3 · .5/2 of fatigue; it counts as help at home alone."""
    model = first_where(lambda seed: two_colleagues(still_model_of, {}, seed), helped_at_home)
    teachers, ties = model.world.teachers, model.world.ties
    assert teachers.practice.tolist() == [[1.0, pytest.approx(1.04)], [1.0, 1.5], [1.0, 1.0]]
    assert teachers.fatigue.tolist() == [0.0, pytest.approx(0.075), 0.0]
    assert ties.trust.tolist() == [pytest.approx(0.6)] * 4
    assert (ties.level.tolist(), ties.owed.tolist(), ties.given.tolist()) == ([1] * 4, [0.0] * 4, [0.0] * 4)
    assert model.world.schools.home_given.tolist() == [1, 0]
    assert model.world.schools.given.tolist() == model.world.schools.asked.tolist() == [0, 0]
    last = model.outcomes.iloc[-1]
    assert (last["home_sharing"], last["sharing"], last["asked"]) == (pytest.approx(1 / 3), 0.0, 0.0)
    assert np.isnan(last["refusals"])


def test_colleagues_ask_and_grant_with_the_same_chance(still_model_of):
    """The asker expects of a rested colleague what the colleague grants, .886, so .886² of the needs are met.

    Secrecy, rivalry and a debt on other ties do not matter.
    """
    for changes in ({}, {"policy.secrecy": 1.0, "policy.competition": 1.0}):
        model = many_schools(still_model_of, changes)
        model.step()
        asked = model.world.teachers.asks[::2, 0] == -2  # the first colleague
        assert_share(asked.sum(), GRANTS)
        assert_share(model.world.schools.home_given.sum(), GRANTS * GRANTS)


def test_a_tired_colleague_grants_less_but_is_asked_as_often(still_model_of):
    """Fatigue 1.5 costs 1.5 · .5 = .75 of the utility of 1.025; askers do not see it."""
    model = many_schools(still_model_of, {"fatigue.rate": 0.0})
    model.world.teachers.fatigue[1::2] = 1.5
    model.step()
    assert_share((model.world.teachers.asks[::2, 0] == -2).sum(), GRANTS)
    assert_share(model.world.schools.home_given.sum(), GRANTS / (1 + math.exp(-2 * 0.275)))


def test_joint_practice_at_home_follows_the_rule_of_level_four(still_model_of):
    """(1.0, 1.0) and (1.0, 1.5): strongest in area 1, mean difference .25 is diverse enough.

    Best 1.5 under a ceiling of 2.5; both move .4 of the way to 1.5 + ξ, then the second coaches the first there. Both
    have a load of 2: fatigue .3.
    """
    model = first_where(lambda seed: two_colleagues(still_model_of, JOINT, seed), helped_at_home)
    practice = model.world.teachers.practice.astype(float)
    made = (practice[1, 1] - 1.5) / 0.4
    assert made > 0
    first = 1.0 + 0.4 * (0.5 + made)
    assert practice[0, 1] == pytest.approx(first + 0.4 * (practice[1, 1] - first), abs=1e-6)
    assert model.world.teachers.fatigue.tolist() == pytest.approx([0.3, 0.3, 0.0])
    assert model.world.schools.home_developed.tolist() == [1, 0]
    assert model.outcomes["home_jpd"].iloc[-1] == pytest.approx(1 / 3)
    assert model.outcomes["jpd"].iloc[-1] == 0.0


def test_joint_practice_at_home_occurs_by_chance_and_not_without_jpd(still_model_of):
    """Where joint practice is possible, the second teacher asks the first too, and .25 of what is granted is joint."""
    model = many_schools(still_model_of, JOINT | {"home.jpd": 0.25})
    model.step()
    given, joint = model.world.schools.home_given.sum(), model.world.schools.home_developed.sum()
    assert given > TIMES
    assert joint / given == pytest.approx(0.25, abs=4 * math.sqrt(0.25 * 0.75 / given))
    model = many_schools(still_model_of, JOINT | {"practice.jpd": False})
    model.step()
    assert model.world.schools.home_developed.sum() == 0
    assert_share(model.world.schools.home_given.sum(), GRANTS * GRANTS)


def test_a_lone_teacher_and_a_school_without_help_at_home_do_not_ask(still_model_of):
    for staff, changes in ((1, {}), (2, {"home.enabled": False}), (2, {"home.colleagues": 0})):
        model = still_model_of((staff, staff), AT_HOME | changes)
        model.run_for(6)
        assert model.outcomes["home_sharing"].iloc[1:].eq(0).all()
        assert (model.world.teachers.asks == -1).all()


def test_only_so_many_colleagues_are_asked(still_model_of):
    """In a school of five, with two colleagues each, the second teacher is next to the first and to the third."""
    model = many_schools(still_model_of, {"home.colleagues": 2}, staff=5)
    model.step()
    asks = model.world.teachers.asks.reshape(TIMES, 5)
    assert set(np.unique(asks[:, 0])) == {-2, -1}  # the next in the list
    assert set(np.unique(asks[:, 2])) == {-3, -1}  # the previous one
    assert (asks[:, [1, 3, 4]] == -1).all()


def test_choices_are_shared_between_home_and_alliance(still_model_of):
    """ω .25: √ω .5, so s_home = .5 and s_alliance = .25; equally trusted partners with the same lead share .5 : .25.

    At T = T_h = .7 the expected answers are equal as well, .886.
    """
    changes = AT_HOME | {"policy.porosity": 0.25}
    model = still_model_of([2, 1] * TIMES, changes, alliance=np.repeat(np.arange(TIMES), 2).tolist())
    model.world.ties.trust[:] = 0.7
    model.world.schools.rank[:] = 0.5
    model.world.teachers.practice[:] = np.tile(((1.0, 1.0), (1.0, 1.5), (1.0, 1.5)), (TIMES, 1))
    model.step()
    asked = model.world.teachers.asks[::3, 0]
    assert_share((asked == -2).sum(), GRANTS * 2 / 3)
    assert_share((asked >= 0).sum(), GRANTS / 3)


def test_the_share_of_a_ring_is_divided_among_its_partners(still_model_of):
    """Of two partners in the alliance each has .125; one of them cannot help (gap 0) and has a sixth of the appeal.

    Home .5 · .6, alliance .125 · .6 and .125 · .1: the useful partner there is chosen with .075/.3875.
    """
    changes = AT_HOME | {"policy.porosity": 0.25}
    model = still_model_of([2, 1, 1] * TIMES, changes, alliance=np.repeat(np.arange(TIMES), 3).tolist())
    model.world.ties.trust[:] = 0.7
    model.world.schools.rank[:] = 0.5
    model.world.teachers.practice[:] = np.tile(((1.0, 1.0), (1.0, 1.5), (1.0, 1.5), (1.0, 1.0)), (TIMES, 1))
    model.step()
    asked = model.world.teachers.asks[::4, 0]
    assert_share((asked == -2).sum(), GRANTS * 0.3 / 0.3875)
    assert_share((asked >= 0).sum(), GRANTS * 0.075 / 0.3875)


def test_help_at_home_comes_first_in_a_half_term(still_model_of):
    """Teacher 0 learns .08 of a gap of 1 at home, and then teacher 2 learns .08 of the gap to 1.08."""
    changes = AT_HOME | {"policy.porosity": 0.25}
    model = still_model_of([2, 1] * TIMES, changes, alliance=np.repeat(np.arange(TIMES), 2).tolist())
    model.world.ties.trust[:] = 0.7
    model.world.schools.rank[:] = 0.5
    model.world.teachers.practice[:] = np.tile(((1.0, 1.0), (1.0, 2.0), (1.0, 0.5)), (TIMES, 1))
    model.step()
    teachers = model.world.teachers
    learned, asked = teachers.practice[2::3, 1], teachers.asks[2::3, 0]
    from_0 = (asked >= 0) & (model.world.ties.partner[asked] == np.arange(0, 3 * TIMES, 3)) & (learned > 0.5)
    both = from_0 & np.isclose(teachers.practice[::3, 1], 1.08, atol=1e-6)
    assert both.sum() > 100
    np.testing.assert_allclose(learned[both], 0.5 + 0.08 * 0.58, rtol=1e-6)
