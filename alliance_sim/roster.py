"""Who is there: the schools of a world, drawn or read from a list, before anything happens."""

from __future__ import annotations

import hashlib
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
