"""The declaration of a parameter: name, default, symbol, unit, bounds, meaning and source in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Value = bool | int | float | str | tuple[float, ...]
Kind = Literal["share", "number", "count", "switch", "choice", "levels"]

HALF_TERMS_A_YEAR = 6
"""Time steps per year: an English school year has six half-terms."""

LEVELS = 4
"""Himmelman's levels of collaboration: networking, co-ordination, co-operation, collaboration (D2)."""


class Declared[T](dict[str, T]):
    """Declarations by name.

    Iteration yields the model's own declarations, which never change. Look-up by name also finds those of users'
    mechanisms that this process has read.

    Attributes:
        registered: the declarations of users' mechanisms, by name.
    """

    def __init__(self, own: dict[str, T]) -> None:
        super().__init__(own)
        self.registered: dict[str, T] = {}

    def __missing__(self, name: str) -> T:
        return self.registered[name]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.registered


@dataclass(frozen=True, slots=True)
class Parameter:
    """The declaration of one parameter.

    Attributes:
        name: dotted name, such as ``trust.gain``.
        default: value where a config sets none.
        symbol: symbol in equations, or "—".
        unit: unit of the value.
        bounds: lowest and highest value allowed.
        meaning: what the parameter controls, in a few words.
        source: the claim, data or assumption behind the default.
        kind: form of the value: a ``share`` (0–1), a ``number``, a ``count`` (whole number), a ``switch`` (true or
            false), a ``choice`` among words, or ``levels`` (four increasing numbers, one per level).
        choices: the words of a ``choice``.
        span: the range that sensitivity analysis explores, where it is narrower than ``bounds``.
    """

    name: str
    default: Value
    symbol: str
    unit: str
    bounds: tuple[float, float]
    meaning: str
    source: str
    kind: Kind = "number"
    choices: tuple[str, ...] = ()
    span: tuple[float, float] | None = None

    @property
    def group(self) -> str:
        """Return the table of a config to which it belongs: ``trust`` for ``trust.gain``."""
        return self.name.partition(".")[0]

    @property
    def key(self) -> str:
        """Return its name inside the table: ``gain`` for ``trust.gain``."""
        return self.name.partition(".")[2]

    @property
    def explored(self) -> tuple[float, float]:
        """Return the range that sensitivity analysis explores."""
        return self.span or self.bounds

    @property
    def allowed(self) -> str:
        """Describe the allowed values: ``0 to 1``, ``true or false``."""
        low, high = (f"{bound:,g}" if bound < 1e6 else f"{bound:,.0f}" for bound in self.bounds)
        if self.kind == "switch":
            return "true or false"
        if self.kind == "choice":
            return " or ".join(f'"{choice}"' for choice in self.choices)
        if self.kind == "levels":
            return f"{LEVELS} increasing numbers, each {low} to {high}"
        return f"{'a whole number, ' if self.kind == 'count' else ''}{low} to {high}"


def share(name: str, default: float, symbol: str, meaning: str, source: str, unit: str = "share") -> Parameter:
    """Declare a number between 0 and 1."""
    return Parameter(name, default, symbol, unit, (0.0, 1.0), meaning, source, "share")


def weight(name: str, default: float, symbol: str, meaning: str, source: str, unit: str = "utility") -> Parameter:
    """Declare an assumed weight, allowed from 0 to 1.5 and explored from 0.5 to 1.5 times its default."""
    low, high = round(0.5 * default, 9), round(1.5 * default, 9)
    bounds, span = (0.0, high), (low, high)
    return Parameter(name, default, symbol, unit, bounds, meaning, source, span=span)


def count(
    name: str, default: int, symbol: str, bounds: tuple[int, int], meaning: str, source: str, unit: str = "count"
) -> Parameter:
    """Declare a whole number."""
    return Parameter(name, default, symbol, unit, bounds, meaning, source, "count")


def switch(name: str, default: bool, symbol: str, meaning: str, source: str) -> Parameter:
    """Declare a parameter that is true or false."""
    return Parameter(name, default, symbol, "true or false", (0, 1), meaning, source, "switch")


def levels(
    name: str, default: tuple[float, ...], symbol: str, unit: str, high: float, meaning: str, source: str
) -> Parameter:
    """Declare four increasing numbers from 0 to ``high``, one for each of Himmelman's levels."""
    return Parameter(name, default, symbol, unit, (0.0, high), meaning, source, "levels")
