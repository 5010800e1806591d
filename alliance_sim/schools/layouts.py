"""Which columns a list of schools may have, and what it means when one is absent."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

Header = Sequence[str]


@dataclass(frozen=True)
class Layout:
    """One kind of list: what its columns are called, by what they tell us.

    ``indispensable`` holds groups of which one column each must be there: a plain list needs pupils *or* teachers.
    """

    title: str
    described: str
    columns: dict[str, tuple[str, ...]]
    indispensable: tuple[tuple[str, ...], ...]

    def positions(self, header: Header) -> dict[str, list[int]]:
        """Where each thing we read stands in ``header``; more than one place if a column is there twice."""
        spelt = [comparable(title) for title in header]
        return {
            told: places
            for told, names in self.columns.items()
            if (places := [place for place, title in enumerate(spelt) if title in map(comparable, names)])
        }

    def called(self, told: str) -> str:
        """The column's name in this kind of list."""
        return self.columns[told][0]

    def missing(self, header: Header) -> list[str]:
        """The indispensable columns that ``header`` lacks: ``NumberOfPupils``, ``pupils or teachers``."""
        found = self.positions(header)
        return [
            " or ".join(self.called(told) for told in either)
            for either in self.indispensable
            if not any(told in found for told in either)
        ]

    def absent(self, header: Header) -> dict[str, str]:
        """The optional columns that ``header`` lacks, and what follows from it."""
        found = self.positions(header)
        return {self.called(told): ABSENT[told] for told in self.columns if told in ABSENT and told not in found}


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

ABSENT = {
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
    """A column's name without what people and programs vary: case and spaces."""
    return " ".join(title.split()).casefold()


def best_layout(header: Header) -> tuple[Layout, int]:
    """The kind of list that knows most of these columns, and how many it knows."""
    return max(((layout, len(layout.positions(header))) for layout in LAYOUTS), key=lambda found: found[1])


def nearest(title: str, header: Header) -> str | None:
    """The column that was probably meant by ``title``, if one of ``header`` is much like it."""
    spelt = {comparable(column): column for column in header if column.strip()}
    close = difflib.get_close_matches(comparable(title), spelt, n=1, cutoff=0.7)
    return spelt[close[0]] if close else None
