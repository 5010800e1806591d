"""The points of a study: each a number, its design's values, and a resolved scenario that is made when needed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config import Configuration, Problem
from alliance_sim.config.resolve import INTERDEPENDENT, merge_layers
from alliance_sim.config.validate import Layer
from alliance_sim.declarations.parameters import Value
from alliance_sim.study.spec.designs import Design
from alliance_sim.study.spec.factors import Column

GROUPING = ("population.alliance_size", "population.pupils_per_teacher")
"""The parameters that decide how a list becomes schools."""

type RosterDigest = Callable[[Mapping[str, Value]], str]
"""The digest of the schools that a list becomes under these parameters; empty where schools are drawn."""


@dataclass(frozen=True)
class Point:
    """One row of a design.

    Attributes:
        number: its row, 0 the first.
        variant: the name of the world that the values are set in.
        values: what the design sets here, by dotted name.
        scenario: every parameter, and the events.
    """

    number: int
    variant: str
    values: dict[str, Value]
    scenario: Configuration


@dataclass(frozen=True)
class Points:
    """All points: each variant in turn with the whole design. Columns are kept, scenarios made when asked for."""

    variants: tuple[Configuration, ...]
    design: Design
    roster_digest: RosterDigest = lambda _: ""

    def __len__(self) -> int:
        return len(self.variants) * self.design.size

    def __iter__(self) -> Iterator[Point]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, number: int) -> Point:
        """The point of this number.

        Raises:
            IndexError: if there is none.
        """
        if not 0 <= number < len(self):
            raise IndexError(f"there is no point {number}; there are {len(self):,}, from 0")
        variant, row = divmod(number, self.design.size)
        values = {column.name: column[row] for column in self.design.columns}
        scenario = self.variants[variant]
        if values:
            scenario = replace(scenario, values={**scenario.values, **values})
        return Point(number, scenario.name, values, scenario)

    def frame(self) -> dict[str, Sequence[Any] | NDArray[Any]]:
        """The columns that results carry: ``point``, ``variant`` where there are several, then what is varied."""
        frame: dict[str, Sequence[Any] | NDArray[Any]] = {"point": np.arange(len(self))}
        if len(self.variants) > 1:
            frame["variant"] = [each.name for each in self.variants for _ in range(self.design.size)]
        for column in self.design.columns:
            several = len(self.variants)
            frame[column.name] = column.values() * several if column.choices else np.tile(column.numbers, several)
        return frame

    def fully_switched_on(self) -> list[Configuration]:
        """Each variant with everything on that the design switches on at some point."""
        varied = {column.name: value for column in self.design.columns for value in column.different() if value}
        return [replace(variant, values={**variant.values, **varied}) for variant in self.variants]

    def digests(self) -> Iterator[str]:
        """``Scenario.hash`` of each point in turn, without making the scenarios.

        The text that is hashed differs between points only where the design does; so it is cut there, once a variant.
        """
        texts = {column.name: _written(column) for column in self.design.columns}
        for variant in self.variants:
            before, names, between = _cut(variant, [column.name for column in self.design.columns])
            columns, schools_at = [texts[name] for name in names], self._schools(variant)
            for row in range(self.design.size):
                pieces = [before]
                for column, after in zip(columns, between, strict=True):
                    pieces += column(row), after
                digest = hashlib.sha256("".join(pieces).encode("ascii")).hexdigest()
                if schools := schools_at(row):
                    digest = hashlib.sha256(f"{digest} {schools}".encode("ascii")).hexdigest()
                yield digest

    def _schools(self, variant: Configuration) -> Callable[[int], str]:
        """The digest of the schools at each row of the design."""
        columns = {column.name: column for column in self.design.columns if column.name in GROUPING}
        settled_here = {name: variant.values[name] for name in GROUPING}
        if not columns:
            digest = self.roster_digest(settled_here)
            return lambda _: digest
        return lambda row: self.roster_digest(settled_here | {name: column[row] for name, column in columns.items()})

    @cached_property
    def copies(self) -> NDArray[np.int64]:
        """How many earlier points are the same world: 0 for all but those that repeat one."""
        varied = set(self.design.names)
        same: dict[str, int] = {}
        groups = [same.setdefault(_without(variant, varied).hash, len(same)) for variant in self.variants]
        if self.design.kind == "factorial" and len(same) == len(groups):  # where no value comes twice
            return np.broadcast_to(np.int64(0), len(self))
        codes = np.repeat(np.array(groups), self.design.size)
        for column in self.design.columns:
            _, places = np.unique(column.numbers, return_inverse=True)
            codes = codes * (int(places.max()) + 1) + np.tile(places, len(self.variants))
            _, codes = np.unique(codes, return_inverse=True)
        order = np.argsort(codes, kind="stable")
        begins = np.r_[True, codes[order][1:] != codes[order][:-1]]
        since = np.arange(len(codes)) - np.maximum.accumulate(np.where(begins, np.arange(len(codes)), 0))
        copies = np.empty(len(codes), np.int64)
        copies[order] = since
        return copies


def roster_digest(schools: Path | None) -> RosterDigest:
    """The digest of the schools that a list becomes, read once for each way of grouping it."""
    known: dict[tuple[Any, ...], str] = {}

    def digest(values: Mapping[str, Value]) -> str:
        if schools is None:
            return ""
        size, pupils = (values[name] for name in GROUPING)
        if (size, pupils) not in known:
            from alliance_sim.schools import read_schools

            read = read_schools(schools, alliance_size=cast("int", size), pupils_per_teacher=cast("float", pupils))
            known[size, pupils] = read.roster.digest
        return known[size, pupils]

    return digest


def bad_points(points: Points, place: Callable[[int], tuple[str, int | None]]) -> Iterator[Problem]:
    """The points at which values that are sound by themselves do not go together.

    Args:
        points: all of them.
        place: file and line for the row of a design.
    """
    columns = [column for column in points.design.columns if column.name in INTERDEPENDENT]
    if not columns or not points.design.size:
        return
    numbers = np.column_stack([np.unique(column.numbers, return_inverse=True)[1] for column in columns])
    _, firsts, groups = np.unique(numbers, axis=0, return_index=True, return_inverse=True)
    groups = groups.reshape(-1)
    for which, variant in enumerate(points.variants):
        problems = [
            merge_layers(variant.values, [Layer(lambda _: ("", None), values={one.name: one[row] for one in columns})])[
                1
            ]
            for row in firsts.tolist()
        ]
        if not any(problems):
            continue
        for row, group in enumerate(groups.tolist()):
            for problem in problems[group]:
                sentence = f"point {which * points.design.size + row}: {problem.sentence}"
                yield replace(problem, file=place(row)[0], line=place(row)[1], sentence=sentence)


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _written(column: Column) -> Callable[[int], str]:
    """How the value at a row is written in the text that is hashed."""
    if column.choices:
        words = [_canonical(choice) for choice in column.choices]
        return [words[place] for place in column.numbers.tolist()].__getitem__
    return lambda row: repr(column.numbers[row].item())


def _cut(variant: Configuration, varied: Sequence[str]) -> tuple[str, list[str], list[str]]:
    """The text that ``Configuration.hash`` is made of, cut at the varied values.

    Returns:
        what stands before the first of them, their names in order, and what stands after each.
    """
    events = [event.shaping for event in variant.events]
    mechanisms = {one.name: one.digest for one in variant.mechanisms}
    named = f',"mechanisms":{_canonical(mechanisms)}' if mechanisms else ""
    pieces = ['{"events":' + _canonical(events) + named + ',"values":{']
    names: list[str] = []
    for place, name in enumerate(sorted(variant.values)):
        pieces[-1] += f"{',' if place else ''}{_canonical(name)}:"
        if name in varied:
            names.append(name)
            pieces.append("")
        else:
            pieces[-1] += _canonical(variant.values[name])
    pieces[-1] += "}}"
    return pieces[0], names, pieces[1:]


def _without(variant: Configuration, varied: set[str]) -> Configuration:
    return replace(variant, values={name: value for name, value in variant.values.items() if name not in varied})
