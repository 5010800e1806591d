"""What a user chooses about a list: its columns and rows, and what is done with its schools."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict, Unpack, cast

from alliance_sim.declarations.list_columns import LIST_COLUMNS
from alliance_sim.schools.errors import visible
from alliance_sim.schools.grouping import FARTHEST_KM
from alliance_sim.schools.layouts import LAYOUTS, Layout
from alliance_sim.schools.missing_pupils import MissingPupils
from alliance_sim.schools.selection import Condition, parse_condition
from alliance_sim.schools.teacher_ratios import Ratios, checked_ratios
from alliance_sim.validation import format_given, number, whole_number

FIELDS = tuple(LIST_COLUMNS)
"""Names of the columns that can be chosen."""

PUPILS_PER_TEACHER = 20.0

type Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


class FurtherOptions(TypedDict, total=False):
    """Further keyword arguments of ``read_schools``.

    Attributes:
        phase: read only schools of this phase, such as ``primary``.
        layout: the layout of the list: gias, nces, nz, scotland, ni or plain; detected where None.
        join: further files, whose columns are added to the rows with the same number of a school.
        on: the title of the column on which files are joined, where it is not the school's number.
        strict: refuse the list where a warning would be reported.
        farthest: the greatest distance in kilometres between two schools of an alliance that is formed by distance.
        mix_phases: whether primary, secondary and special schools may form one alliance by distance.
        missing_pupils: for open schools without pupils, ``leave-out``, ``predecessor`` or ``capacity``.
        anonymise: replace names and numbers; a text changes the replacements.
    """

    phase: str | None
    layout: str | None
    join: Paths | None
    on: str | None
    strict: bool
    farthest: float | None
    mix_phases: bool
    missing_pupils: str
    anonymise: bool | str


class ListOptions(FurtherOptions, total=False):
    """All keyword arguments of ``read_schools``.

    Attributes:
        alliance_size: approximate number of schools in an alliance that is formed by distance.
        pupils_per_teacher: the ratio or ratios from which teachers are computed.
        columns: the titles of columns, by field; or ``field=title,field=title``.
        where: a condition on rows, or several.
        groups: a column of the list, or a file of groups.
        attainment: tables of published results.
    """

    alliance_size: int
    pupils_per_teacher: Ratios
    columns: Mapping[str, str] | str | None
    where: str | Sequence[str] | None
    groups: str | os.PathLike[str] | None
    attainment: Paths | None


@dataclass(frozen=True)
class Choices:
    """What a user chooses about a list; without choices, it is read as it is.

    Attributes:
        columns: the titles of columns, by field.
        where: conditions on rows, such as ``LA (name) = Hampshire``.
        phase: the phase, or empty.
        layout: the key of a layout, or empty.
        join: further files that are joined to the list.
        on: the title of the column on which they are joined, or empty.
        strict: whether a list with warnings is refused.
        alliance_size: approximate number of schools in an alliance that is formed by distance.
        pupils_per_teacher: the ratio or ratios as given; None for ``PUPILS_PER_TEACHER``.
        groups: a column of the list, or a file of groups; empty for the groups that the list names.
        farthest: the greatest distance between two schools of a group formed by distance, in kilometres.
        mix_phases: whether primary, secondary and special schools may form one group.
        attainment: tables of published results.
        missing_pupils: what to do with open schools without pupils.
        anonymise: whether names and numbers are replaced.
        phrase: a phrase that changes the replacements.
    """

    columns: tuple[tuple[str, str], ...] = ()
    where: tuple[str, ...] = ()
    phase: str = ""
    layout: str = ""
    join: tuple[str, ...] = ()
    on: str = ""
    strict: bool = False
    alliance_size: int = 6
    pupils_per_teacher: Ratios | None = None
    groups: str = ""
    farthest: float = FARTHEST_KM
    mix_phases: bool = False
    attainment: tuple[str, ...] = ()
    missing_pupils: MissingPupils = MissingPupils.LEAVE_OUT
    anonymise: bool = False
    phrase: str = field(default="", repr=False)

    @property
    def titles(self) -> dict[str, str]:
        """The titles of columns, by field."""
        return dict(self.columns)

    @property
    def conditions(self) -> list[Condition]:
        """The conditions on rows."""
        return [parse_condition(text) for text in self.where]

    @property
    def known_layout(self) -> Layout | None:
        """The layout, or None where it is to be detected."""
        return next((layout for layout in LAYOUTS if layout.key == self.layout), None)

    @property
    def ratios(self) -> dict[str, float]:
        """Pupils per teacher, by phase."""
        return checked_ratios(PUPILS_PER_TEACHER if self.pupils_per_teacher is None else self.pupils_per_teacher)

    def given(self) -> dict[str, Any]:
        """Return the choices that differ from the defaults, without the phrase."""
        return {
            each.name: value
            for each in fields(self)
            if each.name != "phrase" and (value := getattr(self, each.name)) != each.default
        }

    def keywords(self) -> ListOptions:
        """Return the arguments of ``read_schools`` that make these choices."""
        given = self.given()
        if self.columns:
            given["columns"] = self.titles
        if self.anonymise:
            given["anonymise"] = self.phrase or True
        return cast("ListOptions", given)


def choices_of(**options: Unpack[ListOptions]) -> Choices:
    """Check and return the choices of a user.

    Args:
        **options: the arguments of ``read_schools``.

    Raises:
        TypeError: if an argument has the wrong type, or there is no such argument.
        ValueError: if one is out of bounds, or a field, condition, layout or phase is not known.
    """
    for name in options:
        if name not in ListOptions.__annotations__:
            known = ", ".join(ListOptions.__annotations__)
            raise TypeError(f"read_schools has no option {name!r}; its options are {known}")
    columns, where = options.get("columns"), options.get("where")
    conditions = (where,) if isinstance(where, str) else tuple(where or ())
    for condition in conditions:
        parse_condition(condition)
    ratios, groups = options.get("pupils_per_teacher"), options.get("groups")
    checked_ratios(PUPILS_PER_TEACHER if ratios is None else ratios)
    farthest, anonymise = options.get("farthest"), options.get("anonymise", False)
    if farthest is not None and farthest != math.inf:
        farthest = number("farthest", farthest, 0.1, 20_000.0)
    return Choices(
        columns=tuple((parse_columns(columns) if isinstance(columns, str) else checked_columns(columns or {})).items()),
        where=conditions,
        phase=(options.get("phase") or "").strip(),
        layout=_known("layout", (options.get("layout") or "").casefold(), ["", *(each.key for each in LAYOUTS)]),
        join=_paths("join", options.get("join")),
        on=options.get("on") or "",
        strict=bool(options.get("strict")),
        alliance_size=whole_number("alliance_size", options.get("alliance_size", 6), 2),
        pupils_per_teacher=ratios,
        groups="".join(_paths("groups", [groups] if groups else ())),
        farthest=FARTHEST_KM if farthest is None else farthest,
        mix_phases=bool(options.get("mix_phases")),
        attainment=_paths("attainment", options.get("attainment")),
        missing_pupils=MissingPupils(
            _known("missing_pupils", options.get("missing_pupils", "leave-out"), list(map(str, MissingPupils)))
        ),
        anonymise=bool(anonymise),
        phrase=anonymise if isinstance(anonymise, str) else "",
    )


def _known(name: str, given: str, known: Sequence[str]) -> str:
    """Return a choice if it is known.

    Raises:
        ValueError: if it is not.
    """
    if given not in known:
        names = [each for each in known if each]
        shown = repr(visible(given)) if isinstance(cast("object", given), str) else format_given(given)
        raise ValueError(f"{name} is {shown}, but must be {', '.join(names[:-1])} or {names[-1]}")
    return given


def _paths(name: str, given: Paths | None) -> tuple[str, ...]:
    """Return paths as texts.

    Raises:
        TypeError: if one is no path.
    """
    paths = [given] if isinstance(given, str | os.PathLike) else list(given or ())
    for path in paths:
        if not isinstance(cast("object", path), str | os.PathLike):
            raise TypeError(f"{name} is {format_given(path)}, but must be the path of a CSV file")
    return tuple(os.fspath(path) for path in paths)


def parse_columns(text: str) -> dict[str, str]:
    """Parse columns as the command line has them: ``pupils="Total School Roll",name=School``.

    Raises:
        ValueError: if the text is not of this form, or a field is not known.
    """
    parts = re.split(rf",\s*(?=(?:{'|'.join(FIELDS)})\s*=)|,\s*(?=[a-z_]+\s*=\s*[\"'])", text.strip())
    found: dict[str, str] = {}
    for part in parts:
        name, sign, title = part.partition("=")
        if not sign:
            raise ValueError(
                f'columns is {visible(text)!r}, but must be fields and titles, such as name="School Name",pupils=Roll'
            )
        found[name.strip()] = title.strip().strip("\"'")
    return checked_columns(found)


def checked_columns(columns: Mapping[str, str]) -> dict[str, str]:
    """Return chosen columns if every field is known.

    Raises:
        TypeError: if they are no mapping of texts.
        ValueError: if a field is not known, or one title is given to two fields.
    """
    if not isinstance(cast("object", columns), Mapping):
        raise TypeError(f"columns is {format_given(columns)}, but must be a dict of fields and titles")
    found: dict[str, str] = {}
    for name, title in columns.items():
        if not isinstance(cast("object", title), str):
            raise TypeError(f"columns[{name!r}] is {format_given(title)}, but must be the title of a column")
        if name not in FIELDS:
            raise ValueError(f"columns has {visible(str(name))!r}, but must have fields among {', '.join(FIELDS)}")
        found[str(name)] = title
    titles = [title for title in found.values() if title.strip().casefold() not in ("", "-", "none")]
    if len(set(titles)) < len(titles):
        raise ValueError("columns gives one title to two fields; give each field its own column")
    return found
