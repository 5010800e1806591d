"""Factors of a design: a parameter that is varied over values or a range, and its column over the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config.errors import Problem, shown
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.config.translation import Place, not_allowed
from alliance_sim.declarations.parameters import PARAMETERS, Parameter, Value
from alliance_sim.study.spec.messages import FACTOR, checked_table
from alliance_sim.study.spec.parameters import checked_values
from alliance_sim.study.spec.schema import RangeTable

_DIGITS = 12
"""Values are rounded, so that eleven steps from 0 to 1 have 0.3, and not 0.30000000000000004, on every machine."""


@dataclass(frozen=True)
class Column:
    """One parameter over the points: its numbers, or the positions of its values in ``choices``."""

    name: str
    numbers: NDArray[Any]
    choices: tuple[Value, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, point: int) -> Value:
        """Return the value at a point in the form that a config has."""
        number = self.numbers[point].item()
        return self.choices[number] if self.choices else number

    def at(self, places: NDArray[Any]) -> Column:
        """Return the column at the given points."""
        return Column(self.name, self.numbers[places], self.choices)

    def different(self) -> list[Value]:
        """Return the distinct values."""
        return list(self.choices) if self.choices else np.unique(self.numbers).tolist()

    def values(self) -> list[Value]:
        """Return the values at all points."""
        numbers = self.numbers.tolist()
        return [self.choices[number] for number in numbers] if self.choices else numbers


@dataclass(frozen=True)
class Factor:
    """A parameter that is varied over ``values`` or, if they are empty, from ``low`` to ``high``."""

    name: str
    values: tuple[Value, ...] = ()
    low: float = 0.0
    high: float = 0.0

    def every_value(self) -> Column:
        """Return a column with one point for each value."""
        if PARAMETERS[self.name].kind in {"share", "number", "count"}:
            return Column(self.name, np.array(self.values))
        return Column(self.name, np.arange(len(self.values)), self.values)

    def spread(self, unit: NDArray[np.float64]) -> Column:
        """Map numbers between 0 and 1 to the range, or to the values in equal shares."""
        if self.values:
            places = np.minimum((unit * len(self.values)).astype(np.int64), len(self.values) - 1)
            return self.every_value().at(places)
        if PARAMETERS[self.name].kind == "count":
            wide = self.high - self.low + 1
            return Column(self.name, np.minimum(self.low + np.floor(unit * wide), self.high).astype(np.int64))
        numbers = np.round(self.low + unit * (self.high - self.low), _DIGITS)
        return Column(self.name, np.clip(numbers, self.low, self.high))


def stated_factor(
    name: str, stated: object, path: KeyPath, place: Place, *, sampled: bool
) -> tuple[Factor | None, list[Problem]]:
    """Return the factor that ``"policy.competition" = …`` under ``[design]`` describes, or its problems.

    Args:
        name: the name of a known parameter.
        stated: the value in the file.
        path: its path in the file.
        place: returns file and line of a key.
        sampled: whether the design samples from ranges instead of using steps.
    """
    where = place(path)
    if isinstance(stated, list):
        return _of_list(PARAMETERS[name], cast("list[Any]", stated), where)
    if isinstance(stated, dict):
        return _of_range(PARAMETERS[name], cast("dict[str, Any]", stated), path, place, sampled=sampled)
    return None, [not_allowed(name, stated, FACTOR, where, remedy="; a single value belongs under [set]")]


def explored_factor(name: str) -> Factor:
    """Return the factor of a parameter over the range that is worth exploring."""
    parameter = PARAMETERS[name]
    match parameter.kind:
        case "switch":
            return Factor(name, (False, True))
        case "choice":
            return Factor(name, parameter.choices)
        case _:
            return Factor(name, (), *parameter.explored)


def _of_list(
    parameter: Parameter, values: Sequence[Any], where: tuple[str, int | None]
) -> tuple[Factor | None, list[Problem]]:
    name, given = parameter.name, shown(list(values))
    if not values:
        sentence = f"{name} is an empty list; give the values that it should have"
        return None, [Problem(*where, name, given, FACTOR, "", sentence)]
    if parameter.kind == "levels" and not any(isinstance(value, list) for value in values):
        sentence = f"{name} is {given}, but each of its values is itself a list: [{given}]"
        return None, [Problem(*where, name, given, "a list of lists", f"[{given}]", sentence)]
    valid, problems = checked_values(name, values, where)
    if not problems and len(set(valid)) < len(valid):
        sentence = f"{name} has the same value twice in {given}; give each once"
        problems.append(Problem(*where, name, given, "different values", "", sentence))
    return (None if problems else Factor(name, tuple(valid))), problems


def _of_range(
    parameter: Parameter, stated: Mapping[str, Any], path: KeyPath, place: Place, *, sampled: bool
) -> tuple[Factor | None, list[Problem]]:
    name, where = parameter.name, place(path)
    read, problems = checked_table(RangeTable, stated, path, place)
    if read is None:
        return None, problems
    if trouble := _misplaced(parameter, read, sampled=sampled):
        return None, [Problem(*where, name, "a range", FACTOR, "", f"{name} {trouble}")]
    ends: list[float] = [
        default if end is None else end for end, default in zip((read.from_, read.to), parameter.explored, strict=True)
    ]
    if parameter.kind == "count":
        ends = [int(end) if float(end).is_integer() else end for end in ends]
    valid, problems = checked_values(name, ends, where)
    if problems:
        return None, problems
    low, high = valid
    values = () if read.steps is None else _stepped(low, high, read.steps)
    whole = parameter.kind == "count"
    if low >= high:
        trouble = f"goes from {low:g} to {high:g}; the range must go upwards"
    elif whole and any(value != int(value) for value in values):
        trouble = f"goes from {low} to {high} in {read.steps} steps, which are no whole numbers; give a list of values"
    elif len(set(values)) < len(values):
        trouble = f"goes from {low:g} to {high:g} in {read.steps:,} steps that cannot be distinguished; take fewer"
    else:
        return Factor(name, tuple(int(value) if whole else value for value in values), low, high), []
    return None, [Problem(*where, name, "a range", FACTOR, "", f"{name} {trouble}")]


def _misplaced(parameter: Parameter, read: RangeTable, *, sampled: bool) -> str:
    """Return why the parameter or design allows no such range; empty if it does."""
    if parameter.kind not in {"share", "number", "count"}:
        return f"has no range, since it is {parameter.allowed}; give a list of values"
    if sampled and read.steps is not None:
        return "has steps, but a sampled design has none; leave them out"
    if not sampled and read.steps is None:
        return "has a range without steps; say how many values there are, as in steps = 11"
    return ""


def _stepped(low: float, high: float, steps: int) -> tuple[float, ...]:
    return tuple(round(low + (high - low) * step / (steps - 1), _DIGITS) for step in range(steps))
