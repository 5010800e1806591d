"""Open a list as its user chose, and refuse one that may be misread where the user asks for that."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alliance_sim.schools.attainment_tables import MEASURES
from alliance_sim.schools.choices import Choices
from alliance_sim.schools.column_titles import comparable, key_of
from alliance_sim.schools.columns import shown
from alliance_sim.schools.csv_table import Row
from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.joining import Joined
from alliance_sim.schools.list_file import MOST_ROWS, Bounds
from alliance_sim.schools.row_notes import HARMLESS, UNCERTAIN, RowNote
from alliance_sim.schools.screening import learn_forms
from alliance_sim.schools.selection import Selection
from alliance_sim.schools.table import Table, open_grid, table_of

_RESULTS = frozenset(measure.column for measure in MEASURES)
MOST_SHOWN = 10
"""Problems named where a list is refused."""


def open_list(
    path: str | os.PathLike[str], data: bytes | None, bounds: Bounds, choices: Choices, deadline: float
) -> Table:
    """Return a table with the chosen rows, of which only the columns that are read are kept.

    Args:
        path: the file, or its name in messages where ``data`` is given.
        data: the bytes of the file, which is then not accessed.
        bounds: limits on the list.
        choices: what the user chose.
        deadline: the time of the monotonic clock at which reading ends.

    Raises:
        SchoolListError: if it cannot be read, no row meets the conditions, or it exceeds the limits.
    """
    grid = open_grid(path, bounds, data, choices.titles)
    further = Joined(grid, choices.join, choices.on, bounds, choices.titles) if choices.join else None
    grid = further.grid if further else grid
    at = column_of_groups(grid.path, grid.header.titles, choices.groups, files=bounds.files)
    titles = choices.titles if at is None else choices.titles | {"alliance": "none"}
    table = table_of(grid, titles, choices.known_layout)
    if at is not None:
        _group_by(table, at)
    selection = Selection(table, choices.conditions, choices.phase)
    # Rows without a number are compared as a whole.
    places = sorted(set(table.positions.values())) if "number" in table.positions else list(range(len(table.header)))
    kept: list[Row] = []
    for count, row in enumerate(selection.select(iter(table.rows)), start=1):
        if count > MOST_ROWS:
            trouble = f"there are more than {MOST_ROWS:,} rows; give only the schools that you mean to study"
            raise SchoolListError(table.path, trouble, row.line)
        if count % 500 == 0 and time.monotonic() > deadline:
            trouble = f"after {bounds.seconds:g} seconds the list was not read to its end; {bounds.cure}"
            raise SchoolListError(table.path, trouble, row.line)
        fields = row.fields[:6] if row.broken else [row.fields[place] for place in places]
        kept.append(Row(row.line, fields, row.broken, row.note))
    table.rows = kept
    selection.refuse_nothing()
    table.remarks += [selection.remark()] if selection.chosen else []
    table.remarks += further.sentences() if further else []
    table.warnings += further.warnings if further else []
    table.positions = {name: places.index(place) for name, place in table.positions.items()}
    if "closed" in table.positions and not {"status", "status_code"} & set(table.positions):
        title = visible(table.header[table.columns.positions["closed"]])
        table.remarks.append(f"there is no status, so schools with a date in column {title} were taken as closed")
    if results := [visible(title) for title in grid.header.titles if title.strip().casefold() in _RESULTS]:
        table.remarks.append(f"results, such as {results[0]}, are read only from a file that --attainment names")
    learn_forms(table)
    return table


def column_of_groups(path: str, header: Sequence[str], groups: str, *, files: bool = True) -> int | None:
    """Return the position of the column by which schools are grouped; None where there are none, or a file of groups.

    Args:
        path: the list, for messages.
        header: the titles of its columns.
        groups: the title of a column, a file or empty.
        files: whether it may be a file.

    Raises:
        SchoolListError: if it is neither a column nor a file.
    """
    for form in (comparable, key_of) if groups else ():
        titles = [form(title) for title in header]
        if form(groups) in titles:
            return titles.index(form(groups))
        if files and Path(groups).exists():
            return None
    if groups and not files:
        trouble = f"there is no column {visible(groups)} to group by (found: {shown(header)})"
        raise SchoolListError(path, f"{trouble}; choose one that is there")
    if groups:
        trouble = f"there is no such file, and no such column in {visible(path)} (found: {shown(header)})"
        raise SchoolListError(groups, f"{trouble}; give a column of the list or a CSV file of groups")
    return None


def _group_by(table: Table, at: int) -> None:
    """Read a column as the alliance; it may be the column of another field as well."""
    columns, title = table.columns, table.header[at]
    table.positions["alliance"] = at
    table.columns = replace(
        columns,
        positions=columns.positions | {"alliance": at},
        renamed=columns.renamed | {"alliance": title},
        unread=tuple(each for each in columns.unread if each != title),
    )


def refuse_warnings(table: Table, left_out: Sequence[RowNote], gaps: Sequence[RowNote]) -> None:
    """Refuse a list of which something may be misread.

    Args:
        table: the list.
        left_out: notes on the rows left out.
        gaps: notes on the schools that are used.

    Raises:
        SchoolListError: if there is a warning, a row that could not be read, or a number that was guessed.
    """
    notes = [note for note in left_out if note.reason not in HARMLESS]
    notes += [note for note in gaps if note.reason in UNCERTAIN]
    problems = [*table.warnings, *(f"{note.reason}: {note.called}" for note in notes)]
    if problems:
        more = len(problems) - MOST_SHOWN
        first = "; ".join(problems[:MOST_SHOWN]) + (f"; and {more:,} more" if more > 0 else "")
        trouble = f"with --strict this list is refused: {first}; correct this, or read the list without --strict"
        raise SchoolListError(table.path, trouble)
