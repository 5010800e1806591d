"""Tables of effects, interactions, indices and sample sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alliance_sim.reporting.study.findings import Findings
from alliance_sim.reporting.study.labels import (
    NO_PARAMETERS,
    factor_called,
    factor_meaning,
    factor_unit,
    level_label,
    outcome_called,
    outcome_unit,
)
from alliance_sim.statistics.planning import Plan
from alliance_sim.statistics.verdicts import Verdict
from alliance_sim.study.results.contrasts import Contrast, JointContrast
from alliance_sim.study.results.sample_size import SampleSize
from alliance_sim.study.results.sensitivity import Index
from alliance_sim.text import count_noun, format_estimate, format_numbers

OUTCOMES_A_TABLE, INDICES_A_TABLE = 5, 4
"""Most columns that fit on a screen and on A4."""


@dataclass(frozen=True)
class Cell:
    """One value with the lines below it; pale unless it is clear of zero."""

    value: str
    beneath: tuple[str, ...]
    clear: bool


UNDEFINED = Cell("–", ("undefined",), clear=False)


@dataclass(frozen=True)
class Row:
    """One row: its name, what that means, and a cell for each outcome."""

    name: str
    meaning: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A table of some outcomes: their names and units, then the rows."""

    outcomes: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


def effects(findings: Findings) -> list[Sheet]:
    """Return the tables of effects."""

    def rows(outcomes: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        for factor in findings.factors:
            for level in findings.levels_shown(factor):
                contrasts = [findings.contrast(factor, name, level) for name in outcomes]
                known = [findings.contrast(factor, name, level) for name in findings.outcomes]
                one = next(each for each in known if each is not None)
                cells = tuple(
                    _effect(findings, factor, name, each, one) for name, each in zip(outcomes, contrasts, strict=True)
                )
                if factor in NO_PARAMETERS:
                    found.append(Row(_from_to(factor, one), "", cells))
                else:
                    found.append(Row(factor_called(factor), _from_to(factor, one), cells))
        return found

    return _sheets(findings.outcomes, rows)


def interactions(findings: Findings) -> list[Sheet]:
    """Return the tables of interactions."""

    def rows(outcomes: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        for pair in findings.interactions:
            # An outcome that is undefined at a level has other contrasts, or none.
            shown = {name: {_levels(one): one for one in findings.shown_joint(pair, name)} for name in outcomes}
            for levels, one in {levels: one for its in shown.values() for levels, one in its.items()}.items():
                cells = tuple(_contrast(its[levels]) if levels in its else UNDEFINED for its in shown.values())
                name = f"{factor_called(pair[0])} × {factor_called(pair[1])}"
                here = f"{level_label(pair[0], one.against)} → {level_label(pair[0], one.level)}"
                there = f"{level_label(pair[1], one.other_level)} than at {level_label(pair[1], one.other_against)}"
                found.append(Row(name, f"how much larger the effect of {here} is at {there}", cells))
        return found

    return _sheets(findings.outcomes, rows) if findings.interactions else []


def indices(findings: Findings) -> list[Sheet]:
    """Return the tables of sensitivity indices of a sample."""
    outcomes = [name for name in findings.outcomes if name in findings.indices and findings.indices[name].rows]
    if not outcomes:
        return []
    kind = findings.indices[outcomes[0]].kind
    main, other = {"sobol": ("ST", "S1"), "morris": ("mu_star", "mu")}.get(kind, ("SRRC", ""))

    def rows(some: Sequence[str]) -> list[Row]:
        names = [name for name in findings.factors if name in findings.indices[some[0]].of(main)]
        return [
            Row(
                factor_called(name),
                factor_meaning(name),
                tuple(_index(findings, each, name, main, other) for each in some),
            )
            for name in names
        ]

    return _sheets(outcomes, rows, INDICES_A_TABLE)


def second_order(findings: Findings) -> list[Sheet]:
    """Return the tables of second-order Sobol indices, if the sample has them."""
    pairs = {
        (row.factor, row.other): None
        for found in findings.indices.values()
        for row in found.rows
        if row.measure == "S2"
    }

    def rows(some: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        for first, second in pairs:
            cells: list[Cell] = []
            for name in some:
                known = {(row.factor, row.other): row for row in findings.indices[name].rows if row.measure == "S2"}
                cells.append(_cell(*_of(known.get((first, second)))))
            found.append(Row(f"{factor_called(first)} × {factor_called(second)}", "", tuple(cells)))
        return found

    return _sheets([name for name in findings.outcomes if name in findings.indices], rows) if pairs else []


@dataclass(frozen=True)
class NeedRow:
    """The number of seeds or points needed for one outcome."""

    outcome: str
    unit: str
    about: str
    half_width: str
    share: str
    to_be_within: str
    power: str
    unclear: str


def seeds(findings: Findings) -> list[NeedRow]:
    """Return for each outcome the effect with the widest interval."""
    found: list[NeedRow] = []
    for name in findings.outcomes:
        answers = [one for one in findings.sample_sizes[name] if math.isfinite(one.half_width)]
        if not answers:
            continue
        widest = max(answers, key=lambda one: one.half_width)
        gap = widest.within * 10
        (half_width,) = format_numbers(widest.half_width)
        within = "reached" if widest.reached else _planned(widest.precision, widest.of)
        share = f"{widest.half_width / gap:.0%}".replace("%", " %") if gap > 0 else "–"
        about = f"{factor_called(widest.factor)}, {level_label(widest.factor, widest.level)}"
        found.append(
            NeedRow(
                outcome_called(name),
                outcome_unit(name),
                about,
                f"± {half_width}",
                share,
                within,
                _planned(widest.power, widest.of) if widest.effect is not None else "",
                _unclear(answers),
            )
        )
    return found


def _unclear(answers: Sequence[SampleSize]) -> str:
    vague = [one for one in answers if not one.clear]
    if not vague:
        return f"all {len(answers)} are clear" if len(answers) > 1 else "it is clear"
    return f"{len(vague)} of {count_noun(len(answers), 'effect')}"


def _planned(plan: Plan | None, of: str) -> str:
    """Return a planned number with the range that the pilot leaves open."""
    if plan is None:
        return "–"
    number, low, high = ("over ten million" if each is None else f"{each:,}" for each in (plan.n, plan.low, plan.high))
    return f"{number} {of} ({low} to {high})"


def _sheets(
    outcomes: Sequence[str], rows: Callable[[Sequence[str]], list[Row]], most: int = OUTCOMES_A_TABLE
) -> list[Sheet]:
    """Split the outcomes into tables that fit on a page."""
    sheets: list[Sheet] = []
    number = max(1, math.ceil(len(outcomes) / most))
    each = max(1, math.ceil(len(outcomes) / number))
    for first in range(0, len(outcomes), each):
        some = outcomes[first : first + each]
        if found := rows(some):
            sheets.append(Sheet(tuple((outcome_called(name), outcome_unit(name)) for name in some), tuple(found)))
    return sheets


def _effect(findings: Findings, factor: str, outcome: str, one: Contrast | None, row: Contrast) -> Cell:
    """Return the cell of a contrast; another reference than that of the row is named."""
    if one is None:
        return Cell("–", ("the reference",), clear=False)
    cell = _contrast(one)
    smallest = findings.smallest(outcome)
    beneath = cell.beneath
    if smallest is not None:
        beneath = (*beneath, MATTERS[str(one.statement("", smallest).verdict)])
    if one.against != row.against:
        beneath = (*beneath, f"against {level_label(factor, one.against)}")
    return Cell(cell.value, beneath, cell.clear)


MATTERS: dict[str, str] = {
    Verdict.HOLDS: "matters",
    Verdict.DOES_NOT: "does not matter",
    Verdict.UNDECIDED: "may matter",
}


def _levels(one: JointContrast) -> tuple[object, ...]:
    return one.level, one.against, one.other_level, one.other_against


def _contrast(one: Contrast | JointContrast) -> Cell:
    """Return the cell of a contrast: its interval and its simultaneous one; pale unless the latter excludes zero."""
    cell = _cell(one.difference, one.low, one.high)
    if not math.isfinite(one.low_simultaneous):
        return Cell(cell.value, cell.beneath, clear=False)
    _, low, high = format_estimate(one.difference, one.low_simultaneous, one.high_simultaneous)
    return Cell(cell.value, (*cell.beneath, f"[{low} to {high}]"), one.direction != 0)


def _cell(value: float, low: float, high: float) -> Cell:
    text, lowest, highest = format_estimate(value, low, high)
    beneath = (f"{lowest} to {highest}",) if math.isfinite(low) else ()
    return Cell(text, beneath, low > 0 or high < 0)


def _of(index: Index | None) -> tuple[float, float, float]:
    return (math.nan, math.nan, math.nan) if index is None else (index.value, index.low, index.high)


def _index(findings: Findings, outcome: str, factor: str, main: str, other: str) -> Cell:
    found = findings.indices[outcome].of(main).get(factor)
    if found is None:
        return Cell("–", (), clear=False)
    value, low, high = format_estimate(found.value, found.low, found.high, signed=main == "SRRC")
    beneath = [f"{low} to {high}"] if math.isfinite(found.low) else []
    if other:
        second = findings.indices[outcome].of(other)[factor]
        figures = format_numbers(second.value, second.low, second.high, signed=main == "mu_star")
        beneath.append(f"{'alone' if main == 'ST' else 'signed'} {figures[0]}")
    return Cell(value, tuple(beneath), not found.low <= 0 <= found.high)


def _from_to(factor: str, one: Contrast) -> str:
    if factor in NO_PARAMETERS:
        return f"{level_label(factor, one.level)} minus {level_label(factor, one.against)}"
    unit = factor_unit(factor)
    unit = f" {unit}" if unit and unit != "share" else ""
    if isinstance(one.level, tuple) and isinstance(one.against, tuple) and len(one.level) == 2:
        lowest, highest = level_label(factor, one.against), level_label(factor, one.level)
        return f"from {lowest}{unit} to {highest}{unit}"
    return f"from {level_label(factor, one.against)} to {level_label(factor, one.level)}{unit}"
