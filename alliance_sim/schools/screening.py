"""Look at all rows of a list before schools are made of them: numbers, units, identifiers, totals and notes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from alliance_sim.schools.csv_table import Row
from alliance_sim.schools.errors import first_few, visible
from alliance_sim.schools.layouts import GIAS
from alliance_sim.schools.number_formats import learn_format, written
from alliance_sim.schools.row_notes import Reason, Refusal
from alliance_sim.schools.rows import COORDINATES, ListedSchool, RowReader
from alliance_sim.schools.table import Table
from alliance_sim.schools.values import LETTERED, SCIENTIFIC, plain_text, whole

PLAUSIBLE = {
    "pupils": (5.0, 8000.0),
    "teachers": (1.0, 400.0),
    "easting": (2000.0, 1e7),
    "northing": (2000.0, 1e7),
    "east": (0.0, 1000.0),
    "north": (0.0, 1000.0),
}
"""Bounds of the median of a column, which distinguishes thousands from decimals."""

TOTAL = re.compile(
    r"^\W*(?:grand |sub-? ?|overall )?totals?\b|\b(?:sub-?)?totals?\W*$|^\W*(?:sum|all schools|overall)\W*$",
    re.IGNORECASE,
)
MAYBE_TOTAL = re.compile(r"total|sum|all schools|overall", re.IGNORECASE)
"""A quick test for what ``TOTAL`` looks for."""

AVERAGE = re.compile(r"^\W*(?:overall )?(?:average|mean|median|minimum|maximum|min|max)\W*$", re.IGNORECASE)
NOTE = re.compile(
    r"^\W*(?:notes?|sources?|footnotes?|key|legend|data|last updated|updated|produced by|prepared by|disclaimer"
    r"|abbreviations?|contact|copyright|crown copyright)\s*\d*\s*(?:[:.)–-].*)?$"
    r"|^\s*(?:[*†‡§©]+\s*\w.*\s.*|[(\[]\d{1,2}[)\]]\s.*|\d{1,2}[.)]\s.*|(?:end of|data as at|data from) .*)$",
    re.IGNORECASE | re.DOTALL,
)


UNITS = re.compile(r"(?:[(\[][^()\[\]]*[)\]]\s*)+")
"""A row with the units of columns."""

PLACES = (
    "town", "postcode", "status", "status_code", "closed", "phase", "phase_code", "trust", "federation", "alliance",
    "la_code", "east", "easting", "latitude",
)  # fmt: skip
"""Fields that a school has and a total has not."""


def learn_forms(table: Table) -> None:
    """Learn what points and commas mean in each column, whether identifiers are numbers, and check the units.

    Args:
        table: the table; its formats, warnings and remarks are set, and coordinates in wrong units are not read.
    """
    rows = [row for row in table.rows if not row.broken]
    for name, plausible in PLAUSIBLE.items():
        if (place := table.positions.get(name)) is None:
            continue
        cells = [row.fields[place] for row in rows]
        found = learn_format(cells, plausible, "decimal" if name in ("east", "north") else "group")
        table.formats[name] = found
        if "." in found.groups:
            example = next((text for text in cells if re.search(r"\d\.\d{3}", text)), "")
            core = written(example).core
            table.remarks.append(
                f"a point in column {visible(_title(table, name))} separates thousands: {visible(example, 20)} was "
                f"read as {found.plain(core)}"
            )
    _learn_identifiers(table, rows)
    reader = RowReader(table, 1.0)
    _check_units(table, rows, reader)
    counts = reader.numbers(rows, "teachers") if "teachers" in table.positions else []
    if any(count is not None and not float(count).is_integer() for count in counts):
        table.remarks.append("teachers are given in full-time equivalents and were rounded to whole numbers")


def _title(table: Table, name: str) -> str:
    return table.header[table.columns.positions[name]]


def _learn_identifiers(table: Table, rows: Sequence[Row]) -> None:
    """Find whether schools have identifiers with letters; then they are numbered in order."""
    if (place := table.positions.get("number")) is None:
        return
    given = [text for row in rows if (text := plain_text(row.fields[place]))]
    worn = [text for text in given if SCIENTIFIC.fullmatch(text)]
    if worn:
        table.warnings.append(
            f"a spreadsheet has shortened numbers in column {visible(_title(table, 'number'))} ({visible(worn[0])}); "
            "format the column as a number and save the list again"
        )
    names = [text for text in given if whole(text) is None and LETTERED.fullmatch(text) and text not in worn]
    if table.layout is GIAS:
        table.lettered = 2 * len(names) > len(given)
    else:
        table.lettered = bool(names) and any(letter.isdigit() for text in names for letter in text)
    if table.lettered:
        table.remarks.append(
            f"identifiers such as {visible(names[0], 30)} in column {visible(_title(table, 'number'))} are no numbers, "
            "so schools are numbered in order"
        )


def _check_units(table: Table, rows: Sequence[Row], reader: RowReader) -> None:
    """Warn of coordinates that are in another unit than their titles say, and do not use them."""
    for east, north in COORDINATES.items():
        if east not in table.positions or north not in table.positions:
            continue
        pairs = list(zip(reader.numbers(rows, east), reader.numbers(rows, north), strict=True))
        places = np.array([pair for pair in pairs if None not in pair and pair != (0.0, 0.0)], dtype=float)
        unit = _unit_seen(places.reshape(-1, 2), metres=east == "easting")
        if unit:
            titles = [visible(_title(table, name)) for name in (east, north)]
            instead = {
                "degrees": ("longitude", "latitude"),
                "metres": ("easting", "northing"),
                "kilometres": ("east", "north"),
            }[unit]
            choice = ",".join(f"{name}={title}" for name, title in zip(instead, titles, strict=True))
            table.warnings.append(
                f"the numbers in {titles[0]} and {titles[1]} look like {unit}, so they are not used as coordinates; "
                f"say --columns {choice} if they are"
            )
            for name in (east, north):
                del table.positions[name]


def _unit_seen(places: np.ndarray, *, metres: bool) -> str:
    """Return the unit that coordinates seem to be in if it is another than their titles say, else nothing."""
    if len(places) < 2:
        return ""
    largest, spread = np.abs(places).max(axis=0), np.ptp(places, axis=0)
    fractions = float(np.mean(np.any(np.abs(places * 100 - np.round(places * 100)) > 1e-6, axis=1)))
    on_globe = largest[0] <= 180 and largest[1] <= 90
    if metres:
        if on_globe and fractions > 0.5:
            return "degrees"
        return "kilometres" if largest.max() < 1500 and np.any(places % 1) else ""
    far_from_origin = float(np.abs(places.mean(axis=0)).max()) > 4 * float(spread.max())
    if on_globe and fractions > 0.5 and far_from_origin:
        return "degrees"
    return "metres" if np.median(np.abs(places).max(axis=1)) > 20_000 else ""


def find_others(table: Table, reader: RowReader) -> dict[int, Refusal]:
    """Find rows that are no schools: totals, averages, footnotes and the header again.

    Args:
        table: the table.
        reader: reads its rows.

    Returns:
        The reason by the line of the row.
    """
    rows = [row for row in table.rows if any(text.strip() for text in row.fields)]
    size = "pupils" if "pupils" in table.positions else "teachers"
    places = [name for name in PLACES if name in table.positions]
    columns = [table.positions[name] for name in places]
    placed = [not row.broken and any(plain_text(row.fields[at]) for at in columns) for row in rows]
    usually_placed = sum(placed) > 0.5 * len(placed)
    found: dict[int, Refusal] = {}
    section, overall, since = 0.0, 0.0, 0
    first: tuple[Row, float] | None = None
    for row, elsewhere in zip(rows, placed, strict=True):
        if row.broken:
            if row.broken == "the header again":
                found[row.line] = Refusal(Reason.NOTE, "the header again")
            elif word := _not_a_school(row.fields):
                found[row.line] = Refusal(word)
            continue
        texts = reader.texts(row)
        number, name = texts.get("number", ""), texts.get("name", "")
        count = reader.number(texts, size) or 0.0
        identified = elsewhere or (bool(number) and whole(number) is not None)
        first_text = plain_text(row.fields[0])
        label = ""
        if MAYBE_TOTAL.search(f"{name} {number} {first_text}"):
            label = next((text for text in (name, number, first_text) if TOTAL.search(text)), "")
        sums = since > 1 and count > 0 and count in (section, overall)
        total = (label and (sums or not identified)) or (sums and not identified and (not name or usually_placed))
        if total or (AVERAGE.match(name or number) and not identified):
            found[row.line] = Refusal(Reason.TOTAL, _sum_of(count, since) if sums else "")
            section, since = 0.0, 0
        elif (not identified and UNITS.fullmatch(" ".join(filter(None, map(str.strip, row.fields))))) or (
            not identified and NOTE.match(name or number or next(filter(None, map(str.strip, row.fields)), ""))
        ):
            found[row.line] = Refusal(Reason.NOTE)
        else:
            if label and label in (name, number):
                table.warnings.append(
                    f"{visible(label)} (line {row.line}) is named like a total and was taken as a school"
                )
            if since == overall == 0 and not identified:
                first = row, count
            section, overall, since = section + count, overall + count, since + 1
    if first and usually_placed and since > 2 and 2 * first[1] == overall > 0:
        found[first[0].line] = Refusal(Reason.TOTAL, f"{first[1]:,.0f} is the sum of all other rows")
    return found


def _sum_of(count: float, rows: int) -> str:
    return f"{count:,.0f} is the sum of the {rows:,} rows above it"


def _not_a_school(fields: Sequence[str]) -> Reason | None:
    """Return what a row with another number of fields than the header is, if it is no school."""
    filled = [text.strip() for text in fields if text.strip()]
    if not filled or len(filled) > 3:
        return None
    if TOTAL.search(filled[0]) and all(whole(text) is not None for text in filled[1:]):
        return Reason.TOTAL
    return Reason.NOTE if NOTE.match(filled[0]) else None


def warn_of_twins(table: Table, schools: Sequence[ListedSchool]) -> None:
    """Warn of schools that seem to be in the list twice: one name, and one place or none.

    Args:
        table: the table, to whose warnings they are added.
        schools: the schools that are taken.
    """
    places = [name for name in ("town", "postcode", "east", "easting", "latitude") if name in table.positions]
    alike: defaultdict[tuple[str, ...], list[ListedSchool]] = defaultdict(list)
    for school in schools:
        spot = f"{school.east:g} {school.north:g}" if school.placed else ""
        key = (school.postcode, school.town.casefold(), spot)
        if any(key) or not places:
            alike[re.sub(r"\W+", "", school.name).casefold(), *key].append(school)
    twins = [found for found in alike.values() if len(found) > 1]
    if twins:
        rows = sorted([found[0].name, sorted(school.line for school in found)] for found in twins)
        shown = [f"{name} (lines {first_few([str(line) for line in lines])})" for name, lines in rows]
        where = " and place" if places else ""
        table.warnings.append(
            f"{first_few(shown)} {'is' if len(shown) == 1 else 'are'} in the list more than once under one name"
            f"{where}, and each row was taken as a school; remove the rows that are not"
        )
