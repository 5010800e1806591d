"""Who is there: the schools of a world, drawn or read from a list, before anything happens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

TEACHERS_A_SCHOOL = 4096
"""More teachers than any school has; teacher ids are school id × this + place in the school."""

LARGEST_SCHOOL_ID = 2**20 - 1
"""So that teacher ids fit 32 bits. English URNs have six digits and fit."""


@dataclass(frozen=True)
class Roster:
    """Schools in row order: sorted by alliance (members stand together) and by id within it.

    All arrays have one entry a school. ``id`` is stable: luck hangs on it, so a school keeps its luck when the list
    around it changes. ``east`` and ``north`` are kilometres, NaN where unknown; ``urn`` is 0 and ``name`` a made-up
    one where schools are drawn.
    """

    id: NDArray[np.uint32]
    alliance: NDArray[np.int32]
    teachers: NDArray[np.int32]
    pupils: NDArray[np.int32]
    east: NDArray[np.float32]
    north: NDArray[np.float32]
    urn: NDArray[np.int64]
    name: tuple[str, ...]
    alliance_name: tuple[str, ...]
    source: str = field(default="drawn", compare=False)

    def __post_init__(self) -> None:
        """Refuse a roster made by hand of which no world could be made.

        Raises:
            ValueError: with what is wrong, in which column.
        """
        if trouble := next(_troubles(self), ""):
            raise ValueError(f"a roster's {trouble}")

    @property
    def schools(self) -> int:
        """How many schools there are."""
        return len(self.id)

    @property
    def alliances(self) -> int:
        """How many alliances they form."""
        return len(self.alliance_name)

    @property
    def digest(self) -> str:
        """SHA-256 over everything that shapes a world (not the file's name)."""
        sha = hashlib.sha256()
        for column in (self.id, self.alliance, self.teachers, self.pupils, self.east, self.north, self.urn):
            sha.update(np.ascontiguousarray(column).tobytes())
        sha.update("\n".join((*self.name, *self.alliance_name)).encode())
        return sha.hexdigest()


def _troubles(roster: Roster) -> Iterator[str]:
    """What is wrong with a roster's columns, in their words."""
    columns = {name: getattr(roster, name) for name in (*_NUMBERS, "east", "north", "name")}
    schools = len(roster.id)
    for name, column in columns.items():
        if len(column) != schools:
            yield f"{name} has {len(column):,} entries, but id has {schools:,}; give one a school in each column"
            return
    if schools == 0:
        yield "columns are empty; give at least two schools"
        return
    for name, (low, high) in _NUMBERS.items():
        column = np.asarray(columns[name])
        if column.dtype.kind not in "iu":
            yield f"{name} holds {column.dtype} numbers; give whole ones"
            return
        if column.min() < low or column.max() > high:
            outside = np.flatnonzero((column < low) | (column > high))
            yield f"{name}[{outside[0]}] is {column[outside[0]]:,}, but must be {low:,} to {high:,}"
            return
    steps = np.diff(roster.alliance)
    if roster.alliance[0] != 0 or np.any((steps != 0) & (steps != 1)) or roster.alliance[-1] != roster.alliances - 1:
        yield (
            f"alliance must go 0, 0, …, 1, 1, … to {roster.alliances - 1}, the last of its {roster.alliances:,} "
            "alliance names: members stand together, in order"
        )
    if len(np.unique(roster.id)) < schools:
        yield "id has the same number twice; luck hangs on it, so give each school its own"


_NUMBERS = {
    "id": (0, 2**32 - 1),
    "alliance": (0, 2**31 - 1),
    "teachers": (1, TEACHERS_A_SCHOOL),
    "pupils": (0, 2**31 - 1),
    "urn": (0, 2**63 - 1),
}
"""The columns of whole numbers, and what they may be."""
