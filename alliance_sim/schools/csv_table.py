"""Read the rows of a CSV file, each with its line number.

The standard library's ``csv`` is used rather than pandas, which pads short rows silently: the report must account for
every row with its line and a reason.
"""

from __future__ import annotations

import codecs
import csv
import io
import math
import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alliance_sim.declarations.roster import LARGEST_SCHOOL_ID
from alliance_sim.limits import LARGEST_LIST, LONGEST_LIST_LINE, MOST_COLUMNS
from alliance_sim.schools.layouts import GIAS, PLAIN, Layout, best_layout, nearest

LARGEST_FILE = LARGEST_LIST

MOST_ROWS = LARGEST_SCHOOL_ID
"""Rows of a list, twenty times those of England's register."""

MOST_LINES = 4 * MOST_ROWS
"""Lines of a list; some have empty lines between rows, and names that continue on the next line."""

LONGEST_RECORD = 20
"""Lines of one row; a longer one has a quote that is not closed."""

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or another zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"{\\rtf": "a word-processor document",
}
PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<table")
SAVE_AS = 'save it as "CSV UTF-8 (comma delimited)" and give that file'


class SchoolListError(ValueError):
    """A list cannot be used; the message is one sentence with the place and a remedy.

    Attributes:
        path: the file.
        trouble: the problem and its remedy.
        line: the line; None where the problem concerns the file.
        column: the column; None where the problem concerns no column.
    """

    def __init__(self, path: object, trouble: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(path, trouble, line, column)
        self.path = str(path)
        self.trouble = trouble
        self.line = line
        self.column = column

    def __str__(self) -> str:
        """Return the sentence."""
        place = visible(self.path, 300)
        place += f", line {self.line}" if self.line is not None else ""
        place += f", column {visible(self.column)}" if self.column is not None else ""
        return f"{place}: {self.trouble}."


@dataclass(frozen=True)
class Bounds:
    """Limits on a list that is opened in the page.

    Attributes:
        lines: lines of the file.
        schools: schools that can be used.
        seconds: time for reading the file.
        cure: the remedy for a larger list, for messages.
    """

    lines: int = MOST_LINES
    schools: int = MOST_ROWS
    seconds: float = math.inf
    cure: str = "give only the schools that you mean to study"


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


def visible(text: str, longest: int = 60) -> str:
    """Return text for a message, on one line and without control characters, cut after ``longest`` characters."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: longest + 1])
    shown = " ".join(shown.split())
    return shown if len(text) <= longest else f"{shown[:longest]}…"


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


def content(path: str | os.PathLike[str]) -> bytes:
    """Read the bytes of a regular file.

    Raises:
        SchoolListError: if it is not a regular file or cannot be read.
    """
    data = b""
    try:
        kind = Path(path).stat().st_mode
        if stat.S_ISREG(kind):
            with Path(path).open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise SchoolListError(path, "there is no such file; check the path to the list of schools") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SchoolListError(path, f"the file cannot be read ({reason}); check its name and permissions") from None
    if stat.S_ISDIR(kind):
        raise SchoolListError(path, "this is a directory; give the CSV file inside it")
    if not stat.S_ISREG(kind):
        raise SchoolListError(path, "this is not an ordinary file; save the list as a CSV file and give that")
    return data


def refuse_other_files(path: object, data: bytes, bounds: Bounds) -> None:
    """Refuse a file that is too large, empty, or not text.

    Raises:
        SchoolListError: if it is.
    """
    if len(data) > LARGEST_FILE:
        limit = LARGEST_FILE // 1024**2
        raise SchoolListError(path, f"the file is larger than {limit} MB; give only the schools that you mean to study")
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise SchoolListError(path, "the file is empty; give a CSV file with a header and a row for each school")
    for start, what in NOT_TEXT.items():
        if data.startswith(start):
            raise SchoolListError(path, f"this is {what}, not a CSV file; open it in a spreadsheet and {SAVE_AS}")
    if data[:500].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGE_STARTS):
        raise SchoolListError(
            path, "this is a web page, not a CSV file; download the list itself, not the page about it"
        )
    most = min(MOST_LINES, bounds.lines)
    if max(data.count(b"\n"), data.count(b"\r")) > most:
        raise SchoolListError(path, f"the file has more than {most:,} lines; {bounds.cure}")
    if (longest := max(map(len, data.replace(b"\r", b"\n").split(b"\n")))) > LONGEST_LIST_LINE:
        trouble = f"a line has {longest:,} bytes, but may have {LONGEST_LIST_LINE:,}; give a row for each school"
        raise SchoolListError(path, trouble)
    if (nul := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise SchoolListError(path, f"this is not text (it holds a NUL byte), so not a CSV file; {SAVE_AS}", line)


def encoding_of(data: bytes, path: object) -> str:
    """Return UTF-8 where the bytes are valid UTF-8, else cp1252, which GIAS and Excel write."""
    if first_invalid_byte(data, "utf-8") is None:
        return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    if (at := first_invalid_byte(data, "cp1252")) is None:
        return "cp1252"
    line = data.count(b"\n", 0, at) + 1
    trouble = f"byte 0x{data[at]:02x} is neither UTF-8 nor Windows text (cp1252), so this is no CSV file; {SAVE_AS}"
    raise SchoolListError(path, trouble, line)


def first_invalid_byte(data: bytes, encoding: str) -> int | None:
    """Return the position of the first byte that is invalid in an encoding, or None."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return None


def lines_of(data: bytes, encoding: str) -> Iterator[str]:
    """Return the lines of a file with their ends (Windows, Unix or classic Mac OS)."""
    return iter(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""))


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
