"""What a class is asked: a value of both systems at the end of the runs; and what it is shown after the reveal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Pair = tuple[tuple[float, ...], tuple[float, ...]]
"""One curve for each system."""


@dataclass(frozen=True)
class Question:
    """A question about both systems, in the units of the plot.

    Attributes:
        text: the question.
        title: what the plot shows, such as ``Acts of help``.
        unit: its unit, such as ``per 100 teachers each half-term``.
        low, high: the ends of the axis; bets are within them.
        names: the names of the systems.
        known: the yearly mean of each system up to the half-term shown. Later values are not sent to any phone.
        horizon: the half-term that the question is about.
        step: the distance between two bets.
        raw: the value of each half-term that is shown, drawn behind the means; empty if it is not drawn.

    Raises:
        ValueError: if the axis, the step or the curves are invalid.
    """

    text: str
    title: str
    unit: str
    low: float
    high: float
    names: tuple[str, str]
    known: Pair
    horizon: int = 60
    step: float = 1.0
    raw: Pair = ((), ())

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.low, self.high, self.step))) or self.low >= self.high or self.step <= 0:
            raise ValueError("the axis of a question needs two finite ends, the lower first, and a step above 0")
        if not 1 <= len(self.known[0]) == len(self.known[1]) <= self.horizon:
            raise ValueError("a question needs both curves from the start to a half-term before its horizon")

    def contains(self, value: object) -> bool:
        """Return whether a value, which a phone may have sent, is a bet on this question."""
        return isinstance(value, (int, float)) and not isinstance(value, bool) and self.low <= value <= self.high

    def rounded(self, value: float) -> float:
        """Return the bet nearest to a value."""
        return round(self.low + round((value - self.low) / self.step) * self.step, 6)

    def to_json(self) -> dict[str, Any]:
        """Return what a phone draws."""
        return {
            "text": self.text, "title": self.title, "unit": self.unit, "low": self.low, "high": self.high,
            "names": list(self.names), "known": curves_to_json(self.known), "raw": curves_to_json(self.raw),
            "horizon": self.horizon, "step": self.step,
        }  # fmt: skip


@dataclass(frozen=True)
class Reveal:
    """The outcome of the runs that a question was about.

    Attributes:
        heading: a sentence about the outcome.
        curves: the yearly mean of each system, from the start to the horizon.
        raw: the value of each half-term, drawn behind the means; empty if it is not drawn.
    """

    heading: str
    curves: Pair
    raw: Pair = ((), ())

    def to_json(self) -> dict[str, Any]:
        """Return what a phone draws."""
        return {"heading": self.heading, "curves": curves_to_json(self.curves), "raw": curves_to_json(self.raw)}


def curves_to_json(curves: Sequence[Sequence[float]]) -> list[list[float | None]]:
    """Return curves with four digits; undefined values are ``None``."""
    return [[round(one, 4) if math.isfinite(one) else None for one in curve] for curve in curves]
