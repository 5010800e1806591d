"""School, Teacher and Coordinator: Mesa agents that look at rows.

An agent keeps only its row number. Reading an attribute reads the column, writing one writes it, so there is one truth
and Mesa's ``AgentSet`` works on it. Teachers are made when somebody first asks for them.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast, overload

from mesa import Agent

from alliance_sim.mesa_model.attributes import ColumnAttribute, ModelProtocol, ReadOnlyProperties
from alliance_sim.mesa_model.ties import Tie
from alliance_sim.validation import is_number, number, said, whole_number


class _Row(ReadOnlyProperties, Agent[Any]):
    """An agent that is a row of the world."""

    model: ModelProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, model: ModelProtocol, row: int, first_id: int) -> None:
        self.row = row
        # Mesa numbers agents as they come; here a number belongs to the row, whoever is looked at first.
        model.agent_id_counter = first_id + row
        super().__init__(cast("Any", model))

    def remove(self) -> None:
        """Refused: a row cannot be taken out of the middle of a world."""
        raise NotImplementedError(
            f"a {type(self).__name__.lower()} cannot be removed from a running world; start one without it instead"
        )

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
        """The school's name; a made-up one where schools are drawn."""
        return self.model.roster.name[self.row]

    @property
    def urn(self) -> int | None:
        """Its unique reference number, None where schools are drawn."""
        return int(self.model.roster.urn[self.row]) or None

    @property
    def position(self) -> tuple[float, float] | None:
        """East and north in kilometres, None where unknown."""
        schools = self.model.world.schools
        place = float(schools.east[self.row]), float(schools.north[self.row])
        return None if math.isnan(place[0]) else place

    @property
    def teachers(self) -> Sequence[Teacher]:
        """Its teachers."""
        first = self.model.world.schools.teacher_offsets
        return self.model.teachers[int(first[self.row]) : int(first[self.row + 1])]

    @property
    def fatigue(self) -> float:
        """Mean fatigue of its teachers."""
        world = self.model.world
        first, last = world.schools.teacher_offsets[self.row], world.schools.teacher_offsets[self.row + 1]
        return float(world.teachers.fatigue[first:last].mean())

    @property
    def partners(self) -> list[School]:
        """The other schools of its alliance."""
        first = self.model.world.alliances.school_offsets
        members = range(first[self.alliance], first[self.alliance + 1])
        return [self.model.schools[row] for row in members if row != self.row]

    def trust_in(self, school: int | School) -> float:
        """The head's trust in another school of the alliance (0–1), NaN for one outside it.

        Raises:
            IndexError: if there is no such school.
        """
        place = self._head_tie(_row_of(school, School, self.model, len(self.model.schools)))
        return math.nan if place is None else float(self.model.world.head_ties.trust[place])

    def set_trust_in(self, school: int | School, trust: float) -> None:
        """Write the head's trust in another school of the alliance.

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
        """Where they teach."""
        return self.model.schools[int(self.model.world.teachers.school[self.row])]

    @property
    def ties(self) -> list[Tie]:
        """Their ties: first those inside the alliance, then those across its boundary."""
        first = self.model.world.teachers.tie_offsets
        return [Tie(self.model, row) for row in range(int(first[self.row]), int(first[self.row + 1]))]

    def tie_to(self, teacher: int | Teacher) -> Tie:
        """The tie to another teacher.

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
        """Trust in another teacher (0–1), NaN where there is no tie.

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
        """The row of the alliance they serve."""
        return self.row

    @property
    def schools(self) -> list[School]:
        """The schools they serve."""
        first = self.model.world.alliances.school_offsets
        return [self.model.schools[row] for row in range(first[self.row], first[self.row + 1])]


class LazyAgents[A: _Row](Sequence[A]):
    """A sequence of agents by row, each made when first looked at."""

    def __init__(self, make: Callable[[int], A], rows: int) -> None:
        self._make, self._rows = make, rows
        self._made: dict[int, A] = {}

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
            raise TypeError(f"row is {said(place)}, but must be a whole number or a slice") from None
        row = row + self._rows if row < 0 else row
        if not 0 <= row < self._rows:
            raise IndexError(f"there is no row {place}: rows go from 0 to {self._rows - 1}")
        if row not in self._made:
            self._made[row] = self._make(row)
        return self._made[row]

    def __iter__(self) -> Iterator[A]:
        return (self[row] for row in range(self._rows))

    def is_made(self, row: int) -> bool:
        """Whether this row has been looked at."""
        return row in self._made


def _row_of(who: Any, kind: type[_Row], model: ModelProtocol, rows: int) -> int:
    """The row of somebody of this kind, who is given by their row or as an agent."""
    called = kind.__name__.lower()
    if is_number(who):
        row = whole_number(called, who, 0)
        if row >= rows:
            raise IndexError(f"there is no {called} {row}: rows go from 0 to {rows - 1}")
        return row
    if not isinstance(who, kind):
        raise TypeError(f"{called} is {said(who)}, but must be a {called} of the model, or the row of one")
    if who.model is not model:
        raise ValueError(f"{called} is {said(who)} of another model; give one of this model, or the row, {who.row}")
    return who.row
