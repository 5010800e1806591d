"""The peer on data frames has its own random numbers: its initial states equal the project's, its means agree.

Set before the first run: over all simulated half-terms, an outcome's mean may differ from the project's by four
standard errors of the paired difference (a pair is one seed, so one initial state) and 2 % of the project's mean.
"""

from __future__ import annotations

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # before the first import; two tests at a time have two cores

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.outcomes import NAMES

pl = pytest.importorskip("polars", reason="Polars is not installed; make .venv/dev installs it")
pytest.importorskip("mesa_frames", reason="mesa-frames is not installed; make .venv/dev tries to install it")

from benchmarks.c_peer import CPeer  # noqa: E402
from benchmarks.frame_peer import FramePeer  # noqa: E402
from benchmarks.frame_peer.answering import conflict_free_batches  # noqa: E402
from benchmarks.plain_mesa import PlainAllianceModel  # noqa: E402
from tests.peer.test_peer_agrees import ROUGH, SMALL, TRUSTING  # noqa: E402

SEEDS, HALF_TERMS = int(os.environ.get("PEER_SEEDS", "10")), 12
SEEDS_TO_SEE_A_FAULT = 5
"""Number of seeds with which each fault below is detected; agreement with fewer seeds would prove nothing."""
assert SEEDS >= SEEDS_TO_SEE_A_FAULT, "PEER_SEEDS must be at least 5"
CASES = {
    "silicon_valley": ("silicon_valley", {}),
    "trusting and rough": ("baseline", TRUSTING | ROUGH | {"level.capacity": 0.5}),
    "without much": (
        "baseline",
        {"reciprocity.enabled": False, "coordinator.present": False, "trust.competition_enters": "additive"},
    ),
}


def means(rows: list[dict[str, float]]) -> np.ndarray:
    """Return the mean of each outcome over the simulated half-terms."""
    return np.nanmean([[row[name] for name in NAMES] for row in rows[1:]], axis=0)


def differing_outcomes(of_peer: Scenario, of_model: Scenario, seeds: int = SEEDS) -> set[str]:
    """Return the outcomes that differ by more than sampling error allows."""
    differences, expected = [], []
    for seed in range(1, seeds + 1):
        peer, model = FramePeer(of_peer, seed), AllianceModel(of_model, rng=seed, record="system")
        peer.run_for(HALF_TERMS)
        model.run_for(HALF_TERMS)
        expected.append(means(model.outcomes.to_dict("records")))
        differences.append(means(peer.outcomes) - expected[-1])
    error = np.std(differences, axis=0, ddof=1) / np.sqrt(seeds)
    allowed = 4.0 * error + 0.02 * np.abs(np.mean(expected, axis=0))
    too_far = np.abs(np.mean(differences, axis=0)) > allowed
    assert np.isfinite(allowed).all()
    return {name for name, far in zip(NAMES, too_far, strict=True) if far}


@pytest.mark.parametrize("case", CASES)
def test_the_frame_peer_gives_the_same_means(case: str):
    config, changes = CASES[case]
    scenario = Scenario.load(config, changes)
    assert differing_outcomes(scenario, scenario) == set()


INDEBTED = {"trust.initial": 0.4, "reciprocity.gratitude": 4.5, "reciprocity.half_saturation": 0.1}
FAULTS = {
    "refusals cost no trust": ("help.refusal_loss", {"help.refusal_loss": 0.2}, "trust"),
    "one-way help is borne": ("reciprocity.one_way_loss", TRUSTING | {"reciprocity.one_way_tolerance": 0.0}, "trust"),
    "no mediation": ("coordinator.mediation", TRUSTING | ROUGH | {"coordinator.mediation": 1.0}, "head_trust"),
    "no gratitude": ("reciprocity.gratitude", TRUSTING | INDEBTED, "level"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_rule_that_differs_is_detected(fault: str):
    """The comparison can fail: each time one rule is switched off in the peer, in a scenario in which it matters."""
    name, changes, outcome = FAULTS[fault]
    scenario = Scenario.load("baseline", changes)
    assert outcome in differing_outcomes(scenario.with_changes({name: 0.0}), scenario, SEEDS_TO_SEE_A_FAULT)


EDGES = {
    "anything is borne": {"reciprocity.one_way_tolerance": 1.0},
    "no contacts": {"help.contacts": 0},
    "no requests": {"help.contacts": 0, "reciprocity.enabled": False, "coordinator.present": False},
    "no external ties": {"population.boundary_ties": 0},
    "one area": {"population.subjects": 1, "population.practice_areas": 1},
}


@pytest.mark.parametrize("edge", EDGES)
def test_edge_cases_leave_the_same_outcomes_undefined(edge: str):
    """Outcomes that are zero in an edge case are zero in both."""
    scenario = Scenario.load("baseline", SMALL | EDGES[edge])
    peer, model = FramePeer(scenario, 1), AllianceModel(scenario, rng=1, record="system")
    peer.run_for(8)
    model.run_for(8)
    of_peer, of_model = peer.outcomes[-1], model.outcomes.iloc[-1]
    assert [name for name in NAMES if np.isnan(of_peer[name])] == [name for name in NAMES if np.isnan(of_model[name])]
    if edge == "no requests":
        assert of_peer["sharing"] == of_peer["jpd"] == of_model["sharing"] == of_model["jpd"] == 0.0
    if edge == "anything is borne":
        assert of_peer["one_wayness"] == of_model["one_wayness"] == 0.0


def test_initial_outcomes_equal_the_projects():
    scenario = Scenario.load("silicon_valley")
    (initial,) = FramePeer(scenario, 3).outcomes
    of_model = AllianceModel(scenario, rng=3, record="system").outcomes.iloc[0]
    np.testing.assert_allclose([initial[name] for name in NAMES], of_model[list(NAMES)], atol=1e-5)


def test_requests_that_share_a_teacher_keep_their_order():
    requests = pl.DataFrame({"asker": [1, 2, 4, 1, 5], "giver": [2, 3, 5, 3, 6]})
    assert [batch["turn"].to_list() for batch in conflict_free_batches(requests)] == [[0, 2], [1, 4], [3]]


def test_events_are_refused_in_words():
    with pytest.raises(ValueError, match="knows no events"):
        FramePeer(Scenario.load("funding_ends"), 1)


def test_modules_are_refused_in_words():
    """Every peer refuses them: ignoring them silently would make a peer look fast."""
    scenario = Scenario.load("baseline", SMALL | {"succession.rate": 0.5})
    for peer in (FramePeer, CPeer, PlainAllianceModel):
        with pytest.raises(ValueError, match="knows the core rules only; switch off succession"):
            peer(scenario, rng=1) if peer is not FramePeer else peer(scenario, 1)
