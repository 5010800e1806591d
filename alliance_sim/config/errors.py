"""Errors about configs: each problem is one sentence with its place and a remedy."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from alliance_sim.validation import one_line

_LONGEST_TEXT = 60
_LONGEST_LIST = 8
_LARGEST_WRITTEN_OUT = 10**15


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem with a config.

    Attributes:
        file: the file as the user named it, or another source (``--set trust.initial=45``).
        line: the line of the key in the file; None where there is none.
        name: the dotted name concerned (``trust.initial``, ``events[2].year``); None where there is none.
        given: the value given, as a reader would write it.
        allowed: the values allowed, in words.
        suggestion: the value or name that was probably meant, or empty.
        sentence: the problem in one sentence, without the place.
    """

    file: str
    line: int | None
    name: str | None
    given: str
    allowed: str
    suggestion: str
    sentence: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return one_line(f"{place}: {self.sentence}")


class ConfigError(ValueError):
    """A config or a parameter was refused.

    Attributes:
        problems: everything that is wrong with it.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        if not self.problems:
            raise AssertionError("a refusal needs a reason")
        super().__init__(self.problems)  # worker processes pickle the error by its arguments

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UnknownNameError(ConfigError, KeyError):
    """There is no parameter of this name."""

    __str__ = ConfigError.__str__  # KeyError would show a quoted tuple


class DeprecatedKeyWarning(FutureWarning):
    """A config uses a key under its old name; the message starts with the file and the line."""


def refusal(file: str, line: int | None, sentence: str, *, given: str = "", allowed: str = "") -> ConfigError:
    """Return the error for a problem that concerns a file and no parameter."""
    return ConfigError([Problem(file, line, None, given, allowed, "", sentence)])


def shown(value: object) -> str:
    """Format any value as its user would write it, on one short line."""
    match value:
        case bool():
            text = "true" if value else "false"
        case str():
            text = json.dumps(shortened(value), ensure_ascii=False)
        case int() if abs(value) >= _LARGEST_WRITTEN_OUT:
            text = f"a whole number of about {math.ceil(value.bit_length() * math.log10(2))} digits"
        case int() | float() | None:
            text = repr(value)
        case datetime.date() | datetime.time():
            text = f"{value.isoformat()} (a date or time)"
        case dict():
            text = "a table"
        case list() | tuple():
            text = _shown_list(list(cast("Iterable[object]", value)))
        case _:
            text = f"a value of type {type(value).__name__}"
    return text


def _shown_list(items: list[object]) -> str:
    if items and all(isinstance(item, dict) for item in items):
        return "a list of tables"
    if len(items) > _LONGEST_LIST or any(isinstance(item, dict | list | tuple) for item in items):
        return f"a list of {len(items):,} values"
    return f"[{', '.join(shown(item) for item in items)}]"


def shortened(text: str) -> str:
    """Return the beginning of a text, printable and on one line."""
    start = one_line(text[: _LONGEST_TEXT + 1])
    return start if len(start) <= _LONGEST_TEXT else f"{start[:_LONGEST_TEXT]}…"
