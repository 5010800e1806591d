"""A file of groups: written by ``schools --out``, corrected by hand and given with ``--groups``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.group_keys import alike
from alliance_sim.schools.group_notes import INVENTED
from alliance_sim.schools.rows import ListedSchool
from alliance_sim.schools.side_table import SideTable, read_side_table, titles_of
from alliance_sim.schools.values import harmless, whole

if TYPE_CHECKING:
    import pandas as pd

ALLIANCE_COLUMNS = ("alliance", "group", "hub", "cluster")
NUMBER_COLUMNS = ("urn", "id", "number", "school_id")
BASIS_COLUMN = "grouped_by"
NAME_COLUMNS = ("name", "school", "school_name", "establishmentname")


@dataclass(frozen=True)
class GivenGroups:
    """The groups of a file as they apply to a list.

    Attributes:
        alliance: the alliance by place in the list.
        ungiven: schools of the list that the file does not name.
        unmatched: rows of the file that name no school of the list.
        invented: alliances that ``schools --out`` formed and wrote, by their column ``grouped_by``.
    """

    alliance: dict[int, str]
    ungiven: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    invented: frozenset[str] = frozenset()


def read_groups(path: str | os.PathLike[str], schools: Sequence[ListedSchool]) -> GivenGroups:
    """Read a file of groups for the schools of a list.

    A school is found by its number, or by its name where the file or the list has no numbers. Schools without an
    alliance in the file are grouped like any other school.

    Args:
        path: a CSV file with ``alliance`` and ``urn`` (or ``id``), or ``alliance`` and ``name``.
        schools: the schools of the list.

    Raises:
        SchoolListError: if columns are missing, a school is in two alliances, a name is not unique, or no row names a
            school of the list.
    """
    table = read_side_table(path, {*ALLIANCE_COLUMNS, *NUMBER_COLUMNS, *NAME_COLUMNS, BASIS_COLUMN}.__contains__)
    title, number, name = (table.first_of(names) for names in (ALLIANCE_COLUMNS, NUMBER_COLUMNS, NAME_COLUMNS))
    if title is None or (number is None and name is None):
        found = ", ".join(visible(each, 30) for each in titles_of(path)[:12])
        trouble = (
            f"a file of groups needs the columns alliance and urn, or alliance and name (found: {found or 'nothing'}); "
            f"`alliance-sim schools FILE --out DIR` writes one to correct"
        )
        raise SchoolListError(path, trouble, 1)
    at_number = {school.urn: at for at, school in enumerate(schools) if school.urn}
    at_name: dict[str, list[int]] = {}
    for at, school in enumerate(schools):
        at_name.setdefault(alike(school.name), []).append(at)
    alliance: dict[int, str] = {}
    line_of: dict[int, int] = {}
    seen: set[int] = set()
    unmatched: list[str] = []
    repeated = Counter(harmless(row[name]) for _, row in table.rows) if name and number is None else Counter[str]()
    for line, row in table.rows:
        places = _places(row, number, name, at_number, at_name)
        shown = harmless(" ".join(row[column] for column in (number, name) if column and row[column]))
        if len(places) > 1 and repeated[shown] == len(places):
            places = [at for at in places if at not in seen][:1]  # one row for each school of that name, in order
        if len(places) > 1:
            trouble = f"{len(places)} schools of the list are called {shown}; add their numbers in a column urn"
            raise SchoolListError(path, trouble, line)
        group = harmless(row[title])
        if not places:
            if shown:
                unmatched.append(f"{shown} (line {line})")
            continue
        seen.add(places[0])
        if not group:
            continue
        if alliance.get(places[0], group) != group:
            trouble = f"{shown} is in {alliance[places[0]]} on line {line_of[places[0]]} and in {group} here; keep one"
            raise SchoolListError(path, trouble, line)
        alliance[places[0]], line_of[places[0]] = group, line
    if not seen:
        raise SchoolListError(path, "no row names a school of the list; check the numbers or names of its schools")
    ungiven = tuple(school.name for at, school in enumerate(schools) if at not in seen)
    return GivenGroups(alliance, ungiven, tuple(unmatched), _invented(table, title))


def _invented(table: SideTable, title: str) -> frozenset[str]:
    """Return the alliances all of whose rows say that they were formed here."""
    formed: dict[str, bool] = {}
    for _, row in table.rows:
        name = harmless(row[title])
        formed[name] = formed.get(name, True) and row.get(BASIS_COLUMN) in INVENTED
    return frozenset(name for name, all_rows in formed.items() if all_rows)


def _places(
    row: dict[str, str], number: str | None, name: str | None, at_number: dict[int, int], at_name: dict[str, list[int]]
) -> list[int]:
    """Return the schools of the list that a row names."""
    if number is not None and at_number and (known := whole(row[number])):
        return [at_number[known]] if known in at_number else []
    return at_name.get(alike(row[name]), []) if name is not None and row[name] else []


def group_table(
    names: Sequence[str], urns: Sequence[int], alliances: Sequence[str], kinds: Sequence[str]
) -> pd.DataFrame:
    """Return the table that ``schools --out`` writes: one row a school, to correct and give back with ``--groups``.

    Args:
        names: names of schools.
        urns: their numbers, 0 where they have none.
        alliances: the name of each school's alliance.
        kinds: what each school's alliance is based on.
    """
    import pandas as pd

    frame = pd.DataFrame({"urn": urns, "name": names, "alliance": alliances, "grouped_by": kinds})
    return frame if any(urns) else frame.drop(columns="urn")
