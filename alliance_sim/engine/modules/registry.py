"""The switchable modules: which there are, which are on, and what those do at each moment of a half-term."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from numpy.typing import NDArray

from alliance_sim.config import Configuration
from alliance_sim.config.extensions import REGISTERED_OUTCOMES
from alliance_sim.declarations.module import Measure, MechanismError, Module, Phase
from alliance_sim.declarations.outcomes import OUTCOMES, Outcome
from alliance_sim.declarations.parameters import Value
from alliance_sim.engine.allocation import allocate_columns, module_state
from alliance_sim.engine.column_checks import (
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
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings, extended_settings, update_settings
from alliance_sim.engine.state import Modifiers, RequestLog, World, allocate_table
from alliance_sim.validation import said

MODULES: tuple[Module, ...] = (
    reputation.MODULE,
    governance.MODULE,
    succession.MODULE,  # remembers heads before turnover replaces them
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
    spawning.MODULE,
)
"""All of them, in the order in which those at one moment act."""

type Look = Callable[[World, Module], World]
type ModuleStates = dict[str, Any]
"""What each module that is on remembers, by its name."""


def switched_on(
    values: Mapping[str, Value], events: Iterable[Mapping[str, Value]] = (), own: Iterable[Module] = ()
) -> tuple[Module, ...]:
    """The modules that these parameters, or dated events, switch on; ``own`` are those in users' own files."""
    settings = [values, *events]
    return tuple(
        module
        for module in (*MODULES, *own)
        if any(said.get(switch) for switch in module.switches for said in settings)
    )


def modules_of(configuration: Configuration) -> tuple[Module, ...]:
    """The modules that are on in a world of this configuration, now or after one of its dated events."""
    own = [mechanism.module for mechanism in configuration.mechanisms]
    return switched_on(configuration.values, [event.set for event in configuration.events], own)


def outcomes_measured(configurations: Iterable[Configuration]) -> tuple[Outcome, ...]:
    """The outcomes of worlds of these configurations: the model's own, then those of modules that are on in any."""
    added = (outcome for configuration in configurations for outcome in outcomes_of(modules_of(configuration)))
    return (*OUTCOMES, *dict.fromkeys(added))


def outcome_named(name: str) -> Outcome | None:
    """The outcome of this name: the model's own, a module's, or one of a mechanism in a user's file that is known."""
    known = {outcome.name: outcome for outcome in (*OUTCOMES, *outcomes_of(MODULES))}
    return known.get(name) or REGISTERED_OUTCOMES.get(name)


def outcome_declared(name: str) -> Outcome:
    """The same; of one that results have and nobody here knows any more, its name alone."""
    return outcome_named(name) or Outcome(name, "", "an outcome that this version does not have", "system")


class ActiveModules:
    """The modules that are on in one world, and what they remember.

    Empty, it does nothing and costs nothing. A module that is switched on while the world runs joins with a blank
    memory; none leaves again, but one whose switch is back at 0 does nothing.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.on: tuple[Module, ...] = ()
        self.states: ModuleStates = {}
        self._values = values
        self._longer: dict[str, NDArray[Any]] = {}
        """The settings with one more table, for modules that have parameters of their own."""
        self._views: dict[tuple[str, Look], tuple[World, World]] = {}
        """The world, and what a user's own mechanism may do with it; perf: making it anew took 7 % of a half-term."""

    def __getstate__(self) -> dict[str, Any]:
        """Without the views, which would be copied as columns of their own."""
        return self.__dict__ | {"_views": {}}

    def __bool__(self) -> bool:
        return bool(self.on)

    def join(self, wanted: Iterable[Module], world: World, settings: Settings, seed: Seed, half_term: int) -> World:
        """Let modules join; returns the world, with the columns that they need."""
        new = [module for module in wanted if module not in self.on]
        ours = tuple(module for module in MODULES if module in self.on or module in new)
        self.on = ours + tuple(module for module in (*self.on, *new) if module not in MODULES)
        if self.on and world.modifiers is None:
            world = world._replace(modifiers=Modifiers(**allocate_columns(Modifiers, world)))
            reset_modifiers(world, float(settings["policy"]["funding"]))
        if any(module.request_log for module in self.on) and world.request_log is None:
            world = world._replace(request_log=allocate_request_log(world))
        for module in new:
            self.states[module.name] = module_state(module, world)
            if module.parameters:
                self._longer[module.name] = extended_settings(module.name, module.parameters, self._values)
            if Phase.INITIAL in module.rules:
                self._run(module, Phase.INITIAL, world, settings, seed, half_term)
        return world

    def _seen(self, module: Module, world: World, look: Look) -> World:
        known = self._views.get((module.name, look))
        if known is None or known[0] is not world:
            known = self._views[module.name, look] = world, look(world, module)
        return known[1]

    def _run(self, module: Module, moment: Phase, world: World, settings: Settings, seed: Seed, half_term: int) -> None:
        """Run one rule; one of a user's own mechanism is checked."""
        rule, own = module.rules[moment], self.states[module.name]
        if not module.parameters:
            rule(world, settings, own, seed, half_term)
            return
        name = getattr(rule, "__name__", "its rule")
        if is_careful():
            refuse_values_out_of_bounds(world, own, module, name, moment, half_term, before=True)
        try:
            rule(self._seen(module, world, as_rules_see_it), self._as_read_by(module, settings), own, seed, half_term)
        except Exception as error:
            when = f"at {moment.name} of half-term {half_term:,}"
            raise failure_of(error, module.name, rule, when, (module.uses_modifiers, module.request_log)) from error
        refuse_values_out_of_bounds(world, own, module, name, moment, half_term)

    def _as_read_by(self, module: Module, settings: Settings) -> Settings:
        if not module.parameters:
            return settings
        longer = self._longer[module.name]
        update_settings(longer, settings)
        return longer[0]

    def act(self, moment: Phase, world: World, settings: Settings, seed: Seed, half_term: int) -> None:
        """What the modules do at a moment, one after another."""
        if moment is Phase.START and self.on:
            reset_modifiers(world, float(settings["policy"]["funding"]))
        for module in self.on:
            if moment in module.rules:
                self._run(module, moment, world, settings, seed, half_term)

    def measured(self, world: World, settings: Settings) -> dict[str, float]:
        """The outcomes that modules add, by name."""
        return {
            outcome.name: self._measured(module, outcome, measure, world, settings)
            for module in self.on
            for outcome, measure in module.outcomes.items()
        }

    def _measured(self, module: Module, outcome: Outcome, measure: Measure, world: World, settings: Settings) -> float:
        own = self.states[module.name]
        if not module.parameters:
            return float(measure(world, settings, own))
        try:
            found = measure(self._seen(module, world, as_measures_see_it), self._as_read_by(module, settings), own)
        except Exception as error:
            declared = (module.uses_modifiers, module.request_log)
            raise failure_of(error, module.name, measure, f"which measures {outcome.name}", declared) from error
        try:
            return float(found)
        except (TypeError, ValueError):
            text = f"the mechanism {module.name}: {outcome.name} was measured as {said(found)}, but must be one number"
            raise MechanismError(f"{text}; return a float from the measure") from None


def outcomes_of(modules: Iterable[Module]) -> tuple[Outcome, ...]:
    """What modules add to the outcomes of the system, in order."""
    return tuple(outcome for module in modules for outcome in module.outcomes)


def allocate_request_log(world: World) -> RequestLog:
    """Room for all that can be asked in a half-term."""
    first = entries(world)
    empty = allocate_table(RequestLog, int(first[-1]))
    return RequestLog(**empty | {"first": first, "noted": empty["noted"][: world.alliances.age.size]})
