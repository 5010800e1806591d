"""From the bytes of a file to its rows, each with its line.

The rows are read with Python's own ``csv`` rather than with pandas, which fills up a row that is too short and says
nothing: the report owes every row a line number and a reason.
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
"""Twenty times the rows of England's register."""

MOST_LINES = 4 * MOST_ROWS
"""Some lists have empty lines between rows, and names that run over lines."""

LONGEST_RECORD = 20
"""Lines that one row may run over; more is a quote that nobody closed."""

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
    """A list that cannot be used: one sentence with the place and a way out."""

    def __init__(self, path: object, trouble: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(path, trouble, line, column)
        self.path = str(path)
        self.trouble = trouble
        self.line = line
        self.column = column

    def __str__(self) -> str:
        """The sentence."""
        place = visible(self.path, 300)
        place += f", line {self.line}" if self.line is not None else ""
        place += f", column {visible(self.column)}" if self.column is not None else ""
        return f"{place}: {self.trouble}."


@dataclass(frozen=True)
class Bounds:
    """What a list may have, where it is read for somebody who waits.

    Attributes:
        lines: of the file.
        schools: that can be used.
        seconds: for reading and grouping them.
        cure: what to do with a larger list, for the sentences.
    """

    lines: int = MOST_LINES
    schools: int = MOST_ROWS
    seconds: float = math.inf
    cure: str = "give only the schools that you mean to study"


@dataclass(frozen=True)
class Row:
    """One row: the line where it begins, its fields, and what is wrong with it, if anything is."""

    line: int
    fields: list[str]
    broken: str = ""


@dataclass(frozen=True)
class Table:
    """An opened list: what kind it is, how it is written, where its columns stand, and its rows, read once."""

    path: str
    layout: Layout
    encoding: str
    delimiter: str
    header: list[str]
    positions: dict[str, int]
    rows: Iterator[Row]


def visible(text: str, longest: int = 60) -> str:
    """Text that can be shown in a sentence: no line breaks or control characters, not endless."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: longest + 1])
    shown = " ".join(shown.split())
    return shown if len(text) <= longest else f"{shown[:longest]}…"


def open_table(path: str | os.PathLike[str], bounds: Bounds | None = None, data: bytes | None = None) -> Table:
    """Opens a list, finds out how it is written and checks its header.

    Args:
        path: the file, or what sentences call it where ``data`` is given.
        bounds: what it may have.
        data: the bytes of the file; it is then not looked at.

    Raises:
        SchoolListError: If it is not a list of schools that can be read.
    """
    data = content(path) if data is None else data
    refuse_no_list(path, data, bounds or Bounds())
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
    """The bytes of the file, if it is an ordinary file."""
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


def refuse_no_list(path: object, data: bytes, bounds: Bounds) -> None:
    """Refuse bytes that are too many, or do not look like text."""
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
    """UTF-8 where the bytes are UTF-8, else cp1252, which GIAS and Excel write."""
    if not_in(data, "utf-8") is None:
        return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    if (at := not_in(data, "cp1252")) is None:
        return "cp1252"
    line = data.count(b"\n", 0, at) + 1
    trouble = f"byte 0x{data[at]:02x} is neither UTF-8 nor Windows text (cp1252), so this is no CSV file; {SAVE_AS}"
    raise SchoolListError(path, trouble, line)


def not_in(data: bytes, encoding: str) -> int | None:
    """The place of the first byte that is no text in this encoding; None if all are."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return None


def lines_of(data: bytes, encoding: str) -> Iterator[str]:
    """The file's lines with their ends, which may be Windows', Unix's or old Macintosh's."""
    return iter(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""))


class _Feed:
    """Hands out lines for one row at a time, and takes back those that a broken row swallowed."""

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
        """All lines of the row but the first are to be read again."""
        self._returned.extendleft(reversed(self.row[1:]))
        del self.row[1:]


def rows_of(lines: Iterator[str], delimiter: str, columns: int | None = None) -> Iterator[Row]:
    """The rows, the header first; blank lines are passed over.

    A quote that nobody closed would swallow the rows after it. Such a row is given up, and reading starts again at the
    line after its first, so that one slip costs one row.
    """
    feed = _Feed(lines)
    line = 1
    while True:
        fields: list[str] | None = []
        try:
            fields = next(csv.reader(feed, delimiter=delimiter, strict=True), None)
            broken = ""
        except csv.Error as error:
            broken = _complaint(str(error))
        if fields is None:
            return
        if len(fields) == 1 and not fields[0].strip():
            fields = []
        columns = columns or len(fields)
        if not broken and fields and len(fields) != columns:
            broken = f"{len(fields)} fields where the header has {columns}"
        if not broken and len(feed.row) > 1:
            inside = sum(text.count(delimiter) for text in feed.row)
            if inside >= 2 * (columns - 1):
                broken = "a quote that is not closed on its line"
        if broken:
            feed.take_back()
        if broken or fields:
            yield Row(line, fields, broken)
        line += len(feed.row)


def _complaint(error: str) -> str:
    """What the csv module found, in words for somebody who looks at the line."""
    if "limit" in error:
        return f"a field longer than {csv.field_size_limit():,} characters"
    if "unexpected end" in error:
        return "a quote that is never closed"
    return "a quote in the middle of a field"


def checked_header(path: object, header: Row, layout: Layout) -> dict[str, int]:
    """Where each column stands, if the indispensable ones are there and none twice."""
    if header.broken:
        raise SchoolListError(path, f"the header cannot be read ({header.broken}); mend that line", header.line)
    found = layout.positions(header.fields)
    shown = ", ".join(visible(title, 30) for title in header.fields[:12] if title.strip())
    shown += ", …" if len(header.fields) > 12 else ""
    for told, places in found.items():
        if len(places) > 1:
            trouble = (
                f"the header has this column {len(places)} times; keep the one that is meant and rename the others"
            )
            raise SchoolListError(path, trouble, header.line, layout.called(told))
    if not found:
        register, plain = (
            ", ".join(" or ".join(map(kind.called, either)) for either in kind.indispensable) for kind in (GIAS, PLAIN)
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
            f"{'these columns are' if many else 'this column is'} indispensable and not in the header (found: {shown})"
            f"; add {'them' if many else 'it'}{hint}"
        )
        raise SchoolListError(path, trouble, header.line, ", ".join(missing))
    return {told: places[0] for told, places in found.items()}
