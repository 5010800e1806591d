"""Read a list of schools from a file to a roster."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack, cast

from alliance_sim.declarations.roster import Roster
from alliance_sim.schools.assemble import Assembled, assemble
from alliance_sim.schools.choices import (
    PUPILS_PER_TEACHER,
    Choices,
    FurtherOptions,
    ListOptions,
    Paths,
    choices_of,
)
from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.list_file import Bounds
from alliance_sim.schools.list_table import column_of_groups, open_list, refuse_warnings
from alliance_sim.schools.missing_pupils import Filled, PupilSources
from alliance_sim.schools.report import SchoolListReport
from alliance_sim.schools.row_notes import Reason, RowNote
from alliance_sim.schools.rows import ListedSchool, RowReader
from alliance_sim.schools.screening import find_others, warn_of_twins
from alliance_sim.schools.stages import PRIMARY
from alliance_sim.schools.table import Table, open_grid
from alliance_sim.schools.teacher_ratios import Ratios
from alliance_sim.schools.values import whole
from alliance_sim.schools.wording import reasons
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
    pupils_per_teacher: Ratios = PUPILS_PER_TEACHER,
    columns: Mapping[str, str] | str | None = None,
    where: str | Sequence[str] | None = None,
    groups: str | os.PathLike[str] | None = None,
    attainment: Paths | None = None,
    **options: Unpack[FurtherOptions],
) -> SchoolList:
    """Read a list of schools: a register's extract, or a plain list.

    The order of rows does not matter, except that the first usable row of several with the same URN is used. Schools
    have their URN as id, so they keep their random numbers when other rows change.

    Args:
        path: the file, CSV text in any usual form; with the extra ``tables`` also a workbook (xlsx, xls, ods).
        alliance_size: approximate number of schools in an alliance that is formed by distance.
        pupils_per_teacher: the ratio from which teachers are computed: a number, a mapping with a ratio for
            ``primary``, ``secondary`` and ``special`` schools, or ``"england"`` for the published ones.
        columns: the titles of columns, by field, where the list has titles of its own:
            ``{"pupils": "Total School Roll"}``. ``"none"`` leaves a field unread.
        where: conditions on rows, such as ``"LA (name) = Hampshire"``; all must be met.
        groups: a column of the list, or a CSV file with school and alliance as ``alliance-sim schools --out`` writes
            it. Groups that it does not give are those of the list.
        attainment: published results, one table or several: they set where each school starts and its league place.
        **options: On rows and columns: ``phase`` (such as ``"primary"``), ``layout`` (gias, nces, nz, scotland, ni or
            plain), ``join`` (further files, joined on the school's number), ``on`` (the title of another column to
            join them on) and ``strict`` (refuse instead of warning). On schools: ``farthest`` (the greatest distance
            in kilometres between two schools of an alliance that is formed by distance), ``mix_phases`` (whether
            primary, secondary and special schools may form one), ``missing_pupils`` (for open schools without
            pupils: ``"leave-out"``, ``"predecessor"`` for the pupils of the school that it replaced, else its
            capacity, or ``"capacity"``) and ``anonymise`` (replace names and numbers; a text changes the
            replacements).

    Returns:
        The roster, and a report that accounts for every row.

    Raises:
        SchoolListError: if a file cannot be read, or the list has fewer than two open schools with pupils; with
            ``strict`` also if the report has warnings.
        TypeError: if an argument has the wrong type.
        ValueError: if a number is out of bounds, or a choice is not known.

    Example:
        >>> from alliance_sim import Scenario, read_schools
        >>> schools = read_schools("surrey.csv", attainment="ks2.csv")  # doctest: +SKIP
        >>> scenario = Scenario.load("baseline").with_roster(schools.roster)  # doctest: +SKIP
    """
    if not isinstance(cast("object", path), str | os.PathLike):
        raise TypeError(f"path is {format_given(path)}, but must be the path of a CSV file")
    if not str(path):
        raise SchoolListError("school list", "its name is empty; give the path of a CSV file")
    choices = choices_of(
        alliance_size=alliance_size, pupils_per_teacher=pupils_per_teacher, columns=columns, where=where, groups=groups,
        attainment=attainment, **options,
    )  # fmt: skip
    return _read(path, None, Bounds(), choices)


def read_schools_from(data: bytes, name: str, bounds: Bounds, **options: Unpack[ListOptions]) -> SchoolList:
    """Read a list that was opened in the page, from its bytes.

    Args:
        data: the bytes of the file.
        name: the name of the file, for messages.
        bounds: limits on the list.
        **options: as for ``read_schools``.

    Raises:
        SchoolListError: as for ``read_schools``, and if the list exceeds the limits, or a choice names a further file
            where the limits allow none.
        TypeError: as for ``read_schools``.
        ValueError: as for ``read_schools``.
    """
    choices = choices_of(**options)
    if not bounds.files and (choices.join or choices.attainment):
        trouble = "further files cannot be read here; give them to the commands: alliance-sim compare --schools FILE"
        raise SchoolListError(name, trouble)
    return _read(name, data, bounds, choices)


def titles_in(data: bytes, name: str, bounds: Bounds) -> list[str]:
    """Return the titles of the columns of a list that was opened in the page; none where no header is found.

    Args:
        data: the bytes of the file.
        name: the name of the file.
        bounds: limits on the list.
    """
    try:
        titles = open_grid(name, bounds, data).header.titles
    except SchoolListError:
        return []
    return list(dict.fromkeys(visible(title) for title in titles if 0 < len(title) <= 60 and visible(title)))


def _read(path: str | os.PathLike[str], data: bytes | None, bounds: Bounds, choices: Choices) -> SchoolList:
    table = open_list(path, data, bounds, choices, time.monotonic() + bounds.seconds)
    schools, left_out, filled = _usable_schools(table, choices, bounds)
    _require_two(table, schools, left_out)
    warn_of_twins(table, schools)
    if choices.strict:
        refuse_warnings(table, left_out, _gaps(schools))
    own_column = column_of_groups(table.path, table.header, choices.groups, files=bounds.files) is not None
    found = assemble(schools, choices, Path(path).name, own_column=own_column, filled=filled, left_out=left_out)
    return SchoolList(found.roster, _report(table, found, choices))


def _gaps(schools: Sequence[ListedSchool]) -> tuple[RowNote, ...]:
    return tuple(gap for school in sorted(schools, key=lambda school: school.line) for gap in school.gaps)


def _usable_schools(
    table: Table, choices: Choices, bounds: Bounds
) -> tuple[list[ListedSchool], list[RowNote], list[Filled]]:
    """Return the schools in the order of their URNs (else of their names), and notes on the other rows.

    The last of the three are the open schools without pupils.
    """
    reader = RowReader(table, choices.ratios[PRIMARY])
    sources = PupilSources(reader)
    others = find_others(table, reader)
    kept: dict[object, ListedSchool] = {}
    first_line: dict[int, int] = {}
    left_out: list[RowNote] = []
    for row in table.rows:
        if len(kept) > bounds.schools:
            raise SchoolListError(table.path, f"there are more than {bounds.schools:,} schools; {bounds.cure}")
        if row.line in others:
            name = visible(reader.texts(row).get("name", "") if not row.broken else " ".join(row.fields))
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
            sources.consider(row, found)
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
    filled = sources.filled()
    for each in filled:
        school = sources.school(each, choices.missing_pupils)
        key = (school.urn or school.identifier.casefold() or tuple(each.row.fields)) if school else None
        if school is not None and key not in kept:
            kept[key] = school
            left_out.remove(each.note)
    return sorted(kept.values(), key=_order), left_out, filled


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
        unread = "leave it unread with --columns status=none"
        trouble = f"no school is open ({why})"
        cure = f"give a list whose {status} begins with Open for some schools, or {unread}"
    elif shut < len(left_out) == shut + counts[Reason.NO_PUPILS]:
        trouble, cure = f"no open school has pupils ({why})", f"fill in the column {pupils}"
    else:
        first = next((note for note in left_out if note.reason not in (Reason.CLOSED, Reason.PROPOSED)), left_out[0])
        detail = f" ({first.detail})" if first.detail else ""
        trouble = f"no row can be used ({why}; the first is on line {first.line}, {first.reason}{detail})"
        cure = "correct those rows"
    raise SchoolListError(table.path, f"{trouble}; {cure}")


def _report(table: Table, found: Assembled, choices: Choices) -> SchoolListReport:
    schools, roster = found.schools, found.roster
    known = any(name in table.positions for name in ("phase", "phase_code"))
    phases = Counter(school.phase or "phase not given" for school in schools) if known else {}
    remarks, warnings = tuple(table.remarks), tuple(table.warnings)
    if choices.anonymise and (hidden := len(remarks) + len(warnings)):
        words = f"{hidden} remark{'s' * (hidden > 1)} on how the list was read"
        remarks, warnings = (f"{words} may name schools and can be seen without --anonymise",), ()
    return SchoolListReport(
        file=roster.source if choices.anonymise else table.path,
        layout=table.layout.title,
        described=table.layout.described,
        encoding=table.encoding,
        delimiter=table.separated,
        rows=len(schools) + len(found.left_out),
        taken=len(schools),
        pupils=int(roster.pupils.sum()),
        teachers=int(roster.teachers.sum()),
        phases=dict(sorted(phases.items(), key=lambda phase: (-phase[1], phase[0]))),
        left_out=found.left_out,
        gaps=_gaps(schools),
        absent_columns=table.columns.absent,
        groups=found.groups,
        joined=found.joined,
        numbered=found.numbered,
        read_as=table.columns.renamed,
        unread=table.columns.unread,
        remarks=(*remarks, *filter(None, [table.layout.lacks])),
        warnings=warnings,
        grouping=found.grouping,
        known=found.known,
        anonymised=choices.anonymise,
    )
