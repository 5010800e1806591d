"""Read points from a CSV with a dotted name above each column and a row for each point."""

from __future__ import annotations

import csv
import io
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config.errors import ConfigError, Problem, refusal
from alliance_sim.config.messages import name_problem
from alliance_sim.config.overrides import parse_override
from alliance_sim.config.translation import others
from alliance_sim.declarations.parameters import PARAMETERS, Parameter
from alliance_sim.limits import LARGEST_POINTS, MOST_COLUMNS
from alliance_sim.study.spec.factors import Column
from alliance_sim.study.spec.parameters import checked_values
from alliance_sim.study.spec.schema import MOST_POINTS

MOST_REPORTED = 10
"""Number of bad points that are reported one by one."""


@dataclass(frozen=True)
class PointsFile:
    """The columns of a file of points, and the line on which each point stands."""

    shown_as: str
    columns: tuple[Column, ...]
    lines: NDArray[np.int64]


def read_points(path: Path, shown_as: str) -> PointsFile:
    """Read a file of points.

    Raises:
        ConfigError: with every problem; bad points are reported with number, line, name and bounds.
    """
    names, rows, lines = _table(_text(path, shown_as), shown_as)
    if len(names) > MOST_COLUMNS:
        sentence = f"the header names {len(names):,} parameters, but may name {MOST_COLUMNS:,}; split the study"
        raise refusal(shown_as, 1, sentence)
    unknown = [name_problem(name, (shown_as, 1)) for name in names if name not in PARAMETERS]
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    unknown += [
        Problem(shown_as, 1, name, name, "one column", "", f"the column {name} is there twice; keep one of them")
        for name in twice
    ]
    if unknown:
        raise ConfigError(limit_problems(unknown, shown_as, "names"))
    columns: list[Column] = []
    bad: list[tuple[int, Problem]] = []
    for name, texts in zip(names, zip(*rows, strict=True), strict=True):
        column, wrong = _column(PARAMETERS[name], texts)
        columns.append(column)
        bad += [(point, _at_point(problem, point, shown_as, int(lines[point]))) for point, problem in wrong]
    if bad:
        bad.sort(key=lambda one: one[0])
        raise ConfigError(limit_problems((problem for _, problem in bad), shown_as))
    return PointsFile(shown_as, tuple(columns), lines)


def limit_problems(problems: Iterable[Problem], file: str, what: str = "points") -> list[Problem]:
    """Return the first ``MOST_REPORTED`` problems, and one with the number of the others."""
    remaining = iter(problems)
    reported = list(islice(remaining, MOST_REPORTED))
    if rest := sum(1 for _ in remaining):
        reported.append(others(file, f"and {rest:,} more {what}"))
    return reported


def _text(path: Path, shown_as: str) -> str:
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode):
            raise refusal(shown_as, None, "this is not an ordinary file; give the path of a CSV relative to the study")
        if kind.st_size > LARGEST_POINTS:
            raise refusal(shown_as, None, f"the file has more than {LARGEST_POINTS:,} bytes; split the study")
        return path.read_text("utf-8-sig")
    except ConfigError:
        raise
    except UnicodeDecodeError:
        raise refusal(shown_as, None, "the file is not UTF-8; save it as a CSV in UTF-8") from None
    except (OSError, ValueError) as trouble:  # a path may hold a NUL, or half of a letter
        reason = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else str(trouble)
        sentence = f"the points cannot be read ({reason}); give the path of a CSV relative to the study"
        raise refusal(shown_as, None, sentence) from None


def _table(text: str, shown_as: str) -> tuple[list[str], list[list[str]], NDArray[np.int64]]:
    """Return the names, the rows of texts, and the line of each row."""
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    names: list[str] = []
    try:
        for row in reader:
            if not any(field.strip() for field in row):
                continue
            if not names:
                names = [field.strip() for field in row]
                continue
            if len(row) != len(names):
                sentence = f"the row has {len(row)} fields, but the header names {len(names)} parameters"
                raise refusal(shown_as, reader.line_num, sentence)
            rows.append(row)
            lines.append(reader.line_num)
            if len(rows) > MOST_POINTS:
                raise refusal(shown_as, None, f"there are more than {MOST_POINTS:,} points; split the study")
    except csv.Error as trouble:
        sentence = f"the row cannot be read ({trouble}); check its commas and quotes"
        raise refusal(shown_as, reader.line_num, sentence) from None
    if not rows:
        raise refusal(shown_as, 1, "there are no points; give a header of dotted names, and a row for each point")
    return names, rows, np.array(lines)


def _column(parameter: Parameter, texts: tuple[str, ...]) -> tuple[Column, list[tuple[int, Problem]]]:
    """Return a column of values, and the problems with their points. Equal texts are read and checked once."""
    if parameter.kind in {"share", "number"} and (quick := _all_numbers(parameter, texts)) is not None:
        return quick, []
    different = list(dict.fromkeys(texts))
    checked: dict[str, Any] = {}
    wrong: dict[str, Problem] = {}
    for text in different:
        try:
            _, value = parse_override(f"{parameter.name}={text}")
        except ConfigError as error:
            wrong[text] = error.problems[0]
            continue
        valid, problems = checked_values(parameter.name, [value], ("", None))
        if problems:
            wrong[text] = problems[0]
        else:
            checked[text] = valid[0]
    if wrong:
        return Column(parameter.name, np.empty(0)), [(i, wrong[text]) for i, text in enumerate(texts) if text in wrong]
    if parameter.kind in {"share", "number", "count"}:
        return Column(parameter.name, np.array([checked[text] for text in texts])), []
    choices = tuple(dict.fromkeys(checked.values()))
    places = {text: choices.index(value) for text, value in checked.items()}
    return Column(parameter.name, np.array([places[text] for text in texts]), choices), []


def _all_numbers(parameter: Parameter, texts: tuple[str, ...]) -> Column | None:
    """Return the column if all texts are numbers and the least and the greatest of them are allowed; else None."""
    try:
        numbers = np.array(texts, np.float64) + 0.0
    except ValueError:
        return None
    _, problems = checked_values(parameter.name, [float(numbers.min()), float(numbers.max())], ("", None))
    return None if problems else Column(parameter.name, numbers)


def _at_point(problem: Problem, point: int, file: str, line: int) -> Problem:
    return replace(problem, file=file, line=line, sentence=f"point {point}: {problem.sentence}")
