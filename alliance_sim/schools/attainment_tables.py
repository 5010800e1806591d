"""Read published results: the Department's Key Stage 2 and 4 tables, or a table of attainment in pupil SD."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

from alliance_sim.schools.errors import SchoolListError, visible
from alliance_sim.schools.further import code_in, number_in
from alliance_sim.schools.side_table import SideTable, read_side_table, titles_of
from alliance_sim.schools.stages import PRIMARY, SECONDARY

PUPIL_SD_ATTAINMENT_8 = 20.0
"""Standard deviation of pupils' Attainment 8 in points (assumption: ten slots, about two grades each)."""

USUAL_COHORT = 30.0
"""Pupils of a cohort where a table does not give them: one form."""

NORMAL = NormalDist()
SHARE, POINTS, EFFECT = "share", "points", "effect"


@dataclass(frozen=True)
class Measure:
    """A published measure of attainment.

    Attributes:
        column: its column, in lower case.
        phase: the phase that it belongs to; empty for any.
        kind: a share of pupils in per cent, points, or pupil SD.
        pupils: columns with the number of pupils, the first that is there.
        title: the measure in words.
    """

    column: str
    phase: str
    kind: str
    pupils: tuple[str, ...]
    title: str


MEASURES = (
    Measure("ptrwm_exp", PRIMARY, SHARE, ("telig",), "reaching the expected standard at Key Stage 2 (PTRWM_EXP)"),
    Measure("ptl2basics_94", SECONDARY, SHARE, ("tpup", "totpups"), "grade 4 in English and maths (PTL2BASICS_94)"),
    Measure("att8scr", SECONDARY, POINTS, ("tpup", "totpups"), "Attainment 8 (ATT8SCR)"),
    Measure("attainment", "", EFFECT, ("pupils",), "attainment in pupil SD (attainment)"),
)
"""Measures that are read, the preferred one of a phase first."""

YEAR_COLUMNS = ("academic_year", "year", "time_period")
NUMBER_COLUMNS = ("urn", "id", "school_urn")
OTHER_COLUMNS = (
    "lea",
    "la",
    "la_code",
    "estab",
    "establishment_number",
    "rectype",
    "telig",
    "tpup",
    "totpups",
    "pupils",
)
SUPPRESSED = {
    "supp": "SUPP", "na": "NA", "ne": "NE", "np": "NP", "new": "NEW", "lowcov": "LOWCOV", "low": "low", "x": "x",
    "z": "z", "c": "c", ":": ":", "..": "..",
}  # fmt: skip
"""Codes of the Department for results that are not published, as shown in the report."""

SCHOOL_RECORD = ("", "1", "2")
"""RECTYPE of schools: mainstream and special; others are authorities and the nation."""


@dataclass(frozen=True)
class Results:
    """One year's results of one school.

    Attributes:
        urn: its number.
        establishment: its authority's number and its own within it; None where not given.
        year: the year as written, or the file's place where the table has none.
        phase: the phase of the measure; empty for any.
        value: attainment in pupil SD, not yet centred.
        sampling: variance of the value that comes from the small number of pupils.
    """

    urn: int
    establishment: tuple[str, str] | None
    year: str
    phase: str
    value: float
    sampling: float


@dataclass(frozen=True)
class ResultTables:
    """All results that were read.

    Attributes:
        results: one entry a school, year and measure.
        measures: the measures, in words.
        withheld: results that are not published, by code.
        unreadable: results that are no numbers, with file and line.
    """

    results: tuple[Results, ...]
    measures: tuple[str, ...]
    withheld: dict[str, int]
    unreadable: tuple[str, ...]


def read_results(paths: Sequence[str | os.PathLike[str]]) -> ResultTables:
    """Read tables of results, one file for each year or all years in one.

    A share of pupils becomes attainment in pupil SD as the quantile of the normal distribution at which that share of
    pupils is above the threshold; shares of 0 and 100 % are moved by half a pupil. Points are divided by the standard
    deviation of pupils.

    Args:
        paths: the files.

    Raises:
        SchoolListError: if a file cannot be read, or lacks URN or every known measure.
    """
    results: list[Results] = []
    measures: dict[str, None] = {}
    withheld: Counter[str] = Counter()
    unreadable: list[str] = []
    for place, path in enumerate(paths, start=1):
        table, number = _table(path)
        year = table.first_of(YEAR_COLUMNS)
        known = [measure for measure in MEASURES if measure.column in table.columns]
        chosen = {measure.phase: measure for measure in reversed(known)}
        counts = {measure.phase: _pupils(table, measure) for measure in chosen.values()}
        for line, row in table.rows:
            urn = code_in(row[number])
            if not urn or row.get("rectype", "") not in SCHOOL_RECORD:
                continue
            for measure in chosen.values():
                text = row[measure.column]
                found = _value(text, measure)
                if found is None:
                    if text.casefold() in SUPPRESSED:
                        withheld[SUPPRESSED[text.casefold()]] += 1
                    elif text:
                        unreadable.append(f"{visible(text, 20)} ({os.path.basename(path)}, line {line})")  # noqa: PTH119
                    else:
                        withheld["blank"] += 1
                    continue
                measures[measure.title] = None
                value, sampling = _effect(found, counts[measure.phase][line], measure)
                when = row[year] if year else f"file {place}"
                results.append(Results(int(urn), _establishment(row), when, measure.phase, value, sampling))
    return ResultTables(tuple(results), tuple(measures), dict(withheld.most_common()), tuple(unreadable))


def _table(path: str | os.PathLike[str]) -> tuple[SideTable, str]:
    """Return a table and the column that holds the numbers of schools."""
    columns = {measure.column for measure in MEASURES}
    wanted = {*columns, *NUMBER_COLUMNS, *YEAR_COLUMNS, *OTHER_COLUMNS}
    table = read_side_table(path, wanted.__contains__, frozenset({""}))
    number = table.first_of(NUMBER_COLUMNS)
    if number is None or columns.isdisjoint(table.columns):
        found = ", ".join(visible(title, 30) for title in titles_of(path)[:12])
        trouble = (
            "a table of results needs URN and one of PTRWM_EXP (Key Stage 2), PTL2BASICS_94 or ATT8SCR (Key Stage 4), "
            f"or attainment in pupil SD (found: {found or 'nothing'})"
        )
        raise SchoolListError(path, trouble, 1)
    return table, number


def _pupils(table: SideTable, measure: Measure) -> dict[int, float]:
    """Return the number of pupils by line; the median where it is missing."""
    column = table.first_of(measure.pupils)
    counts = {line: number_in(row[column], 1, 100_000) if column else None for line, row in table.rows}
    known = [count for count in counts.values() if count is not None]
    usual = median(known) if known else USUAL_COHORT
    return {line: usual if count is None else count for line, count in counts.items()}


def _value(text: str, measure: Measure) -> float | None:
    """Return the number of a result; None for codes and other text."""
    if measure.kind == SHARE:
        return number_in(text.removesuffix("%").strip(), 0, 100)
    if measure.kind == POINTS:
        return number_in(text, 0, 200)
    return number_in(text, -10, 10) if re.search(r"\d", text) else None


def _effect(value: float, pupils: float, measure: Measure) -> tuple[float, float]:
    """Return attainment in pupil SD and its sampling variance.

    The variance of a quantile Φ⁻¹(p) is p(1 − p)/(n·φ²) (delta method), that of a mean of n pupils 1/n. Attainment
    given in pupil SD is taken as it is.
    """
    if measure.kind == SHARE:
        share = (value / 100 * pupils + 0.5) / (pupils + 1)
        quantile = NORMAL.inv_cdf(share)
        return quantile, share * (1 - share) / (pupils * NORMAL.pdf(quantile) ** 2)
    return (value / PUPIL_SD_ATTAINMENT_8, 1 / pupils) if measure.kind == POINTS else (value, 0.0)


def _establishment(row: dict[str, str]) -> tuple[str, str] | None:
    """Return the authority's number and the school's number within it."""
    authority = next((code for name in ("lea", "la", "la_code") if (code := code_in(row.get(name, "")))), "")
    number = next((code for name in ("estab", "establishment_number") if (code := code_in(row.get(name, "")))), "")
    return (authority, number) if authority and number else None
