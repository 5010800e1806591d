"""What a user chooses about the reading of a list: columns, rows, layout, further files, strictness."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypedDict, cast

from alliance_sim.declarations.list_columns import LIST_COLUMNS
from alliance_sim.schools.errors import visible
from alliance_sim.schools.layouts import LAYOUTS, Layout
from alliance_sim.schools.selection import Condition, parse_condition
from alliance_sim.validation import format_given

FIELDS = tuple(LIST_COLUMNS)
"""Names of the columns that can be chosen."""


class ReadingOptions(TypedDict, total=False):
    """Further keyword arguments of ``read_schools``.

    Attributes:
        phase: read only schools of this phase, such as ``primary``.
        layout: the layout of the list: gias, nces, nz, scotland, ni or plain; detected where None.
        join: further files, whose columns are added to the rows with the same number of a school.
        on: the title of the column on which files are joined, where it is not the school's number.
        strict: refuse the list where a warning would be reported.
    """

    phase: str | None
    layout: str | None
    join: Sequence[str | Path]
    on: str | None
    strict: bool


@dataclass(frozen=True)
class Choices:
    """What a user chooses about the reading of a list; empty for a list as it is.

    Attributes:
        columns: the titles of columns, by field.
        where: conditions on rows, such as ``LA (name) = Hampshire``.
        phase: the phase, or empty.
        layout: the key of a layout, or empty.
        join: further files that are joined to the list.
        on: the title of the column on which they are joined, or empty.
        strict: whether a list with warnings is refused.
    """

    columns: tuple[tuple[str, str], ...] = ()
    where: tuple[str, ...] = ()
    phase: str = ""
    layout: str = ""
    join: tuple[str, ...] = ()
    on: str = ""
    strict: bool = False

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

    def keywords(self) -> dict[str, Any]:
        """Return the arguments of ``read_schools`` that make these choices."""
        given = {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name)}
        return given | ({"columns": self.titles} if self.columns else {})


def choices_of(
    columns: Mapping[str, str] | str | None, where: str | Sequence[str] | None, options: ReadingOptions
) -> Choices:
    """Check and return the choices of a user.

    Args:
        columns: the titles of columns, by field; or ``field=title,field=title``.
        where: a condition or several.
        options: the further choices.

    Raises:
        TypeError: if an argument has the wrong type, or there is no such argument.
        ValueError: if a field, condition or layout is not known.
    """
    for name in options:
        if name not in ReadingOptions.__annotations__:
            raise TypeError(f"read_schools() got an unexpected keyword argument {name!r}")
    titles = parse_columns(columns) if isinstance(columns, str) else checked_columns(columns or {})
    conditions = (where,) if isinstance(where, str) else tuple(where or ())
    for condition in conditions:
        parse_condition(condition)
    layout = (options.get("layout") or "").casefold()
    known = [each.key for each in LAYOUTS]
    if layout and layout not in known:
        raise ValueError(f"layout is {visible(layout)!r}, but must be {', '.join(known[:-1])} or {known[-1]}")
    join = options.get("join") or ()
    return Choices(
        tuple(titles.items()),
        conditions,
        (options.get("phase") or "").strip(),
        layout,
        tuple(map(str, (join,) if isinstance(join, str | Path) else join)),
        options.get("on") or "",
        bool(options.get("strict")),
    )


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
