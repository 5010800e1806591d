"""The incident log names critical incidents and schools, and does not change a run."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim import AllianceModel
from alliance_sim.mesa_model.incidents import KINDS, MOST_OF_A_KIND, IncidentLog

SMALL = {"population.schools": 6, "population.alliance_size": 3, "population.teachers_median": 10}


def watched(rng: int = 1, half_terms: int = 0, **dotted: object) -> AllianceModel:
    """Return a small model with an incident log."""
    model = AllianceModel("collaborative", rng=rng, incidents=True, **SMALL | dotted)
    model.run_for(half_terms)
    return model


def test_watching_changes_no_byte():
    unwatched = AllianceModel("collaborative", rng=2, **SMALL)
    unwatched.run_for(36)
    model = watched(2, 36)
    assert len(model.incidents) > 0
    assert model.outcomes.equals(unwatched.outcomes)
    assert model.world.ties.trust.tobytes() == unwatched.world.ties.trust.tobytes()


def test_incidents_are_refused_without_a_log():
    with pytest.raises(ValueError, match="incidents=True"):
        _ = AllianceModel(rng=1, **SMALL).incidents


def test_every_incident_is_of_a_kind_and_names_its_schools():
    model = watched(3, 48, **{"turnover.heads": 0.3})
    frame = model.incidents
    assert set(frame["kind"]) <= set(KINDS)
    assert {"collaboration", "first_joint_practice", "new_head"} <= set(frame["kind"])
    for _, row in frame.iterrows():
        assert row["sentence"].endswith(".")
        for school in (row["school"], row["other"]):
            if school >= 0:
                assert model.schools[school].name in row["sentence"]
                assert model.roster.alliance[school] == row["alliance"]


def test_a_promise_broken_between_close_partners_is_reported_with_its_cost():
    model = watched(1, 0, **{"coordinator.present": False, "outcome.betrayal": 0.2, "outcome.misfortune": 0.2})
    model.world.ties.level[:] = 4
    model.world.ties.trust[:] = 0.8
    model.run_for(1)
    broken = model.incidents.query("kind == 'broken_promise'")
    assert len(broken) > 0
    assert broken["sentence"].str.contains(r"trust fell from 0\.80 to 0\.\d\d\.").all()
    assert (broken.groupby("alliance").size() <= MOST_OF_A_KIND).all(), "only the most severe are reported"


def test_a_triggered_event_is_reported_by_name():
    model = watched(1, 3)
    model.trigger("betrayal", row=4)
    sentence = model.incidents.query("kind == 'event'").iloc[0]
    assert sentence["sentence"] == f"{model.schools[4].name} broke its promises to everybody in its alliance."
    assert (sentence["half_term"], sentence["school"], sentence["alliance"]) == (4, 4, 1)


def test_a_coordinator_dismissed_before_a_half_term_is_no_incident_in_it():
    model = watched(1, 2)
    model.change_policy({"coordinator.present": False})
    model.run_for(1)
    assert "coordinator_gone" not in set(model.incidents["kind"])  # it was gone before the half-term began
    model.change_policy({"coordinator.present": True})


def test_alliances_that_end_are_reported():
    model = watched(4, 60, **{"governance.enabled": True, "governance.hazard": 1.0, "governance.hope": 5.0})
    assert "dissolution" in set(model.incidents["kind"])


def test_the_incident_log_is_bounded(monkeypatch):
    monkeypatch.setattr("alliance_sim.mesa_model.incidents.MOST", 10)
    model = watched(3, 48)
    assert len(model.incidents) == 10
    assert isinstance(model._incidents, IncidentLog)
    assert model._incidents.left_out > 0


def test_copies_keep_their_own_incident_log():
    import copy

    model = watched(3, 24)
    other = copy.deepcopy(model)
    other.run_for(12)
    assert len(other.incidents) > len(model.incidents)
    model.run_for(12)
    assert model.incidents.equals(other.incidents)
    assert np.array_equal(model.world.ties.trust, other.world.ties.trust)
