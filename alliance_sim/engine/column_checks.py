"""Check the columns after a rule of a user's mechanism.

Fixed columns are read-only for the rule; all others must be within their bounds after it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column, columns
from alliance_sim.declarations.module import MechanismError, Module, Phase
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.state import TABLES, World
from alliance_sim.validation import format_bounds

CAREFUL = "ALLIANCE_SIM_CAREFUL"
"""Environment variable: if 1 (``--careful`` sets it), columns are also checked before each rule of a mechanism, so that
errors name the code that wrote a value."""
MOST_COLLEAGUES = int(PARAMETERS["home.colleagues"].bounds[1])
"""The most colleagues whom a teacher can ask."""
_FOLLOWS_OTHER_COLUMNS = {("teachers", "asks"), ("modifiers", "assigned_tie")}


class _Check(NamedTuple):
    """A column of a table, with its least and greatest value in the type of the column."""

    table: str
    column: str
    low: Any
    high: Any


@loop
def first_out_of_bounds(values: Any, low: Any, high: Any) -> int:
    """Return the index of the first value outside low to high, or NaN; -1 if there is none."""
    bad = False
    for place in range(values.size):
        bad |= not ((values[place] >= low) & (values[place] <= high))
    if bad:
        for place in range(values.size):
            if not (values[place] >= low and values[place] <= high):
                return place
    return -1


@loop
def first_foreign(rows: Any, first: Any, after: Any, colleagues: int) -> int:
    """Return the index of the first entry that is neither a row of its teacher nor -1; -1 if there is none.

    Entries down to -1 - ``colleagues`` name colleagues at home.
    """
    wide = rows.size // max(1, first.size)
    for teacher in range(first.size):
        for place in range(teacher * wide, (teacher + 1) * wide):
            none_or_colleague = -1 - colleagues <= rows[place] < 0
            if not none_or_colleague and not (first[teacher] <= rows[place] < after[teacher]):
                return place
    return -1


def as_rules_see_it(world: World, module: Module) -> World:
    """Return the world for a rule of a user's mechanism: fixed columns read-only, undeclared optional tables None."""
    fixed = {table: getattr(world, table)._replace(**_read_only(world, table, _fixed(table))) for table in _FIXED_IN}
    return world._replace(
        **fixed,
        modifiers=world.modifiers if module.uses_modifiers else None,
        request_log=_read_only_log(world) if module.request_log else None,
    )


def as_measures_see_it(world: World, module: Module) -> World:
    """Return the world for a measure, with every column read-only."""
    tables = [name for name in TABLES if name not in ("modifiers", "request_log")]
    fixed = {name: getattr(world, name)._replace(**_read_only(world, name, _all(name))) for name in tables}
    modifiers = request_log = None
    if module.uses_modifiers:
        modifiers = world.modifiers._replace(**_read_only(world, "modifiers", _all("modifiers")))
    if module.request_log:
        request_log = _read_only_log(world)
    return world._replace(**fixed, modifiers=modifiers, request_log=request_log)


def _read_only_log(world: World) -> Any:
    return world.request_log._replace(**_read_only(world, "request_log", _fixed("request_log")))


def _read_only(world: World, table: str, names: tuple[str, ...]) -> dict[str, Any]:
    views: dict[str, Any] = {}
    for name in names:
        views[name] = view = getattr(getattr(world, table), name).view()
        view.flags.writeable = False
    return views


@cache
def _all(table: str) -> tuple[str, ...]:
    return tuple(columns(TABLES[table]))


@cache
def _fixed(table: str) -> tuple[str, ...]:
    return tuple(name for name, column in columns(TABLES[table]).items() if column.fixed)


_FIXED_IN = tuple(
    name
    for name, table in TABLES.items()
    if name != "request_log" and any(column.fixed for column in columns(table).values())
)


@cache
def _checks_of(table: type[NamedTuple], name: str, bounded_only: bool) -> tuple[_Check, ...]:
    """Return the checks of a table; with ``bounded_only``, those of columns that declare bounds."""
    return tuple(
        _Check(name, key, *limits)
        for key, column in columns(table).items()
        if not column.fixed and (name, key) not in _FOLLOWS_OTHER_COLUMNS
        if (limits := _limits_of(column, bounded_only)) is not None
    )


def _limits_of(column: Column, bounded_only: bool) -> tuple[Any, Any] | None:
    """Return the least and greatest value of a column; None if its type already ensures them."""
    dtype = np.dtype(column.dtype)
    declared = column.bounds or column.limits
    if dtype.kind == "b" or (bounded_only and declared is None):
        return None
    info: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    low, high = declared or (-np.inf, np.inf)
    low, high = max(low, info.min), min(high, info.max)
    if dtype.kind != "f" and low <= info.min and high >= info.max:
        return None
    return dtype.type(low), dtype.type(high)


class CheckedColumns:
    """The columns that a user's mechanism may write, with their bounds.

    # perf: collected once for a world, which halves the cost of checking a small one.

    Args:
        world: the columns.
        own: the columns of the mechanism.
        module: the mechanism.
    """

    def __init__(self, world: World, own: Any, module: Module) -> None:
        self.world, self.own, self.module = world, own, module
        self._columns = [
            (check, column, np.reshape(column, -1, copy=False)) for check, column in _written_by(world, own, module)
        ]

    def out_of_bounds(self, phase: Phase) -> Iterator[tuple[_Check, int, Any]]:
        """Yield the first value out of bounds of each column: its check, its flat index and the column."""
        for check, column, values in self._columns:
            if (place := first_out_of_bounds(values, check.low, check.high)) >= 0:
                yield check, place, column
        teachers = self.world.teachers
        first, outside = teachers.tie_offsets[:-1], teachers.external_tie_start
        if phase is Phase.DECIDED:  # requests are answered next; no other phase reads them
            asks = teachers.asks
            if (place := first_foreign(asks.reshape(-1), first, teachers.tie_offsets[1:], MOST_COLLEAGUES)) >= 0:
                yield _Check("teachers", "asks", 0, 0), place, asks
        if self.module.uses_modifiers and phase in (Phase.START, Phase.DECIDED):
            assigned = self.world.modifiers.assigned_tie
            if (place := first_foreign(assigned, first, outside, 0)) >= 0:
                yield _Check("modifiers", "assigned_tie", 0, 0), place, assigned


def _written_by(world: World, own: Any, module: Module) -> Iterator[tuple[_Check, Any]]:
    """Yield each column that a rule of the mechanism may write, after its check."""
    for name, table in TABLES.items():
        if name in ("external_offers", "request_log") or (name == "modifiers" and not module.uses_modifiers):
            continue
        for check in _checks_of(table, name, False):
            yield check, getattr(getattr(world, name), check.column)
    if module.state is not None:
        for check in _checks_of(module.state, "own", True):
            yield check, getattr(own, check.column)


def refuse_values_out_of_bounds(
    checked: CheckedColumns, rule: str, phase: Phase, half_term: int, *, before: bool = False
) -> None:
    """Check every column that a rule of a user's mechanism may have written.

    Args:
        checked: the columns.
        rule: the name of its rule.
        phase: phase in which the rule runs.
        half_term: the current half-term.
        before: whether the check precedes the rule, so that something else wrote the value.

    Raises:
        MechanismError: with the mechanism, rule, column, row, value and bounds, if a value is out of bounds.
    """
    module = checked.module
    for check, place, found in checked.out_of_bounds(phase):
        value, table = found.flat[place].item(), check.table
        column = columns(type(checked.own) if table == "own" else TABLES[table])[check.column]
        row, further = divmod(place, found.size // len(found))
        which = f"row {row:,}" if found.ndim == 1 else f"row {row:,}, {column.shape[0]} {further}"
        shown = f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
        what = f"{table}.{check.column}, {which}, is {shown}"
        allowed = _allowed(check, column)
        when = f"{phase.name} of half-term {half_term:,}"
        if before:
            text = f"{what} before the mechanism {module.name} runs {rule} ({when}), but must be {allowed}"
            raise MechanismError(f"{text}; another program or a script wrote it")
        text = f"the mechanism {module.name}: after {rule}, {when}, {what}, but must be {allowed} ({column.unit})"
        raise MechanismError(f"{text}; limit what the rule writes")


def _allowed(check: _Check, column: Column) -> str:
    if (check.table, check.column) in _FOLLOWS_OTHER_COLUMNS:
        inside = " inside the alliance" if check.column == "assigned_tie" else ""
        return f"-1 or a row of the teacher's own ties{inside}"
    declared = column.bounds or column.limits
    if declared is None:
        return "a finite number"
    return format_bounds(*declared)


def is_careful() -> bool:
    """Return whether columns are also checked before each rule of a mechanism."""
    return os.environ.get(CAREFUL, "") not in ("", "0")
