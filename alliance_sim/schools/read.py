"""Read a list of schools from a file to a roster."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack, cast

import numpy as np

from alliance_sim.declarations.roster import LARGEST_SCHOOL_ID, Roster
from alliance_sim.schools.choices import Choices, ReadingOptions, choices_of
from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.grouping import Alliance, form_alliances
from alliance_sim.schools.list_file import Bounds
from alliance_sim.schools.list_table import open_list, refuse_warnings
from alliance_sim.schools.report import Group, Joined, Reason, RowNote, SchoolListReport, reasons
from alliance_sim.schools.rows import MOST_PUPILS, ListedSchool, RowReader
from alliance_sim.schools.screening import find_others, warn_of_twins
from alliance_sim.schools.table import Table
from alliance_sim.schools.values import whole
from alliance_sim.validation import format_given, number, whole_number

LEAST_PUPILS = 0.01
"""Pupils per teacher; with fewer, every school would reach the largest number of teachers allowed."""


@dataclass(frozen=True)
class SchoolList:
    """The schools of a list.

    Attributes:
        roster: the schools in the form that a scenario takes.
        report: the report on every row of the list.
    """

    roster: Roster
    report: SchoolListReport


def read_schools(
    path: str | os.PathLike[str],
    *,
    alliance_size: int = 6,
    pupils_per_teacher: float = 20.0,
    columns: Mapping[str, str] | str | None = None,
    where: str | Sequence[str] | None = None,
    **options: Unpack[ReadingOptions],
) -> SchoolList:
    """Read a list of schools: a register's extract, or a plain list.

    The order of rows does not matter, except that the first usable row of several with the same URN is used. Schools
    have their URN as id, so they keep their random numbers when other rows change.

    Args:
        path: the file, CSV text in any usual form; with the extra ``tables`` also a workbook (xlsx, xls, ods).
        alliance_size: approximate number of schools in an alliance that is formed by distance.
        pupils_per_teacher: the ratio from which teachers are computed.
        columns: the titles of columns, by field, where the list has titles of its own:
            ``{"pupils": "Total School Roll"}``. ``"none"`` leaves a field unread.
        where: conditions on rows, such as ``"LA (name) = Hampshire"``; all must be met.
        **options: ``phase`` (such as ``"primary"``), ``layout`` (gias, nces, nz, scotland, ni or plain), ``join``
            (further files, joined on the school's number), ``on`` (the title of another column to join them on) and
            ``strict`` (refuse instead of warning).

    Returns:
        The roster, and a report that accounts for every row.

    Raises:
        SchoolListError: if the file cannot be read, or has fewer than two open schools with pupils; with ``strict``
            also if the report has warnings.
        TypeError: if an argument has the wrong type.
        ValueError: if the alliance size is below two, the ratio is out of bounds, or a choice is not known.

    Example:
        >>> from alliance_sim import Scenario, read_schools
        >>> schools = read_schools("surrey.csv")  # doctest: +SKIP
        >>> scenario = Scenario.load("baseline").with_roster(schools.roster)  # doctest: +SKIP
    """
    if not isinstance(cast("object", path), str | os.PathLike):
        raise TypeError(f"path is {format_given(path)}, but must be the path of a CSV file")
    if not str(path):
        raise SchoolListError("school list", "its name is empty; give the path of a CSV file")
    choices = choices_of(columns, where, options)
    return _read(path, None, Bounds(), choices, alliance_size, pupils_per_teacher)


def read_schools_from(
    data: bytes,
    name: str,
    bounds: Bounds,
    *,
    alliance_size: int,
    pupils_per_teacher: float,
    columns: Mapping[str, str] | None = None,
) -> SchoolList:
    """Read a list that was opened in the page, from its bytes.

    Args:
        data: the bytes of the file.
        name: the name of the file, for messages.
        bounds: limits on the list.
        alliance_size: as for ``read_schools``.
        pupils_per_teacher: as for ``read_schools``.
        columns: as for ``read_schools``.

    Raises:
        SchoolListError: as for ``read_schools``, and if the list exceeds the limits.
    """
    return _read(name, data, bounds, choices_of(columns, None, {}), alliance_size, pupils_per_teacher)


def _read(
    path: str | os.PathLike[str], data: bytes | None, bounds: Bounds, choices: Choices,
    alliance_size: int, pupils_per_teacher: float,
) -> SchoolList:  # fmt: skip
    deadline = time.monotonic() + bounds.seconds
    alliance_size = whole_number("alliance_size", alliance_size, 2)
    pupils_per_teacher = number("pupils_per_teacher", pupils_per_teacher, LEAST_PUPILS, MOST_PUPILS)
    table = open_list(path, data, bounds, choices, deadline)
    schools, left_out = _usable_schools(table, pupils_per_teacher, bounds)
    _require_two(table, schools, left_out)
    warn_of_twins(table, schools)
    alliances, joined = form_alliances(schools, alliance_size)
    roster = _roster(schools, alliances, Path(path).name)
    report = _report(table, schools, alliances, joined, left_out, roster)
    if choices.strict:
        refuse_warnings(report)
    return SchoolList(roster, report)


def _usable_schools(
    table: Table, pupils_per_teacher: float, bounds: Bounds
) -> tuple[list[ListedSchool], list[RowNote]]:
    """Return the schools in the order of their URNs (else of their names), and notes on the rows left out."""
    reader = RowReader(table, pupils_per_teacher)
    others = find_others(table, reader)
    kept: dict[object, ListedSchool] = {}
    first_line: dict[int, int] = {}
    left_out: list[RowNote] = []
    for row in table.rows:
        if len(kept) > bounds.schools:
            raise SchoolListError(table.path, f"there are more than {bounds.schools:,} schools; {bounds.cure}")
        if row.line in others:
            name = visible(reader.text(row, "name") if not row.broken else " ".join(row.fields))
            left_out.append(RowNote(row.line, "", name, *others[row.line]))
            continue
        found = reader.school(row)
        if isinstance(found, RowNote):
            urn = whole(found.urn)
            if urn in first_line:
                detail = f"first on line {first_line[urn]}"
                found = RowNote(found.line, found.urn, found.name, Reason.DUPLICATE, detail)
            elif urn:
                first_line[urn] = found.line
            left_out.append(found)
            continue
        identity = found.urn or found.identifier.casefold()
        key: object = identity or tuple(row.fields)
        if key in kept:
            reason = Reason.DUPLICATE if identity else Reason.REPEATED
            left_out.append(
                RowNote(found.line, found.identifier, found.name, reason, f"first on line {kept[key].line}")
            )
            continue
        if found.urn:
            first_line.setdefault(found.urn, found.line)
        kept[key] = found
    if len(kept) > bounds.schools:
        raise SchoolListError(table.path, f"there are more than {bounds.schools:,} schools; {bounds.cure}")
    return sorted(kept.values(), key=_order), left_out


def _order(school: ListedSchool) -> tuple[object, ...]:
    """Return the sort key of a school, which does not depend on the form of the list."""
    return (
        school.urn, school.name.casefold(), school.name, school.identifier, school.town.casefold(), school.postcode,
        school.pupils, school.teachers, school.phase, school.trust, school.federation, school.alliance,
        str(school.east), str(school.north), school.line,
    )  # fmt: skip


def _require_two(table: Table, schools: Sequence[ListedSchool], left_out: Sequence[RowNote]) -> None:
    """Refuse a list with fewer than two usable schools; the message gives the main reason."""
    if len(schools) > 1:
        return
    if not schools and not left_out:
        raise SchoolListError(table.path, "there is a header and no row under it; add a row for each school", 1)
    counts = Counter(note.reason for note in left_out)
    why = reasons({str(reason): n for reason, n in counts.most_common()})
    shut = sum(counts[reason] for reason in (Reason.CLOSED, Reason.PROPOSED, Reason.NOT_OPEN))
    status, pupils = table.layout.title_of("status"), table.layout.title_of("pupils")
    if schools:
        trouble = (
            f"only {schools[0].name} can be used{f' (left out – {why})' if why else ''}, and an alliance needs two"
        )
        cure = "add open schools with pupils"
    elif shut == len(left_out):
        trouble, cure = (
            f"no school is open ({why})",
            (
                f"give a list whose {status} begins with Open for some schools, or leave it unread with "
                "--columns status=none"
            ),
        )
    elif shut < len(left_out) == shut + counts[Reason.NO_PUPILS]:
        trouble, cure = f"no open school has pupils ({why})", f"fill in the column {pupils}"
    else:
        first = next((note for note in left_out if note.reason not in (Reason.CLOSED, Reason.PROPOSED)), left_out[0])
        detail = f" ({first.detail})" if first.detail else ""
        trouble = f"no row can be used ({why}; the first is on line {first.line}, {first.reason}{detail})"
        cure = "correct those rows"
    raise SchoolListError(table.path, f"{trouble}; {cure}")


def _roster(schools: Sequence[ListedSchool], alliances: Sequence[Alliance], source: str) -> Roster:
    """Return the roster: alliance after alliance, by id within each."""
    order = np.array([at for alliance in alliances for at in alliance.members])
    urn = np.array([school.urn for school in schools], dtype=np.int64)
    # All schools are numbered in order if one has no number, or one too large for a key of random numbers.
    ids = urn if _have_ids(schools) else np.arange(len(schools))
    return Roster(
        id=ids[order].astype(np.uint32),
        alliance=np.repeat(np.arange(len(alliances)), [len(each.members) for each in alliances]).astype(np.int32),
        teachers=np.array([schools[at].teachers for at in order], dtype=np.int32),
        pupils=np.array([schools[at].pupils for at in order], dtype=np.int32),
        east=np.array([schools[at].east for at in order], dtype=np.float32),
        north=np.array([schools[at].north for at in order], dtype=np.float32),
        urn=urn[order],
        name=tuple(schools[at].name for at in order),
        alliance_name=tuple(alliance.name for alliance in alliances),
        source=source,
    )


def _have_ids(schools: Sequence[ListedSchool]) -> bool:
    """Return whether every school has a number that can serve as its id."""
    return all(1 <= school.urn <= LARGEST_SCHOOL_ID for school in schools)


def _report(
    table: Table,
    schools: Sequence[ListedSchool],
    alliances: Sequence[Alliance],
    joined: Sequence[Joined],
    left_out: Sequence[RowNote],
    roster: Roster,
) -> SchoolListReport:
    known = any(name in table.positions for name in ("phase", "phase_code"))
    phases = Counter(school.phase or "phase not given" for school in schools) if known else {}
    return SchoolListReport(
        file=table.path,
        layout=table.layout.title,
        described=table.layout.described,
        encoding=table.encoding,
        delimiter=table.separated,
        rows=len(schools) + len(left_out),
        taken=len(schools),
        pupils=int(roster.pupils.sum()),
        teachers=int(roster.teachers.sum()),
        phases=dict(sorted(phases.items(), key=lambda phase: (-phase[1], phase[0]))),
        left_out=tuple(left_out),
        gaps=tuple(gap for school in sorted(schools, key=lambda school: school.line) for gap in school.gaps),
        absent_columns=table.columns.absent,
        groups=tuple(
            Group(each.name, each.kind, len(each.members), sum(schools[at].teachers for at in each.members))
            for each in alliances
        ),
        joined=tuple(joined),
        numbered=not _have_ids(schools),
        read_as=table.columns.renamed,
        unread=table.columns.unread,
        remarks=(*table.remarks, *filter(None, [table.layout.lacks])),
        warnings=tuple(table.warnings),
    )
