"""Open a list: its text or workbook, its header and its columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from alliance_sim.limits import MOST_COLUMNS
from alliance_sim.schools.column_titles import NUMERIC, key_of
from alliance_sim.schools.columns import Columns, find_columns, is_complete, looks_like_title
from alliance_sim.schools.csv_table import DELIMITERS, LOOKED_AT, Dialect, Row, dialects_of, fitted_rows, rows_of
from alliance_sim.schools.errors import SchoolListError, first_few, visible
from alliance_sim.schools.layouts import Layout
from alliance_sim.schools.list_file import Bounds, content, refuse_other_files, refuse_unfit_text, workbook_kind
from alliance_sim.schools.number_formats import NumberFormat
from alliance_sim.schools.text_decoding import Text, decode
from alliance_sim.schools.workbook import sheets_of


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes:
        line: its line.
        titles: the titles of its columns.
        above: rows above it.
        lines: number of rows that it takes.
    """

    line: int
    titles: list[str]
    above: tuple[Row, ...] = ()
    lines: int = 1

    def known(self, chosen: Mapping[str, str]) -> int:
        """Return the number of titles that some layout knows or the user chose; a header too wide is refused later."""
        wanted = {key_of(title) for title in chosen.values()}
        titles = self.titles[:MOST_COLUMNS]
        return sum(looks_like_title(title) or (key_of(title) in wanted and bool(title)) for title in titles)


@dataclass(frozen=True)
class Grid:
    """The rows of a file, without an interpretation of its columns.

    Attributes:
        path: the file.
        encoding: its encoding, for the report.
        separated: what is between its fields, for the report.
        header: its header.
        rows: the rows under the header, which can be iterated once.
        remarks: sentences without an end about how the file was read.
        warnings: sentences without an end about what may have been misread.
    """

    path: str
    encoding: str
    separated: str
    header: Header
    rows: Iterator[Row]
    remarks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class Table:
    """A list whose header has been read.

    Attributes:
        path: the file.
        layout: the layout of its columns.
        encoding: its encoding, for the report.
        separated: what is between its fields, for the report.
        header: the titles of its columns.
        columns: the columns that are read.
        positions: the position of each field that is read, in the fields of ``rows``.
        rows: the rows.
        remarks: sentences without an end about how the file was read.
        warnings: sentences without an end about what may have been misread.
        formats: the meanings of points and commas, by field.
        lettered: whether schools have identifiers that are no numbers.
    """

    path: str
    layout: Layout
    encoding: str
    separated: str
    header: list[str]
    columns: Columns
    positions: dict[str, int]
    rows: Iterable[Row]
    remarks: list[str]
    warnings: list[str]
    formats: dict[str, NumberFormat] = field(default_factory=dict[str, NumberFormat])
    lettered: bool = False


def open_grid(
    path: str | os.PathLike[str], bounds: Bounds, data: bytes | None = None, chosen: Mapping[str, str] | None = None
) -> Grid:
    """Open a file, detect its encoding and form, and find its header.

    Args:
        path: the file, or its name in messages where ``data`` is given.
        bounds: limits on the list.
        data: the bytes of the file, which is then not accessed.
        chosen: the titles that the user chose, by field.

    Raises:
        SchoolListError: if it is no table.
    """
    data = content(path) if data is None else data
    refuse_other_files(path, data, bounds)
    if kind := workbook_kind(path, data):
        return _workbook_grid(path, data, kind, chosen or {})
    text = decode(data, path)
    refuse_unfit_text(path, text.data, bounds)
    dialect, header = _likeliest(path, text, chosen or {})
    _refuse_wide(path, header)
    rows = rows_of(text.lines(), dialect, len(header.titles))
    for _ in range(len(header.above) + header.lines):
        next(rows)
    separated = DELIMITERS.get(dialect.delimiter, visible(dialect.delimiter))
    return Grid(str(path), text.encoding, separated, header, rows, _passed_over(header), text.remarks)


def _likeliest(path: object, text: Text, chosen: Mapping[str, str]) -> tuple[Dialect, Header]:
    """Return the form of a file in which its header has most known titles, and the header."""
    found: list[tuple[Dialect, Header]] = []
    trouble: SchoolListError | None = None
    for dialect in dialects_of(text.lines()):
        first = list(islice(rows_of(text.lines(), dialect), LOOKED_AT))
        try:
            found.append((dialect, _header_among(path, first, chosen)))
        except SchoolListError as error:
            trouble = trouble or error
    if not found:
        raise trouble or SchoolListError(
            path, "the file is empty; give a CSV file with a header and a row for each school"
        )
    return max(found, key=lambda pair: (pair[1].known(chosen), len(pair[1].titles)))


def _workbook_grid(path: object, data: bytes, kind: str, chosen: Mapping[str, str]) -> Grid:
    """Return the sheet of a workbook with most known titles."""
    best: tuple[int, str, Header, list[Row]] | None = None
    others: list[str] = []
    for name, rows in sheets_of(path, data, kind):
        others.append(name)
        if not rows:
            continue
        header = _header_among(path, rows[:LOOKED_AT], chosen)
        known = header.known(chosen)
        if best is None or known > best[0]:
            best = known, name, header, rows
    if best is None:
        raise SchoolListError(path, "the workbook is empty; give a sheet with a header and a row for each school")
    _, name, header, rows = best
    _refuse_wide(path, header)
    others.remove(name)
    remarks = (
        [f"of the workbook's sheets, “{visible(name, 40)}” was read and {_quoted(others)} was not"] if others else []
    )
    after = rows[len(header.above) + header.lines :]
    separated = f"sheet “{visible(name, 40)}”"
    return Grid(str(path), kind.removeprefix("an "), separated, header, iter(after), (*remarks, *_passed_over(header)))


def _header_among(path: object, rows: Sequence[Row], chosen: Mapping[str, str]) -> Header:
    """Return the row with most known titles, or two rows that together have more of them."""
    if not rows:
        raise SchoolListError(path, "the file is empty; give a CSV file with a header and a row for each school")
    candidates = [
        Header(row.line, _trimmed(row.fields), tuple(rows[:at])) for at, row in enumerate(rows) if not row.broken
    ]
    if not candidates:
        trouble = f"the header cannot be read ({rows[0].broken}); correct that line"
        raise SchoolListError(path, trouble, rows[0].line)
    best = max(candidates, key=lambda header: (header.known(chosen), sum(map(bool, header.titles)) > 1))
    if not best.known(chosen):
        if rows[0].broken:
            raise SchoolListError(
                path, f"the header cannot be read ({rows[0].broken}); correct that line", rows[0].line
            )
        return candidates[0]
    at = len(best.above)
    joined = [_joined(rows, first, fill) for first in (at - 1, at) for fill in (False, True) if _pair(rows, first)]
    return max([best, *joined], key=lambda header: (is_complete(path, header.titles, chosen), header.lines == 1))


def _pair(rows: Sequence[Row], first: int) -> bool:
    return 0 <= first < len(rows) - 1 and not rows[first].broken and not rows[first + 1].broken


def _joined(rows: Sequence[Row], first: int, fill: bool) -> Header:
    """Return the header of two rows; with ``fill``, a title above several columns belongs to each."""
    upper, lower = list(rows[first].fields), rows[first + 1].fields
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    if fill:
        for at in range(1, width):
            upper[at] = upper[at] or upper[at - 1]
    titles = [" ".join(filter(None, pair)) for pair in zip(upper, [*lower, *[""] * (width - len(lower))], strict=True)]
    return Header(rows[first + 1].line, _trimmed(titles), tuple(rows[:first]), 2)


def _trimmed(titles: Sequence[str]) -> list[str]:
    """Return the titles without empty ones at the end."""
    last = max((at for at, title in enumerate(titles, start=1) if title.strip()), default=0)
    return [title.lstrip("\ufeff") for title in titles[:last]]


def _refuse_wide(path: object, header: Header) -> None:
    if len(header.titles) > MOST_COLUMNS:
        trouble = f"the header has {len(header.titles):,} columns, but may have {MOST_COLUMNS:,}"
        raise SchoolListError(path, f"{trouble}; keep those that are needed", header.line)


def _passed_over(header: Header) -> tuple[str, ...]:
    """Return a remark on the rows above the header."""
    texts = [visible(" ".join(filter(None, row.fields)), 40) for row in header.above]
    if not (texts := [text for text in texts if text]):
        return ()
    return (f"the header is on line {header.line}; above it {_quoted(texts)} was passed over",)


def _quoted(texts: Sequence[str]) -> str:
    return first_few([f"“{visible(text, 40)}”" for text in texts], 3)


def table_of(grid: Grid, chosen: Mapping[str, str], layout: Layout | None) -> Table:
    """Find the columns of a file.

    Args:
        grid: the file.
        chosen: the titles that the user chose, by field.
        layout: the layout that the user chose, or None.

    Raises:
        SchoolListError: if required columns are missing or ambiguous.
    """
    header = grid.header
    columns = find_columns(grid.path, header.titles, header.line, chosen, layout)
    width = len(header.titles)
    numeric = any(at == width - 1 and name in (*NUMERIC, "number") for name, at in columns.positions.items())
    decisive = ("number", "name", "pupils", "teachers", "status", "status_code", "closed")
    last_needed = max((columns.positions[name] for name in decisive if name in columns.positions), default=0)
    rows = fitted_rows(grid.rows, header.titles, last_needed, numeric=numeric)
    return Table(
        grid.path, columns.layout, grid.encoding, grid.separated, header.titles, columns, dict(columns.positions), rows,
        list(grid.remarks), [*grid.warnings, *columns.asked],
    )  # fmt: skip
