"""Read the rows of a CSV file, each with its line number.

The standard library's ``csv`` is used rather than pandas, which pads short rows silently: the report must account for
every row with its line and a reason.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from alliance_sim.schools.column_titles import comparable

LONGEST_RECORD = 20
"""Lines of one row; a longer one has a quote that is not closed."""

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "~": "tildes", "^": "carets"}
SEP_LINE = re.compile(r"\"?sep=(.)\"?[,;\t| ]*", re.IGNORECASE)
"""The line with which Excel names the delimiter."""

WRAPPED = re.compile(r'"(?:[^"]|"")*"')
"""A line that stands in quotes as a whole."""

MOST_KINDS = 200
"""Kinds of texts of the last column that are remembered."""

LOOKED_AT = 60
"""Rows among which the header is sought."""


class Row(NamedTuple):
    """One row of a file.

    Attributes:
        line: the line on which it begins.
        fields: its fields.
        broken: the reason why it cannot be read, or empty.
        note: what was done to give it as many fields as the header has, or empty.
    """

    line: int
    fields: list[str]
    broken: str = ""
    note: str = ""


@dataclass(frozen=True)
class Dialect:
    """The form of a CSV file.

    Attributes:
        delimiter: the character between fields.
        quote: the character around fields.
        skipped: lines before the table that only describe it.
        wrapped: whether each line as a whole stands in quotes.
    """

    delimiter: str
    quote: str = '"'
    skipped: int = 0
    wrapped: bool = False


class _LineSource:
    """Supplies lines for one row at a time, and takes back those that a broken row consumed."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.row: list[str] = []

    def __iter__(self) -> _LineSource:
        return self

    def __next__(self) -> str:
        if len(self.row) >= LONGEST_RECORD:
            raise StopIteration
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.row.append(line)
        return line

    def take_back(self) -> None:
        """Return all lines of the row but the first, to be read again."""
        self._returned.extendleft(reversed(self.row[1:]))
        del self.row[1:]


def rows_of(lines: Iterator[str], dialect: Dialect, columns: int | None = None) -> Iterator[Row]:
    """Yield the rows without blank lines.

    A quote that is not closed would consume the rows after it. Such a row is marked as broken, and reading continues at
    the line after its first, so that one slip affects one row.

    Args:
        lines: the lines of the file.
        dialect: its form.
        columns: the number of columns of the table; None where it is not known.
    """
    delimiter = dialect.delimiter
    source = _LineSource(islice(map(_unwrapped, lines) if dialect.wrapped else lines, dialect.skipped, None))

    def reading() -> Iterator[list[str]]:
        return csv.reader(source, delimiter=delimiter, quotechar=dialect.quote, strict=True, skipinitialspace=True)

    reader = reading()
    line = 1 + dialect.skipped
    while True:
        source.row = []
        broken = ""
        try:
            fields = next(reader, None)
        except csv.Error as error:
            fields, broken = _escaped(source.row, dialect), _csv_problem(str(error))
            broken, fields = ("", fields) if fields else (broken, [])
            source.take_back()
            reader = reading()
        if fields is None:
            return
        if len(source.row) > 1:
            inside = sum(text.count(delimiter) for text in source.row)
            if not broken and inside >= 2 * ((columns or max(len(fields), 2)) - 1):
                broken = "a quote that is not closed on its line"
            if broken or len(source.row) >= LONGEST_RECORD:
                if broken:
                    source.take_back()
                reader = reading()
        if broken or len(fields) > 1 or (fields and fields[0].strip()):
            yield Row(line, fields, broken)
        line += len(source.row)


def _escaped(lines: list[str], dialect: Dialect) -> list[str] | None:
    r"""Return the fields of one line in which quotes inside fields are written ``\"``, as R does."""
    if not lines or f"\\{dialect.quote}" not in lines[0]:
        return None
    try:
        reader = csv.reader(
            lines[:1], delimiter=dialect.delimiter, quotechar=dialect.quote, doublequote=False, escapechar="\\",
            strict=True,
        )  # fmt: skip
        return next(reader, None)
    except csv.Error:
        return None


def _csv_problem(error: str) -> str:
    """Translate an error of the csv module."""
    if "limit" in error:
        return f"a field longer than {csv.field_size_limit():,} characters"
    if "unexpected end" in error:
        return "a quote that is never closed"
    return "a quote in the middle of a field"


def dialects_of(lines: Iterator[str]) -> list[Dialect]:
    """Return the forms that a file may have.

    Args:
        lines: the lines of the file.
    """
    first = list(islice(lines, LOOKED_AT))
    if first and (named := SEP_LINE.fullmatch(first[0].rstrip("\r\n"))):
        return [Dialect(named[1], skipped=1)]
    single = [
        Dialect(delimiter, "'")
        for delimiter in DELIMITERS
        if any(_single_quoted(line.strip().split(delimiter)) for line in first)
    ]
    if all(WRAPPED.fullmatch(line.rstrip("\r\n")) for line in first):
        single += [Dialect(delimiter, wrapped=True) for delimiter in DELIMITERS]
    return single or [Dialect(delimiter) for delimiter in DELIMITERS]


def _unwrapped(line: str) -> str:
    """Return a line without the quotes around it as a whole."""
    text = line.rstrip("\r\n")
    return text[1:-1].replace('""', '"') + line[len(text) :] if WRAPPED.fullmatch(text) else line


def _single_quoted(parts: list[str]) -> bool:
    return len(parts) > 1 and all(len(part) > 1 and part[0] == part[-1] == "'" for part in parts)


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str:
    """Return the kind of a text: ``900102 Predecessor`` and ``7 Merged, part`` are a number and words."""
    shape = re.sub(r"\d+", "9", text.strip())
    return re.sub(r"[^\W\d_]+(?:[ '’,.&/-]+[^\W\d_]+)*", "a", shape)


def fitted_rows(rows: Iterator[Row], header: Sequence[str], last_needed: int, *, numeric: bool) -> Iterator[Row]:
    """Yield the rows with as many fields as the header has.

    Args:
        rows: the rows.
        header: the titles.
        last_needed: the last column that decides about a school; a row may end after it.
        numeric: whether the last column holds numbers, so that it has no commas of its own.
    """
    width = len(header)
    kinds: set[str] = set()
    titles = [comparable(title) for title in header]
    first = next((at for at, title in enumerate(header) if title.strip()), 0)
    for row in rows:
        fields = row.fields
        if row.broken:
            yield row
            continue
        if len(fields) > width and not any(text.strip() for text in fields[width:]):
            fields = fields[:width]
        if len(fields) == width:
            if len(kinds) < MOST_KINDS:
                kinds.add(kind_of(fields[-1]))
            again = comparable(fields[first]) == titles[first] and [comparable(text) for text in fields] == titles
            yield (
                Row(row.line, fields, "the header again")
                if again
                else row
                if fields is row.fields
                else Row(row.line, fields)
            )
            continue
        if len(fields) > width and not numeric:
            ends = {kind_of(text) for text in fields[width - 1 :] if text.strip()}
            if ends <= kinds or (len(ends) == 1 and "9" in str(ends)):
                note = f"{len(fields)} fields where the header has {width}; the last ones were taken as one"
                yield Row(row.line, [*fields[: width - 1], ", ".join(fields[width - 1 :])], "", note)
                continue
        if last_needed < len(fields) < width:
            note = f"{len(fields)} fields where the header has {width}; the last ones were taken as empty"
            yield Row(row.line, [*fields, *[""] * (width - len(fields))], "", note)
            continue
        yield Row(row.line, fields, f"{len(fields)} fields where the header has {width}")
