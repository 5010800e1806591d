"""A session without a browser: two runs in step, earlier half-terms and interventions."""

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


def test_both_runs_start_in_the_same_state(session):
    assert session.at == session.simulated == 0
    first, second = (run.model.outcomes.iloc[0] for run in session.runs)
    assert first["trust"] == second["trust"]
    assert first["practice"] == second["practice"]


@pytest.mark.parametrize("preset", PRESETS)
def test_the_runs_of_every_preset_start_equal_and_diverge(preset):
    session = Session(of_preset(PRESETS[preset]))
    assert session.runs[0].curve("trust")[0] == session.runs[1].curve("trust")[0]
    for _ in range(20):  # governance and turnover act when a year is over
        session.step()
    assert session.runs[0].curve("trust")[20] != session.runs[1].curve("trust")[20]


def test_the_runs_equal_those_of_the_library(session):
    for _ in range(8):
        session.step()
    for run in session.runs:
        model = AllianceModel(run.scenario, rng=1)
        model.run_for(8)
        assert run.curve("trust") == model.outcomes["trust"].tolist()


def test_stepping_ends_after_ten_years(session):
    session.play()
    while session.step():
        pass
    assert session.at == session.simulated == HORIZON
    assert not session.playing
    session.play()
    assert session.at == 0
    assert session.simulated == HORIZON  # recorded half-terms are shown, not simulated again


def test_an_earlier_half_term_is_shown_as_it_was(played):
    then = played.runs[0].frames[5]
    played.look_at(5)
    assert played.at == 5
    assert same(played.runs[0].network.frame(played.model_at(0)), then)
    played.step()
    assert (played.at, played.simulated) == (6, 12)
    played.look_at(50)  # not simulated yet: the latest one is shown
    assert played.at == 12


@pytest.mark.parametrize("nowhere", [-1, 61, 2.5, math.nan, math.inf, "soon", None, True, [], 10**30, "9" * 50])
def test_an_invalid_half_term_is_refused(played, nowhere):
    with pytest.raises(RefusedError, match="whole number from 0 to 60"):
        played.look_at(nowhere)
    assert played.at == 12


@pytest.mark.parametrize("speed", [0, -1, 1e9, math.nan, "fast", None])
def test_an_invalid_speed_is_refused(session, speed):
    with pytest.raises(RefusedError, match="half-terms per second"):
        session.set_speed(speed)
    session.set_speed(SPEEDS[0])
    assert session.speed == SPEEDS[0]


def test_reset_gives_the_same_runs_again(played):
    before = [run.curve("sharing") for run in played.runs]
    played.intervene("funding_ends")
    played.reset()
    assert (played.at, played.simulated, played.playing) == (0, 0, False)
    assert not played.runs[0].interventions
    for _ in range(12):
        played.step()
    assert str([run.curve("sharing") for run in played.runs]) == str(before)


def test_another_seed_gives_other_runs(played):
    before = played.runs[0].curve("trust")[0]
    played.set_seed("7")
    assert played.runs[0].curve("trust")[0] != before
    with pytest.raises(RefusedError, match="seed"):
        played.set_seed(-3)
    assert played.setup.seed == 7


def test_funding_ends_in_one_system_only(played):
    text = played.intervene("funding_ends", "b")
    assert text == ["Route 128: funding ended: no more protected time for working together"]
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
    session = small_session("coordinator")  # system B has no mediator
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
    text = session.intervene("betrayal", "both", 0)
    trust = [session.runs[side].model.newest("trust")[0] for side in (0, 1)]
    assert trust[0] == trust[1]  # measured in the initial state, before the betrayal
    with_one, without = (np.mean(session.runs[side].model.world.ties.trust) for side in (0, 1))
    assert with_one > without
    assert len(text) == 1


def test_an_intervention_in_the_past_discards_later_half_terms(played):
    before = played.runs[1].curve("sharing")
    played.look_at(6)
    played.intervene("funding_ends", "a")
    assert played.simulated == 6
    for _ in range(6):
        played.step()
    assert str(played.runs[1].curve("sharing")) == str(before)  # without an intervention, the run is the same
    assert played.runs[0].curve("sharing")[1:7] == pytest.approx(before and played.runs[0].curve("sharing")[1:7])
    assert played.runs[0].interventions[0].half_term == 6


def test_a_run_with_interventions_is_reproduced_exactly(played):
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


def test_policy_can_be_changed_during_a_run(played):
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
def test_an_impossible_intervention_is_refused(played, key, side, school):
    with pytest.raises(RefusedError):
        played.intervene(key, side, school)
    assert not played.runs[0].interventions
    assert played.simulated == 12


def test_half_terms_before_a_merger_can_still_be_shown(played):
    before = played.runs[0].frames[12]
    [effect] = played.intervene("merger", "a", 0)
    assert "Alliance 1 became part of Alliance 2" in effect
    played.step()
    merged = played.runs[0].frames[13]
    assert merged.alliance.tolist() == [1] * 6
    assert merged.alive.tolist() == [False, True]
    assert len(merged.links) > len(before.links)
    assert played.runs[1].frames[13].alliance.tolist() == [0, 0, 0, 1, 1, 1]
    played.look_at(5)
    assert len(played.runs[0].frames[5].links) == len(before.links)
    assert same(played.runs[0].network.updated(played.model_at(0)).frame(played.model_at(0)), played.runs[0].frames[5])
    played.intervene("redraw", "b", 0)  # discards the later half-terms, the merger among them
    played.step()
    assert played.runs[0].frames[6].alliance.tolist() == [0, 0, 0, 1, 1, 1]
    assert played.runs[1].frames[6].alliance.tolist() == [0, 0, 1, 1, 1, 1]


def test_a_boundary_that_cannot_move_is_reported(played):
    played.intervene("merger", "a", 0)
    assert "nothing changed" in played.intervene("merger", "a", 0)[0]
    assert "nothing changed" in played.intervene("redraw", "a", 0)[0]


def test_two_sessions_are_independent(small_session):
    mine, yours = small_session(), small_session()
    mine.step()
    mine.intervene("funding_ends")
    assert yours.simulated == 0
    assert yours.policy(0)["policy.funding"] == 0.5


def test_the_time_is_given_in_school_years(session):
    assert session.when == "The start"
    for _ in range(7):
        session.step()
    assert session.when == "Year 2, half-term 1"
