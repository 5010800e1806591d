"""School, Teacher and Coordinator: Mesa agents that look at rows.

An agent keeps only its row number. Reading an attribute reads the column, writing one writes it, so there is one truth
and Mesa's ``AgentSet`` works on it. Teachers are made when somebody first asks for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, cast, overload

import numpy as np
from mesa import Agent

from alliance_sim.parameters import LEVELS
from alliance_sim.roster import Roster
from alliance_sim.state import TABLES, Column, World, columns


class Home(Protocol):
    """What agents need of the model they live in."""

    world: World
    roster: Roster
    schools: Sequence[School]
    teachers: Sequence[Teacher]
    coordinators: Sequence[Coordinator]
    agent_id_counter: int


class Cell:
    """An attribute that is a cell of a column: checked against the column's bounds when written."""

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column
        self.declared: Column = columns(TABLES[table])[column]
        self.__doc__ = f"{self.declared.meaning} ({self.declared.unit})"

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        found = getattr(getattr(agent.model.world, self.table), self.column)[agent.row]
        if not isinstance(found, np.ndarray):
            return found.item()
        looked_at = found.view()
        looked_at.flags.writeable = False  # what is written goes through the checks of __set__
        return looked_at

    def __set__(self, agent: Any, value: Any) -> None:
        if self.declared.bounds is None:
            raise AttributeError(f"{self.name} follows from the run and cannot be set: {self.declared.meaning}")
        low, high = self.declared.bounds
        given = np.asarray(value, dtype=float)
        column = getattr(getattr(agent.model.world, self.table), self.column)
        if not np.all(np.isfinite(given) & (given >= low) & (given <= high)):
            raise ValueError(f"{self.name} is {value}, but must be {low:g} to {high:g} ({self.declared.unit})")
        if column.dtype.kind in "iu" and np.any(given != np.floor(given)):
            raise ValueError(f"{self.name} is {value}, but must be a whole number ({self.declared.unit})")
        column[agent.row] = value


class _Row(Agent[Any]):
    """An agent that is a row of the world."""

    model: Home  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, model: Home, row: int, first_id: int) -> None:
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

    alliance = Cell("schools", "alliance")
    pupils = Cell("schools", "pupils")
    attainment = Cell("schools", "attainment")
    rank = Cell("schools", "rank")
    intake = Cell("schools", "intake")

    def __init__(self, model: Home, row: int) -> None:
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
        first = self.model.world.schools.first_teacher
        return self.model.teachers[int(first[self.row]) : int(first[self.row + 1])]

    @property
    def fatigue(self) -> float:
        """Mean fatigue of its teachers."""
        world = self.model.world
        first, last = world.schools.first_teacher[self.row], world.schools.first_teacher[self.row + 1]
        return float(world.teachers.fatigue[first:last].mean())

    @property
    def partners(self) -> list[School]:
        """The other schools of its alliance."""
        first = self.model.world.alliances.first_school
        members = range(first[self.alliance], first[self.alliance + 1])
        return [self.model.schools[row] for row in members if row != self.row]

    def trust_in(self, school: int | School) -> float:
        """The head's trust in another school of the alliance (0–1), NaN for one outside it."""
        place = self._head_tie(_row_of(school))
        return math.nan if place is None else float(self.model.world.head_ties.trust[place])

    def set_trust_in(self, school: int | School, trust: float) -> None:
        """Write the head's trust in another school of the alliance.

        Raises:
            KeyError: if the other school is not in the alliance.
            ValueError: if trust is not 0 to 1.
        """
        place = self._head_tie(_row_of(school))
        if place is None:
            raise KeyError(f"school {self.row} has no head tie to school {_row_of(school)}: not in its alliance")
        if not 0.0 <= trust <= 1.0:
            raise ValueError(f"trust is {trust}, but must be 0 to 1")
        self.model.world.head_ties.trust[place] = trust

    def _head_tie(self, other: int) -> int | None:
        alliances, alliance = self.model.world.alliances, self.alliance
        first, last = int(alliances.first_school[alliance]), int(alliances.first_school[alliance + 1])
        if not first <= other < last or other == self.row:
            return None
        return int(alliances.first_head_tie[alliance]) + (self.row - first) * (last - first) + other - first


class Teacher(_Row):
    """A teacher."""

    subject = Cell("teachers", "subject")
    practice = Cell("teachers", "practice")
    fatigue = Cell("teachers", "fatigue")
    load = Cell("teachers", "load")
    years = Cell("teachers", "years")

    def __init__(self, model: Home, row: int) -> None:
        super().__init__(model, row, 1 + len(model.schools) + len(model.coordinators))

    @property
    def school(self) -> School:
        """Where they teach."""
        return self.model.schools[int(self.model.world.teachers.school[self.row])]

    @property
    def ties(self) -> list[Tie]:
        """Their ties: first those inside the alliance, then those across its boundary."""
        first = self.model.world.teachers.first_tie
        return [Tie(self.model, row) for row in range(int(first[self.row]), int(first[self.row + 1]))]

    def tie_to(self, teacher: int | Teacher) -> Tie:
        """The tie to another teacher.

        Raises:
            KeyError: if there is none.
        """
        for tie in self.ties:
            if tie.partner_row == _row_of(teacher):
                return tie
        raise KeyError(f"teacher {self.row} has no tie to teacher {_row_of(teacher)}")

    def trust_in(self, teacher: int | Teacher) -> float:
        """Trust in another teacher (0–1), NaN where there is no tie."""
        try:
            return self.tie_to(teacher).trust
        except KeyError:
            return math.nan


class Coordinator(_Row):
    """The coordinator of an alliance."""

    present = Cell("coordinators", "present")
    capacity = Cell("coordinators", "capacity")
    credibility = Cell("coordinators", "credibility")
    strain = Cell("coordinators", "strain")
    brokered = Cell("coordinators", "brokered")

    def __init__(self, model: Home, row: int) -> None:
        super().__init__(model, row, 1 + len(model.schools))

    @property
    def alliance(self) -> int:
        """The row of the alliance they serve."""
        return self.row

    @property
    def schools(self) -> list[School]:
        """The schools they serve."""
        first = self.model.world.alliances.first_school
        return [self.model.schools[row] for row in range(first[self.row], first[self.row + 1])]


class Tie:
    """A look at one teacher's tie to another; not an agent."""

    trust = Cell("ties", "trust")
    owed = Cell("ties", "owed")
    given = Cell("ties", "given")

    @property
    def level(self) -> int:
        """Himmelman level, 1–4; written for both directions."""
        return int(self.model.world.ties.level[self.row])

    @level.setter
    def level(self, level: int) -> None:
        if level not in range(1, LEVELS + 1):
            raise ValueError(f"level is {level}, but must be a whole number from 1 to {LEVELS}")
        ties = self.model.world.ties
        ties.level[self.row] = ties.level[ties.twin[self.row]] = level

    def __init__(self, model: Home, row: int) -> None:
        self.model, self.row = model, row

    @property
    def partner_row(self) -> int:
        """The row of the teacher it leads to."""
        return int(self.model.world.ties.partner[self.row])

    @property
    def partner(self) -> Teacher:
        """The teacher it leads to."""
        return self.model.teachers[self.partner_row]

    @property
    def back(self) -> Tie:
        """The partner's tie to the holder."""
        return Tie(self.model, int(self.model.world.ties.twin[self.row]))

    def __repr__(self) -> str:
        return f"<Tie to teacher {self.partner_row}: trust {self.trust:.2f}, level {self.level}>"


class Looks[A: _Row](Sequence[A]):
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
        row = place + self._rows if place < 0 else place
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


def _row_of(who: int | _Row) -> int:
    return who.row if isinstance(who, _Row) else int(who)
