"""``AllianceModel``, the Mesa model of a system of schools in alliances."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from mesa import Model

from alliance_sim.config import ASKED_FROM, ConfigError, Event, Problem, changed, refuse_unexpected_size, shortened
from alliance_sim.config.config import LARGEST
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
from alliance_sim.mesa_model.data_collection import OutcomeCollector
from alliance_sim.mesa_model.frames import alliance_frame, mark, school_frame, split_frame, system_frame
from alliance_sim.mesa_model.incidents import IncidentLog
from alliance_sim.mesa_model.maturity import collaborative_capital, maturity_of
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.validation import format_given, whole_number

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class AllianceModel(ReadOnlyProperties, Model[Any, Any]):
    """A system of schools in alliances, simulated in time steps of one half-term.

    Args:
        scenario: a ``Scenario``, the name of a shipped config, or a path; the baseline where None.
        rng: the seed, under Mesa's keyword. A whole number is used as it is; any other argument of NumPy's
            ``default_rng`` is converted to one, so ``rng=[7]`` and ``rng=7`` give different runs. Where None, the
            scenario's ``rng`` is used; where that is None too, the seed is random.
        record: the outcomes to record each half-term: ``"system"``, ``"alliance"``, ``"school"``, or ``"auto"``,
            which is ``"school"`` up to 5,000 schools.
        incidents: whether to keep an incident log (``incidents.py``), which takes time.
        memory_limit: the memory that the model may need, in GB; raise it for a very large system such as the config
            ``the_world``.
        dotted: parameters by dotted name, which override the scenario's.

    Raises:
        ConfigError: if the scenario is refused, or needs more memory than ``memory_limit`` allows.

    Attributes:
        world: the columns (``alliance_sim.engine.state.World``).
        roster: the schools.
        seed: the seed of the run, with which it can be repeated.
        schools, teachers, coordinators: the agents by row, each created on first access.

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
    """The class of the simulation; a variant of the model may set a subclass."""

    def __init__(
        self,
        scenario: Scenario | str | Path | None = None,
        *,
        rng: RNG = None,
        record: Record = "auto",
        incidents: bool = False,
        memory_limit: float = ASKED_FROM,
        **dotted: Any,
    ) -> None:
        if not isinstance(scenario, Scenario):
            scenario = Scenario.load("baseline" if scenario is None else scenario, dotted)
        elif dotted:
            scenario = scenario.with_changes(dotted)
        refuse_unexpected_size(scenario.configuration.values, scenario.roster, memory_limit)
        self.seed = seed_from(rng if rng is not None else scenario.__dict__["rng"])
        super().__init__(scenario=scenario.copy(rng=self.seed))

        log = IncidentLog() if incidents else None
        self.simulation = self.simulation_type(
            scenario.configuration, self.seed, scenario.roster, record=record, observer=log
        )
        self._incidents = log

        self._agents_complete = False
        self.schools: Sequence[School] = LazyAgents(partial(School, self), self.roster.schools)
        self.coordinators: Sequence[Coordinator] = LazyAgents(partial(Coordinator, self), self.roster.alliances)
        self.teachers: Sequence[Teacher] = LazyAgents(partial(Teacher, self), len(self.world.teachers.id))

        self.datacollector = OutcomeCollector(self.simulation.recorder)
        self.datacollector.collect(self)

    def run_for(self, duration: float) -> None:
        """Simulate a number of half-terms.

        Args:
            duration: the number of half-terms.

        Raises:
            TypeError: if the duration is not a number.
            ValueError: if it is negative or has a fraction.
        """
        half_terms = whole_number("duration (half-terms)", duration, 0)
        if half_terms:  # Mesa warns about a duration of zero
            super().run_for(half_terms)

    def run_until(self, end_time: float) -> None:
        """Simulate until a number of half-terms since the initial state is reached.

        Args:
            end_time: the half-term to reach.

        Raises:
            TypeError: if the end is not a number.
            ValueError: if it is in the past or has a fraction.
        """
        self.run_for(whole_number("end_time (half-terms)", end_time, round(self.time)) - round(self.time))

    def step(self) -> None:
        """Simulate one half-term: dated events, the phases in order, then the measures."""
        self.simulation.step()
        self.datacollector.collect(self)

    @property
    def world(self) -> World:
        """The columns (``alliance_sim.engine.state.World``)."""
        return self.simulation.world

    @property
    def roster(self) -> Roster:
        """The schools."""
        return self.simulation.roster

    @property
    def threads(self) -> int:
        """Number of threads that share a half-term; results do not depend on it."""
        return self.simulation.threads

    @threads.setter
    def threads(self, threads: int) -> None:
        self.simulation.threads = threads

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the optional modules that are on."""
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
                sentence = f"{shortened(str(name))} cannot change during a run; only {can} can"
                given = format_given(changes[name])
                raise ConfigError([Problem("change_policy", None, str(name), given, can, "", sentence)])
        values = changed(self.scenario.configuration, changes, source="change_policy").values
        self.simulation.change_policy({name: values[name] for name in changes})

    def trigger(self, what: str, school: str = LARGEST, *, row: int | None = None) -> None:
        """Apply an event to schools now, as a dated event of a config does.

        Args:
            what: ``betrayal``, ``head_leaves``, ``trust_shaken``, ``merger`` or ``redraw``.
            school: ``largest``, ``largest of each alliance``, or a name or URN.
            row: the row of the school, in place of ``school``.

        Raises:
            ConfigError: if there is no such event, or no such school.
            TypeError: if the row is not a number.
            ValueError: if there is no such row.
        """
        if what not in EVENT_KINDS:
            can = ", ".join(EVENT_KINDS)
            sentence = f"there is no event {shortened(str(what))!r}; the events are {can}"
            raise ConfigError([Problem("trigger", None, None, format_given(what), can, "", sentence)])
        now = round(self.time)
        event = Event(now, now / HALF_TERMS_A_YEAR, {}, what, school)
        rows = (
            schools_concerned(event, self.roster)
            if row is None
            else (whole_number("row", row, 0, self.roster.schools - 1),)
        )
        self.simulation.trigger(what, rows)

    def let_happen(self, what: str, school: str = LARGEST, *, row: int | None = None) -> None:
        """Call ``trigger`` with the same arguments.

        .. deprecated:: 0.2
            Use ``trigger``.
        """
        text = "AllianceModel.let_happen is now called trigger; the old name goes in version 0.3"
        warnings.warn(text, DeprecationWarning, stacklevel=2)
        self.trigger(what, school, row=row)

    @property
    def policy(self) -> dict[str, Value]:
        """Current values of the parameters that events may change, by dotted name; ``change_policy`` sets them."""
        return {name: setting(self.simulation.settings_array, name) for name in CHANGED_BY_EVENTS}

    @property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes of the system: one row per half-term, index ``half_term``, row 0 the initial state (MODEL 7)."""
        return system_frame(self.simulation.recorder)

    @property
    def outcomes_by_alliance(self) -> pd.DataFrame:
        """Outcomes of each alliance: columns ``half_term``, ``alliance``, ``name``, then outcomes.

        Raises:
            ValueError: if the model was created with ``record="system"``.
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
    def outcomes_by_group(self) -> pd.DataFrame:
        """Outcomes split by phase, Ofsted's judgement and free school meals, as far as the list of schools has them.

        Columns ``half_term``, ``split``, ``group``, ``schools``, ``teachers``, then outcomes: means over the schools of
        a group, in which schools count by their teachers (in attainment once each).

        Raises:
            ValueError: if the model did not record schools, or there is nothing by which outcomes can be split.
        """
        return split_frame(self.simulation.recorder, self.roster)

    @property
    def maturity(self) -> pd.DataFrame:
        """Maturity of alliances, one row per alliance, half-term and strand (``declarations/maturity.py``).

        Columns ``half_term``, ``alliance``, ``name``, ``strand``, ``index`` (0–1, NaN initially) and ``stage``.

        Raises:
            ValueError: if the model was created with ``record="system"``.
        """
        return mark(maturity_of(self.outcomes_by_alliance), self.roster, ("name",))

    @property
    def collaborative_capital(self) -> pd.Series:
        """Collaborative capital of the system by half-term (C38): mature share × JPD × (1 + spawned per existing).

        Raises:
            ValueError: if the model was created with ``record="system"``.
        """
        return collaborative_capital(self.outcomes_by_alliance, self.outcomes)

    @property
    def incidents(self) -> pd.DataFrame:
        """Incidents in order: ``half_term``, ``kind``, ``alliance``, ``school``, ``other`` and ``sentence``.

        Raises:
            ValueError: if the model was created without ``incidents=True``.
        """
        if self._incidents is None:
            raise ValueError("no incident log was kept; make the model with incidents=True")
        return mark(self._incidents.frame(), self.roster, ())

    def newest(self, outcome: str, by: Literal["system", "alliance", "school"] = "system") -> NDArray[np.float64]:
        """Return the latest values of one outcome, without building a frame.

        Args:
            outcome: its name.
            by: the level of aggregation.

        Returns:
            One value per entity of the level, in row order.

        Raises:
            ValueError: if there is no such outcome, or the level was not recorded.
        """
        return self.simulation.recorder.newest(outcome, by)

    @property
    def agents(self) -> Any:
        """All agents: schools, then coordinators, then teachers, in row order."""
        self._create_all_agents()
        return super().agents

    @agents.setter
    def agents(self, agents: Any) -> None:
        raise AttributeError("the agents of a model are its rows and cannot be set")

    @property
    def agents_by_type(self) -> Any:
        """The agents of each type, in row order."""
        self._create_all_agents()
        return {kind: super(AllianceModel, self).agents_by_type[kind] for kind in (School, Coordinator, Teacher)}

    @property
    def agent_types(self) -> list[type]:
        """School, Coordinator and Teacher."""
        return list(self.agents_by_type)

    def _create_all_agents(self) -> None:
        """Create the agents that do not exist yet, and register all in the order of their ids."""
        if self._agents_complete:
            return
        self._agents_complete = True
        kinds = cast("tuple[LazyAgents[Any], ...]", (self.schools, self.coordinators, self.teachers))
        for agent in list(super().agents):
            self.deregister_agent(agent)
        for agents in kinds:
            for row in range(len(agents)):
                if agents.is_created(row):
                    self.agent_id_counter = agents[row].unique_id
                    self.register_agent(agents[row])
                else:
                    agents[row]

    def remove_all_agents(self) -> None:
        """Deregister all agents, as Mesa's views do with a model they no longer show; the columns stay."""
        for agent in list(super().agents):
            self.deregister_agent(agent)
        self.data_registry.close()
