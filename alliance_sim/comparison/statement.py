"""Statements about effects: one object holds the figures, and every sentence about them is generated from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from alliance_sim.statistics.intervals import Interval
from alliance_sim.statistics.verdicts import Verdict, matters
from alliance_sim.text import count_noun, format_estimate

SIMULTANEOUS = "simultaneous 95 % interval"
"""How sentences name intervals that hold for all outcomes and contrasts of a page at once."""


@dataclass(frozen=True)
class Statement:
    """An effect and the words that its figures support.

    Attributes:
        estimate: the effect.
        low, high: the simultaneous limits; NaN if there are none.
        n: the number of independent observations.
        unit: the unit of the effect; empty for none.
        smallest: the smallest effect of interest, in that unit; None if none is stated.
        of: what the observations are: ``pair``, ``seed``, ``run``, ``point``.
    """

    estimate: float
    low: float
    high: float
    n: int
    unit: str = ""
    smallest: float | None = None
    of: str = "pair"

    @property
    def direction(self) -> int:
        """1 or -1 if the simultaneous interval excludes zero, which is called clear; else 0."""
        return int(self.low > 0) - int(self.high < 0)

    @property
    def exact(self) -> bool:
        """Whether the interval has no width: all observations are equal."""
        return self.low == self.high == self.estimate

    @property
    def verdict(self) -> Verdict | None:
        """Whether the effect reaches the smallest effect of interest; None if none is stated."""
        if self.smallest is None:
            return None
        return Verdict(str(matters(Interval(self.estimate, self.low, self.high, self.n, math.nan, ""), self.smallest)))

    def figures(self) -> str:
        """Return the estimate with its interval: ``+0.21 trust, simultaneous 95 % interval +0.19 to +0.23``."""
        value, low, high = format_estimate(self.estimate, self.low, self.high)
        size = f"{value} {self.unit}".rstrip()
        if not math.isfinite(self.estimate):
            return "no value in any run"
        if not math.isfinite(self.low) or not math.isfinite(self.high):
            return (
                f"{size}; {count_noun(self.n, self.of)} are too few for an interval"
                if self.n != 1
                else (f"{size}; one {self.of} is too few for an interval")
            )
        if self.exact:
            return f"{size}, the same in every {self.of}"
        return f"{size}, {SIMULTANEOUS} {low} to {high}"

    def compared(self) -> str:
        """Return ``is clearly higher``, ``is clearly lower``, ``is the same`` or ``shows no clear difference``."""
        if self.direction:
            return f"is clearly {'higher' if self.direction > 0 else 'lower'}"
        return "is the same" if self.exact else "shows no clear difference"

    def relevance(self) -> str:
        """Return a clause on the smallest effect of interest; empty if none is stated."""
        if self.verdict is None or self.smallest is None:
            return ""
        least = f"{self.smallest:g} {self.unit}".rstrip()
        words = {
            Verdict.HOLDS: f"it matters (more than {least})",
            Verdict.DOES_NOT: f"it does not matter (less than {least})",
            Verdict.UNDECIDED: (
                f"whether it matters (more than {least}) cannot be decided with {count_noun(self.n, self.of)}"
            ),
        }
        return words[self.verdict]
