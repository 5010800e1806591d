"""The registry of optional modules: which exist, which are switched on, and how their rules run in a simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from numpy.typing import NDArray

from alliance_sim.config import Configuration
from alliance_sim.config.extensions import REGISTERED_OUTCOMES
from alliance_sim.declarations.module import Measure, MechanismError, Module, Phase, Rule
from alliance_sim.declarations.outcomes import OUTCOMES, Outcome
from alliance_sim.declarations.parameters import Value
from alliance_sim.engine.allocation import allocate_columns, module_state
from alliance_sim.engine.column_checks import (
    CheckedColumns,
    as_measures_see_it,
    as_rules_see_it,
    is_careful,
    refuse_values_out_of_bounds,
)
from alliance_sim.engine.extension_rules import failure_of
from alliance_sim.engine.hooks import entries, reset_modifiers
from alliance_sim.engine.modules import (
    boundary_pressure,
    challenge,
    complacency,
    coordinator_pressures,
    embedding,
    expertise,
    governance,
    hub_push,
    initiative_churn,
    internal_trust,
    mobility,
    power,
    reputation,
    spawning,
    succession,
    system_leadership,
    time_horizon,
    topics,
    trust_elements,
    turnover,
)
from alliance_sim.engine.settings import Context, Settings, extended_settings, update_settings
from alliance_sim.engine.state import Modifiers, RequestLog, World, allocate_table
from alliance_sim.validation import format_given

MODULES: tuple[Module, ...] = (
    reputation.MODULE,
    governance.MODULE,
    succession.MODULE,  # records the trust of heads before turnover replaces them
    turnover.MODULE,
    mobility.MODULE,
    embedding.MODULE,
    initiative_churn.MODULE,
    boundary_pressure.MODULE,
    hub_push.MODULE,
    power.MODULE,
    coordinator_pressures.MODULE,
    topics.MODULE,
    expertise.MODULE,
    system_leadership.MODULE,
    time_horizon.MODULE,
    internal_trust.MODULE,
    trust_elements.MODULE,
    challenge.MODULE,
    complacency.MODULE,
    spawning.MODULE,
)
"""All optional modules, in the order in which their rules run at a phase."""

ARGUMENTS_BEFORE = 5
"""Version 0.1 called rules as ``rule(world, settings, own, seed, half_term)``; accepted until version 0.3."""

type View = Callable[[World, Module], World]
"""A function that returns the columns as a mechanism's rule or measure may use them."""
type ModuleStates = dict[str, Any]
"""The columns of each module that is on, by name."""


def switched_on(
    values: Mapping[str, Value], events: Iterable[Mapping[str, Value]] = (), own: Iterable[Module] = ()
) -> tuple[Module, ...]:
    """Return the modules that parameters or dated events switch on.

    Args:
        values: parameters by dotted name.
        events: the parameters that each event sets.
        own: modules of users' own files.
    """
    given = [values, *events]
    return tuple(
        module for module in (*MODULES, *own) if any(each.get(switch) for switch in module.switches for each in given)
    )


def modules_of(configuration: Configuration) -> tuple[Module, ...]:
    """Return the modules that are on in a run of this configuration, from the start or after a dated event."""
    own = [mechanism.module for mechanism in configuration.mechanisms]
    return switched_on(configuration.values, [event.set for event in configuration.events], own)


def outcomes_measured(configurations: Iterable[Configuration]) -> tuple[Outcome, ...]:
    """Return the outcomes of runs of these configurations: the model's own, then those of modules on in any run."""
    added = (outcome for configuration in configurations for outcome in outcomes_of(modules_of(configuration)))
    return (*OUTCOMES, *dict.fromkeys(added))


def outcome_named(name: str) -> Outcome | None:
    """Return the outcome of this name, of the model, a module or a registered mechanism of a user; None without one."""
    known = {outcome.name: outcome for outcome in (*OUTCOMES, *outcomes_of(MODULES))}
    return known.get(name) or REGISTERED_OUTCOMES.get(name)


def outcome_declared(name: str) -> Outcome:
    """Return the outcome of this name, or a placeholder for one of older results that this version does not have."""
    return outcome_named(name) or Outcome(name, "", "an outcome that this version does not have", "system")


class ActiveModules:
    """The modules that are on in one simulation, and their columns.

    A module that an event switches on during a run joins with new columns. No module is removed; one whose switches
    are back at 0 has no effect.

    Attributes:
        on: the modules, in the order in which their rules run.
        states: the columns of each module, by name.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.on: tuple[Module, ...] = ()
        self.states: ModuleStates = {}
        self._values = values
        self._extended: dict[str, NDArray[Any]] = {}
        """Settings with one more table, for each module that has parameters of its own."""
        self._checked: dict[str, CheckedColumns] = {}
        """The columns that each user's mechanism may write."""
        self._views: dict[tuple[str, View], tuple[World, World]] = {}
        """The columns and a mechanism's view of them. perf: creating views each time took 7 % of a half-term."""

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without views of columns, which would be copied as separate columns."""
        return self.__dict__ | {"_views": {}, "_checked": {}}

    def __bool__(self) -> bool:
        return bool(self.on)

    def join(self, wanted: Iterable[Module], world: World, context: Context) -> World:
        """Add modules, with their columns and initial rules.

        Returns:
            The columns, with the tables that the modules need.
        """
        new = [module for module in wanted if module not in self.on]
        built_in = tuple(module for module in MODULES if module in self.on or module in new)
        self.on = built_in + tuple(module for module in (*self.on, *new) if module not in MODULES)
        if self.on and world.modifiers is None:
            world = world._replace(modifiers=Modifiers(**allocate_columns(Modifiers, world)))
            reset_modifiers(world, context.settings)
        if any(module.request_log for module in self.on) and world.request_log is None:
            world = world._replace(request_log=allocate_request_log(world))
        for module in new:
            self.states[module.name] = module_state(module, world)
            if module.parameters:
                self._extended[module.name] = extended_settings(module.name, module.parameters, self._values)
            if Phase.INITIAL in module.rules:
                self._run(module, Phase.INITIAL, world, context)
        return world

    def _view(self, module: Module, world: World, view: View) -> World:
        known = self._views.get((module.name, view))
        if known is None or known[0] is not world:
            known = self._views[module.name, view] = world, view(world, module)
        return known[1]

    def _run(self, module: Module, phase: Phase, world: World, context: Context) -> None:
        """Run one rule, with checks for a user's own mechanism."""
        rule, own = module.rules[phase], self.states[module.name]
        if not module.parameters:
            rule(world, own, context)
            return
        name = getattr(rule, "__name__", "its rule")
        checked = self._checked.get(module.name)
        if checked is None or checked.world is not world or checked.own is not own:
            checked = self._checked[module.name] = CheckedColumns(world, own, module)
        if is_careful():
            refuse_values_out_of_bounds(checked, name, phase, context.half_term, before=True)
        extended = context._replace(settings=self._settings_for(module, context.settings))
        try:
            _call(rule, self._view(module, world, as_rules_see_it), own, extended)
        except Exception as error:
            when = f"at {phase.name} of half-term {context.half_term:,}"
            raise failure_of(error, module.name, rule, when, (module.uses_modifiers, module.request_log)) from error
        refuse_values_out_of_bounds(checked, name, phase, context.half_term)

    def _settings_for(self, module: Module, settings: Settings) -> Settings:
        if not module.parameters:
            return settings
        extended = self._extended[module.name]
        update_settings(extended, settings)
        return extended[0]

    def act(self, phase: Phase, world: World, context: Context) -> None:
        """Run the rules of all modules at a phase, one after another."""
        if phase is Phase.START and self.on:
            reset_modifiers(world, context.settings)
        for module in self.on:
            if phase in module.rules:
                self._run(module, phase, world, context)

    def measured(self, world: World, settings: Settings) -> dict[str, float]:
        """Return the outcomes that modules add, by name."""
        return {
            outcome.name: self._measure(module, outcome, measure, world, settings)
            for module in self.on
            for outcome, measure in module.outcomes.items()
        }

    def _measure(self, module: Module, outcome: Outcome, measure: Measure, world: World, settings: Settings) -> float:
        own = self.states[module.name]
        if not module.parameters:
            return float(measure(world, settings, own))
        try:
            value = measure(self._view(module, world, as_measures_see_it), self._settings_for(module, settings), own)
        except Exception as error:
            declared = (module.uses_modifiers, module.request_log)
            raise failure_of(error, module.name, measure, f"which measures {outcome.name}", declared) from error
        try:
            return float(value)
        except (TypeError, ValueError):
            shown = format_given(value)
            text = f"the mechanism {module.name}: {outcome.name} was measured as {shown}, but must be one number"
            raise MechanismError(f"{text}; return a float from the measure") from None


def _call(rule: Rule, world: World, own: Any, context: Context) -> None:
    """Call the rule of a user's mechanism, which may still have the five arguments of version 0.1."""
    written: Any = getattr(rule, "py_func", rule)
    if written.__code__.co_argcount == ARGUMENTS_BEFORE:
        rule(world, context.settings, own, context.seed, context.half_term)
    else:
        rule(world, own, context)


def outcomes_of(modules: Iterable[Module]) -> tuple[Outcome, ...]:
    """Return the outcomes that modules add to those of the system, in order."""
    return tuple(outcome for module in modules for outcome in module.outcomes)


def allocate_request_log(world: World) -> RequestLog:
    """Allocate a request log with space for the largest possible number of requests in a half-term."""
    offsets = entries(world)
    empty = allocate_table(RequestLog, int(offsets[-1]))
    return RequestLog(**empty | {"offsets": offsets, "count": empty["count"][: world.alliances.age.size]})
