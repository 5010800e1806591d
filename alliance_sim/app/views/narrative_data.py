"""The numbers and the parts from which the story is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alliance_sim.app.session.session import Session
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

LATELY = HALF_TERMS_A_YEAR
"""The number of half-terms over which recent values are averaged."""
CLEARLY = 1.15
"""The least ratio of two values that the story calls a difference."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the story.

    Attributes:
        text: the sentence.
        row: the row of the claim behind it.
        weight: its importance relative to others, 0 to about 1.
    """

    text: str
    row: str
    weight: float = 1.0


class StoryData:
    """The numbers of both runs at the half-term shown.

    Attributes:
        session: the runs.
        at: the half-term shown.
        names: the titles of the two systems.
    """

    def __init__(self, session: Session) -> None:
        self.session, self.at = session, session.at
        self.names = [system.title for system in session.setup.systems]

    def now(self, side: int, outcome: str) -> float:
        """Return the value of an outcome at the half-term shown."""
        return self.session.runs[side].curve(outcome)[self.at]

    def now_at(self, side: int, outcome: str, half_term: int) -> float:
        """Return the value of an outcome after an earlier half-term."""
        return self.session.runs[side].curve(outcome)[half_term]

    def initial(self, side: int, outcome: str) -> float:
        """Return the value of an outcome in the initial state."""
        return self.session.runs[side].curve(outcome)[0]

    def recent(self, side: int, outcome: str) -> float:
        """Return the mean of an outcome over the last year, or over what has been simulated of it."""
        values = self.session.runs[side].curve(outcome)[max(1, self.at - LATELY + 1) : self.at + 1]
        known = [value for value in values if math.isfinite(value)]
        return sum(known) / len(known) if known else math.nan

    def leader(self, outcome: str) -> int:
        """Return the side with the larger recent value."""
        return 0 if self.recent(0, outcome) >= self.recent(1, outcome) else 1


type SentenceRule = Callable[[StoryData], Sentence | None]
"""Proposes a sentence if its condition is met."""

_ROWS = (
    ("policy.hub_push", "A15"),
    ("governance.", "C3"),
    ("turnover.", "A24"),
    ("churn.", "C36"),
    ("policy.secrecy", "C27"),
    ("policy.porosity", "C27"),
    ("policy.competition", "C28"),
    ("policy.funding", "B2"),
    ("coordinator.", "B16"),
    ("reciprocity.", "A7"),
    ("trust.", "A3"),
    ("level.", "D2"),
    ("practice.", "C19"),
    ("fatigue.", "A18"),
)
"""Prefixes of parameters, and the claims that differences in them concern; the first match counts."""


def row_of(names: Iterable[str]) -> str:
    """Return the row of the claim that a difference in these parameters concerns."""
    known = list(names)
    return next((row for start, row in _ROWS if any(name.startswith(start) for name in known)), "A1")


def values_now(session: Session, side: int) -> dict[str, object]:
    """Return every parameter of a system, with its policy at the latest half-term simulated."""
    return {**session.setup.systems[side].configuration.values, **session.policy(side)}
