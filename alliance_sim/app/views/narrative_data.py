"""The numbers that a story is made from, and what it is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alliance_sim.app.session.session import Session
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

LATELY = HALF_TERMS_A_YEAR
"""Half-terms over which "lately" is averaged."""
CLEARLY = 1.15
"""Times as much as the other before it is called more."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, the row of the claim behind it, and how much it matters beside others (0 to about 1)."""

    text: str
    row: str
    weight: float = 1.0


class Seen:
    """The numbers of both worlds at the half-term that is looked at."""

    def __init__(self, session: Session) -> None:
        self.session, self.at = session, session.at
        self.names = [world.title for world in session.setup.worlds]

    def now(self, side: int, outcome: str) -> float:
        """The value at the half-term looked at."""
        return self.session.worlds[side].curve(outcome)[self.at]

    def now_at(self, side: int, outcome: str, half_term: int) -> float:
        """The value after some earlier half-term."""
        return self.session.worlds[side].curve(outcome)[half_term]

    def opened(self, side: int, outcome: str) -> float:
        """The value at the opening."""
        return self.session.worlds[side].curve(outcome)[0]

    def lately(self, side: int, outcome: str, until: int | None = None) -> float:
        """The mean of the last year, or of the year before ``until``; of less where less was lived."""
        end = self.at if until is None else until
        values = self.session.worlds[side].curve(outcome)[max(1, end - LATELY + 1) : end + 1]
        known = [value for value in values if math.isfinite(value)]
        return sum(known) / len(known) if known else math.nan

    def more(self, outcome: str) -> int:
        """The side that has more of it lately."""
        return 0 if self.lately(0, outcome) >= self.lately(1, outcome) else 1


type Teller = Callable[[Seen], Sentence | None]
"""Says a sentence if there is something to say."""

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
"""What differs, and the claim that it is about; the first that fits."""


def row_of(names: Iterable[str]) -> str:
    """The claim that a difference in these parameters is about."""
    known = list(names)
    return next((row for start, row in _ROWS if any(name.startswith(start) for name in known)), "A1")


def values_now(session: Session, side: int) -> dict[str, object]:
    """Every parameter of a world, policy as it stands at the latest half-term lived."""
    return {**session.setup.worlds[side].configuration.values, **session.policy(side)}
