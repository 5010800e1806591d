"""Convert a row of a list to a school, or to a note with the reason why it is left out."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from alliance_sim.declarations.roster import TEACHERS_A_SCHOOL
from alliance_sim.schools.csv_table import Row, Table
from alliance_sim.schools.errors import visible
from alliance_sim.schools.further import Further, further_of
from alliance_sim.schools.layouts import GIAS
from alliance_sim.schools.report import Reason, RowNote

MOST_PUPILS = 100_000
"""Pupils of a school; the largest school in the world has about 60,000, so a larger number is an error."""

MOST_TEACHERS = TEACHERS_A_SCHOOL - 1
LARGEST_NUMBER = 2**63 - 1
FARTHEST_KM = 20_000.0
"""Half-way round the Earth."""

LONGEST_NAME = 120
ACTED_ON = "=+@-|\\"
"""Initial characters of text that spreadsheets may interpret; results contain the schools' names."""

WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0+)?|\d+(?:\.0*)?", re.ASCII)
DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ListedSchool:
    """An open school with pupils. Missing texts are empty, missing coordinates NaN; coordinates are in kilometres."""

    line: int
    urn: int
    name: str
    phase: str
    pupils: int
    teachers: int
    trust: str
    federation: str
    alliance: str
    town: str
    postcode: str
    east: float
    north: float
    gaps: tuple[RowNote, ...] = field(default=(), compare=False)
    further: Further = field(default_factory=Further, compare=False)

    @property
    def placed(self) -> bool:
        """Whether the school has coordinates."""
        return not math.isnan(self.east)


class Refusal(NamedTuple):
    """The reason why a value of a row cannot be used, with the value."""

    reason: Reason
    detail: str = ""


class RowReader:
    """Converts the rows of one table.

    Args:
        table: the table.
        pupils_per_teacher: the ratio used where a row has only pupils or only teachers.
    """

    def __init__(self, table: Table, pupils_per_teacher: float) -> None:
        self._positions = table.positions
        self._metres = table.layout is GIAS
        self._decimal_comma = table.delimiter == ";"
        self._pupils_per_teacher = pupils_per_teacher

    def school(self, row: Row, *, any_status: bool = False, pupils: int = 0) -> ListedSchool | RowNote:
        """Return the school of a row, or a note with the reason why it is left out.

        Args:
            row: the row.
            any_status: return a closed school as well.
            pupils: pupils of a school for which the row gives neither pupils nor teachers.
        """
        if row.broken:
            return RowNote(row.line, "", visible(" ".join(row.fields)), Reason.BROKEN, row.broken)
        if not any(text.strip() for text in row.fields):
            return RowNote(row.line, "", "", Reason.BLANK)
        number, written = self._text(row, "number"), self._text(row, "name")
        name = harmless(written)

        def note(reason: Reason, detail: str = "") -> RowNote:
            return RowNote(row.line, visible(number), name, reason, detail)

        urn = whole(number) or 0
        if "number" in self._positions and not 1 <= urn <= LARGEST_NUMBER:
            return note(Reason.UNREADABLE_NUMBER if number else Reason.NO_NUMBER)
        if "status" in self._positions and not any_status and (refusal := not_open(self._text(row, "status"))):
            return note(*refusal)
        size = self._size(row, pupils)
        if isinstance(size, Refusal):
            return note(*size)
        count, teachers = size
        gaps: list[RowNote] = []
        if not name:
            name = f"School {urn}" if urn else "School without a name"
            gaps.append(note(Reason.NO_NAME))
        elif name != " ".join(written.split()):
            gaps.append(note(Reason.CLEANED_NAME))
        if teachers > MOST_TEACHERS:
            gaps.append(note(Reason.CAPPED_TEACHERS, f"{teachers:,} cut to {MOST_TEACHERS:,}"))
        east, north, gap = self._coordinates(row)
        if gap:
            gaps.append(note(*gap))
        texts = {name: harmless(self._text(row, name)) for name in ("phase", "trust", "federation", "alliance", "town")}
        return ListedSchool(
            row.line, urn, name, pupils=count, teachers=min(teachers, MOST_TEACHERS), east=east, north=north,
            postcode=harmless(self._text(row, "postcode")).upper(), gaps=tuple(gaps), **texts,
            further=further_of(lambda name: self._text(row, name)),
        )  # fmt: skip

    def text(self, row: Row, name: str) -> str:
        """Return the text of a field; empty where the list has no such column."""
        return self._text(row, name)

    def _text(self, row: Row, name: str) -> str:
        place = self._positions.get(name)
        return "" if place is None else row.fields[place].strip()

    def _size(self, row: Row, instead: int = 0) -> tuple[int, int] | Refusal:
        """Return pupils and teachers; a missing one is computed from the other."""
        written = {name: self._text(row, name) for name in ("pupils", "teachers")}
        counts = {name: whole(text) for name, text in written.items() if text}
        for name, text in written.items():
            if text and counts[name] is None:
                number = decimal(text)
                known = number is not None and (number < 0 or number > MOST_PUPILS)
                reason = Reason.UNBELIEVABLE_PUPILS if known else Reason.UNREADABLE_PUPILS
                return Refusal(reason, f"{name} {visible(text, 30)}")
        pupils, teachers = counts.get("pupils") or 0, counts.get("teachers") or 0
        if pupils > MOST_PUPILS or teachers > MOST_TEACHERS:
            return Refusal(Reason.UNBELIEVABLE_PUPILS, listing(written))
        if not pupils and not teachers:
            if not instead:
                return Refusal(Reason.NO_PUPILS)
            pupils = min(instead, MOST_PUPILS)
        pupils = pupils or max(1, min(MOST_PUPILS, round(teachers * self._pupils_per_teacher)))
        return pupils, teachers or max(1, round(pupils / self._pupils_per_teacher))

    def _coordinates(self, row: Row) -> tuple[float, float, Refusal | None]:
        """Return kilometres east and north, both NaN if either is unusable, and the reason."""
        unknown = math.nan, math.nan
        if "east" not in self._positions or "north" not in self._positions:
            return *unknown, None  # the report mentions the missing column once
        written = {name: self._text(row, name) for name in ("east", "north")}
        if not all(written.values()):
            return *unknown, Refusal(Reason.NO_COORDINATES)
        if self._decimal_comma:
            written = {name: text.replace(",", ".") for name, text in written.items()}
        east, north = (decimal(text) for text in written.values())
        if east is None or north is None:
            return *unknown, Refusal(Reason.UNREADABLE_COORDINATES, listing(written))
        if self._metres:
            east, north = east / 1000, north / 1000
            if east == north == 0:  # the register's code for unknown coordinates
                return *unknown, Refusal(Reason.NO_COORDINATES)
        if max(abs(east), abs(north)) > FARTHEST_KM:
            return *unknown, Refusal(Reason.UNREADABLE_COORDINATES, listing(written))
        return east, north, None


def whole(text: str) -> int | None:
    """Parse a non-negative whole number, such as ``1,206`` or ``206.0``; return None for other text."""
    if not WHOLE.fullmatch(text) or len(text) > 30:
        return None
    return int(text.partition(".")[0].replace(",", ""))


def decimal(text: str) -> float | None:
    """Parse a finite number; return None for other text, including ``nan`` and ``inf``."""
    number = float(text) if DECIMAL.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def not_open(status: str) -> Refusal | None:
    """Return the reason why a school of a status is left out; None if open, such as "Open, but proposed to close"."""
    folded = status.casefold()
    if folded.startswith("open"):
        return None
    if folded.startswith("closed"):
        return Refusal(Reason.CLOSED)
    if folded.startswith("proposed"):
        return Refusal(Reason.PROPOSED)
    return Refusal(Reason.NOT_OPEN, f"status {visible(status, 30)}" if status else "no status")


def harmless(text: str) -> str:
    """Return a name that is safe in terminals and spreadsheets: one line, no control characters, no formula."""
    shown = text[: 4 * LONGEST_NAME]
    if not shown.isprintable():
        kinds = ((letter, unicodedata.category(letter)) for letter in shown)
        shown = "".join(" " if kind[0] in "CZ" else letter for letter, kind in kinds if kind != "Cf")
    shown = " ".join(shown.split()).lstrip(ACTED_ON + " ")
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1].rstrip()}…"


def listing(written: dict[str, str]) -> str:
    """Format values by name: ``pupils 100, teachers 9999``."""
    return ", ".join(f"{name} {visible(text, 30)}" for name, text in written.items() if text)
