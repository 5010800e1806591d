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

from alliance_sim.declarations.roster import Roster
from alliance_sim.schools.assemble import Assembled, assemble
from alliance_sim.schools.csv_table import DELIMITERS, Table, open_table
from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.list_file import MOST_ROWS, Bounds
from alliance_sim.schools.missing_pupils import Filled, PupilSources
from alliance_sim.schools.report import Reason, RowNote, SchoolListReport, reasons
from alliance_sim.schools.rows import ListedSchool, RowReader, whole
from alliance_sim.schools.stages import PRIMARY
from alliance_sim.schools.treatment import Treatment, TreatmentOptions, checked_treatment
from alliance_sim.validation import format_given


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
    pupils_per_teacher: float | Mapping[str, float] | str = 20.0,
    groups: str | os.PathLike[str] | None = None,
    **options: Unpack[TreatmentOptions],
) -> SchoolList:
    """Read a list of schools in the layout of *Get information about schools*, or a plain list.

    The order of rows does not matter, except that the first usable row of several with the same URN is used. Schools
    have their URN as id, so they keep their random numbers when other rows change.

    Args:
        path: the CSV file.
        alliance_size: approximate number of schools in an alliance that is formed by distance.
        pupils_per_teacher: the ratio from which teachers are computed: a number, a mapping with a ratio for
            ``primary``, ``secondary`` and ``special`` schools, or ``"england"`` for the published ones.
        groups: a column of the list, or a CSV file with school and alliance as ``alliance-sim schools --out`` writes
            it. Groups that it does not give are those of the list.
        **options: ``farthest``, the greatest distance in kilometres between two schools of an alliance that is formed
            by distance (15); ``mix_phases``, whether primary, secondary and special schools may form one alliance by
            distance; ``attainment``, one table of published results or several, which set where each school starts
            and its league place; ``missing_pupils`` for open schools without pupils: ``"leave-out"``,
            ``"predecessor"`` (pupils of the school that it replaced, else its capacity) or ``"capacity"``;
            ``anonymise``, whether names and numbers are replaced (a text changes the replacements).

    Returns:
        The roster, and a report that accounts for every row.

    Raises:
        SchoolListError: if a file cannot be read, or the list has fewer than two open schools with pupils.
        TypeError: if an argument has the wrong type.
        ValueError: if the alliance size is below two, or a number is out of bounds.

    Example:
        >>> from alliance_sim import Scenario, read_schools
        >>> schools = read_schools("surrey.csv", attainment="ks2.csv")  # doctest: +SKIP
        >>> scenario = Scenario.load("baseline").with_roster(schools.roster)  # doctest: +SKIP
    """
    if not isinstance(cast("object", path), str | os.PathLike):
        raise TypeError(f"path is {format_given(path)}, but must be the path of a CSV file")
    if not str(path):
        raise SchoolListError("school list", "its name is empty; give the path of a CSV file")
    return _read(path, None, Bounds(), checked_treatment(alliance_size, pupils_per_teacher, groups, options))


def read_schools_from(
    data: bytes, name: str, bounds: Bounds, *, alliance_size: int, pupils_per_teacher: float
) -> SchoolList:
    """Read a list that was opened in the page, from its bytes.

    Args:
        data: the bytes of the file.
        name: the name of the file, for messages.
        bounds: limits on the list.
        alliance_size: as for ``read_schools``.
        pupils_per_teacher: as for ``read_schools``.

    Raises:
        SchoolListError: as for ``read_schools``, and if the list exceeds the limits.
    """
    return _read(name, data, bounds, checked_treatment(alliance_size, pupils_per_teacher))


def _read(path: str | os.PathLike[str], data: bytes | None, bounds: Bounds, treatment: Treatment) -> SchoolList:
    deadline = time.monotonic() + bounds.seconds
    table = open_table(path, bounds, data)
    own_column = _use_column(table, treatment)
    schools, left_out, filled = _usable_schools(table, treatment, bounds, deadline)
    _require_two(table, schools, left_out)
    found = assemble(schools, treatment, Path(path).name, own_column=own_column, filled=filled, left_out=left_out)
    return SchoolList(found.roster, _report(table, found, treatment))


def _use_column(table: Table, treatment: Treatment) -> bool:
    """Read the column of the user's choice as the alliance; return whether ``groups`` is a column of the list.

    Raises:
        SchoolListError: if it is neither a column nor a file.
    """
    if treatment.groups is None:
        return False
    titles = [" ".join(title.split()).casefold() for title in table.header]
    wanted = " ".join(treatment.groups.split()).casefold()
    if wanted in titles:
        table.positions["alliance"] = titles.index(wanted)
        return True
    if not Path(treatment.groups).exists():
        shown = ", ".join(visible(title, 30) for title in table.header[:12] if title.strip())
        trouble = f"there is no such file, and no such column in {visible(table.path)} (found: {shown})"
        raise SchoolListError(treatment.groups, f"{trouble}; give a column of the list or a CSV file of groups")
    return False


def _usable_schools(
    table: Table, treatment: Treatment, bounds: Bounds, deadline: float
) -> tuple[list[ListedSchool], list[RowNote], list[Filled]]:
    """Return the schools in the order of their URNs (else of their names), and notes on the other rows.

    The last of the three are the open schools without pupils.
    """
    reader = RowReader(table, treatment.ratios[PRIMARY])
    sources = PupilSources(reader)
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
            sources.consider(row, found)
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
    filled = sources.filled()
    for each in filled:
        school = sources.school(each, treatment.missing_pupils)
        if school is not None and (key := school.urn if numbered else tuple(each.row.fields)) not in kept:
            kept[key] = ((school.urn, school.name.casefold(), school.name, *each.row.fields), school)
            left_out.remove(each.note)
    return [school for _, school in sorted(kept.values(), key=lambda pair: pair[0])], left_out, filled


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
        trouble, cure = f"no school is open ({why})", f"give a list whose {status} begins with Open for some schools"
    elif shut < len(left_out) == shut + counts[Reason.NO_PUPILS]:
        trouble, cure = f"no open school has pupils ({why})", f"fill in the column {pupils}"
    else:
        first = next((note for note in left_out if note.reason not in (Reason.CLOSED, Reason.PROPOSED)), left_out[0])
        detail = f" ({first.detail})" if first.detail else ""
        trouble = f"no row can be used ({why}; the first is on line {first.line}, {first.reason}{detail})"
        cure = "correct those rows"
    raise SchoolListError(table.path, f"{trouble}; {cure}")


def _report(table: Table, found: Assembled, treatment: Treatment) -> SchoolListReport:
    schools, roster = found.schools, found.roster
    phases = Counter(school.phase or "phase not given" for school in schools) if "phase" in table.positions else {}
    absent = table.layout.absent(table.header)
    if "latitude" in table.positions and np.isfinite(roster.east).any():
        for field in ("east", "north"):
            absent.pop(table.layout.title_of(field), None)
    return SchoolListReport(
        file=roster.source if treatment.anonymise else table.path,
        layout=table.layout.title,
        described=table.layout.described,
        encoding=table.encoding,
        delimiter=DELIMITERS[table.delimiter],
        rows=len(schools) + len(found.left_out),
        taken=len(schools),
        pupils=int(roster.pupils.sum()),
        teachers=int(roster.teachers.sum()),
        phases=dict(sorted(phases.items(), key=lambda phase: (-phase[1], phase[0]))),
        left_out=found.left_out,
        gaps=tuple(gap for school in sorted(schools, key=lambda school: school.line) for gap in school.gaps),
        absent_columns=absent,
        groups=found.groups,
        joined=found.joined,
        numbered=found.numbered,
        grouping=found.grouping,
        known=found.known,
        anonymised=treatment.anonymise,
    )
