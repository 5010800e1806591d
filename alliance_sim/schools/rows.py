"""One row of a list becomes a school, or a note that says why not."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from alliance_sim.declarations.roster import TEACHERS_A_SCHOOL
from alliance_sim.schools.csv_table import Row, Table, visible
from alliance_sim.schools.layouts import GIAS
from alliance_sim.schools.report import Reason, RowNote

MOST_PUPILS = 100_000
"""The largest school of the world has some 60,000; a larger number is a slip of the keyboard."""

MOST_TEACHERS = TEACHERS_A_SCHOOL - 1
LARGEST_NUMBER = 2**63 - 1
FARTHEST_KM = 20_000.0
"""Half-way round the Earth."""

LONGEST_NAME = 120
ACTED_ON = "=+@-|\\"
"""A spreadsheet may act on text that begins so, and results carry the schools' names."""

WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0+)?|\d+(?:\.0*)?", re.ASCII)
DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ListedSchool:
    """An open school with pupils, as the list gives it. Text that is not there is empty, coordinates are NaN."""

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

    @property
    def placed(self) -> bool:
        """Whether it is known where the school stands."""
        return not math.isnan(self.east)


class Refusal(NamedTuple):
    """Why something in a row cannot be used, with what stood there."""

    reason: Reason
    detail: str = ""


class RowReader:
    """Reads the rows of one table with what is the same for all of them."""

    def __init__(self, table: Table, pupils_per_teacher: float) -> None:
        self._positions = table.positions
        self._metres = table.layout is GIAS
        self._decimal_comma = table.delimiter == ";"
        self._pupils_per_teacher = pupils_per_teacher

    def school(self, row: Row) -> ListedSchool | RowNote:
        """The school of this row, or why there is none."""
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
        if "status" in self._positions and (refusal := not_open(self._text(row, "status"))):
            return note(*refusal)
        size = self._size(row)
        if isinstance(size, Refusal):
            return note(*size)
        pupils, teachers = size
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
        other = {told: harmless(self._text(row, told)) for told in ("phase", "trust", "federation", "alliance", "town")}
        return ListedSchool(
            row.line, urn, name, pupils=pupils, teachers=min(teachers, MOST_TEACHERS), east=east, north=north,
            postcode=harmless(self._text(row, "postcode")).upper(), gaps=tuple(gaps), **other,
        )  # fmt: skip

    def _text(self, row: Row, told: str) -> str:
        place = self._positions.get(told)
        return "" if place is None else row.fields[place].strip()

    def _size(self, row: Row) -> tuple[int, int] | Refusal:
        """Pupils and teachers; where the list has only one of them, the other follows from it."""
        written = {told: self._text(row, told) for told in ("pupils", "teachers")}
        counts = {told: whole(text) for told, text in written.items() if text}
        for told, text in written.items():
            if text and counts[told] is None:
                number = decimal(text)
                known = number is not None and (number < 0 or number > MOST_PUPILS)
                reason = Reason.UNBELIEVABLE_PUPILS if known else Reason.UNREADABLE_PUPILS
                return Refusal(reason, f"{told} {visible(text, 30)}")
        pupils, teachers = counts.get("pupils") or 0, counts.get("teachers") or 0
        if pupils > MOST_PUPILS or teachers > MOST_TEACHERS:
            return Refusal(Reason.UNBELIEVABLE_PUPILS, listing(written))
        if not pupils and not teachers:
            return Refusal(Reason.NO_PUPILS)
        pupils = pupils or max(1, min(MOST_PUPILS, round(teachers * self._pupils_per_teacher)))
        return pupils, teachers or max(1, round(pupils / self._pupils_per_teacher))

    def _coordinates(self, row: Row) -> tuple[float, float, Refusal | None]:
        """Kilometres eastwards and northwards, and what is wrong with them; both or none."""
        unknown = math.nan, math.nan
        if "east" not in self._positions or "north" not in self._positions:
            return *unknown, None  # once in the report, as an absent column, is enough
        written = {told: self._text(row, told) for told in ("east", "north")}
        if not all(written.values()):
            return *unknown, Refusal(Reason.NO_COORDINATES)
        if self._decimal_comma:
            written = {told: text.replace(",", ".") for told, text in written.items()}
        east, north = (decimal(text) for text in written.values())
        if east is None or north is None:
            return *unknown, Refusal(Reason.UNREADABLE_COORDINATES, listing(written))
        if self._metres:
            east, north = east / 1000, north / 1000
            if east == north == 0:  # how the register writes that it does not know
                return *unknown, Refusal(Reason.NO_COORDINATES)
        if max(abs(east), abs(north)) > FARTHEST_KM:
            return *unknown, Refusal(Reason.UNREADABLE_COORDINATES, listing(written))
        return east, north, None


def whole(text: str) -> int | None:
    """A whole number that is not negative, ``1,206`` and ``206.0`` among them; None if it is not one."""
    if not WHOLE.fullmatch(text) or len(text) > 30:
        return None
    return int(text.partition(".")[0].replace(",", ""))


def decimal(text: str) -> float | None:
    """A finite number; None if it is not one (``nan`` and ``inf`` are not)."""
    number = float(text) if DECIMAL.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def not_open(status: str) -> Refusal | None:
    """Why a school of this status is left out; None if it is open ("Open, but proposed to close" is)."""
    said = status.casefold()
    if said.startswith("open"):
        return None
    if said.startswith("closed"):
        return Refusal(Reason.CLOSED)
    if said.startswith("proposed"):
        return Refusal(Reason.PROPOSED)
    return Refusal(Reason.NOT_OPEN, f"status {visible(status, 30)}" if status else "no status")


def harmless(text: str) -> str:
    """A name that terminals and spreadsheets show and do not obey: one line, no control characters, no formula."""
    shown = text[: 4 * LONGEST_NAME]
    if not shown.isprintable():
        kinds = ((letter, unicodedata.category(letter)) for letter in shown)
        shown = "".join(" " if kind[0] in "CZ" else letter for letter, kind in kinds if kind != "Cf")
    shown = " ".join(shown.split()).lstrip(ACTED_ON + " ")
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1].rstrip()}…"


def listing(written: dict[str, str]) -> str:
    """``pupils 100 teachers 9999``."""
    return ", ".join(f"{told} {visible(text, 30)}" for told, text in written.items() if text)
