"""A file of groups: written by ``schools --out``, corrected by hand and given with ``--groups``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.group_keys import alike
from alliance_sim.schools.report import INVENTED
from alliance_sim.schools.rows import ListedSchool, harmless, whole
from alliance_sim.schools.side_table import read_side_table, titles_of

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
    frame = read_side_table(path, {*ALLIANCE_COLUMNS, *NUMBER_COLUMNS, *NAME_COLUMNS, BASIS_COLUMN}.__contains__)
    title = next((name for name in ALLIANCE_COLUMNS if name in frame), None)
    number = next((name for name in NUMBER_COLUMNS if name in frame), None)
    name = next((name for name in NAME_COLUMNS if name in frame), None)
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
    repeated = frame[name].map(harmless).value_counts().to_dict() if name and number is None else {}
    for line, row in zip(frame.index.tolist(), frame.to_dict("records"), strict=True):
        places = _places(row, number, name, at_number, at_name)
        shown = harmless(" ".join(str(row[column]) for column in (number, name) if column and row[column]))
        if len(places) > 1 and repeated.get(shown) == len(places):
            places = [at for at in places if at not in seen][:1]  # one row for each school of that name, in order
        if len(places) > 1:
            trouble = f"{len(places)} schools of the list are called {shown}; add their numbers in a column urn"
            raise SchoolListError(path, trouble, line)
        group = harmless(str(row[title]))
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
    return GivenGroups(alliance, ungiven, tuple(unmatched), _invented(frame, title))


def _invented(frame: pd.DataFrame, title: str) -> frozenset[str]:
    """Return the alliances all of whose rows say that they were formed here."""
    if BASIS_COLUMN not in frame:
        return frozenset()
    formed = frame[BASIS_COLUMN].isin(INVENTED).groupby(frame[title].map(harmless)).all()
    return frozenset(str(name) for name, all_rows in formed.items() if all_rows)


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
    frame = pd.DataFrame({"urn": urns, "name": names, "alliance": alliances, "grouped_by": kinds})
    return frame if frame["urn"].any() else frame.drop(columns="urn")
