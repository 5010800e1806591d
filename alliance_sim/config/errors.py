"""What is wrong with a config: one clear sentence each, with a place and a way out."""

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
    """One thing that is wrong.

    Attributes:
        file: the file as the user named it, or where else it was said (``--set trust.initial=45``).
        line: the line in the file on which the key stands, where there is one.
        name: the dotted name that is concerned (``trust.initial``, ``events[2].year``), where there is one.
        given: what was given, as a reader would write it.
        allowed: what is allowed, in words.
        suggestion: what was probably meant, or empty.
        sentence: the whole of it in one sentence, without the place.
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
    """A config, or a parameter given by name, was refused. ``problems`` holds everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)  # so that it survives the journey back from a worker process

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UnknownNameError(ConfigError, KeyError):
    """A parameter was asked for by a name that does not exist."""

    __str__ = ConfigError.__str__  # KeyError would show a quoted tuple


def refusal(file: str, line: int | None, sentence: str, *, given: str = "", allowed: str = "") -> ConfigError:
    """The error for something that is wrong with a file as a whole, where no parameter is to blame."""
    return ConfigError([Problem(file, line, None, given, allowed, "", sentence)])


def shown(value: object) -> str:
    """A value as its user would write it, on one line and never long, whatever it is."""
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
    """The beginning of a long text, printable and on one line."""
    start = one_line(text[: _LONGEST_TEXT + 1])
    return start if len(start) <= _LONGEST_TEXT else f"{start[:_LONGEST_TEXT]}…"
