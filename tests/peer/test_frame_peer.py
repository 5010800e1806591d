"""The peer on data frames has luck of its own: its worlds open like the project's, and agree with them on average.

Set before it was first run: over all half-terms lived, an outcome's mean may differ from the project's by four standard
errors of the paired difference (a pair is one seed, so one opening) and 2 % of the project's mean.
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
from benchmarks.frame_peer.answering import in_waves  # noqa: E402
from benchmarks.plain_mesa import PlainAllianceModel  # noqa: E402
from tests.peer.test_peer_agrees import ROUGH, SMALL, TRUSTING  # noqa: E402

SEEDS, HALF_TERMS = int(os.environ.get("PEER_SEEDS", "10")), 12
SEEDS_TO_SEE_A_FAULT = 5
"""With so few, each fault below is seen: fewer seeds than these would prove nothing where the two agree."""
assert SEEDS >= SEEDS_TO_SEE_A_FAULT, "PEER_SEEDS must be at least 5"
CASES = {
    "silicon_valley": ("silicon_valley", {}),
    "trusting and rough": ("baseline", TRUSTING | ROUGH | {"level.capacity": 0.5}),
    "without much": (
        "baseline",
        {"reciprocity.enabled": False, "coordinator.present": False, "trust.competition_enters": "additive"},
    ),
}


def means(lived: list[dict[str, float]]) -> np.ndarray:
    """The mean of each outcome over the half-terms lived."""
    return np.nanmean([[row[name] for name in NAMES] for row in lived[1:]], axis=0)


def apart(theirs: Scenario, ours: Scenario, seeds: int = SEEDS) -> set[str]:
    """The outcomes that differ by more than luck allows."""
    differences, expected = [], []
    for seed in range(1, seeds + 1):
        peer, model = FramePeer(theirs, seed), AllianceModel(ours, rng=seed, record="system")
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
def test_the_frames_live_alike(case: str):
    config, changes = CASES[case]
    scenario = Scenario.load(config, changes)
    assert apart(scenario, scenario) == set()


INDEBTED = {"trust.initial": 0.4, "reciprocity.gratitude": 4.5, "reciprocity.half_saturation": 0.1}
FAULTS = {
    "refusals hurt nobody": ("help.refusal_loss", {"help.refusal_loss": 0.2}, "trust"),
    "one-way help is borne": ("reciprocity.one_way_loss", TRUSTING | {"reciprocity.one_way_tolerance": 0.0}, "trust"),
    "nobody mediates": ("coordinator.mediation", TRUSTING | ROUGH | {"coordinator.mediation": 1.0}, "head_trust"),
    "nobody is grateful": ("reciprocity.gratitude", TRUSTING | INDEBTED, "level"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_rule_that_differs_is_seen(fault: str):
    """The comparison can fail: here each time one rule is switched off in the peer, in a world where it weighs."""
    name, changes, outcome = FAULTS[fault]
    scenario = Scenario.load("baseline", changes)
    assert outcome in apart(scenario.with_changes({name: 0.0}), scenario, SEEDS_TO_SEE_A_FAULT)


EDGES = {
    "anything is borne": {"reciprocity.one_way_tolerance": 1.0},
    "nobody seeks help": {"help.contacts": 0},
    "nobody ever asks": {"help.contacts": 0, "reciprocity.enabled": False, "coordinator.present": False},
    "nobody beyond": {"population.boundary_ties": 0},
    "one area": {"population.subjects": 1, "population.practice_areas": 1},
}


@pytest.mark.parametrize("edge", EDGES)
def test_at_the_edges_the_same_is_undefined(edge: str):
    """And what is nought at such an edge is nought in both."""
    scenario = Scenario.load("baseline", SMALL | EDGES[edge])
    peer, model = FramePeer(scenario, 1), AllianceModel(scenario, rng=1, record="system")
    peer.run_for(8)
    model.run_for(8)
    theirs, ours = peer.outcomes[-1], model.outcomes.iloc[-1]
    assert [name for name in NAMES if np.isnan(theirs[name])] == [name for name in NAMES if np.isnan(ours[name])]
    if edge == "nobody ever asks":
        assert theirs["sharing"] == theirs["jpd"] == ours["sharing"] == ours["jpd"] == 0.0
    if edge == "anything is borne":
        assert theirs["one_wayness"] == ours["one_wayness"] == 0.0


def test_worlds_open_as_the_projects_do():
    scenario = Scenario.load("silicon_valley")
    (opening,) = FramePeer(scenario, 3).outcomes
    ours = AllianceModel(scenario, rng=3, record="system").outcomes.iloc[0]
    np.testing.assert_allclose([opening[name] for name in NAMES], ours[list(NAMES)], atol=1e-5)


def test_whoever_is_in_two_requests_lives_the_earlier_first():
    requests = pl.DataFrame({"asker": [1, 2, 4, 1, 5], "giver": [2, 3, 5, 3, 6]})
    assert [batch_of_requests["turn"].to_list() for batch_of_requests in in_waves(requests)] == [[0, 2], [1, 4], [3]]


def test_events_are_refused_in_words():
    with pytest.raises(ValueError, match="knows no events"):
        FramePeer(Scenario.load("funding_ends"), 1)


def test_modules_are_refused_in_words():
    """By every peer: left out without a word, they would make it look fast."""
    scenario = Scenario.load("baseline", SMALL | {"succession.rate": 0.5})
    for peer in (FramePeer, CPeer, PlainAllianceModel):
        with pytest.raises(ValueError, match="knows the core rules only; switch off succession"):
            peer(scenario, rng=1) if peer is not FramePeer else peer(scenario, 1)
