"""Changes of boundaries during a run: two alliances merge, or a school moves to the neighbouring alliance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.modules.registry import MODULES
from alliance_sim.engine.simulation.simulate import simulate

SMALL = {"population.schools": 9, "population.alliance_size": 3, "population.teachers_median": 8}
EVERYTHING = {
    module.switches[0]: True if PARAMETERS[module.switches[0]].kind == "switch" else 0.4
    for module in MODULES
    if PARAMETERS[module.switches[0]].kind in {"switch", "share"}
}


@pytest.fixture
def model():
    """Return three alliances of three schools, one year after the initial state."""
    made = AllianceModel(rng=3, incidents=True, **SMALL)
    made.run_for(6)
    return made


def acquaintances(model, school):
    """Return the ties of a school's teachers: trust by the two ids."""
    return {
        (teacher.row, tie.partner_row): (tie.trust, tie.owed, tie.given, tie.level)
        for teacher in model.schools[school].teachers
        for tie in teacher.ties
    }


def assert_consistent(world):
    ties, teachers = world.ties, world.teachers
    rows = np.arange(ties.twin.size)
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
    assert np.array_equal(ties.twin[ties.twin], rows)
    assert np.array_equal(ties.partner[ties.twin], holder)
    assert np.array_equal(ties.owed, -ties.owed[ties.twin])
    assert np.array_equal(ties.level, ties.level[ties.twin])
    assert np.all((ties.trust >= 0) & (ties.trust <= 1))
    assert len(set(zip(holder.tolist(), ties.partner.tolist(), strict=True))) == rows.size  # no tie occurs twice
    alliance = world.schools.alliance[teachers.school]
    inside = rows < teachers.external_tie_start[holder]
    assert np.array_equal(inside, alliance[holder] == alliance[ties.partner])
    assert np.array_equal(np.repeat(np.arange(3), np.diff(world.alliances.school_offsets)), world.schools.alliance)
    assert world.head_ties.trust.size == (np.diff(world.alliances.school_offsets) ** 2).sum()


def test_a_merger_keeps_all_existing_ties(model):
    before = [acquaintances(model, school) for school in range(9)]
    heads = {
        (one, other): model.schools[one].trust_in(other) for one in (0, 1, 2) for other in (0, 1, 2) if one != other
    }
    model.trigger("merger", row=0)
    assert model.world.schools.alliance.tolist() == [1] * 6 + [2] * 3
    assert model.world.alliances.alive.tolist() == [False, True, True]
    assert model.world.coordinators.present.tolist() == [False, True, True]
    assert len(model.coordinators[1].schools) == 6
    after = [acquaintances(model, school) for school in range(9)]
    for was, now in zip(before, after, strict=True):
        assert was.items() <= now.items()
    assert after[6:] == before[6:]  # the third alliance does not notice
    assert {pair: model.schools[pair[0]].trust_in(pair[1]) for pair in heads} == heads
    met = {pair: tie for school in range(3) for pair, tie in after[school].items() if pair not in before[school]}
    assert met
    assert all((owed, given, level) == (0.0, 0.0, 1) for _, owed, given, level in met.values())
    # strangers trust as people do at first: around .5, with its spread of .1
    assert np.mean([trust for trust, *_ in met.values()]) == pytest.approx(0.5, abs=0.1)
    assert 0.3 < model.schools[0].trust_in(4) < 0.8  # heads of the two have met now
    assert_consistent(model.world)


def test_a_merger_adds_ties_to_all_counterparts(model):
    """Each teacher has a tie to a teacher of the same subject in every other school of the merged alliance."""
    model.trigger("merger", row=0)
    for teacher in model.schools[0].teachers:
        there = {tie.partner.school.row for tie in teacher.ties if tie.partner.subject == teacher.subject}
        has = {s.row for s in model.schools[1:6] if any(one.subject == teacher.subject for one in s.teachers)}
        assert has <= there


def test_the_more_credible_coordinator_stays(model):
    model.coordinators[0].credibility, model.coordinators[1].credibility = 0.9, 0.2
    model.trigger("merger", row=1)
    assert model.coordinators[1].credibility == pytest.approx(0.9)
    gone = AllianceModel(rng=3, **SMALL)
    gone.coordinators[1].present = False
    gone.trigger("merger", row=0)
    assert gone.coordinators[1].present  # the one that there is


def test_the_last_alliance_merges_with_the_previous_one_and_a_single_one_does_not_change(model):
    model.trigger("merger", row=8)
    assert model.world.schools.alliance.tolist() == [0] * 3 + [2] * 6
    model.trigger("merger", row=0)
    assert model.world.schools.alliance.tolist() == [2] * 9
    world = model.world
    model.trigger("merger", row=0)
    assert model.world is world
    model.run_for(3)
    assert_consistent(model.world)


def test_a_school_that_moves_keeps_its_ties_across_the_new_boundary(model):
    before = acquaintances(model, 2)
    model.trigger("redraw", row=0)
    assert model.world.schools.alliance.tolist() == [0, 0, 1, 1, 1, 1, 2, 2, 2]
    after = acquaintances(model, 2)
    assert before.items() <= after.items()
    teacher = model.schools[2].teachers[0]
    friends = [tie.partner.school.row for tie in teacher.ties if tie.partner.school.alliance == 0]
    assert set(friends) == {0, 1}
    world = model.world
    model.trigger("redraw", row=0)  # two schools are the fewest that an alliance keeps
    assert model.world is world
    model.trigger("redraw", row=8)  # the last alliance gives its first school to the one before
    assert model.world.schools.alliance.tolist() == [0, 0, 1, 1, 1, 1, 1, 2, 2]
    assert_consistent(model.world)


def test_recorded_outcomes_stay_and_recording_continues(model):
    model.trigger("merger", row=0)
    model.run_for(2)
    schools, alliances = model.outcomes_by_school, model.outcomes_by_alliance
    assert schools.query("half_term == 6")["alliance"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert schools.query("half_term == 7")["alliance"].tolist() == [1] * 6 + [2] * 3
    assert alliances.query("half_term == 7 and alliance == 0")["trust"].isna().all()
    assert alliances.query("half_term == 7 and alliance == 1")["trust"].notna().all()
    assert model.outcomes["alliances"].iloc[[6, 7]].tolist() == [3, 2]
    assert any("became one" in sentence for sentence in model.incidents["sentence"])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["merger", "redraw"]), st.integers(0, 8)), min_size=1, max_size=4))
def test_any_restructuring_leaves_consistent_columns(done):
    model = AllianceModel(rng=1, **SMALL)
    for what, school in done:
        knew = len(model.world.ties.trust)
        model.trigger(what, row=school)
        assert len(model.world.ties.trust) >= knew
        assert_consistent(model.world)
        model.run_for(2)
    assert_consistent(model.world)


def test_restructuring_works_with_all_modules(tmp_path):
    models = [AllianceModel(rng=2, **SMALL | EVERYTHING) for _ in range(2)]
    assert len(models[0].modules) > 12
    models[1].threads = 2
    for model in models:
        model.run_for(7)
        for what, school in (("redraw", 0), ("merger", 4), ("merger", 0)):
            model.trigger(what, row=school)
            model.run_for(7)
        assert_consistent(model.world)
        assert model.outcomes["trust"].between(0, 1).all()
    assert models[0].outcomes.equals(models[1].outcomes)


def test_a_dated_merger_is_the_same_in_a_sweep_as_in_a_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(
        'question = "What does a merger cost?"\n'
        '[[events]]\nyear = 1\nevent = "merger"\n[[events]]\nyear = 2\nevent = "redraw"\nschool = "School 9"\n'
    )
    scenario = Scenario.load("mine.toml", SMALL)
    model = AllianceModel(scenario, rng=5)
    model.run_for(18)
    assert np.array_equal(
        model.outcomes[list(NAMES)].to_numpy(), simulate(scenario.configuration, 5, 18), equal_nan=True
    )
    assert (np.diff(model.world.alliances.school_offsets) == 0).sum() == 1
    logged = AllianceModel(scenario, rng=5, incidents=True)  # the incident log compares ties before and after
    logged.run_for(18)
    assert logged.outcomes.equals(model.outcomes)
    assert any("became one" in sentence for sentence in logged.incidents["sentence"])


def test_an_event_without_effect_is_not_reported(model):
    model.trigger("redraw", row=0)
    reported = len(model.incidents)
    model.trigger("redraw", row=0)  # two schools are left
    assert len(model.incidents) == reported


class Own(NamedTuple):
    """State of a mechanism in a user's file."""

    met: Annotated[Any, Column("int64", "number", "of the tie when this was written", of="ties")]
    heads: Annotated[Any, Column("int64", "number", "of the head tie then", of="head_ties")]
    schools: Annotated[Any, Column("int64", "number", "of the school", of="schools")]


def test_tie_columns_of_user_mechanisms_follow_the_ties(model):
    world = model.world
    holder = np.repeat(np.arange(len(world.teachers.id)), np.diff(world.teachers.tie_offsets))
    pairs = list(zip(holder.tolist(), world.ties.partner.tolist(), strict=True))
    own = Own(1 + np.arange(len(pairs)), 1 + np.arange(world.head_ties.trust.size), np.arange(9))
    model.simulation.modules.states["own"] = own
    model.trigger("merger", row=0)
    now, world = model.simulation.modules.states["own"], model.world
    holder = np.repeat(np.arange(len(world.teachers.id)), np.diff(world.teachers.tie_offsets))
    then = {pair: 1 + place for place, pair in enumerate(pairs)}
    after = zip(holder.tolist(), world.ties.partner.tolist(), strict=True)
    assert now.met.tolist() == [then.get(pair, 0) for pair in after]
    assert len(now.heads) == world.head_ties.trust.size
    assert sorted(set(now.heads.tolist())) == list(range(28))  # 27 that there were, and 0 for those who met now
    assert now.schools.tolist() == list(range(9))


def test_maturity_and_capital_count_existing_alliances_only(model):
    model.trigger("merger", row=0)
    model.run_for(1)
    strands = model.maturity.query("half_term == 7")
    assert strands.query("alliance == 0")["index"].isna().all()
    assert (strands.query("alliance == 0")["stage"] == "").all()
    assert strands.query("alliance == 1")["index"].notna().all()
    mean = strands[strands["stage"] != ""].groupby("alliance")["index"].mean()
    mature = float((mean >= 0.5).mean())  # of the two that there are
    assert model.collaborative_capital[7] == pytest.approx(mature * model.outcomes["jpd"][7])


def test_schools_that_move_to_an_existing_alliance_are_members():
    model = AllianceModel(rng=3, **SMALL | {"governance.enabled": True})
    own = model.simulation.modules.states["governance"]
    own.member[0:3] = False  # they had left theirs
    model.trigger("merger", row=0)
    assert own.member.all()
    own.member[8] = False  # one left by itself
    own.member[3:6] = False
    model.world.alliances.alive[1] = True
    model.trigger("redraw", row=0)
    assert own.member.tolist() == [True] * 3 + [False] * 2 + [True] * 3 + [False]
