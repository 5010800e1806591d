"""The roster: the schools of a simulation, sampled or read from a list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

TEACHERS_A_SCHOOL = 4096
"""More teachers than any school has; a teacher's id is school id × this + place in the school."""

LARGEST_SCHOOL_ID = 2**20 - 1
"""Largest school id for which teacher ids fit 32 bits. English URNs have six digits and fit."""


@dataclass(frozen=True)
class Roster:
    """Schools in row order: sorted by alliance, and by id within an alliance.

    Attributes:
        id: stable number of each school. Random numbers are keyed by it, so a school has the same random numbers when
            other schools join or leave the list.
        alliance: row of the alliance of each school: 0, 0, …, 1, 1, …
        teachers: number of teachers of each school.
        pupils: number of pupils of each school.
        east: position eastward in kilometres, NaN where unknown.
        north: position northward in kilometres, NaN where unknown.
        urn: unique reference number of each school, 0 where schools are sampled.
        name: name of each school, generated where schools are sampled.
        alliance_name: name of each alliance.
        source: the name of the list, or ``"drawn"`` where schools are sampled.
        intake: expected attainment of each school in pupil SD, before practice makes a difference; NaN where it is
            sampled. None where it is sampled for all schools.
        intake_sd: standard deviation of what is not known about a known intake, from which runs sample.
        results: published results of the year before, in pupil SD; they set the first league table. NaN where sampled.
        labels: what else is known about each school, by name: outcomes can be split by it. It affects no simulation.
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
    intake: NDArray[np.float32] | None = None
    intake_sd: NDArray[np.float32] | None = None
    results: NDArray[np.float32] | None = None
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]], compare=False)

    def __post_init__(self) -> None:
        """Check the columns.

        Raises:
            ValueError: if no simulation can be started from them; the message names the column and the problem.
        """
        if problem := next(_find_problems(self), ""):
            raise ValueError(f"a roster's {problem}")

    @property
    def schools(self) -> int:
        """Return the number of schools."""
        return len(self.id)

    @property
    def alliances(self) -> int:
        """Return the number of alliances."""
        return len(self.alliance_name)

    @property
    def digest(self) -> str:
        """Return a SHA-256 digest of everything that affects a simulation; ``source`` and ``labels`` are left out."""
        sha = hashlib.sha256()
        for column in (self.id, self.alliance, self.teachers, self.pupils, self.east, self.north, self.urn):
            sha.update(np.ascontiguousarray(column).tobytes())
        sha.update("\n".join((*self.name, *self.alliance_name)).encode())
        for name in _KNOWN:  # a roster without them keeps the digest that it had before they existed
            if (column := getattr(self, name)) is not None:
                sha.update(name.encode() + np.ascontiguousarray(column, np.float32).tobytes())
        return sha.hexdigest()


def _find_problems(roster: Roster) -> Iterator[str]:
    """Yield the problems of a roster's columns, each as the end of a sentence that begins "a roster's …"."""
    columns = {name: getattr(roster, name) for name in (*_INTEGER_BOUNDS, "east", "north", "name")}
    columns |= {name: known for name in _KNOWN if (known := getattr(roster, name)) is not None}
    columns |= {f"labels[{name!r}]": values for name, values in roster.labels.items()}
    schools = len(roster.id)
    for name, column in columns.items():
        if len(column) != schools:
            yield f"{name} has {len(column):,} entries, but id has {schools:,}; give one a school in each column"
            return
    if schools == 0:
        yield "columns are empty; give at least two schools"
        return
    for name, (low, high) in _INTEGER_BOUNDS.items():
        column = np.asarray(columns[name])
        if column.dtype.kind not in "iu":
            yield f"{name} holds {column.dtype} numbers; give whole ones"
            return
        if column.min() < low or column.max() > high:
            outside = np.flatnonzero((column < low) | (column > high))
            yield f"{name}[{outside[0]}] is {column[outside[0]]:,}, but must be {low:,} to {high:,}"
            return
    for name in _KNOWN:
        column = np.asarray(columns.get(name, ()), float)
        if np.isinf(column).any() or (name == "intake_sd" and np.any(column < 0)):
            yield f"{name} holds an infinite or negative number; give finite ones, and NaN where it is not known"
    if (roster.intake is None) != (roster.intake_sd is None):
        yield "intake and intake_sd belong together; give both or neither"
    steps = np.diff(roster.alliance)
    if roster.alliance[0] != 0 or np.any((steps != 0) & (steps != 1)) or roster.alliance[-1] != roster.alliances - 1:
        yield (
            f"alliance must go 0, 0, …, 1, 1, … to {roster.alliances - 1}, the last of its {roster.alliances:,} "
            "alliance names: members stand together, in order"
        )
    if len(np.unique(roster.id)) < schools:
        yield "id has the same number twice; random numbers are keyed by it, so give each school its own"


_KNOWN = ("intake", "intake_sd", "results")
"""Optional columns of what is known about each school's attainment."""

_INTEGER_BOUNDS = {
    "id": (0, 2**32 - 1),
    "alliance": (0, 2**31 - 1),
    "teachers": (1, TEACHERS_A_SCHOOL),
    "pupils": (0, 2**31 - 1),
    "urn": (0, 2**63 - 1),
}
"""The lowest and highest entry of each column of whole numbers."""
