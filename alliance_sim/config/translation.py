"""Translate pydantic's errors into problems; configs and studies share it and differ only in their sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError

from alliance_sim.config.errors import Problem, shortened, shown
from alliance_sim.config.toml_lines import KeyPath

Place = Callable[[KeyPath], tuple[str, int | None]]
"""Returns the file and the line of a key."""

MOST_REPORTED = 100
"""Problems reported in full; a hostile file could contain fifty thousand."""


def error_types(error: ValidationError, key_path: Callable[[KeyPath, str], KeyPath]) -> dict[KeyPath, str]:
    """Return the type of the first error of each key.

    Args:
        error: the errors.
        key_path: returns the path of the key from pydantic's location and the type of an error.
    """
    types: dict[KeyPath, str] = {}
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        types.setdefault(key_path(tuple(one["loc"]), one["type"]), one["type"])
    return types


def translate(
    types: Mapping[KeyPath, str], problem_of: Callable[[KeyPath, str], Problem], place: Place
) -> list[Problem]:
    """Return one problem for each key, in the order of their lines, with a count of those beyond ``MOST_REPORTED``.

    Args:
        types: the type of the error of each key.
        problem_of: returns the problem of a key with an error of this type.
        place: returns the file and the line of a key.
    """
    problems = [problem_of(path, error_type) for path, error_type in islice(types.items(), MOST_REPORTED)]
    problems.sort(key=lambda problem: problem.line or 0)
    if (rest := len(types) - len(problems)) > 0:
        problems.append(others(place(())[0], f"{rest:,} more problems"))
    return problems


def others(file: str, count: str) -> Problem:
    """Return the problem that counts those that are not reported one by one, such as ``12 more points``."""
    return Problem(file, None, None, "", "", "", f"{count} like these; fix the first ones and check again")


def not_allowed(
    name: str, given: object, allowed: str, where: tuple[str, int | None], meant: str = "", remedy: str = ""
) -> Problem:
    """Return the problem of a value that is not allowed.

    Args:
        name: the name under which the value was given.
        given: the value.
        allowed: the values allowed, in words.
        where: file and line.
        meant: the value that was probably meant.
        remedy: a remedy in place of ``meant``, with its punctuation.
    """
    remedy = remedy or (f"; did you mean {meant}?" if meant else "")
    sentence = f"{name} is {shown(given)}, but must be {allowed}{remedy}"
    return Problem(*where, name, shown(given), allowed, meant, sentence)


def value_at(document: Mapping[str, Any], path: KeyPath) -> object:
    """Return the value of a key; None where there is none."""
    value: Any = document
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def dotted(path: KeyPath) -> str:
    """Format a path as users write it, with events counted from one: ``events[2].year``."""
    name = ""
    for step in path:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{shortened(step)}"
    return name.removeprefix(".")
