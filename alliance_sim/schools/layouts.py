"""Layouts of lists of schools: their columns, and the consequences of missing ones."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from alliance_sim.schools.further import FURTHER_GIAS, FURTHER_PLAIN

Header = Sequence[str]


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of list.

    Attributes:
        title: the name of the layout.
        described: the layout in words, for the report.
        columns: accepted titles of each field's column, the preferred one first.
        required: groups of fields of which one each is required: a plain list needs pupils *or* teachers.
    """

    title: str
    described: str
    columns: dict[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]

    def positions(self, header: Header) -> dict[str, list[int]]:
        """Return the positions of each field in a header; several if a column is there more than once."""
        titles = [comparable(title) for title in header]
        return {
            field: places
            for field, names in self.columns.items()
            if (places := [place for place, title in enumerate(titles) if title in map(comparable, names)])
        }

    def title_of(self, field: str) -> str:
        """Return the preferred title of a field's column."""
        return self.columns[field][0]

    def missing(self, header: Header) -> list[str]:
        """Return the required columns that a header lacks: ``NumberOfPupils``, ``pupils or teachers``."""
        found = self.positions(header)
        return [
            " or ".join(self.title_of(field) for field in either)
            for either in self.required
            if not any(field in found for field in either)
        ]

    def absent(self, header: Header) -> dict[str, str]:
        """Return the optional columns that a header lacks, with the consequence of each."""
        found = self.positions(header)
        return {self.title_of(field): ABSENT[field] for field in self.columns if field in ABSENT and field not in found}


GIAS = Layout(
    "GIAS",
    "the columns of Get information about schools",
    {
        "number": ("URN",),
        "name": ("EstablishmentName",),
        "pupils": ("NumberOfPupils",),
        "status": ("EstablishmentStatus (name)",),
        "phase": ("PhaseOfEducation (name)",),
        "trust": ("Trusts (name)",),
        "federation": ("Federations (name)",),
        "town": ("Town",),
        "postcode": ("Postcode",),
        "east": ("Easting",),
        "north": ("Northing",),
    },
    (("number",), ("name",), ("pupils",)),
)

PLAIN = Layout(
    "plain",
    "the columns of a plain list",
    {
        "name": ("name",),
        "pupils": ("pupils",),
        "teachers": ("teachers",),
        "number": ("id", "urn"),
        "alliance": ("alliance",),
        "east": ("east_km",),
        "north": ("north_km",),
        "status": ("status",),
        "phase": ("phase",),
        "town": ("town",),
        "postcode": ("postcode",),
    },
    (("name",), ("pupils", "teachers")),
)

LAYOUTS = (GIAS, PLAIN)
for _layout, _further in ((GIAS, FURTHER_GIAS), (PLAIN, FURTHER_PLAIN)):
    _layout.columns.update({field: titles for field, titles in _further.items() if field not in _layout.columns})

ABSENT = {  # consequences of missing columns
    "number": "schools are numbered in the order of their names",
    "status": "every school is taken to be open",
    "phase": "phases are not known",
    "trust": "no school is known to belong to a trust",
    "federation": "no school is known to belong to a federation",
    "alliance": "no school is known to belong to an alliance",
    "town": "groups are not named by their towns",
    "postcode": "a school without coordinates cannot be placed by its postcode",
    "east": "schools have no coordinates",
    "north": "schools have no coordinates",
}


def comparable(title: str) -> str:
    """Return a column's title without differences of case and spacing."""
    return " ".join(title.split()).casefold()


def best_layout(header: Header) -> tuple[Layout, int]:
    """Return the layout with most of the columns of a header, and their number."""
    return max(((layout, len(layout.positions(header))) for layout in LAYOUTS), key=lambda found: found[1])


def nearest(title: str, header: Header) -> str | None:
    """Return the column of a header that is most similar to a title, or None."""
    titles = {comparable(column): column for column in header if column.strip()}
    close = difflib.get_close_matches(comparable(title), titles, n=1, cutoff=0.7)
    return titles[close[0]] if close else None
