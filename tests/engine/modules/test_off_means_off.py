"""A module that is off has no effect; one with neutral modifiers changes no byte; any two modules run together."""

from __future__ import annotations

import copy
import pickle
from itertools import combinations

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.parameters import DEFAULTS, PARAMETERS
from alliance_sim.engine.modules.registry import MODULES, switched_on

SWITCHES = {module.name: module.switches[0] for module in MODULES}
"""The parameter that switches each module on."""


def switch_on(*names: str) -> dict[str, object]:
    """Return parameters with which these modules have clear effects."""
    return {SWITCHES[name]: PARAMETERS[SWITCHES[name]].default or _clear_value(SWITCHES[name]) for name in names}


def _clear_value(name: str) -> object:
    parameter = PARAMETERS[name]
    if parameter.kind == "switch":
        return True
    return min(0.4, parameter.bounds[1]) if parameter.kind != "count" else max(1, int(parameter.bounds[0]))


def assert_consistent(model: AllianceModel) -> None:
    """Check bounds, opposite debts and equal levels of ties and their twins."""
    ties, teachers = model.world.ties, model.world.teachers
    assert np.all((ties.trust >= 0) & (ties.trust <= 1))
    assert np.all((model.world.head_ties.trust >= 0) & (model.world.head_ties.trust <= 1))
    assert np.all((ties.level >= 1) & (ties.level <= 4))
    assert np.array_equal(ties.level, ties.level[ties.twin])
    assert np.array_equal(ties.owed, -ties.owed[ties.twin])
    assert np.all(ties.given >= 0)
    assert np.all(np.isfinite(teachers.practice) & (teachers.practice >= 0))
    assert np.all(np.isfinite(teachers.fatigue) & (teachers.fatigue >= 0))
    assert np.all((model.world.coordinators.credibility >= 0) & (model.world.coordinators.credibility <= 1))
    assert np.array_equal(ties.twin[ties.twin], np.arange(len(ties.twin)))


def test_every_module_is_off_by_default():
    assert switched_on(DEFAULTS) == ()
    model = AllianceModel(rng=1)
    assert model.modules == ()
    assert model.world.modifiers is None
    assert model.world.request_log is None


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_is_declared_completely(module):
    assert set(module.switches) <= set(PARAMETERS)
    assert all(not DEFAULTS[switch] for switch in module.switches)
    assert module.rules
    assert module.claims
    assert switched_on(DEFAULTS | {module.switches[0]: 1}) == (module,)


def test_neutral_modifiers_change_no_byte(small_model):
    """Loops for runs with modules are compiled separately; with neutral modifiers the results are the same."""
    without, neutral = small_model(), small_model(**{"turnover.heads": 1e-15})
    for model in (without, neutral):
        model.run_for(20)
    assert neutral.modules == ("turnover",)
    assert without.outcomes.equals(neutral.outcomes[without.outcomes.columns])
    for expected, found in zip(without.world.ties, neutral.world.ties, strict=True):
        assert expected.tobytes() == found.tobytes()


GRADUAL = [
    module
    for module in MODULES
    if PARAMETERS[module.switches[0]].kind != "switch"
    and module.name != "internal_trust"  # it samples trust at home by school, whatever its switch (C30)
]


@pytest.mark.parametrize("module", GRADUAL, ids=lambda module: module.name)
def test_a_module_has_no_effect_in_the_limit_of_a_small_switch(small_model, module):
    """As its switch approaches 0, a run approaches the run without the module."""
    without, barely = small_model(), small_model(**{module.switches[0]: 1e-12})
    for model in (without, barely):
        model.run_for(14)
    assert barely.modules == (module.name,)
    found = barely.outcomes[without.outcomes.columns]
    np.testing.assert_allclose(found.to_numpy(), without.outcomes.to_numpy(), rtol=1e-6)


@pytest.mark.parametrize("pair", list(combinations(SWITCHES, 2)), ids="+".join)
def test_any_two_modules_run_together(small_model, pair):
    model = small_model(**switch_on(*pair))
    assert set(model.modules) == set(pair)
    model.run_for(14)
    assert_consistent(model)


def test_all_modules_run_together(small_model):
    model = small_model(**switch_on(*SWITCHES))
    assert model.modules == tuple(SWITCHES)
    model.run_for(30)
    assert_consistent(model)


def test_two_threads_make_no_difference(small_model):
    one, two = (small_model(**switch_on(*SWITCHES)) for _ in range(2))
    one.threads, two.threads = 1, 2
    for model in (one, two):
        model.run_for(14)
    assert one.outcomes.equals(two.outcomes)
    assert one.world.ties.trust.tobytes() == two.world.ties.trust.tobytes()


def test_copies_continue_identically(small_model):
    model = small_model(**switch_on(*SWITCHES))
    model.run_for(8)
    others = (copy.deepcopy(model), pickle.loads(pickle.dumps(model)))
    for one in (model, *others):
        one.run_for(8)
    assert all(one.outcomes.equals(model.outcomes) for one in others)


def test_an_event_switches_a_module_on(small_model):
    pushed, left = small_model(), small_model()
    for model in (pushed, left):
        model.run_for(6)
    pushed.change_policy({"policy.hub_push": 0.6})
    assert (pushed.modules, left.modules) == (("hub_push",), ())
    assert pushed.outcomes.equals(left.outcomes)
    for model in (pushed, left):
        model.run_for(1)
    assert not pushed.outcomes.equals(left.outcomes)


def test_a_run_in_one_call_is_the_same_with_modules():
    from alliance_sim.engine.simulation.simulate import simulate

    scenario = Scenario(**{"population.schools": 4, "population.alliance_size": 2} | switch_on(*SWITCHES))
    model = AllianceModel(scenario, rng=3)
    model.run_for(8)
    assert np.array_equal(
        simulate(scenario.configuration, 3, 8), model.outcomes[list(NAMES)].to_numpy(), equal_nan=True
    )
