"""The ``Simulation`` object: it holds the state, settings, events, modules and outcomes of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, Self

import numpy as np

from alliance_sim.config import Configuration, Event, refuse_misfits
from alliance_sim.declarations.module import Module
from alliance_sim.declarations.parameters import Value
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine import random_streams
from alliance_sim.engine.modules.registry import ActiveModules, modules_of, switched_on
from alliance_sim.engine.settings import Context, Settings, settings_record
from alliance_sim.engine.simulation import schedule
from alliance_sim.engine.simulation.batch import run_half_terms
from alliance_sim.engine.simulation.events import apply_event_to, check_event_schools, schools_concerned
from alliance_sim.engine.simulation.initialization import initialize, sample_roster
from alliance_sim.engine.simulation.policy import set_policy
from alliance_sim.engine.simulation.recorder import Record, Recorder
from alliance_sim.engine.simulation.restructuring import RESTRUCTURINGS
from alliance_sim.engine.state import World


class Observer(Protocol):
    """Watches a simulation without changing it; each method is called at one point of a half-term."""

    def half_term_starts(self, simulation: Simulation) -> None:
        """Called before the events of a half-term."""

    def events_applied(self, simulation: Simulation) -> None:
        """Called after the events and before the first phase."""

    def half_term_ended(self, simulation: Simulation) -> None:
        """Called after the last phase."""

    def event_triggered(self, simulation: Simulation, what: str, schools: list[int]) -> None:
        """Called after an event; ``schools`` are the rows of the affected schools."""


class Simulation:
    """A run of the model under one configuration and one seed.

    Args:
        config: every parameter, with dated events.
        seed: a whole number from 0 to 2**64 - 1; the same seed gives the same random numbers.
        roster: the schools; sampled where None.
        record: which outcomes are recorded each half-term, besides those of the system.
        observer: called at fixed points of each half-term (``mesa_model.incidents``).

    Attributes:
        world: the columns, changed in place; a new tuple after a change of boundaries.
        half_term: half-terms simulated so far; 0 is the initial state.
        modules: the optional modules that are on, with their state.
        recorder: outcomes so far.
        threads: how many threads share a half-term; no result depends on it.

    Raises:
        ConfigError: if parameters do not fit the roster, or an event names an unknown school.
    """

    def __init__(
        self,
        config: Configuration,
        seed: int,
        roster: Roster | None = None,
        *,
        record: Record = "system",
        observer: Observer | None = None,
    ) -> None:
        self.config, self.seed, self.observer = config, seed, observer
        self.random_key = np.uint64(random_streams.seed_of(np.uint64(seed)))
        self.settings_array = settings_record(config.values)
        self.roster = roster or sample_roster(self.settings, self.random_key)
        refuse_misfits(config.values, self.roster)
        check_event_schools(config.events, self.roster)
        self.half_term = 0
        self.world: World = initialize(self.roster, self.settings, self.random_key)
        self.threads = schedule.threads_for(len(self.world.teachers.id))
        self.modules = ActiveModules(config.values)
        self._activate(modules_of(config))
        self.recorder = Recorder(self.roster, self.world.teachers.practice.shape[1], record)
        self._measure()

    @property
    def settings(self) -> Settings:
        """The current parameters, as a record for compiled code."""
        return self.settings_array[0]

    @property
    def context(self) -> Context:
        """The settings, internal seed and half-term, as rules receive them."""
        return Context(self.settings, self.random_key, self.half_term)

    def step(self) -> None:
        """Simulate one half-term: dated events, the phases in order, then the measures."""
        if self.observer:
            self.observer.half_term_starts(self)
        for event in self.config.events:
            if event.half_term == self.half_term:
                self._apply(event)
        if self.observer:
            self.observer.events_applied(self)
        self.half_term += 1
        self.advance()
        if self.observer:
            self.observer.half_term_ended(self)
        self._measure()

    def run(self, half_terms: int) -> Self:
        """Simulate this many half-terms and return the simulation."""
        for _ in range(half_terms):
            self.step()
        return self

    def advance(self) -> None:
        """Run the phases of the current half-term; a subclass may override it."""
        if self._in_one_call:
            self._run_in_one_call()
        else:
            schedule.simulate_half_term(self.world, self.context, self.threads, self.modules)

    @property
    def _in_one_call(self) -> bool:
        return self.threads <= 1 and not self.modules

    def _run_in_one_call(self) -> None:
        """Simulate the current half-term, unless it is the initial state, and measure it.

        # perf: each compiled call takes the columns apart, which costs as much as measuring a small run.
        """
        number = self.half_term
        run_half_terms(self.world, self.settings, self.random_key, number, number, *self.recorder.new_rows())

    def _measure(self) -> None:
        if self.recorder.rows > self.half_term:
            return  # measured by the same call that simulated it
        if self.half_term == 0 and self._in_one_call:
            self._run_in_one_call()
            return
        added = self.modules.measured(self.world, self.settings)
        self.recorder.measure(self.world, self.settings, self.threads, added)

    def _apply(self, event: Event) -> None:
        if event.set:
            self.change_policy(event.set)
        if event.kind:
            self.trigger(event.kind, schools_concerned(event, self.roster))

    def change_policy(self, changes: Mapping[str, Value]) -> None:
        """Set policy from now on.

        Args:
            changes: values by dotted name, already checked (``config.changed``).
        """
        set_policy(changes, self.settings_array, self.world)
        self._activate(switched_on(changes))

    def trigger(self, what: str, schools: Iterable[int]) -> None:
        """Apply an event to schools now.

        Args:
            what: a key of ``events.EVENT_KINDS``.
            schools: their rows.
        """
        before, affected = self.world, list[int]()
        for row in schools:
            previous = self.world
            self.world = apply_event_to(what, row, previous, self.context, self.modules.states)
            if what not in RESTRUCTURINGS or self.world is not previous:  # a boundary may be unable to move
                affected.append(row)
        if self.world is not before:
            self.recorder.reassign_schools(self.world.schools.alliance)
        if self.observer:
            self.observer.event_triggered(self, what, affected)

    def _activate(self, modules: Iterable[Module]) -> None:
        self.world = self.modules.join(modules, self.world, self.context)
