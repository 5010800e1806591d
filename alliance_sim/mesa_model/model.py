"""AllianceModel: the world as Mesa sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from mesa import DataCollector, Model

from alliance_sim.config import ConfigError, Event, Problem, changed, shortened
from alliance_sim.config.config import LARGEST
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, HALF_TERMS_A_YEAR, Value
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.seeds import RNG, seed_from
from alliance_sim.engine.settings import setting
from alliance_sim.engine.simulation.events import EVENT_KINDS, schools_concerned
from alliance_sim.engine.simulation.recorder import Record
from alliance_sim.engine.simulation.simulation import Simulation
from alliance_sim.engine.state import World
from alliance_sim.mesa_model.agents import Coordinator, LazyAgents, School, Teacher
from alliance_sim.mesa_model.attributes import ReadOnlyProperties
from alliance_sim.mesa_model.frames import alliance_frame, school_frame, system_frame
from alliance_sim.mesa_model.incidents import IncidentLog
from alliance_sim.mesa_model.maturity import collaborative_capital, maturity_of
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.validation import said, whole_number

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class AllianceModel(ReadOnlyProperties, Model[Any, Any]):
    """A system of schools in alliances, lived half-term by half-term.

    Args:
        scenario: a ``Scenario``, the name of a shipped config, or a path; the baseline where None.
        rng: Mesa's keyword. A whole number gives a reproducible world; anything else that NumPy's ``default_rng``
            takes is turned into one, so ``rng=[7]`` is another run than ``rng=7``. Without it the scenario's own
            ``rng`` holds, and without that, chance.
        record: what to keep each half-term: ``"system"``, ``"alliance"``, ``"school"``, or ``"auto"``, which is
            ``"school"`` up to 5,000 schools.
        incidents: whether to keep a chronicle of what happens to whom (``incidents.py``); it takes time.
        dotted: parameters by dotted name, which override the scenario's.

    Attributes:
        world: the columns (``alliance_sim.engine.state.World``).
        roster: who the schools are.
        seed: the number that this world can be repeated with.
        schools, teachers, coordinators: the agents, by row, each made when first looked at.

    Example:
        >>> model = AllianceModel("route128", rng=1)
        >>> model.run_for(6)
        >>> list(model.outcomes["trust"].index)
        [0, 1, 2, 3, 4, 5, 6]
        >>> again = AllianceModel("route128", rng=1)
        >>> again.run_for(6)
        >>> model.outcomes.equals(again.outcomes)
        True
    """

    simulation_type: type[Simulation] = Simulation
    """A variant of the model may put a subclass here."""

    def __init__(
        self,
        scenario: Scenario | str | Path | None = None,
        *,
        rng: RNG = None,
        record: Record = "auto",
        incidents: bool = False,
        **dotted: Any,
    ) -> None:
        if not isinstance(scenario, Scenario):
            scenario = Scenario.load("baseline" if scenario is None else scenario, dotted)
        elif dotted:
            scenario = scenario.with_changes(dotted)
        self.seed = seed_from(rng if rng is not None else scenario.__dict__["rng"])
        super().__init__(scenario=scenario.copy(rng=self.seed))

        log = IncidentLog() if incidents else None
        self.simulation = self.simulation_type(
            scenario.configuration, self.seed, scenario.roster, record=record, observer=log
        )
        self._incidents = log

        self._everybody_in_order = False
        self.schools: Sequence[School] = LazyAgents(partial(School, self), self.roster.schools)
        self.coordinators: Sequence[Coordinator] = LazyAgents(partial(Coordinator, self), self.roster.alliances)
        self.teachers: Sequence[Teacher] = LazyAgents(partial(Teacher, self), len(self.world.teachers.id))

        reporters = {name: partial(_latest, place) for place, name in enumerate(NAMES)}
        self.datacollector = DataCollector(model_reporters=reporters)
        self.datacollector.collect(self)

    def run_for(self, duration: float) -> None:
        """Live so many half-terms.

        Raises:
            TypeError: if the duration is no number.
            ValueError: if it is negative or has a fraction: a half-term is lived whole.
        """
        half_terms = whole_number("duration (half-terms)", duration, 0)
        if half_terms:  # Mesa would warn of nothing to do
            super().run_for(half_terms)

    def run_until(self, end_time: float) -> None:
        """Live until so many half-terms are over, counted from the opening.

        Raises:
            TypeError: if the end is no number.
            ValueError: if it lies in the past or inside a half-term.
        """
        self.run_for(whole_number("end_time (half-terms)", end_time, round(self.time)) - round(self.time))

    def step(self) -> None:
        """One half-term: events dated now, then the schedule, then the measures."""
        self.simulation.step()
        self.datacollector.collect(self)

    @property
    def world(self) -> World:
        """The columns (``alliance_sim.engine.state.World``)."""
        return self.simulation.world

    @property
    def roster(self) -> Roster:
        """Who the schools are."""
        return self.simulation.roster

    @property
    def threads(self) -> int:
        """How many threads share a half-term; no result depends on it."""
        return self.simulation.threads

    @threads.setter
    def threads(self, threads: int) -> None:
        self.simulation.threads = threads

    @property
    def modules(self) -> tuple[str, ...]:
        """The switchable modules that are on."""
        return tuple(module.name for module in self.simulation.modules.on)

    def change_policy(self, changes: Mapping[str, Value]) -> None:
        """Set policy from now on, as a dated event does; the scenario stays as it was.

        Args:
            changes: values by dotted name: ``policy.*`` and ``coordinator.present``.

        Raises:
            ConfigError: for a name that events cannot change, or a value out of bounds; nothing is changed then.
        """
        can = ", ".join(CHANGED_BY_EVENTS)
        for name in changes if isinstance(cast("object", changes), Mapping) else ():
            if name not in CHANGED_BY_EVENTS:
                sentence = f"{shortened(str(name))} cannot change while a world runs; only {can} can"
                raise ConfigError([Problem("change_policy", None, str(name), said(changes[name]), can, "", sentence)])
        values = changed(self.scenario.configuration, changes, source="change_policy").values
        self.simulation.change_policy({name: values[name] for name in changes})

    def trigger(self, what: str, school: str = LARGEST, *, row: int | None = None) -> None:
        """Let something happen to a school now, as a dated event does.

        Args:
            what: ``betrayal``, ``head_leaves``, ``trust_shaken``, ``merger`` or ``redraw``.
            school: ``largest``, ``largest of each alliance``, or a name or URN.
            row: its row, in place of that.

        Raises:
            ConfigError: if there is no such happening, or no such school.
        """
        if what not in EVENT_KINDS:
            can = ", ".join(EVENT_KINDS)
            sentence = f"nothing called {shortened(str(what))!r} can happen; what can is {can}"
            raise ConfigError([Problem("trigger", None, None, said(what), can, "", sentence)])
        now = round(self.time)
        event = Event(now, now / HALF_TERMS_A_YEAR, {}, what, school)
        rows = (
            schools_concerned(event, self.roster)
            if row is None
            else (whole_number("row", row, 0, self.roster.schools - 1),)
        )
        self.simulation.trigger(what, rows)

    @property
    def policy(self) -> dict[str, Value]:
        """What events may change, as it stands now, by dotted name; ``change_policy`` changes it."""
        return {name: setting(self.simulation.settings_array, name) for name in CHANGED_BY_EVENTS}

    @property
    def outcomes(self) -> pd.DataFrame:
        """The system's outcomes: one row a half-term, index ``half_term``, row 0 the opening (MODEL 7)."""
        return system_frame(self.simulation.recorder)

    @property
    def outcomes_by_alliance(self) -> pd.DataFrame:
        """Outcomes of each alliance: columns ``half_term``, ``alliance``, ``name``, then outcomes.

        Raises:
            ValueError: if the model was made with ``record="system"``.
        """
        return alliance_frame(self.simulation.recorder, self.roster)

    @property
    def outcomes_by_school(self) -> pd.DataFrame:
        """Outcomes of each school: columns ``half_term``, ``school``, ``urn``, ``name``, ``alliance``, then outcomes.

        Raises:
            ValueError: if the model did not record schools.
        """
        return school_frame(self.simulation.recorder, self.roster)

    @property
    def maturity(self) -> pd.DataFrame:
        """Maturity of each alliance, one row an alliance, half-term and strand (``declarations/maturity.py``).

        Columns ``half_term``, ``alliance``, ``name``, ``strand``, ``index`` (0–1, NaN at the opening), ``stage``.

        Raises:
            ValueError: if the model was made with ``record="system"``.
        """
        return maturity_of(self.outcomes_by_alliance)

    @property
    def collaborative_capital(self) -> pd.Series:
        """Of the system, half-term by half-term (C38): share of mature alliances × JPD × (1 + spawned a standing one).

        Raises:
            ValueError: if the model was made with ``record="system"``.
        """
        return collaborative_capital(self.outcomes_by_alliance, self.outcomes)

    @property
    def incidents(self) -> pd.DataFrame:
        """What happened to whom, in order: ``half_term``, ``kind``, ``alliance``, ``school``, ``other``, ``sentence``.

        Raises:
            ValueError: if the model was made without ``incidents=True``.
        """
        if self._incidents is None:
            raise ValueError("no incident log was kept; make the model with incidents=True")
        return self._incidents.frame()

    def newest(self, outcome: str, by: Literal["system", "alliance", "school"] = "system") -> NDArray[np.float64]:
        """The newest values of one outcome, without the frame of all: one number an entity, in row order.

        Raises:
            ValueError: if there is no such outcome, or rows of this kind were not kept.
        """
        return self.simulation.recorder.newest(outcome, by)

    @property
    def agents(self) -> Any:
        """All agents: schools, then coordinators, then teachers, in row order."""
        self._look_at_everybody()
        return super().agents

    @agents.setter
    def agents(self, agents: Any) -> None:
        raise AttributeError("the agents of a model are its rows and cannot be set")

    @property
    def agents_by_type(self) -> Any:
        """The agents of each type, in row order."""
        self._look_at_everybody()
        return {kind: super(AllianceModel, self).agents_by_type[kind] for kind in (School, Coordinator, Teacher)}

    @property
    def agent_types(self) -> list[type]:
        """School, Coordinator and Teacher."""
        return list(self.agents_by_type)

    def _look_at_everybody(self) -> None:
        """Make the agents that nobody has looked at yet, and put all in the order of their numbers."""
        if self._everybody_in_order:
            return
        self._everybody_in_order = True
        looks = cast("tuple[LazyAgents[Any], ...]", (self.schools, self.coordinators, self.teachers))
        for agent in list(super().agents):
            self.deregister_agent(agent)
        for look in looks:
            for row in range(len(look)):
                if look.is_made(row):
                    self.agent_id_counter = look[row].unique_id
                    self.register_agent(look[row])
                else:
                    look[row]

    def remove_all_agents(self) -> None:
        """Let go of all agents, as Mesa's views do with a model they are done with; the columns stay."""
        for agent in list(super().agents):
            self.deregister_agent(agent)
        self.data_registry.close()


def _latest(outcome: int, model: AllianceModel) -> float:
    return model.simulation.recorder.latest(outcome)
