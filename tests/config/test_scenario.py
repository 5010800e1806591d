"""A scenario is one configuration in the form that Mesa expects."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import mesa
import mesa.experimental.scenarios
import numpy as np
import pytest

from alliance_sim.config import ConfigError, load_configuration
from alliance_sim.declarations.parameters import DEFAULTS, PARAMETERS
from alliance_sim.declarations.roster import Roster
from alliance_sim.mesa_model.scenario import Scenario


def two_schools(pupils=(200, 400)):
    return Roster(
        id=np.arange(2, dtype=np.uint32),
        alliance=np.zeros(2, np.int32),
        teachers=np.array([10, 20], np.int32),
        pupils=np.array(pupils, np.int32),
        east=np.full(2, np.nan, np.float32),
        north=np.full(2, np.nan, np.float32),
        urn=np.zeros(2, np.int64),
        name=("North", "South"),
        alliance_name=("Both",),
    )


def test_it_is_loaded_by_name_with_changes_on_top():
    scenario = Scenario.load("silicon_valley", {"trust.initial": 0.3}, rng=7)
    assert scenario["trust.initial"] == 0.3
    assert scenario["policy.porosity"] == 0.25
    assert scenario.question == load_configuration("silicon_valley").question
    assert (scenario.name, scenario.rng, scenario.roster, scenario.events) == ("silicon_valley", 7, None, ())


def test_without_a_config_it_is_the_defaults():
    assert {name: Scenario()[name] for name in PARAMETERS} == DEFAULTS
    assert Scenario().hash == Scenario.load("baseline").hash
    scenario = Scenario(rng=3, **{"trust.initial": 0.3})
    assert (scenario["trust.initial"], scenario.rng) == (0.3, 3)


def test_mesa_sees_the_parameters_under_their_dotted_names_and_nothing_else():
    scenario = Scenario.load("route128", rng=1)
    assert isinstance(scenario, mesa.experimental.scenarios.Scenario)
    seen = dict(scenario)
    assert seen.pop("rng") == 1
    assert seen == {name: scenario[name] for name in PARAMETERS}
    assert len(scenario) == len(PARAMETERS) + 1
    assert set(scenario.to_dict()) == {*PARAMETERS, "rng", "model", "_scenario_id"}
    assert Scenario._scenario_defaults == DEFAULTS
    assert "trust.initial" in scenario
    assert "rng" not in scenario


def test_a_mesa_model_takes_it():
    scenario = Scenario(rng=5)
    model = mesa.Model(scenario=scenario)
    assert model.scenario is scenario
    assert scenario.model is model
    other = mesa.Model(scenario=scenario.copy(rng=6))
    assert (other.scenario.rng, other.scenario["trust.initial"]) == (6, 0.45)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(
        KeyError, match=r"there is no parameter 'trust\.inital'; did you mean 'trust\.initial'"
    ) as caught:
        Scenario()["trust.inital"]
    assert isinstance(caught.value, ConfigError)
    with pytest.raises(ConfigError, match=r"did you mean 0\.45"):
        Scenario(**{"trust.initial": 45})
    with pytest.raises(ConfigError, match="no parameter 'seed'"):
        Scenario(seed=3)


def test_it_never_changes():
    scenario = Scenario()
    for name in ("trust.initial", "question", "rng", "roster", "configuration", "anything"):
        with pytest.raises(AttributeError, match="a scenario never changes; with_changes"):
            setattr(scenario, name, 0.3)
        with pytest.raises(AttributeError, match="never changes"):
            delattr(scenario, name)


def test_changes_give_a_new_one():
    old = Scenario.load("route128", rng=1).with_roster(two_schools())
    new = old.with_changes({"trust.initial": 0.3})
    assert (old["trust.initial"], new["trust.initial"]) == (0.45, 0.3)
    assert new.roster is old.roster
    assert (new.name, new.rng, new.model) == ("route128", 1, None)
    assert old.with_changes({}, rng=9).rng == 9
    assert old.with_changes({}, rng=None).rng is None
    with pytest.raises(ConfigError, match=r"override trust\.initial=3"):
        old.with_changes({"trust.initial": 3})


def test_the_hash_covers_the_schools_but_not_the_seed():
    drawn = Scenario(rng=1)
    real = drawn.with_roster(two_schools())
    assert drawn.hash == drawn.copy(rng=2).hash == drawn.configuration.hash
    assert real.hash != drawn.hash
    assert real.hash == drawn.with_roster(two_schools()).hash
    assert real.hash != drawn.with_roster(two_schools(pupils=(200, 401))).hash
    assert real.with_roster(None).hash == drawn.hash


@pytest.mark.parametrize("twin", [copy.deepcopy, copy.copy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_twin_is_the_same(twin):
    scenario = Scenario.load("cosy_club", rng=4).with_roster(two_schools())
    again = twin(scenario)
    assert again is not scenario
    assert dict(again) == dict(scenario)
    assert (again.hash, again.question, again.rng) == (scenario.hash, scenario.question, 4)
    with pytest.raises(AttributeError, match="never changes"):
        again.roster = None


def test_a_copied_model_has_its_own_scenario():
    model = mesa.Model(scenario=Scenario(rng=5))
    again = copy.deepcopy(model.scenario)
    assert again.model is not model
    assert again.model.scenario is again


def test_events_and_toml_come_along(tmp_path):
    path = tmp_path / "end.toml"
    path.write_text('question = "Q?"\n[[events]]\nyear = 3\nset = { "policy.funding" = 0.0 }\n')
    scenario = Scenario.load(path)
    assert [(event.half_term, event.set) for event in scenario.events] == [(18, {"policy.funding": 0.0})]
    path.write_text(scenario.to_toml())
    assert Scenario.load(str(path)).hash == scenario.hash


def test_reading_a_config_needs_neither_mesa_nor_numba_nor_pandas():
    code = (
        "import sys, alliance_sim.config as c; c.load_configuration('baseline'); "
        "sys.exit(bool({'mesa', 'numba', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
