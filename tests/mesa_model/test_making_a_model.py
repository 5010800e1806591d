"""The constructor: what it takes, what it refuses, and what it leaves alone (INTERFACE)."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.config import ConfigError

CONFIG = """
question = "What if six schools trusted more at first?"
[population]
schools = 6
alliance_size = 3
teachers_median = 5
[trust]
initial = 0.6
"""


def test_the_default_config_is_the_baseline():
    model = AllianceModel(rng=1)
    assert model.scenario.name == "baseline"
    assert len(model.schools) == 24
    assert model.outcomes.equals(AllianceModel("baseline", rng=1).outcomes)


def test_a_configs_name():
    model = AllianceModel("route128", rng=1)
    assert model.scenario["policy.secrecy"] == 0.8
    assert not model.coordinators[0].present


@pytest.mark.parametrize("as_text", [True, False])
def test_a_path(tmp_path, as_text):
    path = tmp_path / "trusting.toml"
    path.write_text(CONFIG, encoding="utf-8")
    model = AllianceModel(str(path) if as_text else path, rng=1)
    assert (model.scenario.name, len(model.schools), model.scenario["trust.initial"]) == ("trusting", 6, 0.6)


def test_a_scenario_and_dotted_names_are_two_ways_to_say_the_same(small):
    said = AllianceModel(Scenario(**small | {"trust.initial": 0.6}), rng=1)
    dotted = AllianceModel(rng=1, **small | {"trust.initial": 0.6})
    over = AllianceModel(Scenario(**small), rng=1, **{"trust.initial": 0.6})
    for model in (said, dotted, over):
        model.run_for(3)
        assert model.scenario["trust.initial"] == 0.6
    assert said.outcomes.equals(dotted.outcomes)
    assert said.outcomes.equals(over.outcomes)


def test_a_scenario_is_copied_and_not_shared(small):
    """Mesa refuses one scenario in two models; here each model has a copy, and the user's own stays free."""
    scenario = Scenario(**small)
    one, other = AllianceModel(scenario, rng=1), AllianceModel(scenario, rng=2)
    assert one.scenario is not scenario
    assert one.scenario is not other.scenario
    assert one.scenario.model is one
    assert other.scenario.model is other
    assert getattr(scenario, "model", None) is None
    assert (one.scenario.rng, other.scenario.rng, scenario.rng) == (1, 2, None)
    assert one.scenario.hash == scenario.hash


def test_dotted_names_do_not_leak_into_the_users_scenario(small):
    scenario = Scenario(**small)
    AllianceModel(scenario, rng=1, **{"trust.initial": 0.9})
    assert scenario["trust.initial"] == 0.45


def test_parameters_are_frozen_in_a_run(model):
    with pytest.raises(AttributeError, match="a scenario never changes"):
        model.scenario.gain = 0.2
    with pytest.raises(AttributeError, match="a scenario never changes"):
        setattr(model.scenario, "trust.gain", 0.2)
    with pytest.raises(TypeError):
        model.scenario["trust.gain"] = 0.2
    assert model.scenario["trust.gain"] == 0.12


def test_a_whole_number_gives_a_reproducible_run(model_of):
    for seed in (0, 5, np.int64(5), np.uint8(5), 2**64 - 1):
        model = model_of(rng=seed)
        assert model.seed == int(seed)
        assert isinstance(model.seed, int)
        assert model.outcomes.equals(model_of(rng=int(seed)).outcomes)
    assert not model_of(rng=0).outcomes.equals(model_of(rng=5).outcomes)


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.random.default_rng(5),
        lambda: np.random.SeedSequence(5),
        lambda: np.random.PCG64(5),
        lambda: [1, 2, 3],
    ],
    ids=["Generator", "SeedSequence", "BitGenerator", "numbers"],
)
def test_any_numpy_seed_becomes_a_number_that_repeats_the_run(model_of, make):
    model, again = model_of(rng=make()), model_of(rng=make())
    repeated = model_of(rng=model.seed)
    for each in (model, again, repeated):
        each.run_for(3)
    assert model.outcomes.equals(again.outcomes)
    assert model.outcomes.equals(repeated.outcomes)


def test_a_generator_used_twice_gives_two_runs(model_of):
    rng = np.random.default_rng(5)
    assert model_of(rng=rng).seed != model_of(rng=rng).seed


def test_without_rng_chance_decides_and_says_what_it_chose(model_of):
    one, other = model_of(rng=None), model_of(rng=None)
    assert one.seed != other.seed
    assert one.outcomes.equals(model_of(rng=one.seed).outcomes)


def test_a_scenarios_own_rng_holds_unless_another_is_given(small):
    scenario = Scenario(rng=7, **small)
    assert AllianceModel(scenario).seed == 7
    assert AllianceModel(scenario, rng=8).seed == 8


@pytest.mark.parametrize("seed", [-1, 2**64, -(2**70)])
def test_a_seed_that_is_too_large_or_negative_is_refused(model_of, seed):
    with pytest.raises(ValueError, match=r"a seed must be a whole number from 0 to 2\*\*64 - 1"):
        model_of(rng=seed)


@pytest.mark.parametrize(
    ("dotted", "says"),
    [
        ({"trust.gane": 0.1}, "did you mean 'trust.gain'"),
        ({"trust.gain": 0.9}, "trust.gain is 0.9, but must be 0.03 to 0.2"),
        ({"seed": 3}, "there is no parameter 'seed'"),
        ({"population.schools": 2.5}, "population.schools"),
        ({"trust.gain": 0.2, "trust.loss_ratio": 8.0}, "must be under 1"),
    ],
)
def test_wrong_parameters_are_refused_by_name(dotted, says):
    with pytest.raises(ConfigError, match=says):
        AllianceModel(rng=1, **dotted)


def test_an_unknown_config_is_refused():
    with pytest.raises(ConfigError, match="silicon_valley"):
        AllianceModel("silicon_valey", rng=1)


@pytest.mark.parametrize(
    ("record", "kept"),
    [("system", (False, False)), ("alliance", (True, False)), ("school", (True, True)), ("auto", (True, True))],
)
def test_what_is_recorded(model_of, record, kept):
    model = model_of(record=record)
    model.run_for(2)
    assert len(model.outcomes) == 3
    for frame, wanted, rows in (("outcomes_by_alliance", kept[0], 3 * 2), ("outcomes_by_school", kept[1], 3 * 6)):
        if wanted:
            assert len(getattr(model, frame)) == rows
        else:
            with pytest.raises(ValueError, match=f'were not kept: the model was made with record="{record}"'):
                getattr(model, frame)


def test_an_unknown_record_is_refused(model_of):
    with pytest.raises(ValueError, match='must be "auto", "system", "alliance" or "school"'):
        model_of(record="teacher")


def test_auto_keeps_no_row_a_school_where_there_are_too_many(monkeypatch, model_of):
    monkeypatch.setattr("alliance_sim.engine.simulation.recorder.SCHOOLS_RECORDED", 5)
    model = model_of()
    with pytest.raises(ValueError, match="were not kept"):
        _ = model.outcomes_by_school
