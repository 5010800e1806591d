"""Join several files on a key, such as the register and a census of pupils on the school's number."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from alliance_sim.schools.column_titles import TITLES, key_of
from alliance_sim.schools.columns import shown
from alliance_sim.schools.csv_table import Row, fitted_rows
from alliance_sim.schools.errors import SchoolListError, first_few, visible
from alliance_sim.schools.layouts import LAYOUTS
from alliance_sim.schools.list_file import Bounds
from alliance_sim.schools.table import Grid, Header, open_grid
from alliance_sim.schools.values import plain_text, whole

KEYS = tuple(
    dict.fromkeys(key_of(title) for layout in LAYOUTS for title in (*layout.columns["number"], *TITLES["number"]))
)
"""Titles of schools' numbers, on which files are joined where the user names no column."""


class _Counts:
    """Counts rows that found a partner while they are read."""

    def __init__(self) -> None:
        self.rows = self.found = self.filled = 0


class Joined:
    """Adds the columns of further files to the rows of a list.

    Args:
        grid: the list.
        others: the further files.
        key: the title of the column that all have; chosen among schools' numbers where empty.
        bounds: limits on the further files.
        chosen: the titles that the user chose, by field.

    Raises:
        SchoolListError: if a file cannot be read or has no such column.
    """

    def __init__(
        self, grid: Grid, others: Sequence[str | os.PathLike[str]], key: str, bounds: Bounds, chosen: Mapping[str, str]
    ) -> None:
        self.remarks: list[tuple[str, _Counts]] = []
        self.warnings: list[str] = []
        for other in others:
            grid = self._added(grid, open_grid(other, bounds, None, chosen), key)
        self.grid = grid

    def _added(self, grid: Grid, other: Grid, key: str) -> Grid:
        """Return the list with the columns of one file."""
        title, place, place_there = _key_places(grid, other, key)
        table = self._by_key(other, place_there, title)
        here = {key_of(each): at for at, each in enumerate(grid.header.titles)}
        new = [at for at, each in enumerate(other.header.titles) if at != place_there and key_of(each) not in here]
        same = [
            (here[key_of(each)], at)
            for at, each in enumerate(other.header.titles)
            if at != place_there and key_of(each) in here
        ]
        counts = _Counts()
        self.remarks.append((f"{visible(other.path, 100)} was joined on {visible(title, 40)}", counts))
        titles = [*grid.header.titles, *(other.header.titles[at] for at in new)]
        width = len(grid.header.titles)
        rows = fitted_rows(grid.rows, grid.header.titles, width, numeric=True)

        def joined() -> Iterator[Row]:
            for row in rows:
                if row.broken:
                    yield row
                    continue
                partner = table.get(_key_value(row.fields[place]))
                counts.rows += 1
                counts.found += partner is not None
                fields = [*row.fields, *(partner[at] if partner else "" for at in new)]
                for at, there in same if partner else ():
                    if not plain_text(fields[at]) and partner and plain_text(partner[there]):
                        fields[at] = partner[there]
                        counts.filled += 1
                yield row._replace(fields=fields)

        warnings = (*grid.warnings, *(f"{visible(other.path, 60)}: {text}" for text in other.warnings))
        return replace(grid, header=Header(grid.header.line, titles), rows=joined(), warnings=warnings)

    def _by_key(self, other: Grid, place: int, title: str) -> dict[str, list[str]]:
        """Return the fields of each row by its key."""
        found: dict[str, list[str]] = {}
        twice: list[str] = []
        broken: list[str] = []
        for row in fitted_rows(other.rows, other.header.titles, len(other.header.titles), numeric=True):
            if row.broken:
                broken.append(str(row.line))
                continue
            value = _key_value(row.fields[place])
            if value and found.setdefault(value, row.fields) is not row.fields:
                twice.append(f"{visible(value, 20)} (line {row.line})")
        if twice:
            self.warnings.append(
                f"{visible(other.path, 60)} has several rows for {visible(title, 40)} {first_few(twice, 5)}, of which "
                "the first was used"
            )
        if broken:
            lines = first_few(broken, 5)
            self.warnings.append(f"{visible(other.path, 60)} cannot be read on line{'s' * (len(broken) > 1)} {lines}")
        return found

    def sentences(self) -> list[str]:
        """Return what was joined, once all rows have been read."""
        return [
            f"{text}: {counts.found:,} of {counts.rows:,} rows are in it"
            + (f"; {counts.filled:,} empty fields were filled from it" if counts.filled else "")
            for text, counts in self.remarks
        ]


def _key_value(text: str) -> str:
    """Return a key without differences of form: ``0100`` and ``100.0`` are one."""
    text = plain_text(text)
    number = whole(text)
    return str(number) if number is not None else text.casefold()


def _key_places(grid: Grid, other: Grid, key: str) -> tuple[str, int, int]:
    """Return the title of the key and its position in both files."""
    here, there = ([key_of(title) for title in each.header.titles] for each in (grid, other))
    if key:
        for each, titles in ((grid, here), (other, there)):
            if key_of(key) not in titles:
                trouble = f"--on {visible(key, 40)}: there is no such column (found: {shown(each.header.titles)})"
                raise SchoolListError(each.path, trouble, each.header.line)
        return key, here.index(key_of(key)), there.index(key_of(key))
    common = [each for each in KEYS if each in here and each in there]
    numbers = common or ([each for each in KEYS if each in here][:1] and [each for each in KEYS if each in there][:1])
    if not numbers:
        trouble = (
            f"it has no column of schools' numbers in common with {visible(grid.path, 60)} (found: "
            f"{shown(other.header.titles)}); name the column that both have with --on TITLE"
        )
        raise SchoolListError(other.path, trouble, other.header.line)
    if common:
        at, at_there = here.index(common[0]), there.index(common[0])
    else:
        at = next(at for at, each in enumerate(here) if each in KEYS)
        at_there = next(at for at, each in enumerate(there) if each in KEYS)
    return grid.header.titles[at], at, at_there
