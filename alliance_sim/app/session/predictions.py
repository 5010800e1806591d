"""Predictions: the class bets where a curve will end in each system; the curve is covered until it is revealed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from alliance_sim.app.session.session import HORIZON, SHOWN, Session
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.declarations.outcomes import TITLES
from alliance_sim.text import format_numbers

FARTHEST = 100.0


@dataclass(frozen=True)
class Bet:
    """The value that the class expects of one outcome at the end of the runs.

    Attributes:
        outcome: the name of the outcome.
        at: the half-term at which the bet was made.
        start: the value in each system at that half-term (NaN if undefined).
        guesses: the value expected at the end in each system.
        covered: whether the curve is hidden.
    """

    outcome: str
    at: int
    start: tuple[float, float]
    guesses: tuple[float, float]
    covered: bool = True

    def revealed(self) -> Bet:
        """Return the bet with the curve uncovered."""
        return replace(self, covered=False)

    def to_json(self) -> dict[str, Any]:
        """Return the bet as the curves component draws it."""
        start = [guess if math.isnan(value) else value for value, guess in zip(self.start, self.guesses, strict=True)]
        return {
            "outcome": self.outcome, "at": self.at, "from": start, "guesses": list(self.guesses),
            "covered": self.covered,
        }  # fmt: skip


def place_bet(session: Session, outcome: object, guesses: object) -> Bet:
    """Return a bet on an outcome, made at the half-term shown.

    Args:
        session: the runs.
        outcome: the name of one of the outcomes in ``SHOWN``.
        guesses: the value expected at the end in each system.

    Raises:
        RefusedError: if there is no such curve, or the guesses are not two numbers.
    """
    if outcome not in SHOWN:
        raise RefusedError(f"there is no such curve; bet on one of {', '.join(SHOWN)}")
    if session.ended:
        raise RefusedError("the ten years are over; reset, and bet before they are played")
    try:
        first, second = (float(one) for one in guesses)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise RefusedError("a bet must be a number for each system") from None
    if not all(math.isfinite(one) and abs(one) <= FARTHEST for one in (first, second)):
        raise RefusedError(f"a bet must be a number between −{FARTHEST:g} and {FARTHEST:g} for each system")
    name = str(outcome)
    start = session.runs[0].curve(name)[session.at], session.runs[1].curve(name)[session.at]
    return Bet(name, session.at, start, (first, second))


def verdict(session: Session, made: Bet) -> str:
    """Compare a bet with the result, in one or two sentences; return an empty text while the curve is covered."""
    if made.covered:
        return ""
    found = [run.curve(made.outcome)[session.at] for run in session.runs]
    names = [system.title for system in session.setup.systems]
    title = TITLES[made.outcome]
    if session.at < HORIZON:
        return f"The ten years are not over: play on to see where {title} ends."
    comparisons: list[str] = []
    for name, guess, value in zip(names, made.guesses, found, strict=True):
        predicted, simulated = format_numbers(guess, value)
        comparisons.append(f"{name}: predicted {predicted}, simulated {simulated}")
    order = (made.guesses[0] - made.guesses[1]) * (found[0] - found[1])
    judged = f"The class had the {'right' if order > 0 else 'wrong'} system in front."
    return f"{'; '.join(comparisons)}. {judged if made.guesses[0] != made.guesses[1] else ''}".strip()
