"""Predict first: the class bets where a curve will end in each world, plays on, and then sees it."""

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
    """What the class expects of one outcome at the end.

    Attributes:
        outcome: its name.
        at: the half-term at which the bet was made.
        start: what it was then, in each world (NaN where there was nothing to see).
        guesses: what is expected at the end, in each world.
        covered: whether the curve is still hidden.
    """

    outcome: str
    at: int
    start: tuple[float, float]
    guesses: tuple[float, float]
    covered: bool = True

    def revealed(self) -> Bet:
        """The same with the curve uncovered."""
        return replace(self, covered=False)

    def drawn(self) -> dict[str, Any]:
        """As the curves component draws it."""
        start = [guess if math.isnan(value) else value for value, guess in zip(self.start, self.guesses, strict=True)]
        return {
            "outcome": self.outcome, "at": self.at, "from": start, "guesses": list(self.guesses),
            "covered": self.covered,
        }  # fmt: skip


def bet(session: Session, outcome: object, guesses: object) -> Bet:
    """Bet on an outcome from what is shown now.

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
        raise RefusedError("a bet is a number for each world") from None
    if not all(math.isfinite(one) and abs(one) <= FARTHEST for one in (first, second)):
        raise RefusedError(f"a bet is a number between −{FARTHEST:g} and {FARTHEST:g} for each world")
    name = str(outcome)
    start = session.worlds[0].curve(name)[session.at], session.worlds[1].curve(name)[session.at]
    return Bet(name, session.at, start, (first, second))


def verdict(session: Session, made: Bet) -> str:
    """How the bet compares with what came, in a sentence or two; empty while it is covered."""
    if made.covered:
        return ""
    found = [world.curve(made.outcome)[session.at] for world in session.worlds]
    names = [world.title for world in session.setup.worlds]
    title = TITLES[made.outcome]
    if session.at < HORIZON:
        return f"The ten years are not over: play on to see where {title} ends."
    told: list[str] = []
    for name, guess, value in zip(names, made.guesses, found, strict=True):
        said = format_numbers(guess, value)
        told.append(f"{name}: you said {said[0]}, it came to {said[1]}")
    order = (made.guesses[0] - made.guesses[1]) * (found[0] - found[1])
    judged = "The class had the right world in front." if order > 0 else "The class had the wrong world in front."
    return f"{'; '.join(told)}. {judged if made.guesses[0] != made.guesses[1] else ''}".strip()
