"""Read the rows of a CSV file, each with its line number.

The standard library's ``csv`` is used rather than pandas, which pads short rows silently: the report must account for
every row with its line and a reason.
"""

from __future__ import annotations

import csv
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from alliance_sim.limits import MOST_COLUMNS
from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.layouts import GIAS, PLAIN, Layout, best_layout, nearest
from alliance_sim.schools.list_file import Bounds, content, encoding_of, lines_of, refuse_other_files

LONGEST_RECORD = 20
"""Lines of one row; a longer one has a quote that is not closed."""

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Row:
    """One row of a file.

    Attributes:
        line: the line on which it begins.
        fields: its fields.
        broken: the reason why it cannot be read, or empty.
    """

    line: int
    fields: list[str]
    broken: str = ""


@dataclass(frozen=True)
class Table:
    """A list whose header has been read.

    Attributes:
        path: the file.
        layout: the layout of its columns.
        encoding: its encoding.
        delimiter: the character between fields.
        header: the titles of its columns.
        positions: the position of each field that is used.
        rows: the rows, which can be iterated once.
    """

    path: str
    layout: Layout
    encoding: str
    delimiter: str
    header: list[str]
    positions: dict[str, int]
    rows: Iterator[Row]


def open_table(path: str | os.PathLike[str], bounds: Bounds | None = None, data: bytes | None = None) -> Table:
    """Open a list, detect its encoding, delimiter and layout, and check its header.

    Args:
        path: the file, or its name in messages where ``data`` is given.
        bounds: limits on the list.
        data: the bytes of the file, which is then not accessed.

    Raises:
        SchoolListError: if it is not a readable list of schools.
    """
    data = content(path) if data is None else data
    refuse_other_files(path, data, bounds or Bounds())
    encoding = encoding_of(data, path)
    readings: list[tuple[int, str, Layout, Row]] = []
    for delimiter in DELIMITERS:
        header = next(rows_of(lines_of(data, encoding), delimiter), None)
        if header is None:
            raise SchoolListError(path, "the file is empty; give a CSV file with a header and a row for each school")
        if len(header.fields) > MOST_COLUMNS:
            trouble = f"the header has {len(header.fields):,} columns, but may have {MOST_COLUMNS:,}"
            raise SchoolListError(path, f"{trouble}; keep those that are needed", header.line)
        layout, known = best_layout(header.fields)
        readings.append((known, delimiter, layout, header))
    _, delimiter, layout, header = max(readings, key=lambda reading: reading[0])
    positions = checked_header(path, header, layout)
    rows = rows_of(lines_of(data, encoding), delimiter, len(header.fields))
    next(rows)
    return Table(str(path), layout, encoding, delimiter, header.fields, positions, rows)


class _LineSource:
    """Supplies lines for one row at a time, and takes back those that a broken row consumed."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        self.row = []
        while len(self.row) < LONGEST_RECORD:
            line = self._returned.popleft() if self._returned else next(self._lines, None)
            if line is None:
                return
            self.row.append(line)
            yield line

    def take_back(self) -> None:
        """Return all lines of the row but the first, to be read again."""
        self._returned.extendleft(reversed(self.row[1:]))
        del self.row[1:]


def rows_of(lines: Iterator[str], delimiter: str, columns: int | None = None) -> Iterator[Row]:
    """Yield the rows, the header first, without blank lines.

    A quote that is not closed would consume the rows after it. Such a row is marked as broken, and reading continues at
    the line after its first, so that one slip affects one row.

    Args:
        lines: the lines of the file.
        delimiter: the character between fields.
        columns: the number of columns; that of the first row where None.
    """
    source = _LineSource(lines)
    line = 1
    while True:
        fields: list[str] | None = []
        try:
            fields = next(csv.reader(source, delimiter=delimiter, strict=True), None)
            broken = ""
        except csv.Error as error:
            broken = _csv_problem(str(error))
        if fields is None:
            return
        if len(fields) == 1 and not fields[0].strip():
            fields = []
        columns = columns or len(fields)
        if not broken and fields and len(fields) != columns:
            broken = f"{len(fields)} fields where the header has {columns}"
        if not broken and len(source.row) > 1:
            inside = sum(text.count(delimiter) for text in source.row)
            if inside >= 2 * (columns - 1):
                broken = "a quote that is not closed on its line"
        if broken:
            source.take_back()
        if broken or fields:
            yield Row(line, fields, broken)
        line += len(source.row)


def _csv_problem(error: str) -> str:
    """Translate an error of the csv module."""
    if "limit" in error:
        return f"a field longer than {csv.field_size_limit():,} characters"
    if "unexpected end" in error:
        return "a quote that is never closed"
    return "a quote in the middle of a field"


def checked_header(path: object, header: Row, layout: Layout) -> dict[str, int]:
    """Return the position of each field, if required columns are there and none is there twice.

    Raises:
        SchoolListError: if the header cannot be read, or columns are missing or ambiguous.
    """
    if header.broken:
        raise SchoolListError(path, f"the header cannot be read ({header.broken}); correct that line", header.line)
    found = layout.positions(header.fields)
    shown = ", ".join(visible(title, 30) for title in header.fields[:12] if title.strip())
    shown += ", …" if len(header.fields) > 12 else ""
    for field, places in found.items():
        if len(places) > 1:
            trouble = (
                f"the header has this column {len(places)} times; keep the one that is meant and rename the others"
            )
            raise SchoolListError(path, trouble, header.line, layout.title_of(field))
    if not found:
        register, plain = (
            ", ".join(" or ".join(map(kind.title_of, either)) for either in kind.required) for kind in (GIAS, PLAIN)
        )
        trouble = (
            f"the header has no column of a list of schools (found: {shown or 'nothing'}); it needs {register} as in "
            f"Get information about schools, or {plain} for a plain list"
        )
        raise SchoolListError(path, trouble, header.line)
    if missing := layout.missing(header.fields):
        free = [title for place, title in enumerate(header.fields) if all(place not in at for at in found.values())]
        meant = {title: close for title in missing for close in [nearest(title.split(" or ")[0], free)] if close}
        hint = "".join(
            f", or rename {visible(close)} to {title} (did you mean that?)" for title, close in meant.items()
        )
        many = len(missing) > 1
        trouble = (
            f"{'these columns are' if many else 'this column is'} required and not in the header (found: {shown})"
            f"; add {'them' if many else 'it'}{hint}"
        )
        raise SchoolListError(path, trouble, header.line, ", ".join(missing))
    return {field: places[0] for field, places in found.items()}
