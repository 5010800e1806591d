"""Pupils of open schools whose rows give none: those of the school before them, or their capacity.

In the register a school that becomes an academy starts a new row, in which pupils are missing until the next census.
Leaving such schools out removes schools from the trusts they joined, so the choice is reported.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from alliance_sim.schools.csv_table import Row
from alliance_sim.schools.row_notes import Reason, RowNote
from alliance_sim.schools.rows import ListedSchool, RowReader
from alliance_sim.schools.stages import name_stem, stage_of
from alliance_sim.schools.wording import named, plural

LONGEST_GAP = 366
"""Days between the closing of a school and the opening of the one that follows it."""

DATE_FORMATS = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y")


class MissingPupils(StrEnum):
    """What to do with an open school whose row gives no pupils."""

    LEAVE_OUT = "leave-out"
    PREDECESSOR = "predecessor"
    CAPACITY = "capacity"


@dataclass(frozen=True)
class Filled:
    """An open school without pupils, and what the list holds instead.

    Attributes:
        row: its row.
        note: the note on the row.
        school: the school, with its predecessor's pupils or its capacity.
        predecessor: pupils of the school that it replaced; 0 where the list has none.
        capacity: its number of places; 0 where not given.
    """

    row: Row
    note: RowNote
    school: ListedSchool
    predecessor: int
    capacity: int


class PupilSources:
    """Remembers open rows without pupils and closed schools, and matches them.

    Args:
        reader: converts rows to schools.
    """

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        self._open: list[tuple[Row, RowNote]] = []
        self._closed: list[Row] = []

    def consider(self, row: Row, note: RowNote) -> None:
        """Remember a row that was left out, if it may matter."""
        if note.reason == Reason.NO_PUPILS:
            self._open.append((row, note))
        elif note.reason == Reason.CLOSED:
            self._closed.append(row)

    def filled(self) -> list[Filled]:
        """Return the open schools without pupils, with the pupils of their predecessors and their capacities."""
        found: list[Filled] = []
        closed = self._closed_by_clue() if self._open else {}
        for row, note in self._open:
            school = self._reader.school(row, pupils=1)
            if isinstance(school, RowNote):
                continue
            near = {other.urn: other for clue in _clues(self._reader, row) for other in closed.get(clue, ())}
            before = _predecessor(school, list(near.values()))
            found.append(Filled(row, note, school, before.pupils if before else 0, school.further.capacity))
        return found

    def school(self, filled: Filled, choice: MissingPupils) -> ListedSchool | None:
        """Return the school with the pupils that the choice gives it; None where it gives none."""
        if choice == MissingPupils.LEAVE_OUT:
            return None
        pupils = filled.capacity if choice == MissingPupils.CAPACITY else filled.predecessor or filled.capacity
        school = self._reader.school(filled.row, pupils=pupils) if pupils else None
        return school if isinstance(school, ListedSchool) else None

    def _closed_by_clue(self) -> dict[tuple[str, str], list[ListedSchool]]:
        wanted = {clue for row, _ in self._open for clue in _clues(self._reader, row)}
        closed: defaultdict[tuple[str, str], list[ListedSchool]] = defaultdict(list)
        for row in self._closed:
            for clue in wanted & set(_clues(self._reader, row)):
                school = self._reader.school(row, any_status=True)
                if isinstance(school, ListedSchool):
                    closed[clue].append(school)
        return closed


def _clues(reader: RowReader, row: Row) -> list[tuple[str, str]]:
    """Return what a school and its predecessor have in common: postcode, or authority and number."""
    texts = reader.texts(row)
    postcode = texts.get("postcode", "").upper()
    number = " ".join(filter(None, (texts.get("la_code"), texts.get("establishment"))))
    return [clue for clue in (("postcode", postcode), ("number", number if " " in number else "")) if clue[1]]


def _predecessor(school: ListedSchool, closed: Sequence[ListedSchool]) -> ListedSchool | None:
    """Return the closed school that a school replaced: the most similar name of those that closed when it opened."""
    opened = day_of(school.further.opened)
    fitting: list[tuple[float, int, ListedSchool]] = []
    for other in closed:
        shut = day_of(other.further.closed)
        if opened and shut and abs((opened - shut).days) > LONGEST_GAP:
            continue
        same = difflib.SequenceMatcher(None, name_stem(school.name), name_stem(other.name)).ratio()
        if stage_of(school) == stage_of(other) and (same > 0.6 or (opened and shut and 0 <= (opened - shut).days < 32)):
            fitting.append((same, other.urn, other))
    return max(fitting)[2] if fitting else None


def day_of(text: str) -> date | None:
    """Parse a date as registers write it; return None for other text."""
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text.strip()[:10], form).date()
        except ValueError:
            continue
    return None


def remarks_on(filled: Sequence[Filled], choice: MissingPupils, *, named_ones: bool = True) -> list[str]:
    """Return the sentences on open schools without pupils, with or without their names."""
    if not filled:
        return []
    before = [each for each in filled if each.predecessor]
    trusts = sum(bool(each.school.trust) for each in filled)
    start = (
        f"{plural(len(filled), 'open school')} {'has' if len(filled) == 1 else 'have'} no pupils in the list, "
        f"{trusts} of them in a trust"
    )
    if choice == MissingPupils.LEAVE_OUT:
        return [
            f"{start}: left out. The list has the pupils of {len(before)} predecessors and the capacity of "
            f"{sum(bool(each.capacity) for each in filled)}; --missing-pupils predecessor or capacity uses them."
        ]
    used: dict[str, list[str]] = {}
    for each in filled:
        if choice == MissingPupils.PREDECESSOR and each.predecessor:
            used.setdefault("the pupils of their predecessors", []).append(f"{each.school.name} {each.predecessor:,}")
        elif each.capacity:
            used.setdefault("their capacity", []).append(f"{each.school.name} {each.capacity:,}")
        else:
            used.setdefault("nothing, so they are left out", []).append(each.school.name)
    parts = [f"{what} ({named(who) if named_ones else plural(len(who), 'school')})" for what, who in used.items()]
    return [f"{start}. Used instead: {'; '.join(parts)}."]
