"""Half-terms in one compiled call: the same bytes as one after another."""

from __future__ import annotations

import numpy as np
import pytest
import tomli_w

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.engine.settings import settings_record
from alliance_sim.engine.simulation import batch
from alliance_sim.engine.simulation.initialization import sample_roster
from alliance_sim.engine.simulation.simulate import replicates_per_call, simulate, simulate_batch

SMALL = {"population.schools": 9, "population.teachers_median": 8}


def started(name: str) -> AllianceModel:
    return AllianceModel(name, rng=7, record="system", **{"population.schools": 9})


def simulated(model: AllianceModel, first: int, last: int) -> np.ndarray:
    many, width = last + 1 - first, len(NAMES)
    rows, none = np.empty((many, width)), np.empty((many, 0, width), np.float32)
    settings, random_key = model.simulation.settings, model.simulation.random_key
    batch.run_half_terms(model.world, settings, random_key, first, last, rows, none, none)
    return rows


def test_a_batch_of_half_terms_equals_single_steps():
    stepped, called = started("silicon_valley"), started("silicon_valley")
    stepped.run_for(13)  # past two results days
    rows = simulated(called, 0, 13)
    assert rows.tobytes() == stepped.outcomes.to_numpy().tobytes()
    assert called.world.ties.trust.tobytes() == stepped.world.ties.trust.tobytes()


def test_a_batch_may_continue_another():
    whole, halves = started("baseline"), started("baseline")
    again = np.concatenate([simulated(halves, 0, 4), simulated(halves, 5, 8)])
    assert simulated(whole, 0, 8).tobytes() == again.tobytes()


def test_alliances_and_schools_are_measured_in_the_same_call():
    """Their rows are float32; the initial state is the first."""
    model = AllianceModel("baseline", rng=7, record="school", **SMALL)
    whole = AllianceModel("baseline", rng=7, record="school", **SMALL)
    width, alliances, schools = len(NAMES), model.roster.alliances, model.roster.schools
    rows = np.empty((5, width))
    by_alliance = np.empty((5, alliances, width), np.float32)
    by_school = np.empty((5, schools, width), np.float32)
    settings, random_key = model.simulation.settings, model.simulation.random_key
    batch.run_half_terms(model.world, settings, random_key, 0, 4, rows, by_alliance, by_school)
    whole.run_for(4)
    recorder = whole.simulation.recorder
    assert rows.tobytes() == recorder.table.tobytes()
    assert by_alliance.tobytes() == recorder.by_alliance[:5].tobytes()
    assert by_school.tobytes() == recorder.by_school[:5].tobytes()


@pytest.mark.parametrize(
    "events",
    [
        (),
        ((0.0, {"policy.funding": 0.0}),),
        ((0.5, {"policy.competition": 1.0}), (0.5, {"policy.secrecy": 0.9}), (1.5, {"coordinator.present": False})),
        ((1.0, {"policy.porosity": 0.0}), (9.0, {"policy.funding": 0.0})),
    ],
)
def test_simulate_equals_the_model(tmp_path, events):
    document = {"question": "?", "extends": "baseline", "population": {"schools": 7}}
    document["events"] = [{"year": year, "set": changes} for year, changes in events]
    path = tmp_path / "scenario.toml"
    path.write_text(tomli_w.dumps(document), encoding="utf-8")
    scenario = Scenario.load(path)
    model = AllianceModel(scenario, rng=3, record="system")
    model.run_for(11)
    whole = simulate(scenario.configuration, 3, 11)
    assert whole.tobytes() == model.outcomes.to_numpy().tobytes()
    for since in (0, 1, 3, 4, 10, 11):  # later half-terms alone are the same
        assert simulate(scenario.configuration, 3, 11, since=since).tobytes() == whole[since:].tobytes()
    four = simulate_batch(scenario.configuration, [4, 3, 5, 3], 11, ("trust", "jpd"), since=2)
    assert four.shape == (4, 10, 2)
    for place in (1, 3):
        assert four[place].tobytes() == simulate(scenario.configuration, 3, 11, ("trust", "jpd"))[2:].tobytes()
    assert four[2].tobytes() == simulate(scenario.configuration, 5, 11, ("trust", "jpd"))[2:].tobytes()


def test_simulate_on_more_threads_is_the_same(monkeypatch):
    scenario = Scenario.load("silicon_valley", {"population.schools": 12})
    alone = simulate(scenario.configuration, 5, 8)
    monkeypatch.setenv("ALLIANCE_SIM_THREADS", "2")
    assert simulate(scenario.configuration, 5, 8).tobytes() == alone.tobytes()
    assert simulate(scenario.configuration, 5, 8, ("trust", "jpd"), since=8).shape == (1, 2)


def test_replicates_with_threads_are_simulated_one_at_a_time(monkeypatch):
    scenario = Scenario.load("silicon_valley", {"population.schools": 12})
    together = simulate_batch(scenario.configuration, [5, 6], 4)
    monkeypatch.setenv("ALLIANCE_SIM_THREADS", "2")
    assert simulate_batch(scenario.configuration, [5, 6], 4).tobytes() == together.tobytes()


def test_fifty_small_runs_share_a_call_and_large_ones_do_not():
    """A call is then short, and its columns fit in the cache."""
    assert replicates_per_call(Scenario.load("baseline").configuration, 60) == 50
    assert replicates_per_call(Scenario.load("england").configuration, 60) == 1
    some = Scenario.load("baseline", {"population.schools": 240})
    assert 1 < replicates_per_call(some.configuration, 60) < 50


def test_long_runs_share_calls_in_smaller_numbers():
    """A worker sends a heartbeat between two compiled calls; 6,000 half-terms of a default run take a second."""
    scenario = Scenario.load("baseline").configuration
    assert 1 < replicates_per_call(scenario, 600) < 10
    assert replicates_per_call(scenario, 6_000) == 1


def test_runs_with_modules_are_simulated_one_at_a_time():
    scenario = Scenario.load("baseline", {"turnover.rate": 0.2, "population.schools": 6})
    assert replicates_per_call(scenario.configuration, 60) == 1
    together = simulate_batch(scenario.configuration, [5, 6], 4)
    for seed, rows in zip((5, 6), together, strict=True):
        assert rows.tobytes() == simulate(scenario.configuration, seed, 4).tobytes()
        model = AllianceModel(scenario, rng=seed, record="system")
        model.run_for(4)
        np.testing.assert_array_equal(rows, model.outcomes[list(NAMES)])


def test_replicates_of_listed_schools_may_merge(tmp_path):
    """They share their roster; an event in one run does not affect another."""
    document = {"question": "?", "extends": "baseline", "population": {"teachers_median": 8}}
    document["events"] = [{"year": 0.5, "event": "merger"}, {"year": 1.0, "set": {"policy.competition": 0.9}}]
    path = tmp_path / "scenario.toml"
    path.write_text(tomli_w.dumps(document), encoding="utf-8")
    scenario = Scenario.load(path)
    roster = sample_roster(settings_record(scenario.configuration.values)[0], np.uint64(11))
    before = roster.digest
    both = simulate_batch(scenario.configuration, [3, 4], 9, roster=roster)
    assert roster.digest == before
    assert both[0, -1, NAMES.index("alliances")] == both[0, 0, NAMES.index("alliances")] - 1
    for seed, rows in zip((3, 4), both, strict=True):
        assert rows.tobytes() == simulate(scenario.configuration, seed, 9, roster=roster).tobytes()
