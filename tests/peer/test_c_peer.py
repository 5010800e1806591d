"""The peer in C, the practical limit of speed, gives the model's columns and outcomes up to rounding."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.outcomes import NAMES
from benchmarks.c_peer import CPeer, NoCompilerError
from benchmarks.plain_mesa import PlainAllianceModel
from tests.peer.test_peer_agrees import CASES, SMALL, with_positions

CLOSE = 1e-5
HALF_TERMS = 20


@pytest.fixture(scope="module", autouse=True)
def compiler():
    try:
        CPeer(Scenario.load("baseline", SMALL), 1)
    except NoCompilerError as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("case", CASES)
def test_the_c_peer_gives_the_same_outcomes(case):
    config, changes = CASES[case]
    scenario = Scenario.load(config, SMALL | changes)
    peer, model = CPeer(scenario, 4), AllianceModel(scenario, rng=4, record="system")
    peer.run_for(HALF_TERMS)
    model.run_for(HALF_TERMS)
    modelled = model.outcomes[list(NAMES)].to_numpy()
    assert np.array_equal(np.isnan(modelled), np.isnan(peer.outcomes))
    assert np.nanmax(np.abs(modelled - peer.outcomes)) < CLOSE


def test_schools_with_positions_are_compared_within_reach():
    scenario = Scenario.load("baseline", SMALL | {"policy.competition": 1.0})
    scenario = scenario.with_roster(with_positions(AllianceModel(scenario, rng=4).roster))
    peer, model = CPeer(scenario, 4), AllianceModel(scenario, rng=4, record="system")
    peer.run_for(HALF_TERMS)
    model.run_for(HALF_TERMS)
    assert np.nanmax(np.abs(model.outcomes[list(NAMES)].to_numpy() - peer.outcomes)) < CLOSE


@pytest.mark.parametrize("areas", [8, 10])
def test_practice_in_any_number_of_areas_is_the_same(areas):
    """The peer keeps practice in whole registers of eight numbers: one that is full, and more than one."""
    scenario = Scenario.load("baseline", SMALL | {"population.practice_areas": areas})
    peer, model = CPeer(scenario, 4), AllianceModel(scenario, rng=4, record="system")
    peer.run_for(HALF_TERMS)
    model.run_for(HALF_TERMS)
    assert np.nanmax(np.abs(model.outcomes[list(NAMES)].to_numpy() - peer.outcomes)) < CLOSE


def test_a_run_that_differs_is_detected():
    """The comparison can fail: another seed gives other outcomes."""
    scenario = Scenario.load("baseline", SMALL)
    peer, model = CPeer(scenario, 4), AllianceModel(scenario, rng=5, record="system")
    peer.run_for(3)
    model.run_for(3)
    assert np.nanmax(np.abs(model.outcomes[list(NAMES)].to_numpy() - peer.outcomes)) > 100 * CLOSE


def test_events_are_refused_in_words():
    with pytest.raises(ValueError, match="knows no events"):
        CPeer(Scenario.load("funding_ends"), 1)


@pytest.mark.parametrize("peer", [CPeer, PlainAllianceModel])
def test_modules_are_refused_in_words(peer):
    """Every peer refuses them: ignoring them silently would make a peer look fast."""
    scenario = Scenario.load("baseline", SMALL | {"succession.rate": 0.5})
    with pytest.raises(ValueError, match="knows the core rules only; switch off succession"):
        peer(scenario, rng=1)
