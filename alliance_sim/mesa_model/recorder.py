"""What is kept of a run: one row a half-term for the system, and as asked for alliances and schools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.declarations.outcomes import ALLIANCE_COLUMNS, NAMES, OUTCOMES, SCHOOL_COLUMNS
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.simulation import measures
from alliance_sim.engine.simulation.schedule import shared
from alliance_sim.engine.state import World

Record = Literal["auto", "system", "alliance", "school"]
SCHOOLS_RECORDED = 5_000
"""``record="auto"`` keeps a row for each school up to this many."""


class Recording:
    """Outcomes so far, in arrays that grow as the run goes on."""

    def __init__(self, roster: Roster, practice_areas: int, record: Record) -> None:
        if record not in ("auto", "system", "alliance", "school"):
            raise ValueError(f'record is {record!r}, but must be "auto", "system", "alliance" or "school"')
        if record == "auto":
            record = "school" if roster.schools <= SCHOOLS_RECORDED else "system"
        self.record = record
        self.rows = 0
        self._added: list[dict[str, float]] = []
        self._alliance_of: list[tuple[int, NDArray[np.int32]]] = [(0, roster.alliance)]
        """From which row on each school belongs to which alliance."""
        width = len(OUTCOMES)
        self._alliances = roster.alliances if record != "system" else 0
        self._schools = roster.schools if record == "school" else 0
        self._sums = np.zeros((roster.schools, measures.SUMS))
        self._best = np.zeros((roster.schools, practice_areas))
        self._system: NDArray[Any] = np.empty((0, width))
        self._by_alliance: NDArray[Any] = np.empty((0, self._alliances, width), np.float32)
        self._by_school: NDArray[Any] = np.empty((0, self._schools, width), np.float32)

    def measure(self, world: World, settings: Settings, threads: int, added: Mapping[str, float]) -> None:
        """Add the row of the half-term just lived (or of the opening), with what switchable modules measured."""
        if self.rows == len(self._system):
            self._grow(max(61, 2 * self.rows))
        opening, rows = self.rows == 0, (self._system, self._by_alliance, self._by_school)
        newest = [table[self.rows] for table in rows]
        if threads <= 1:
            measures.take(world, settings, self._sums, self._best, opening, *newest)
        else:
            shared(measures.sum_schools, world.alliances.age.size, threads, world, settings, self._sums, self._best)
            measures.measure(world, self._sums, self._best, opening, *newest)
        self._added.append(dict(added))
        self.rows += 1

    def _grow(self, rows: int) -> None:
        for name in ("_system", "_by_alliance", "_by_school"):
            old = getattr(self, name)
            new = np.empty((rows, *old.shape[1:]), old.dtype)
            new[: self.rows] = old[: self.rows]
            setattr(self, name, new)

    def alliances_are_now(self, alliance: NDArray[np.int32]) -> None:
        """From the next row on, schools belong to these alliances."""
        self._alliance_of.append((self.rows, alliance.copy()))

    def latest(self, outcome: int) -> float:
        """The system's newest value of the outcome at this place in ``OUTCOMES``."""
        return float(self._system[self.rows - 1, outcome])

    def newest(self, outcome: str, by: Literal["system", "alliance", "school"]) -> NDArray[np.float64]:
        """The newest values of an outcome, one an entity; NaN where it is not defined.

        Raises:
            ValueError: if there is no such outcome, or rows of this kind were not kept.
        """
        if outcome not in NAMES:
            raise ValueError(f"there is no outcome {outcome!r}; there are {', '.join(NAMES)}")
        kept, columns = {
            "system": (self._system[:, np.newaxis], tuple(range(len(OUTCOMES)))),
            "alliance": (self._by_alliance, ALLIANCE_COLUMNS),
            "school": (self._by_school, SCHOOL_COLUMNS),
        }[by]
        if NAMES.index(outcome) not in columns or not kept.shape[1]:
            raise ValueError(f'{outcome} was not kept by {by}: the model was made with record="{self.record}"')
        return kept[self.rows - 1, :, NAMES.index(outcome)].astype(np.float64)

    @property
    def table(self) -> NDArray[np.float64]:
        """The system's outcomes, shape (half-terms so far + 1, outcomes); a copy."""
        return self._system[: self.rows].copy()

    def system(self) -> pd.DataFrame:
        """One row a half-term: index ``half_term``, row 0 the opening."""
        index = pd.RangeIndex(self.rows, name="half_term")
        frame = pd.DataFrame(self.table, index=index, columns=list(NAMES))
        for name in dict.fromkeys(name for row in self._added for name in row):
            frame[name] = [row.get(name, np.nan) for row in self._added]
        return frame

    def by_alliance(self, roster: Roster) -> pd.DataFrame:
        """One row a half-term and alliance: ``half_term``, ``alliance``, ``name``, then outcomes."""
        if not self._alliances:
            raise ValueError(f'outcomes by alliance were not kept: the model was made with record="{self.record}"')
        who = {"alliance": np.arange(roster.alliances), "name": np.array(roster.alliance_name, object)}
        return self._long(self._by_alliance, ALLIANCE_COLUMNS, who)

    def by_school(self, roster: Roster) -> pd.DataFrame:
        """One row a half-term and school: ``half_term``, ``school``, ``urn``, ``name``, ``alliance``, then outcomes."""
        if not self._schools:
            raise ValueError(f'outcomes by school were not kept: the model was made with record="{self.record}"')
        who = {
            "school": np.arange(roster.schools),
            "urn": roster.urn,
            "name": np.array(roster.name, object),
            "alliance": roster.alliance,
        }
        frame = self._long(self._by_school, SCHOOL_COLUMNS, who)
        for row, alliance in self._alliance_of[1:]:
            frame.loc[row * self._schools :, "alliance"] = np.tile(alliance, self.rows - row)
        return frame

    def _long(self, kept: NDArray[Any], outcomes: tuple[int, ...], who: dict[str, NDArray[Any]]) -> pd.DataFrame:
        entities = kept.shape[1]
        frame: dict[str, Any] = {"half_term": np.repeat(np.arange(self.rows), entities)}
        frame |= {name: np.tile(column, self.rows) for name, column in who.items()}
        flat = kept[: self.rows].reshape(-1, kept.shape[2])
        frame |= {NAMES[outcome]: flat[:, outcome] for outcome in outcomes}
        return pd.DataFrame(frame)
