"""How a parameter is declared: name, default, symbol, unit, bounds, meaning, source, all in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Value = bool | int | float | str | tuple[float, ...]
Kind = Literal["share", "number", "count", "switch", "choice", "levels"]

HALF_TERMS_A_YEAR = 6

LEVELS = 4
"""Himmelman's levels of working together: networking, co-ordination, co-operation, collaboration (D2)."""


class Declared[T](dict[str, T]):
    """What is declared, by name. Going through it gives the model's own, and they never change.

    Looked up by name are also those of mechanisms in users' files that this process has read (``looked_up``).
    """

    def __init__(self, own: dict[str, T]) -> None:
        super().__init__(own)
        self.looked_up: dict[str, T] = {}

    def __missing__(self, name: str) -> T:
        return self.looked_up[name]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.looked_up


@dataclass(frozen=True, slots=True)
class Parameter:
    """One assumption of the model that a user may change.

    ``kind`` says what a value looks like: a ``share`` (0–1), a ``number``, a ``count`` (whole), a ``switch``
    (true or false), a ``choice`` among words, or ``levels`` (four increasing numbers, one a level).
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
        """The table it stands in: ``trust`` for ``trust.gain``."""
        return self.name.partition(".")[0]

    @property
    def key(self) -> str:
        """Its name inside the table: ``gain`` for ``trust.gain``."""
        return self.name.partition(".")[2]

    @property
    def explored(self) -> tuple[float, float]:
        """The range that sensitivity analysis walks through."""
        return self.span or self.bounds

    @property
    def allowed(self) -> str:
        """What a value may be, in words: ``0 to 1``, ``true or false``."""
        low, high = (f"{bound:,g}" if bound < 1e6 else f"{bound:,.0f}" for bound in self.bounds)
        if self.kind == "switch":
            return "true or false"
        if self.kind == "choice":
            return " or ".join(f'"{choice}"' for choice in self.choices)
        if self.kind == "levels":
            return f"{LEVELS} increasing numbers, each {low} to {high}"
        return f"{'a whole number, ' if self.kind == 'count' else ''}{low} to {high}"


def share(name: str, default: float, symbol: str, meaning: str, source: str, unit: str = "share") -> Parameter:
    """A parameter between 0 and 1."""
    return Parameter(name, default, symbol, unit, (0.0, 1.0), meaning, source, "share")


def weight(name: str, default: float, symbol: str, meaning: str, source: str, unit: str = "utility") -> Parameter:
    """An assumed weight, explored within half and half as much again; zero is allowed, to switch it off."""
    low, high = round(0.5 * default, 9), round(1.5 * default, 9)
    bounds, span = (0.0, high), (low, high)
    return Parameter(name, default, symbol, unit, bounds, meaning, source, span=span)


def count(
    name: str, default: int, symbol: str, bounds: tuple[int, int], meaning: str, source: str, unit: str = "count"
) -> Parameter:
    """A whole number."""
    return Parameter(name, default, symbol, unit, bounds, meaning, source, "count")


def switch(name: str, default: bool, symbol: str, meaning: str, source: str) -> Parameter:
    """True or false."""
    return Parameter(name, default, symbol, "true or false", (0, 1), meaning, source, "switch")


def levels(
    name: str, default: tuple[float, ...], symbol: str, unit: str, high: float, meaning: str, source: str
) -> Parameter:
    """Four increasing numbers, one for each of Himmelman's levels."""
    return Parameter(name, default, symbol, unit, (0.0, high), meaning, source, "levels")
