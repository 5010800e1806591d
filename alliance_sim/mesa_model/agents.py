"""``School``, ``Teacher`` and ``Coordinator``: Mesa agents that are views of rows.

An agent stores only its row number. Its attributes read and write the columns, so Mesa's ``AgentSet`` works on the
state of the simulation. Agents are created on first access.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast, overload

from mesa import Agent

from alliance_sim.mesa_model.attributes import ColumnAttribute, ModelProtocol, ReadOnlyProperties
from alliance_sim.mesa_model.ties import Tie
from alliance_sim.validation import format_given, is_number, number, whole_number


class _Row(ReadOnlyProperties, Agent[Any]):
    """An agent that is a view of one row."""

    model: ModelProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, model: ModelProtocol, row: int, first_id: int) -> None:
        self.row = row
        # Mesa numbers agents in the order of creation; here the id follows from the row.
        model.agent_id_counter = first_id + row
        super().__init__(cast("Any", model))

    def remove(self) -> None:
        """Refuse: rows cannot be removed during a run.

        Raises:
            NotImplementedError: always.
        """
        kind = type(self).__name__.lower()
        raise NotImplementedError(f"a {kind} cannot be removed during a run; start a model without it instead")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"


class School(_Row):
    """A school and its head."""

    alliance = ColumnAttribute("schools", "alliance")
    pupils = ColumnAttribute("schools", "pupils")
    attainment = ColumnAttribute("schools", "attainment")
    rank = ColumnAttribute("schools", "rank")
    intake = ColumnAttribute("schools", "intake")

    def __init__(self, model: ModelProtocol, row: int) -> None:
        super().__init__(model, row, 1)

    @property
    def name(self) -> str:
        """The school's name; an invented one where schools are sampled."""
        return self.model.roster.name[self.row]

    @property
    def urn(self) -> int | None:
        """The unique reference number; None where schools are sampled."""
        return int(self.model.roster.urn[self.row]) or None

    @property
    def position(self) -> tuple[float, float] | None:
        """East and north in kilometres; None where unknown."""
        schools = self.model.world.schools
        place = float(schools.east[self.row]), float(schools.north[self.row])
        return None if math.isnan(place[0]) else place

    @property
    def teachers(self) -> Sequence[Teacher]:
        """The teachers of the school."""
        first = self.model.world.schools.teacher_offsets
        return self.model.teachers[int(first[self.row]) : int(first[self.row + 1])]

    @property
    def fatigue(self) -> float:
        """Mean fatigue of the school's teachers."""
        world = self.model.world
        first, last = world.schools.teacher_offsets[self.row], world.schools.teacher_offsets[self.row + 1]
        return float(world.teachers.fatigue[first:last].mean())

    @property
    def partners(self) -> list[School]:
        """The other schools of the alliance."""
        first = self.model.world.alliances.school_offsets
        members = range(first[self.alliance], first[self.alliance + 1])
        return [self.model.schools[row] for row in members if row != self.row]

    def trust_in(self, school: int | School) -> float:
        """Return the head's trust in another school (0–1); NaN outside the alliance.

        Args:
            school: the other school, or its row.

        Raises:
            IndexError: if there is no such school.
        """
        place = self._head_tie(_row_of(school, School, self.model, len(self.model.schools)))
        return math.nan if place is None else float(self.model.world.head_ties.trust[place])

    def set_trust_in(self, school: int | School, trust: float) -> None:
        """Set the head's trust in another school of the alliance.

        Args:
            school: the other school, or its row.
            trust: the new value, 0–1.

        Raises:
            IndexError: if there is no such school.
            KeyError: if the other school is not in the alliance.
            ValueError: if trust is not 0 to 1.
        """
        other = _row_of(school, School, self.model, len(self.model.schools))
        place = self._head_tie(other)
        if place is None:
            why = "it is the same school" if other == self.row else "not in its alliance"
            raise KeyError(f"school {self.row} has no head tie to school {other}: {why}")
        self.model.world.head_ties.trust[place] = number("trust", trust, 0.0, 1.0)

    def _head_tie(self, other: int) -> int | None:
        alliances, alliance = self.model.world.alliances, self.alliance
        first, last = int(alliances.school_offsets[alliance]), int(alliances.school_offsets[alliance + 1])
        if not first <= other < last or other == self.row:
            return None
        return int(alliances.head_tie_offsets[alliance]) + (self.row - first) * (last - first) + other - first


class Teacher(_Row):
    """A teacher."""

    subject = ColumnAttribute("teachers", "subject")
    practice = ColumnAttribute("teachers", "practice")
    fatigue = ColumnAttribute("teachers", "fatigue")
    load = ColumnAttribute("teachers", "load")
    years = ColumnAttribute("teachers", "years")

    def __init__(self, model: ModelProtocol, row: int) -> None:
        super().__init__(model, row, 1 + len(model.schools) + len(model.coordinators))

    @property
    def school(self) -> School:
        """The teacher's school."""
        return self.model.schools[int(self.model.world.teachers.school[self.row])]

    @property
    def ties(self) -> list[Tie]:
        """The teacher's ties: first those inside the alliance, then those across its boundary."""
        first = self.model.world.teachers.tie_offsets
        return [Tie(self.model, row) for row in range(int(first[self.row]), int(first[self.row + 1]))]

    def tie_to(self, teacher: int | Teacher) -> Tie:
        """Return the tie to another teacher.

        Args:
            teacher: the other teacher, or their row.

        Raises:
            IndexError: if there is no such teacher.
            KeyError: if there is no tie.
        """
        other = _row_of(teacher, Teacher, self.model, len(self.model.teachers))
        for tie in self.ties:
            if tie.partner_row == other:
                return tie
        raise KeyError(f"teacher {self.row} has no tie to teacher {other}; their ties are in .ties")

    def trust_in(self, teacher: int | Teacher) -> float:
        """Return the trust in another teacher (0–1); NaN where there is no tie.

        Args:
            teacher: the other teacher, or their row.

        Raises:
            IndexError: if there is no such teacher.
        """
        try:
            return self.tie_to(teacher).trust
        except KeyError:
            return math.nan


class Coordinator(_Row):
    """The coordinator of an alliance."""

    present = ColumnAttribute("coordinators", "present")
    capacity = ColumnAttribute("coordinators", "capacity")
    credibility = ColumnAttribute("coordinators", "credibility")
    strain = ColumnAttribute("coordinators", "strain")
    brokered = ColumnAttribute("coordinators", "brokered")

    def __init__(self, model: ModelProtocol, row: int) -> None:
        super().__init__(model, row, 1 + len(model.schools))

    @property
    def alliance(self) -> int:
        """The row of the coordinator's alliance."""
        return self.row

    @property
    def schools(self) -> list[School]:
        """The schools of the alliance."""
        first = self.model.world.alliances.school_offsets
        return [self.model.schools[row] for row in range(first[self.row], first[self.row + 1])]


class LazyAgents[A: _Row](Sequence[A]):
    """A sequence of agents by row, each created on first access.

    Args:
        create: returns a new agent for a row.
        rows: the number of rows.
    """

    def __init__(self, create: Callable[[int], A], rows: int) -> None:
        self._create, self._rows = create, rows
        self._created: dict[int, A] = {}

    def __len__(self) -> int:
        return self._rows

    @overload
    def __getitem__(self, place: int) -> A: ...
    @overload
    def __getitem__(self, place: slice) -> list[A]: ...
    def __getitem__(self, place: int | slice) -> A | list[A]:
        if isinstance(place, slice):
            return [self[row] for row in range(*place.indices(self._rows))]
        try:
            row = operator.index(place)
        except TypeError:
            raise TypeError(f"row is {format_given(place)}, but must be a whole number or a slice") from None
        row = row + self._rows if row < 0 else row
        if not 0 <= row < self._rows:
            raise IndexError(f"there is no row {place}: rows go from 0 to {self._rows - 1}")
        if row not in self._created:
            self._created[row] = self._create(row)
        return self._created[row]

    def __iter__(self) -> Iterator[A]:
        return (self[row] for row in range(self._rows))

    def is_created(self, row: int) -> bool:
        """Return whether the agent of this row has been created."""
        return row in self._created


def _row_of(agent: Any, kind: type[_Row], model: ModelProtocol, rows: int) -> int:
    """Return the row of an agent that is given as such or by its row."""
    name = kind.__name__.lower()
    if is_number(agent):
        row = whole_number(name, agent, 0)
        if row >= rows:
            raise IndexError(f"there is no {name} {row}: rows go from 0 to {rows - 1}")
        return row
    given = format_given(agent)
    if not isinstance(agent, kind):
        raise TypeError(f"{name} is {given}, but must be a {name} of the model, or the row of one")
    if agent.model is not model:
        raise ValueError(f"{name} is {given} of another model; give one of this model, or the row, {agent.row}")
    return agent.row
