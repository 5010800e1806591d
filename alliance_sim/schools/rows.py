"""Convert a row of a list to a school, or to a note with the reason why it is left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from alliance_sim.declarations.roster import TEACHERS_A_SCHOOL
from alliance_sim.schools.csv_table import Row
from alliance_sim.schools.errors import visible
from alliance_sim.schools.further import FURTHER_NUMBERS, Further, further_of
from alliance_sim.schools.layouts import NCES
from alliance_sim.schools.number_formats import NumberFormat, why_unreadable, written
from alliance_sim.schools.row_notes import Reason, Refusal, RowNote
from alliance_sim.schools.table import Table
from alliance_sim.schools.values import closed_by, harmless, not_open, plain_text, whole

MOST_PUPILS = 100_000
"""Pupils of a school; the largest school in the world has about 60,000, so a larger number is an error."""

MOST_TEACHERS = TEACHERS_A_SCHOOL - 1
LARGEST_NUMBER = 2**63 - 1
FARTHEST_KM = 20_000.0
"""Half-way round the Earth."""

GROUPS = ("phase", "trust", "federation", "alliance", "town")
PLAIN = NumberFormat()
COORDINATES = {"easting": "northing", "east": "north"}
"""Fields of coordinates, metres first."""


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
    identifier: str = field(default="", compare=False)
    further: Further = field(default_factory=Further, compare=False)

    @property
    def placed(self) -> bool:
        """Whether the school has coordinates."""
        return not math.isnan(self.east)


class Size(NamedTuple):
    """Pupils and teachers of a row, gaps in them, and which of the two the row gives."""

    pupils: int
    teachers: int
    gaps: list[Refusal]
    pupils_given: bool
    teachers_given: bool


class RowReader:
    """Converts the rows of one table.

    Args:
        table: the table, with the forms of its numbers.
        pupils_per_teacher: the ratio used where a row has only pupils or only teachers.
    """

    def __init__(self, table: Table, pupils_per_teacher: float) -> None:
        self._table = table
        self._positions = table.positions
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
        texts = self.texts(row)
        number, title = texts.get("number", ""), texts.get("name", "")
        name = harmless(title)

        def note(reason: Reason, detail: str = "") -> RowNote:
            return RowNote(row.line, visible(number), name, reason, detail)

        urn = 0 if self._table.lettered else whole(number) or 0
        if "number" in self._positions and not self._table.lettered and not 1 <= urn <= LARGEST_NUMBER:
            return note(Reason.UNREADABLE_NUMBER if number else Reason.NO_NUMBER)
        if not any_status and (refusal := self._not_open(texts)):
            return note(*refusal)
        size = self._size(texts, pupils)
        if isinstance(size, Refusal):
            return note(*size)
        count, teachers, found, pupils_given, teachers_given = size
        gaps = [note(*gap) for gap in found]
        if row.note:
            gaps.append(note(Reason.REFITTED, row.note))
        if not name:
            name = f"School {urn}" if urn else "School without a name"
            gaps.append(note(Reason.NO_NAME))
        elif name != " ".join(title.split()):
            gaps.append(note(Reason.CLEANED_NAME))
        if teachers > MOST_TEACHERS:
            gaps.append(note(Reason.CAPPED_TEACHERS, f"{teachers:,} cut to {MOST_TEACHERS:,}"))
        east, north, gap = self._coordinates(texts)
        if gap:
            gaps.append(note(*gap))
        groups = {name: harmless(texts.get(name, "")) for name in GROUPS}
        groups["phase"] = groups["phase"] or harmless(self._decoded(texts, "phase_code"))
        return ListedSchool(
            row.line, urn, name, pupils=count, teachers=min(teachers, MOST_TEACHERS), east=east, north=north,
            postcode=harmless(texts.get("postcode", "")).upper(), gaps=tuple(gaps), identifier=number, **groups,
            further=further_of(
                texts, {name: self.number(texts, name) for name in FURTHER_NUMBERS},
                pupils_given=pupils_given, teachers_given=teachers_given,
            ),
        )  # fmt: skip

    def texts(self, row: Row) -> dict[str, str]:
        """Return the text of each field that has a column; empty where a word for nothing is in it."""
        return {name: plain_text(row.fields[place]) for name, place in self._positions.items()}

    def number(self, texts: Mapping[str, str], name: str) -> float | None:
        """Return the number of a field, None where it is missing or cannot be read."""
        text = texts.get(name, "")
        return self._table.formats.get(name, PLAIN).value(written(text).core) if text else None

    def numbers(self, rows: Iterable[Row], name: str) -> Iterator[float | None]:
        """Yield the numbers of a column."""
        place = self._positions[name]
        return (self.number({name: plain_text(row.fields[place])}, name) for row in rows)

    def _decoded(self, texts: Mapping[str, str], name: str) -> str:
        """Return the text of a field, or the meaning of its code."""
        text = texts.get(name, "")
        return self._table.layout.codes.get(name, {}).get(text.removesuffix(".0"), text)

    def _not_open(self, texts: Mapping[str, str]) -> Refusal | None:
        """Return the reason why a school is not open, by its status, or else by its date of closing."""
        fields = [name for name in ("status", "status_code") if name in self._positions]
        word = next(filter(None, (self._decoded(texts, name) for name in fields)), "")
        if word:
            return not_open(word)
        closed = closed_by(texts.get("closed", ""))
        return closed or (not_open("") if fields else None)

    def _size(self, texts: Mapping[str, str], instead: int) -> Size | Refusal:
        """Return pupils and teachers; a missing number is computed from the other."""
        gaps: list[Refusal] = []
        counts: dict[str, float] = {}
        for name, most in (("pupils", MOST_PUPILS), ("teachers", MOST_TEACHERS)):
            if not (text := texts.get(name, "")):
                continue
            core, about, footnote = written(text)
            number = self._table.formats.get(name, PLAIN).value(core)
            if number is not None and number < 0 and self._table.layout is NCES:
                continue  # codes for missing numbers
            shown = f"{name} {visible(text, 30)}"
            if number is None:
                why = why_unreadable(text)
                trouble = Refusal(Reason[f"UNREADABLE_{name.upper()}"], f"{shown} ({why})" if why else shown)
                if name == "pupils" or not counts.get("pupils"):
                    return trouble
                gaps.append(trouble)
                continue
            if number < 0 or number > most:
                return Refusal(
                    Reason.UNBELIEVABLE_PUPILS, listing({name: texts.get(name, "") for name in ("pupils", "teachers")})
                )
            counts[name] = number
            if about or footnote:
                gaps.append(Refusal(Reason.APPROXIMATE if about else Reason.MARKED, shown))
            elif name == "pupils" and not number.is_integer():
                gaps.append(Refusal(Reason.ROUNDED, shown))
        pupils, teachers = (
            max(1, round(count)) if (count := counts.get(name, 0.0)) else 0 for name in ("pupils", "teachers")
        )
        given = bool(pupils), bool(teachers)
        if not any(given):
            if not instead:
                return Refusal(Reason.NO_PUPILS)
            pupils = min(instead, MOST_PUPILS)
        pupils = pupils or max(1, min(MOST_PUPILS, round(counts["teachers"] * self._pupils_per_teacher)))
        return Size(pupils, teachers or max(1, round(pupils / self._pupils_per_teacher)), gaps, *given)

    def _coordinates(self, texts: Mapping[str, str]) -> tuple[float, float, Refusal | None]:
        """Return kilometres east and north, both NaN if either is unusable, and the reason."""
        unknown = math.nan, math.nan
        names = next((pair for pair in COORDINATES.items() if all(name in self._positions for name in pair)), None)
        if names is None:
            return *unknown, None  # the report mentions the missing column once
        given = [texts.get(name, "") for name in names]
        if not all(given):
            return *unknown, Refusal(Reason.NO_COORDINATES)
        east, north = (self.number(texts, name) for name in names)
        if east is None or north is None:
            return *unknown, Refusal(
                Reason.UNREADABLE_COORDINATES, listing(dict(zip(("east", "north"), given, strict=True)))
            )
        if names[0] == "easting":
            east, north = east / 1000, north / 1000
            if east == north == 0:  # the register's code for unknown coordinates
                return *unknown, Refusal(Reason.NO_COORDINATES)
        if max(abs(east), abs(north)) > FARTHEST_KM:
            return *unknown, Refusal(
                Reason.UNREADABLE_COORDINATES, listing(dict(zip(("east", "north"), given, strict=True)))
            )
        return east, north, None


def listing(texts: dict[str, str]) -> str:
    """Format values by name: ``pupils 100, teachers 9999``."""
    return ", ".join(f"{name} {visible(text, 30)}" for name, text in texts.items() if text)
