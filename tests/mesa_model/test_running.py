"""Steps, outcomes and policy in the course of a run (INTERFACE)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim import AllianceModel
from alliance_sim.config import ConfigError
from alliance_sim.declarations.outcomes import NAMES

NEVER = """
question = "What if funding came after three years?"
[population]
schools = 6
alliance_size = 3
teachers_median = 5
"""
EVENTS = f"""{NEVER}
[[events]]
year = 3
set = {{ "policy.funding" = 1.0 }}
"""


def written(directory: Path, text: str) -> AllianceModel:
    """A model of this config."""
    path = directory / "config.toml"
    path.write_text(text, encoding="utf-8")
    return AllianceModel(path, rng=1)


def test_time_is_counted_in_half_terms(model):
    assert model.time == 0
    model.step()
    assert (model.time, model.steps) == (1, 1)
    model.run_for(5)
    assert (model.time, model.steps) == (6, 6)
    assert model.running


def test_outcomes_have_a_row_per_half_term_and_one_for_the_initial_state(model):
    assert len(model.outcomes) == 1
    model.run_for(4)
    outcomes = model.outcomes
    assert outcomes.index.name == "half_term"
    assert outcomes.index.tolist() == [0, 1, 2, 3, 4]
    assert tuple(outcomes.columns) == NAMES
    assert outcomes.loc[0, ["sharing", "jpd", "refusals", "betrayals", "reciprocity", "donor_share"]].isna().all()
    assert outcomes.loc[1:, "sharing"].notna().all()
    assert {column.kind for column in outcomes.dtypes} == {"f"}


def test_outcomes_are_the_callers_to_change(model):
    model.run_for(2)
    seen = model.outcomes
    seen["trust"] = 0.0
    assert (model.outcomes["trust"] > 0).all()


def test_outcomes_by_alliance_and_school_are_long(model):
    model.run_for(2)
    alliances, schools = model.outcomes_by_alliance, model.outcomes_by_school
    assert alliances.columns[:3].tolist() == ["half_term", "alliance", "name"]
    assert alliances[["half_term", "alliance"]].to_numpy().tolist() == [[t, a] for t in range(3) for a in range(2)]
    assert schools.columns[:5].tolist() == ["half_term", "school", "urn", "name", "alliance"]
    assert schools[["half_term", "school"]].to_numpy().tolist() == [[t, s] for t in range(3) for s in range(6)]
    assert schools["name"].iloc[:2].tolist() == ["School 1", "School 2"]
    assert schools["alliance"].iloc[:6].tolist() == [0, 0, 0, 1, 1, 1]


def test_a_long_run_outgrows_no_table(model):
    model.run_for(200)
    assert len(model.outcomes) == 201
    assert model.outcomes.loc[200, "practice"] == model.outcomes["practice"].iloc[-1] > 0
    assert len(model.outcomes_by_school) == 201 * 6


def test_an_event_of_year_three_acts_from_the_nineteenth_half_term(tmp_path):
    """Three years are eighteen half-terms: up to there nothing differs."""
    funded, never = written(tmp_path, EVENTS), written(tmp_path, NEVER)
    funded.run_for(18)
    never.run_for(18)
    assert funded.outcomes.equals(never.outcomes)
    assert funded.policy["policy.funding"] == 0.5
    funded.step()
    never.step()
    assert funded.policy["policy.funding"] == 1.0
    assert funded.outcomes.loc[:18].equals(never.outcomes.loc[:18])
    assert funded.outcomes.loc[19, "sharing"] > never.outcomes.loc[19, "sharing"]


def test_an_event_does_what_changing_policy_by_hand_does(tmp_path):
    dated, by_hand = written(tmp_path, EVENTS), written(tmp_path, NEVER)
    dated.run_for(24)
    by_hand.run_for(18)
    by_hand.change_policy({"policy.funding": 1.0})
    by_hand.run_for(6)
    assert dated.outcomes.equals(by_hand.outcomes)


def test_policy_changes_and_the_scenario_does_not(model):
    model.change_policy({"policy.competition": 0.9, "coordinator.present": False})
    assert model.policy == {
        "policy.competition": 0.9,
        "policy.funding": 0.5,
        "policy.secrecy": 0.0,
        "policy.porosity": 0.15,
        "policy.hub_push": 0.0,
        "policy.boundary_push": 0.0,
        "coordinator.present": False,
    }
    assert model.scenario["policy.competition"] == 0.5
    assert not any(coordinator.present for coordinator in model.coordinators)
    model.run_for(2)
    assert not model.world.coordinators.brokered.any()
    model.change_policy({"coordinator.present": True})
    model.step()
    assert model.world.coordinators.brokered.any()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"trust.gain": 0.1}, "trust.gain cannot change during a run"),
        ({"policy.competition": 1.5}, "policy.competition is 1.5, but must be 0 to 1"),
        ({"policy.competition": "high"}, "policy.competition"),
        ({"policy.competition": float("nan")}, "policy.competition"),
        ({"policy.fundng": 0.5}, "policy.fundng"),
        ({"policy.funding": 0.9, "policy.secrecy": 2.0}, "policy.secrecy"),
    ],
)
def test_policy_that_cannot_be_is_refused_and_nothing_changes(model, changes, says):
    before = model.policy
    with pytest.raises(ConfigError, match=says):
        model.change_policy(changes)
    assert model.policy == before


def test_several_models_run_side_by_side(model_of):
    models = [model_of({"policy.funding": funding}, rng=seed) for seed in (1, 2) for funding in (0.1, 0.9)]
    alone = [model_of({"policy.funding": funding}, rng=seed) for seed in (1, 2) for funding in (0.1, 0.9)]
    for _ in range(8):
        for model in models:
            model.step()
    for model, other in zip(models, alone, strict=True):
        other.run_for(8)
        assert model.outcomes.equals(other.outcomes)
    assert len({model.outcomes["sharing"].sum() for model in models}) == 4


def test_the_datacollector_agrees_with_outcomes(model):
    model.run_for(5)
    collected = model.datacollector.get_model_vars_dataframe()
    assert tuple(collected.columns) == NAMES
    pd.testing.assert_frame_equal(collected, model.outcomes, check_names=False, check_index_type=False)


def test_run_while_and_mesas_own_clock(model):
    """A user's loop over ``running``, and steps scheduled by Mesa, are the same half-terms."""
    while model.running and model.steps < 3:
        model.step()
    model.run_until(5)
    assert len(model.outcomes) == 6
    assert np.isfinite(model.outcomes["trust"]).all()
