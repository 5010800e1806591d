"""A list of schools, from the file to the roster of a world."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from alliance_sim.declarations.roster import LARGEST_SCHOOL_ID, Roster
from alliance_sim.schools.csv_table import DELIMITERS, MOST_ROWS, Bounds, SchoolListError, Table, open_table
from alliance_sim.schools.grouping import Alliance, form_alliances
from alliance_sim.schools.report import Group, Joined, Reason, RowNote, SchoolListReport, reasons
from alliance_sim.schools.rows import MOST_PUPILS, ListedSchool, RowReader, whole
from alliance_sim.validation import number, said, whole_number

LEAST_PUPILS = 0.01
"""Pupils a teacher; with fewer, every school would be cut to the most teachers it may have."""


@dataclass(frozen=True)
class SchoolList:
    """The schools of a list, ready for a world, and the account of how they came there."""

    roster: Roster
    report: SchoolListReport


def read_schools(path: str | os.PathLike[str], *, alliance_size: int, pupils_per_teacher: float) -> SchoolList:
    """Reads a list of schools in the columns of *Get information about schools*, or a plain one.

    The order of the file's rows does not matter (but of two rows with one URN the first that can be used is kept).
    Schools have their URN as id, so that they keep their luck when the list around them changes.

    Args:
        path: The CSV file.
        alliance_size: About how many schools an alliance has where no trust or federation makes one.
        pupils_per_teacher: Turns pupils into teachers.

    Returns:
        The roster, and a report in which every row of the file is accounted for.

    Raises:
        SchoolListError: If the file cannot be read, or holds fewer than two open schools with pupils.
        TypeError: For what is no path or no number.
        ValueError: For an alliance of fewer than two, or pupils per teacher that make no sense.
    """
    if not isinstance(cast("object", path), str | os.PathLike):
        raise TypeError(f"path is {said(path)}, but must be the path of a CSV file")
    if not str(path):
        raise SchoolListError("school list", "its name is empty; give the path of a CSV file")
    return _listed(path, None, Bounds(), alliance_size, pupils_per_teacher)


def read_schools_from(
    data: bytes, name: str, bounds: Bounds, *, alliance_size: int, pupils_per_teacher: float
) -> SchoolList:
    """Reads a list that was opened in the page, from its bytes.

    Args:
        data: the bytes of the file.
        name: what the file is called, for the sentences.
        bounds: what the list may have.
        alliance_size: As for ``read_schools``.
        pupils_per_teacher: As for ``read_schools``.

    Raises:
        SchoolListError: As ``read_schools``, and where the list exceeds the bounds.
    """
    return _listed(name, data, bounds, alliance_size, pupils_per_teacher)


def _listed(
    path: str | os.PathLike[str], data: bytes | None, bounds: Bounds, alliance_size: int, pupils_per_teacher: float
) -> SchoolList:
    deadline = time.monotonic() + bounds.seconds
    alliance_size = whole_number("alliance_size", alliance_size, 2)
    pupils_per_teacher = number("pupils_per_teacher", pupils_per_teacher, LEAST_PUPILS, MOST_PUPILS)
    table = open_table(path, bounds, data)
    schools, left_out = _sorted_out(table, pupils_per_teacher, bounds, deadline)
    _enough(table, schools, left_out)
    alliances, join_words = form_alliances(schools, alliance_size)
    roster = _roster(schools, alliances, Path(path).name)
    return SchoolList(roster, _report(table, schools, alliances, join_words, left_out, roster))


def _sorted_out(
    table: Table, pupils_per_teacher: float, bounds: Bounds, deadline: float
) -> tuple[list[ListedSchool], list[RowNote]]:
    """The schools, in the order of their URNs (else of their names), and the rows that are none."""
    reader = RowReader(table, pupils_per_teacher)
    numbered = "number" in table.positions
    kept: dict[object, tuple[tuple[object, ...], ListedSchool]] = {}
    first_line: dict[int, int] = {}
    left_out: list[RowNote] = []
    for count, row in enumerate(table.rows, start=1):
        if count > MOST_ROWS:
            trouble = f"there are more than {MOST_ROWS:,} rows; give only the schools that you mean to study"
            raise SchoolListError(table.path, trouble, row.line)
        if len(kept) > bounds.schools:
            raise SchoolListError(table.path, f"there are more than {bounds.schools:,} schools; {bounds.cure}")
        if count % 500 == 0 and time.monotonic() > deadline:
            trouble = f"after {bounds.seconds:g} seconds the list was not read to its end; {bounds.cure}"
            raise SchoolListError(table.path, trouble, row.line)
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
        key: object = found.urn if numbered else tuple(row.fields)
        if key in kept:
            reason = Reason.DUPLICATE if numbered else Reason.REPEATED
            urn = str(found.urn) if numbered else ""
            left_out.append(RowNote(found.line, urn, found.name, reason, f"first on line {kept[key][1].line}"))
            continue
        first_line.setdefault(found.urn, found.line)
        kept[key] = ((found.urn, found.name.casefold(), found.name, *row.fields), found)
    if len(kept) > bounds.schools:
        raise SchoolListError(table.path, f"there are more than {bounds.schools:,} schools; {bounds.cure}")
    return [school for _, school in sorted(kept.values(), key=lambda pair: pair[0])], left_out


def _enough(table: Table, schools: Sequence[ListedSchool], left_out: Sequence[RowNote]) -> None:
    """Refuses a list in which fewer than two schools can be used, and says what stood in the way."""
    if len(schools) > 1:
        return
    if not schools and not left_out:
        raise SchoolListError(table.path, "there is a header and no row under it; add a row for each school", 1)
    counts = Counter(note.reason for note in left_out)
    why = reasons({str(reason): n for reason, n in counts.most_common()})
    shut = sum(counts[reason] for reason in (Reason.CLOSED, Reason.PROPOSED, Reason.NOT_OPEN))
    status, pupils = table.layout.called("status"), table.layout.called("pupils")
    if schools:
        trouble = (
            f"only {schools[0].name} can be used{f' (left out – {why})' if why else ''}, and an alliance needs two"
        )
        cure = "add open schools with pupils"
    elif shut == len(left_out):
        trouble, cure = f"no school is open ({why})", f"give a list whose {status} begins with Open for some schools"
    elif shut < len(left_out) == shut + counts[Reason.NO_PUPILS]:
        trouble, cure = f"no open school has pupils ({why})", f"fill in the column {pupils}"
    else:
        first = next((note for note in left_out if note.reason not in (Reason.CLOSED, Reason.PROPOSED)), left_out[0])
        detail = f" ({first.detail})" if first.detail else ""
        trouble = f"no row can be used ({why}; the first is on line {first.line}, {first.reason}{detail})"
        cure = "mend those rows"
    raise SchoolListError(table.path, f"{trouble}; {cure}")


def _roster(schools: Sequence[ListedSchool], alliances: Sequence[Alliance], source: str) -> Roster:
    """The columns of a world: alliance after alliance, by id within each."""
    order = np.array([at for alliance in alliances for at in alliance.members])
    urn = np.array([school.urn for school in schools], dtype=np.int64)
    # An order number for all where some have no number of their own or one too large to hang luck on.
    ids = urn if _own_numbers(schools) else np.arange(len(schools))
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


def _own_numbers(schools: Sequence[ListedSchool]) -> bool:
    """Whether every school has a number of its own that can serve as its id."""
    return all(1 <= school.urn <= LARGEST_SCHOOL_ID for school in schools)


def _report(
    table: Table,
    schools: Sequence[ListedSchool],
    alliances: Sequence[Alliance],
    join_words: Sequence[Joined],
    left_out: Sequence[RowNote],
    roster: Roster,
) -> SchoolListReport:
    """The account of it all."""
    phases = Counter(school.phase or "phase not given" for school in schools) if "phase" in table.positions else {}
    return SchoolListReport(
        file=table.path,
        layout=table.layout.title,
        described=table.layout.described,
        encoding=table.encoding,
        delimiter=DELIMITERS[table.delimiter],
        rows=len(schools) + len(left_out),
        taken=len(schools),
        pupils=int(roster.pupils.sum()),
        teachers=int(roster.teachers.sum()),
        phases=dict(sorted(phases.items(), key=lambda phase: (-phase[1], phase[0]))),
        left_out=tuple(left_out),
        gaps=tuple(gap for school in sorted(schools, key=lambda school: school.line) for gap in school.gaps),
        absent_columns=table.layout.absent(table.header),
        groups=tuple(
            Group(each.name, each.kind, len(each.members), sum(schools[at].teachers for at in each.members))
            for each in alliances
        ),
        join_words=tuple(join_words),
        numbered=not _own_numbers(schools),
    )
