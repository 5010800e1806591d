"""The points of a study: each has a number, values of the design, and a scenario that is resolved when needed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config import Configuration, Problem
from alliance_sim.config.resolve import INTERDEPENDENT, merge_layers
from alliance_sim.config.validate import Layer
from alliance_sim.declarations.parameters import Value
from alliance_sim.study.spec.designs import Design
from alliance_sim.study.spec.factors import Column

GROUPING = ("population.alliance_size", "population.pupils_per_teacher")
"""The parameters that determine how a list of schools is grouped and staffed."""

type RosterDigest = Callable[[Configuration], str]
"""Returns the digest of a list's schools as a configuration reads them; empty where schools are generated."""


@dataclass(frozen=True)
class Point:
    """One row of a design.

    Attributes:
        number: its row, from 0.
        variant: the name of its variant.
        values: the values of the design, by dotted name.
        scenario: all parameters and events.
    """

    number: int
    variant: str
    values: dict[str, Value]
    scenario: Configuration


@dataclass(frozen=True)
class Points:
    """All points: each variant in turn with the whole design. Scenarios are resolved when they are requested."""

    variants: tuple[Configuration, ...]
    design: Design
    roster_digest: RosterDigest = lambda _: ""

    def __len__(self) -> int:
        return len(self.variants) * self.design.size

    def __iter__(self) -> Iterator[Point]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, number: int) -> Point:
        """Return the point with a number.

        Raises:
            IndexError: if there is no such point.
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
        """Return the columns of results: ``point``, ``variant`` if there are several, then the varied parameters."""
        frame: dict[str, Sequence[Any] | NDArray[Any]] = {"point": np.arange(len(self))}
        if len(self.variants) > 1:
            frame["variant"] = [each.name for each in self.variants for _ in range(self.design.size)]
        for column in self.design.columns:
            several = len(self.variants)
            frame[column.name] = column.values() * several if column.choices else np.tile(column.numbers, several)
        return frame

    def fully_switched_on(self) -> list[Configuration]:
        """Return each variant with every module on that the design switches on at some point."""
        varied = {column.name: value for column in self.design.columns for value in column.different() if value}
        return [replace(variant, values={**variant.values, **varied}) for variant in self.variants]

    def digests(self) -> Iterator[str]:
        """Yield ``Scenario.hash`` of each point in turn, without resolving the scenarios.

        The hashed text differs between points only in varied values, so it is split there once per variant.
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
        """Return a function for the digest of the schools at a row of the design."""
        columns = {column.name: column for column in self.design.columns if column.name in GROUPING}
        if not columns:
            digest = self.roster_digest(variant)
            return lambda _: digest
        return lambda row: self.roster_digest(
            replace(variant, values={**variant.values, **{name: column[row] for name, column in columns.items()}})
        )

    @cached_property
    def copies(self) -> NDArray[np.int64]:
        """The number of earlier points that are identical to each point; 0 except for repeated points."""
        varied = set(self.design.names)
        same: dict[str, int] = {}
        groups = [same.setdefault(_without(variant, varied).hash, len(same)) for variant in self.variants]
        if self.design.kind == "factorial" and len(same) == len(groups):  # no value is repeated
            return np.broadcast_to(np.int64(0), len(self))
        codes = np.repeat(np.array(groups), self.design.size)
        for column in self.design.columns:
            _, places = np.unique(column.numbers, return_inverse=True)
            codes = codes * (int(places.max()) + 1) + np.tile(places, len(self.variants))
            _, codes = np.unique(codes, return_inverse=True)
        order = np.argsort(codes, kind="stable")
        starts = np.r_[True, codes[order][1:] != codes[order][:-1]]
        since = np.arange(len(codes)) - np.maximum.accumulate(np.where(starts, np.arange(len(codes)), 0))
        copies = np.empty(len(codes), np.int64)
        copies[order] = since
        return copies


def roster_digest(schools: Path | None) -> RosterDigest:
    """Return a function for the digest of a list's schools, which is read once for each way of grouping it."""
    known: dict[str, str] = {}

    def digest(configuration: Configuration) -> str:
        if schools is None:
            return ""
        from alliance_sim.schools import read_schools
        from alliance_sim.schools.config_choices import options_of

        options = options_of(configuration)
        key = repr(options)
        if key not in known:
            known[key] = read_schools(schools, **options).roster.digest
        return known[key]

    return digest


def bad_points(points: Points, place: Callable[[int], tuple[str, int | None]]) -> Iterator[Problem]:
    """Yield a problem for each point with values that are valid one by one but conflict with each other.

    Args:
        points: all points.
        place: returns file and line of a row of the design.
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
    """Return a function for the hashed text of the value at a row."""
    if column.choices:
        words = [_canonical(choice) for choice in column.choices]
        return [words[place] for place in column.numbers.tolist()].__getitem__
    return lambda row: repr(column.numbers[row].item())


def _cut(variant: Configuration, varied: Sequence[str]) -> tuple[str, list[str], list[str]]:
    """Split the text of ``Configuration.hash`` at the varied values.

    Returns:
        The text before the first of them, their names in order, and the text after each.
    """
    events = [event.hash_content() for event in variant.events]
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
