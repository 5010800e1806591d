"""The design of a study: which parameters are varied, and over which points."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config.errors import ConfigError, Problem, shortened, shown
from alliance_sim.config.files import SourceFile
from alliance_sim.config.messages import name_problem
from alliance_sim.config.suggestions import nearest
from alliance_sim.declarations.derived import NOT_EXPLORED
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS
from alliance_sim.study.spec import sampling
from alliance_sim.study.spec.factors import Column, Factor, explored_factor, stated_factor
from alliance_sim.study.spec.messages import ALLOWED, checked_table
from alliance_sim.study.spec.parameters import by_dotted_name
from alliance_sim.study.spec.points_csv import read_points
from alliance_sim.study.spec.schema import DESIGN_KEYS, DESIGNS, MOST_POINTS, SAMPLED, PointsTable, Table

_POWER_OF_TWO = ("sobol", "sobol_sequence")


@dataclass(frozen=True)
class Design:
    """The design of a study: its factors and points.

    Attributes:
        kind: the kind of design, a key of ``DESIGNS``.
        factors: the varied factors; empty if the points come from a file, or if nothing is varied.
        columns: the values of each varied parameter at the points, all of one length.
        size: the number of points.
        file: the file of points, or None.
        lines: the line of each point in that file.
        sample: the options of a sampled design, such as n and seed; empty for other kinds.
    """

    kind: str
    factors: tuple[Factor, ...]
    columns: tuple[Column, ...]
    size: int
    file: Path | None = None
    lines: NDArray[np.int64] | None = None
    sample: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that are varied."""
        return tuple(column.name for column in self.columns)


NOTHING_VARIED = Design("factorial", (), (), 1)


def stated_design(stated: Mapping[str, Any], source: SourceFile) -> tuple[Design, list[Problem]]:
    """Return the design that ``[design]`` describes, and its problems.

    A design with problems has one point and only names the varied parameters.
    """
    kind = stated.get("kind", "points" if "file" in stated else "factorial")
    if not isinstance(kind, str) or kind not in DESIGNS:
        return NOTHING_VARIED, [_no_such_kind(kind, source)]
    options = {key: value for key, value in stated.items() if key in DESIGN_KEYS}
    table, problems = checked_table(DESIGNS[kind], options, ("design",), source.place)
    factors, wrong = _factors(stated, kind, source)
    problems += wrong
    if kind == "points":
        problems += [_both(factor.name, source) for factor in factors.values()]
        if problems:
            return NOTHING_VARIED, problems
        return _from_file(cast("PointsTable", table), source)
    if table is not None and kind in SAMPLED:
        explored, wrong = _explored(cast("Any", table).explore or [], source)
        factors = {**explored, **factors}
        problems += wrong
        problems += _sample_problems(table, kind, factors, source, valid=not problems)
    problems += _too_many(table, kind, factors, source)
    columns = () if problems or table is None else _columns(table, kind, factors)
    if not columns:
        one = Design(kind, tuple(factors.values()), tuple(Column(name, np.empty(0)) for name in factors), 1)
        return (one if factors else NOTHING_VARIED), problems
    sample = table.model_dump(exclude={"kind", "explore"}) if table is not None and kind in SAMPLED else {}
    return Design(kind, tuple(factors.values()), columns, len(columns[0]), sample=sample), problems


def _factors(stated: Mapping[str, Any], kind: str, source: SourceFile) -> tuple[dict[str, Factor], list[Problem]]:
    """Return the parameters that are varied by name."""
    problems: list[Problem] = []
    named: dict[str, Any] = {}
    for key, value in stated.items():
        if key in DESIGN_KEYS:
            continue
        if key not in GROUPS and "." not in key and (meant := nearest(key.lower(), DESIGN_KEYS)):
            problems.append(name_problem(key, source.place(("design", key)), what="key of [design]", meant=meant))
        else:
            named[key] = value
    found, unknown = by_dotted_name(named, ("design",), source.place)
    problems += unknown
    factors: dict[str, Factor] = {}
    for name, (value, path) in found.items():
        factor, wrong = stated_factor(name, value, path, source.place, sampled=kind in SAMPLED)
        problems += wrong
        if factor is not None:
            factors[name] = factor
    return factors, problems


def _explored(names: list[str], source: SourceFile) -> tuple[dict[str, Factor], list[Problem]]:
    """Return the parameters of ``explore``; a table stands for all its parameters with a range or a choice."""
    factors: dict[str, Factor] = {}
    problems: list[Problem] = []
    for place, name in enumerate(names):
        where = source.place(("design", "explore", place))
        if name in GROUPS:
            found = [one.name for one in GROUPS[name][1] if one.kind != "levels" and one.name not in NOT_EXPLORED]
        elif name not in PARAMETERS:
            problems.append(name_problem(name, where, meant=nearest(name, GROUPS)))
            continue
        elif PARAMETERS[name].kind == "levels":
            sentence = f'{name} has no range to explore; give lists under [design], as in "{name}" = [[…], […]]'
            problems.append(Problem(*where, name, name, "a parameter with a range", "", sentence))
            continue
        else:
            found = [name]
        factors |= {one: explored_factor(one) for one in found}
    return factors, problems


def _sample_problems(
    table: Table, kind: str, factors: Mapping[str, Factor], source: SourceFile, *, valid: bool
) -> list[Problem]:
    problems: list[Problem] = []
    n = cast("int", cast("Any", table).n)
    if not factors and valid:
        sentence = f'the {kind} design varies nothing; name parameters, as in explore = ["policy", "trust.gain"]'
        problems.append(Problem(*source.place(("design",)), "design", "", ALLOWED["design.explore"], "", sentence))
    single = [name for name, factor in factors.items() if len(factor.values) == 1]
    for name in single:
        sentence = f"{name} has a single value, so there is nothing to vary; write it under [set]"
        problems.append(Problem(*source.place(("design", name)), name, "a single value", "two or more", "", sentence))
    if kind in _POWER_OF_TWO and n & (n - 1):
        near = 2 ** round(math.log2(n))
        sentence = f"design.n is {n:,}, but a {kind} design needs a power of two; did you mean {near:,}?"
        where = source.place(("design", "n"))
        problems.append(Problem(*where, "design.n", str(n), "a power of two", str(near), sentence))
    return problems


def _too_many(table: Table | None, kind: str, factors: Mapping[str, Factor], source: SourceFile) -> list[Problem]:
    if table is None:
        return []
    if kind in SAMPLED:
        points = sampling.size(table, len(factors))
    else:
        points = math.prod(len(factor.values) for factor in factors.values())
    if points <= MOST_POINTS:
        return []
    formatted = f"{points:,}" if points < 10**15 else shown(points)
    allowed = f"at most {MOST_POINTS:,}"
    sentence = f"the design has {formatted} points, but may have {allowed}; take fewer values or a sample"
    return [Problem(*source.place(("design",)), "design", formatted, allowed, "", sentence)]


def _columns(table: Table, kind: str, factors: Mapping[str, Factor]) -> tuple[Column, ...]:
    if kind in SAMPLED:
        unit = sampling.sample(table, list(factors))
        return tuple(factor.spread(unit[:, place]) for place, factor in enumerate(factors.values()))
    lengths = [len(factor.values) for factor in factors.values()]
    places = np.unravel_index(np.arange(math.prod(lengths)), lengths) if lengths else ()
    return tuple(factor.every_value().at(place) for factor, place in zip(factors.values(), places, strict=True))


def _from_file(table: PointsTable, source: SourceFile) -> tuple[Design, list[Problem]]:
    path = Path(source.shown_as).parent / table.file
    try:
        read = read_points(path, str(path))
    except ConfigError as error:
        return NOTHING_VARIED, list(error.problems)
    return Design("points", (), read.columns, len(read.lines), path, read.lines), []


def _no_such_kind(kind: object, source: SourceFile) -> Problem:
    meant = nearest(kind.lower(), DESIGNS) if isinstance(kind, str) else ""
    hint = f"; did you mean {shown(meant)}?" if meant else ""
    allowed = ALLOWED["design.kind"]
    sentence = f"design.kind is {shown(kind)}, but must be one of {allowed}{hint}"
    return Problem(*source.place(("design", "kind")), "design.kind", shown(kind), allowed, meant, sentence)


def _both(name: str, source: SourceFile) -> Problem:
    sentence = f"{shortened(name)} stands beside file; where the points come from a file, it is a column there"
    return Problem(*source.place(("design", name)), name, "", "file alone", "", sentence)
