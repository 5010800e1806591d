"""Record outcomes during a run: one row per half-term for the system, and optionally for alliances and schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.outcomes import ALLIANCE_COLUMNS, NAMES, OUTCOMES, SCHOOL_COLUMNS
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.simulation import measures
from alliance_sim.engine.simulation.schedule import shared
from alliance_sim.engine.state import Floats, World

Record = Literal["auto", "system", "alliance", "school"]
SCHOOLS_RECORDED = 5_000
"""``record="auto"`` records schools up to this number of schools."""

NOTHING_ADDED: Mapping[str, float] = {}
"""Outcomes of modules where none is on."""


class Recorder:
    """Outcomes so far, in arrays that grow during the run (``mesa_model.frames`` converts them to data frames).

    Attributes:
        record: which rows are recorded: ``"system"``, ``"alliance"`` or ``"school"``.
        rows: half-terms measured so far, the initial state included.
        added: outcomes of modules, one mapping per half-term.
        alliance_of: pairs of first row and alliance of each school from that row on.
        by_alliance, by_school: outcomes, shape (half-terms, entities, outcomes), with room for later half-terms.
    """

    def __init__(self, roster: Roster, practice_areas: int, record: Record) -> None:
        if record not in ("auto", "system", "alliance", "school"):
            raise ValueError(f'record is {record!r}, but must be "auto", "system", "alliance" or "school"')
        if record == "auto":
            record = "school" if roster.schools <= SCHOOLS_RECORDED else "system"
        self.record = record
        self.rows = 0
        self.added: list[Mapping[str, float]] = []
        self.alliance_of: list[tuple[int, NDArray[np.int32]]] = [(0, roster.alliance)]
        width = len(OUTCOMES)
        alliances = roster.alliances if record != "system" else 0
        schools = roster.schools if record == "school" else 0
        self._sizes = roster.schools, practice_areas
        self._system: NDArray[Any] = np.empty((0, width))
        self.by_alliance: NDArray[Any] = np.empty((0, alliances, width), np.float32)
        self.by_school: NDArray[Any] = np.empty((0, schools, width), np.float32)

    def new_rows(self, added: Mapping[str, float] = NOTHING_ADDED) -> tuple[Floats, Floats, Floats]:
        """Append a half-term, and return its rows of system, alliances and schools, to be filled.

        Args:
            added: the outcomes of modules.

        Returns:
            Arrays with one entry in the first dimension.
        """
        if self.rows == len(self._system):
            self._grow(max(61, 2 * self.rows))
        now = slice(self.rows, self.rows + 1)
        self.added.append(added)
        self.rows += 1
        return self._system[now], self.by_alliance[now], self.by_school[now]

    def measure(self, world: World, settings: Settings, threads: int, added: Mapping[str, float]) -> None:
        """Add the row of the current half-term; ``added`` holds the outcomes of modules."""
        initial = self.rows == 0
        system, alliances, schools = self.new_rows(added)
        sums, best = self._buffers
        if threads <= 1:
            measures.take(world, settings, sums, best, initial, system[0], alliances[0], schools[0])
        else:
            shared(measures.sum_schools, world.alliances.age.size, threads, world, settings, sums, best)
            measures.measure(world, sums, best, initial, system[0], alliances[0], schools[0])

    @cached_property
    def _buffers(self) -> tuple[Floats, Floats]:
        schools, areas = self._sizes
        return np.zeros((schools, measures.SUMS)), np.zeros((schools, areas))

    def _grow(self, rows: int) -> None:
        for name in ("_system", "by_alliance", "by_school"):
            old = getattr(self, name)
            new = np.empty((rows, *old.shape[1:]), old.dtype)
            new[: self.rows] = old[: self.rows]
            setattr(self, name, new)

    def reassign_schools(self, alliance: NDArray[np.int32]) -> None:
        """Set the alliance of each school from the next row on."""
        self.alliance_of.append((self.rows, alliance.copy()))

    def latest(self, outcome: int) -> float:
        """Return the latest value for the system of the outcome at this index of ``OUTCOMES``."""
        return float(self._system[self.rows - 1, outcome])

    def newest(self, outcome: str, by: Literal["system", "alliance", "school"]) -> NDArray[np.float64]:
        """Return the latest values of an outcome, one per entity; NaN where undefined.

        Raises:
            ValueError: if the outcome is unknown, or was not recorded at this level.
        """
        if outcome not in NAMES:
            raise ValueError(f"there is no outcome {outcome!r}; there are {', '.join(NAMES)}")
        recorded, columns = {
            "system": (self._system[:, np.newaxis], tuple(range(len(OUTCOMES)))),
            "alliance": (self.by_alliance, ALLIANCE_COLUMNS),
            "school": (self.by_school, SCHOOL_COLUMNS),
        }[by]
        if NAMES.index(outcome) not in columns or not recorded.shape[1]:
            raise ValueError(f'{outcome} was not kept by {by}: the model was made with record="{self.record}"')
        return recorded[self.rows - 1, :, NAMES.index(outcome)].astype(np.float64)

    @property
    def table(self) -> NDArray[np.float64]:
        """A copy of the outcomes of the system, shape (half-terms so far + 1, outcomes)."""
        return self._system[: self.rows].copy()

    def outcomes(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Return outcomes of the system by name, those of modules included.

        Args:
            names: outcomes to return; an outcome of a module that is off is NaN.

        Returns:
            Shape (half-terms so far + 1, names).
        """
        columns = dict(zip(NAMES, self.table.T, strict=True))
        return np.column_stack([columns[name] if name in columns else self.of_modules(name) for name in names])

    def of_modules(self, name: str) -> NDArray[np.float64]:
        """Return an outcome of a module, one value per half-term; NaN while the module is off."""
        return np.array([row.get(name, np.nan) for row in self.added])
