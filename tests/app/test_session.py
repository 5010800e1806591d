"""A session without a browser: two worlds in step, looking back, making things happen."""

import math

import numpy as np
import pytest

from alliance_sim import AllianceModel
from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import HORIZON, SPEEDS, Session
from alliance_sim.app.session.session_config import RefusedError, of_preset
from alliance_sim.config import ConfigError


def same(one, other):
    return all(np.array_equal(mine, yours) for mine, yours in zip(one, other, strict=True))


def test_it_opens_at_the_opening_with_worlds_that_open_alike(session):
    assert session.at == session.simulated == 0
    first, second = (world.model.outcomes.iloc[0] for world in session.runs)
    assert first["trust"] == second["trust"]
    assert first["practice"] == second["practice"]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_opens_alike_and_grows_apart(preset):
    session = Session(of_preset(PRESETS[preset]))
    assert session.runs[0].curve("trust")[0] == session.runs[1].curve("trust")[0]
    for _ in range(20):  # governance and turnover act when a year is over
        session.step()
    assert session.runs[0].curve("trust")[20] != session.runs[1].curve("trust")[20]


def test_the_worlds_are_those_of_the_library(session):
    for _ in range(8):
        session.step()
    for world in session.runs:
        model = AllianceModel(world.scenario, rng=1)
        model.run_for(8)
        assert world.curve("trust") == model.outcomes["trust"].tolist()


def test_stepping_ends_after_ten_years(session):
    session.play()
    while session.step():
        pass
    assert session.at == session.simulated == HORIZON
    assert not session.playing
    session.play()
    assert session.at == 0
    assert session.simulated == HORIZON  # what was lived is shown again, not lived again


def test_looking_back_shows_what_was(played):
    then = played.runs[0].frames[5]
    played.look_at(5)
    assert played.at == 5
    assert same(played.runs[0].network.frame(played.model_at(0)), then)
    played.step()
    assert (played.at, played.simulated) == (6, 12)
    played.look_at(50)  # not lived yet: as far as there is
    assert played.at == 12


@pytest.mark.parametrize("nowhere", [-1, 61, 2.5, math.nan, math.inf, "soon", None, True, [], 10**30, "9" * 50])
def test_a_half_term_that_is_none_is_refused(played, nowhere):
    with pytest.raises(RefusedError, match="whole number from 0 to 60"):
        played.look_at(nowhere)
    assert played.at == 12


@pytest.mark.parametrize("speed", [0, -1, 1e9, math.nan, "fast", None])
def test_a_speed_that_is_none_is_refused(session, speed):
    with pytest.raises(RefusedError, match="half-terms per second"):
        session.set_speed(speed)
    session.set_speed(SPEEDS[0])
    assert session.speed == SPEEDS[0]


def test_reset_gives_the_same_worlds_again(played):
    before = [world.curve("sharing") for world in played.runs]
    played.intervene("funding_ends")
    played.reset()
    assert (played.at, played.simulated, played.playing) == (0, 0, False)
    assert not played.runs[0].interventions
    for _ in range(12):
        played.step()
    assert str([world.curve("sharing") for world in played.runs]) == str(before)


def test_other_luck_gives_other_worlds(played):
    before = played.runs[0].curve("trust")[0]
    played.set_seed("7")
    assert played.runs[0].curve("trust")[0] != before
    with pytest.raises(RefusedError, match="seed"):
        played.set_seed(-3)
    assert played.setup.seed == 7


def test_funding_ends_in_one_world_only(played):
    told = played.intervene("funding_ends", "b")
    assert told == ["Route 128: funding ended: no more protected time for working together"]
    assert played.policy(0)["policy.funding"] == 0.5
    assert played.policy(1)["policy.funding"] == 0.0


def test_the_coordinators_leave(played):
    assert played.runs[0].frames[-1].coordinators.all()
    played.intervene("coordinators_leave", "a")
    assert not played.runs[0].frames[-1].coordinators.any()
    played.step()
    assert not any(one.present for one in played.runs[0].model.coordinators)


def test_competition_rises_by_a_step_up_to_the_most(played):
    assert played.intervene("competition_rises")[0] == "In both systems competition rose from 0.8 to 1"
    assert played.policy(0)["policy.competition"] == 1.0


def test_a_betrayal_costs_the_traitor_trust_as_a_broken_promise_does(small_session):
    session = small_session("coordinator")  # world B has nobody to mediate
    model = session.runs[1].model
    traitor = model.schools[0]
    ties = [tie for one in traitor.teachers for tie in one.ties if tie.partner.school.alliance == traitor.alliance]
    before = [tie.back.trust for tie in ties]
    own = [tie.trust for tie in ties]
    heads = [other.trust_in(traitor) for other in traitor.partners]
    session.intervene("betrayal", "b", 0)
    # level 1 has stake .2: T · (1 − 4 × .12 × .2) = .904 T; heads take the highest stake, 1: .52 H
    assert [tie.back.trust for tie in ties] == pytest.approx([0.904 * trust for trust in before], rel=1e-6)
    assert [tie.trust for tie in ties] == own
    assert [other.trust_in(traitor) for other in traitor.partners] == pytest.approx([0.52 * one for one in heads])


def test_a_mediated_betrayal_hurts_less(small_session):
    session = small_session("coordinator")
    told = session.intervene("betrayal", "both", 0)
    trust = [session.runs[side].model.newest("trust")[0] for side in (0, 1)]
    assert trust[0] == trust[1]  # measured at the opening, before the betrayal
    with_one, without = (np.mean(session.runs[side].model.world.ties.trust) for side in (0, 1))
    assert with_one > without
    assert len(told) == 1


def test_what_happened_while_looking_back_is_lived_otherwise_from_there(played):
    before = played.runs[1].curve("sharing")
    played.look_at(6)
    played.intervene("funding_ends", "a")
    assert played.simulated == 6
    for _ in range(6):
        played.step()
    assert str(played.runs[1].curve("sharing")) == str(before)  # untouched, it lives as it lived
    assert played.runs[0].curve("sharing")[1:7] == pytest.approx(before and played.runs[0].curve("sharing")[1:7])
    assert played.runs[0].interventions[0].half_term == 6


def test_a_world_that_was_made_to_differ_is_lived_again_exactly(played):
    played.intervene("betrayal", "both", 2)
    played.set_policy({"policy.porosity": 0.9}, "a")
    for _ in range(5):
        played.step()
    then = played.runs[0].frames[14]
    played.look_at(14)
    assert same(played.runs[0].network.frame(played.model_at(0)), then)
    played.intervene("competition_rises")
    for _ in range(3):
        played.step()
    assert [one.half_term for one in played.runs[0].interventions] == [12, 12, 14]


def test_policy_can_be_set_while_the_worlds_run(played):
    played.set_policy({"policy.secrecy": 0.0, "coordinator.present": True}, "b")
    assert played.policy(1)["policy.secrecy"] == 0.0
    assert played.policy(1)["coordinator.present"] is True
    with pytest.raises(RefusedError, match="cannot change during a run"):
        played.set_policy({"trust.gain": 0.1})
    with pytest.raises(ConfigError, match=r"policy\.secrecy"):
        played.set_policy({"policy.secrecy": 45})
    assert played.policy(0)["policy.secrecy"] == 0.0


@pytest.mark.parametrize(
    ("key", "side", "school"),
    [("war", "both", 0), (None, "both", 0), ({}, "a", 0), ("betrayal", "c", 0), ("betrayal", None, 0),
     ("betrayal", "a", 6), ("betrayal", "a", "x"), ("betrayal", "a", -1)],
)  # fmt: skip
def test_what_cannot_happen_is_refused(played, key, side, school):
    with pytest.raises(RefusedError):
        played.intervene(key, side, school)
    assert not played.runs[0].interventions
    assert played.simulated == 12


def test_two_alliances_merge_and_what_was_before_can_still_be_looked_at(played):
    before = played.runs[0].frames[12]
    [said] = played.intervene("merger", "a", 0)
    assert "Alliance 1 became part of Alliance 2" in said
    played.step()
    merged = played.runs[0].frames[13]
    assert merged.alliance.tolist() == [1] * 6
    assert merged.alive.tolist() == [False, True]
    assert len(merged.links) > len(before.links)
    assert played.runs[1].frames[13].alliance.tolist() == [0, 0, 0, 1, 1, 1]
    played.look_at(5)
    assert len(played.runs[0].frames[5].links) == len(before.links)
    assert same(played.runs[0].network.updated(played.model_at(0)).frame(played.model_at(0)), played.runs[0].frames[5])
    played.intervene("redraw", "b", 0)  # from here all is lived otherwise, and the merger never was
    played.step()
    assert played.runs[0].frames[6].alliance.tolist() == [0, 0, 0, 1, 1, 1]
    assert played.runs[1].frames[6].alliance.tolist() == [0, 0, 1, 1, 1, 1]


def test_where_no_boundary_can_move_it_is_said(played):
    played.intervene("merger", "a", 0)
    assert "nothing changed" in played.intervene("merger", "a", 0)[0]
    assert "nothing changed" in played.intervene("redraw", "a", 0)[0]


def test_two_sessions_know_nothing_of_each_other(small_session):
    mine, yours = small_session(), small_session()
    mine.step()
    mine.intervene("funding_ends")
    assert yours.simulated == 0
    assert yours.policy(0)["policy.funding"] == 0.5


def test_the_time_is_told_in_school_years(session):
    assert session.when == "The start"
    for _ in range(7):
        session.step()
    assert session.when == "Year 2, half-term 1"
