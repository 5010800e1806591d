"""Attributes of agents that read and write one cell of a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.columns import Column, columns
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.state import TABLES, World
from alliance_sim.validation import format_bounds, format_given

if TYPE_CHECKING:
    from alliance_sim.mesa_model.agents import Coordinator, School, Teacher


class ModelProtocol(Protocol):
    """The part of the model that agents and ties use."""

    @property
    def world(self) -> World:
        """The columns."""
        ...

    @property
    def roster(self) -> Roster:
        """The schools."""
        ...

    schools: Sequence[School]
    teachers: Sequence[Teacher]
    coordinators: Sequence[Coordinator]
    agent_id_counter: int


class ReadOnlyProperties:
    """A base class whose properties without a setter refuse assignment with an explanation."""

    def __setattr__(self, name: str, value: Any) -> None:
        declared = getattr(type(self), name, None)
        if isinstance(declared, property) and declared.fset is None:
            meaning = (declared.__doc__ or "").partition("\n")[0].replace("`", "").rstrip(".")
            raise AttributeError(f"{name} follows from the run and cannot be set: {meaning}")
        if name == "row" and "row" in self.__dict__:
            raise AttributeError("row is the position in the columns and cannot be set")
        super().__setattr__(name, value)


class ColumnAttribute:
    """An attribute that is one cell of a column; values are checked against the column's bounds.

    Args:
        table: a table of ``World``, such as ``teachers``.
        column: a column of that table.
    """

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column
        self.declared: Column = columns(TABLES[table])[column]
        self.__doc__ = f"{self.declared.meaning} ({self.declared.unit})"

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        found = self._column_of(agent)[agent.row]
        if not isinstance(found, np.ndarray):
            return found.item()
        view = found.view()
        view.flags.writeable = False  # writes go through the checks of __set__
        return view

    def __set__(self, agent: Any, value: Any) -> None:
        if self.declared.bounds is None:
            raise AttributeError(f"{self.name} follows from the run and cannot be set: {self.declared.meaning}")
        column = self._column_of(agent)
        column[agent.row] = self._checked(value, column)

    def _column_of(self, agent: Any) -> Any:
        return getattr(getattr(agent.model.world, self.table), self.column)

    def _checked(self, value: Any, column: NDArray[Any]) -> NDArray[Any]:
        """Return the value as an array; it must be finite, within bounds and of the column's kind and shape."""
        low, high = self.declared.bounds or (0.0, 0.0)
        whole, shape = column.dtype.kind in "iub", column.shape[1:]
        high = int(high) if whole else min(high, float(np.finfo(column.dtype).max))
        try:
            given = np.asarray(value)
        except ValueError:  # a list of lists of different lengths
            given = np.asarray(None)
        if given.dtype.kind not in ("iubf" if column.dtype.kind == "b" else "iuf"):
            raise TypeError(self._refusal(value, column, low, high))
        inside = np.isfinite(given) & (given >= low) & (given <= high)
        fits = given.shape in ((), shape) and bool(np.all(inside))
        if not fits or (whole and bool(np.any(given != np.floor(given)))):
            raise ValueError(self._refusal(value, column, low, high))
        return given

    def _refusal(self, value: Any, column: NDArray[Any], low: float, high: float) -> str:
        within = format_bounds(low, high)
        if column.dtype.kind == "b":
            allowed = "True or False"
        elif column.shape[1:]:
            allowed = f"{column.shape[1]} numbers, each {within}, or one number for all"
        else:
            allowed = f"a {'whole ' if column.dtype.kind in 'iu' else ''}number, {within}"
        return f"{self.name} is {format_given(value)}, but must be {allowed} ({self.declared.unit})"
