"""The compiled model and the plain Mesa peer, written independently, give the same simulations.

Observed when written: no outcome differs by more than 3e-7 in any of these runs, which is float32's rounding (the peer
keeps Python's floats). A rule that differed would show within a few half-terms, for all random numbers are shared. In
about one run in a thousand the rounding itself flips a decision; should that happen to one of these after a change
of the initial state, both agree again as soon as the peer starts the half-term in question from the project's columns.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import replace

import mesa
import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.roster import Roster
from benchmarks.plain_mesa import OUTCOMES, PlainAllianceModel

CLOSE = 1e-5
SMALL = {"population.schools": 9, "population.alliance_size": 3, "population.teachers_median": 8}
TRUSTING = {"trust.initial": 0.7, "policy.competition": 0.1, "policy.funding": 1.0}
ROUGH = {"policy.competition": 1.0, "outcome.betrayal": 0.2, "outcome.betrayal_rivalry": 4.0, "outcome.misfortune": 0.2}
CASES = {
    "baseline": ("baseline", {}),
    "silicon_valley": ("silicon_valley", {}),
    "route128": ("route128", {}),
    "competitive": ("competitive", {}),
    "additive": ("baseline", {"trust.competition_enters": "additive", "policy.competition": 0.3}),
    "no reciprocity": ("baseline", TRUSTING | {"reciprocity.enabled": False}),
    "no joint practice": ("baseline", TRUSTING | {"practice.jpd": False}),
    "no coordinator": ("baseline", TRUSTING | {"coordinator.present": False}),
    "idle coordinator": ("baseline", {"coordinator.capacity": 0}),
    "trusting": ("baseline", TRUSTING),
    "rough": ("baseline", TRUSTING | ROUGH),
    "tired": ("baseline", TRUSTING | {"level.capacity": 0.5}),
    "closed": ("baseline", {"policy.porosity": 0.0}),
    "no external ties": ("baseline", {"population.boundary_ties": 0}),
    "many contacts": ("silicon_valley", {"help.contacts": 10}),
    "one subject": ("baseline", {"population.subjects": 1, "population.practice_areas": 1}),
    "uneven alliances": ("silicon_valley", {"population.schools": 11, "population.alliance_size": 4}),
    "unforgiving": ("silicon_valley", {"reciprocity.one_way_tolerance": 0.0, "reciprocity.decay": 0.0}),
    "no slack": (
        "baseline",
        TRUSTING | {"level.hysteresis": 0.0, "reciprocity.one_way_loss": 0.4, "help.contacts": 10},
    ),
    "low ceiling": ("baseline", TRUSTING | {"practice.ceiling": 1.0}),
    "no help at home": ("baseline", TRUSTING | {"home.enabled": False}),
    "no colleagues": ("baseline", {"home.colleagues": 0}),
    "more colleagues than teachers": ("baseline", {"home.colleagues": 8, "population.teachers_median": 4}),
    "joint practice at home": ("baseline", {"home.jpd": 1.0, "home.trust": 0.9, "level.capacity": 0.5}),
    "no boundaries": ("silicon_valley", {"policy.porosity": 1.0}),
    "secretive": ("baseline", {"policy.secrecy": 0.8, "policy.porosity": 0.5}),
    "helpers gain": ("baseline", TRUSTING | {"practice.helper_gain": 0.5}),
    "local rivals": ("baseline", {"trust.rivalry_across": 0.0, "policy.competition": 1.0, "policy.porosity": 0.6}),
    "drifting intakes": ("baseline", {"competition.intake_drift": 0.1, "policy.competition": 1.0}),
    "frozen trust": ("baseline", TRUSTING | {"trust.frozen": True}),
    "innovation as given": ("baseline", {"practice.stationary": False, "practice.solo_rate": 0.5}),
    "certain innovation": ("baseline", {"population.practice_sd": 0.05}),
    "hub ahead": ("baseline", {"population.hub_lead": 0.5, "reciprocity.one_way_constant": 1.0}),
    "nothing in common": ("baseline", {"population.practice_alliance": 0.0, "population.practice_school": 0.0}),
    "much in common": ("baseline", {"population.practice_alliance": 0.3, "population.practice_school": 0.3}),
    "debtors offer": ("baseline", TRUSTING | {"reciprocity.return_rate": 0.75, "reciprocity.half_saturation": 0.1}),
}
HALF_TERMS = 26
EVENTS = """
question = "What do policies that change midway do?"
extends = "silicon_valley"

[population]
schools = 9
alliance_size = 3
teachers_median = 8

[[events]]
year = 0
set = { "policy.funding" = 0.9 }

[[events]]
year = 1
set = { "policy.competition" = 0.2, "policy.porosity" = 0.6 }

[[events]]
year = 2
set = { "coordinator.present" = false, "policy.secrecy" = 0.3 }

[[events]]
year = 3
set = { "coordinator.present" = true, "policy.secrecy" = 0.0, "policy.funding" = 0.1 }
"""


def both(scenario: Scenario, seed: int, half_terms: int) -> tuple[AllianceModel, PlainAllianceModel]:
    """The compiled model and the peer after so many half-terms."""
    project, peer = AllianceModel(scenario, rng=seed), PlainAllianceModel(scenario, rng=seed)
    for _ in range(half_terms):
        project.step()
        peer.step()
    return project, peer


def assert_same_outcomes(project: AllianceModel, peer: PlainAllianceModel) -> None:
    """Assert that every outcome of every half-term is equal."""
    expected = peer.datacollector.get_model_vars_dataframe()
    found = project.outcomes
    assert list(found.columns) == list(expected.columns) == list(OUTCOMES)
    for name in OUTCOMES:
        np.testing.assert_allclose(found[name], expected[name], rtol=0.0, atol=CLOSE, equal_nan=True, err_msg=name)


def assert_same_columns(project: AllianceModel, peer: PlainAllianceModel) -> None:
    """Assert that schools, coordinators, teachers and ties have equal final columns."""
    world = project.world
    ties = [tie for teacher in peer.teachers for tie in teacher.ties]
    close = {"rtol": 0.0, "atol": CLOSE}
    np.testing.assert_array_equal(world.teachers.id[world.ties.partner], [tie.partner.number for tie in ties])
    np.testing.assert_array_equal(world.ties.level, [tie.level for tie in ties])
    np.testing.assert_allclose(world.ties.trust, [tie.trust for tie in ties], **close)
    np.testing.assert_allclose(world.ties.owed, [tie.owed for tie in ties], **close)
    np.testing.assert_allclose(world.ties.given, [tie.given for tie in ties], **close)
    np.testing.assert_allclose(world.teachers.practice, [teacher.practice for teacher in peer.teachers], **close)
    np.testing.assert_allclose(world.teachers.fatigue, [teacher.fatigue for teacher in peer.teachers], **close)
    np.testing.assert_allclose(world.schools.intake, [school.intake for school in peer.schools], **close)
    np.testing.assert_allclose(world.schools.attainment, [school.attainment for school in peer.schools], **close)
    np.testing.assert_allclose(world.schools.rank, [school.rank for school in peer.schools], **close)
    for one, school in zip(project.schools, peer.schools, strict=True):
        for other, trust in school.trust_in.items():
            assert one.trust_in(peer.schools.index(other)) == pytest.approx(trust, abs=CLOSE)
    for coordinator, alliance in zip(project.coordinators, peer.alliances, strict=True):
        plain = alliance.coordinator
        assert coordinator.present == plain.present
        assert coordinator.brokered == plain.brokered
        assert coordinator.credibility == pytest.approx(plain.credibility, abs=CLOSE)
        assert coordinator.strain == pytest.approx(plain.strain, abs=CLOSE)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_small_systems_have_the_same_outcomes_and_columns(case: str, seed: int):
    config, changes = CASES[case]
    project, peer = both(Scenario.load(config, SMALL | changes), seed, HALF_TERMS)
    assert_same_outcomes(project, peer)
    assert_same_columns(project, peer)


def test_cases_reach_what_they_are_meant_to_test():
    """A comparison of runs without any activity would prove little."""
    _, trusting = both(Scenario.load("baseline", SMALL | TRUSTING), 1, HALF_TERMS)
    seen = trusting.datacollector.get_model_vars_dataframe()
    assert seen["jpd"].iloc[1:].sum() > 1.0
    assert seen["collaboration"].iloc[-1] > 0.1
    assert seen["refusals"].iloc[1:].between(0.05, 0.95).all()
    _, rough = both(Scenario.load("baseline", SMALL | TRUSTING | ROUGH), 1, HALF_TERMS)
    assert rough.datacollector.get_model_vars_dataframe()["betrayals"].iloc[1:].mean() > 0.1
    _, tired = both(Scenario.load("baseline", SMALL | TRUSTING | {"level.capacity": 0.5}), 1, HALF_TERMS)
    assert max(teacher.fatigue for teacher in tired.teachers) > 1.0


def test_dated_events_do_the_same(tmp_path):
    config = tmp_path / "midway.toml"
    config.write_text(EVENTS, encoding="utf-8")
    scenario = Scenario.load(config)
    project, peer = both(scenario, 3, 30)
    assert_same_outcomes(project, peer)
    assert_same_columns(project, peer)
    assert [len(scenario.events), peer.rules.policy.funding, project.policy["policy.funding"]] == [4, 0.1, 0.1]


def with_positions(sampled: Roster) -> Roster:
    """Return nine schools at positions of which two are unknown and one is far away."""
    east = np.array([0.0, 3.0, 8.0, 14.0, np.nan, 60.0, 2.0, 9.0, np.nan], np.float32)
    north = np.array([0.0, 4.0, 5.0, 2.0, np.nan, 60.0, 1.0, 0.0, np.nan], np.float32)
    return replace(sampled, east=east, north=north)


def test_schools_with_positions_are_compared_within_reach():
    scenario = Scenario.load("baseline", SMALL | {"policy.competition": 1.0, "competition.reach": 10.0})
    scenario = scenario.with_roster(with_positions(AllianceModel(scenario, rng=1).roster))
    project, peer = both(scenario, 1, HALF_TERMS)
    tables = [len(school.compared_with) for school in peer.schools]
    assert tables == [4, 4, 5, 2, 2, 2, 4, 5, 2]
    assert_same_outcomes(project, peer)
    assert_same_columns(project, peer)


def test_equal_results_place_the_first_school_higher():
    """Without intakes, effects and random variation all schools are equal."""
    level = {
        "attainment.effect": 0.0,
        "attainment.intake_sd": 0.0,
        "attainment.cohort_sd": 0.0,
        "attainment.pupil_sd": 0.0,
    }
    project, peer = both(Scenario.load("baseline", SMALL | level), 1, 8)
    assert [school.rank for school in peer.schools] == [0.0, 0.5, 1.0] * 3
    assert_same_columns(project, peer)


def test_a_system_of_default_size_has_the_same_ten_years():
    project, peer = both(Scenario.load("baseline"), 1, 60)
    assert_same_outcomes(project, peer)
    assert_same_columns(project, peer)


def test_another_seed_gives_other_outcomes():
    scenario = Scenario.load("baseline", SMALL)
    project, _ = both(scenario, 1, 6)
    _, peer = both(scenario, 2, 6)
    with pytest.raises(AssertionError):
        assert_same_outcomes(project, peer)


@pytest.fixture
def start_method():
    """Mesa's batch_run changes for good how processes start; put it back."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


@pytest.mark.usefixtures("start_method")
def test_the_peer_is_an_ordinary_mesa_model():
    rows = mesa.batch_run(
        PlainAllianceModel,
        parameters={"scenario": ["route128", "silicon_valley"], **SMALL},
        rng=[1, 2],
        max_steps=3,
        data_collection_period=1,
        display_progress=False,
    )
    assert len(rows) == 2 * 2 * 4
    assert set(OUTCOMES) <= set(rows[0])
    assert {row["scenario"] for row in rows} == {"route128", "silicon_valley"}
