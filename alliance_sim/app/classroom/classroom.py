"""The state of a class: one question at a time, the bets on it, and what the phones show."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from alliance_sim.app.classroom.join_codes import make_code
from alliance_sim.app.classroom.own_systems import LEVERS, OwnSystems
from alliance_sim.app.classroom.phones import Phones
from alliance_sim.app.classroom.question import Question, Reveal
from alliance_sim.app.language import ENGLISH, _, short_number

WAIT, BET, LOCKED, REVEALED = "wait", "bet", "locked", "revealed"
COUNT_INTERVAL = 1.0
"""Seconds between two reports of the number of phones, so that a class that bets at once does not ask at once."""


class RefusedBetError(ValueError):
    """A bet is not accepted; the message says why."""


@dataclass(frozen=True)
class Bets:
    """The bets of a class, without a trace of who made them.

    Attributes:
        version: increases with every change, so that a plot is redrawn only if needed.
        phase: ``wait``, ``bet``, ``locked`` or ``revealed``.
        phones: the number of phones that are present.
        values: the bets on each system, in ascending order.
    """

    version: int
    phase: str
    phones: int
    values: tuple[tuple[float, ...], tuple[float, ...]]

    @property
    def many(self) -> int:
        """The number of bets."""
        return len(self.values[0])

    @property
    def medians(self) -> tuple[float, float] | None:
        """The middle bet on each system; ``None`` without bets."""
        return (median(self.values[0]), median(self.values[1])) if self.many else None

    def to_json(self) -> dict[str, Any]:
        """Return what the lecturer's page draws."""
        return {
            "version": self.version, "phase": self.phase, "phones": self.phones,
            "values": [list(one) for one in self.values],
        }  # fmt: skip


class Classroom:
    """One class, steered by the lecturer's page alone; phones can only place a bet and try a lever.

    All methods can be called from any thread.

    Attributes:
        code: the present code.
        language: the code of the language of the phones; follows the lecturer's page.
        is_ending: whether the server ends, so that no phone is kept waiting.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self.code = make_code()
        self.language = ENGLISH
        self.is_ending = False
        self.phones = Phones(clock)
        self._version = 1
        self._material = 1
        self._phase = WAIT
        self._question: Question | None = None
        self._reveal: Reveal | None = None
        self._own: OwnSystems | None = None
        self._bets: dict[str, tuple[float, float]] = {}
        self._count: tuple[float, int] = (-COUNT_INTERVAL, 0)

    # The lecturer's page

    def ask(self, question: Question) -> None:
        """Ask a question; earlier bets are forgotten.

        Args:
            question: what the phones show.
        """
        with self._lock:
            self._bets.clear()
            self.phones.clear_bets()
            self._question, self._reveal = question, None
            self._release_own()
            self._show(BET)

    def lock(self) -> None:
        """Accept no further bets."""
        with self._lock:
            if self._phase == BET:
                self._show(LOCKED)

    def unlock(self) -> None:
        """Accept bets again, as long as the outcome has not been revealed."""
        with self._lock:
            if self._phase == LOCKED:
                self._show(BET)

    def reveal(self, reveal: Reveal, own: OwnSystems | None = None) -> None:
        """Show the outcome on the phones.

        Args:
            reveal: the outcome.
            own: the systems in which a phone may change one lever; ``None`` if it may not.
        """
        with self._lock:
            if self._question is None:
                return
            self._reveal = reveal
            self._release_own()
            self._own = own
            self._show(REVEALED)

    def wait(self) -> None:
        """End the question: the phones ask to look at the screen."""
        with self._lock:
            self._bets.clear()
            self.phones.clear_bets()
            self._question = self._reveal = None
            self._release_own()
            self._show(WAIT)

    def renew_code(self) -> str:
        """Replace the code; phones that joined with the last one are out, and their bets are forgotten."""
        with self._lock:
            self.code = make_code(other_than=self.code)
            self.phones.clear()
            self._bets.clear()
            self._version += 1
            self._material += 1  # phones that wait for news get it
            return self.code

    def bets(self) -> Bets:
        """Return the bets on the present question."""
        with self._lock:
            first, second = (tuple(sorted(bet[place] for bet in self._bets.values())) for place in (0, 1))
            return Bets(self._version, self._phase, self._present(), (first, second))

    @property
    def version(self) -> int:
        """Increases with every change of the question, the phase or the bets."""
        return self._version

    @property
    def material(self) -> int:
        """Increases when phones have something else to show."""
        return self._material

    @property
    def phase(self) -> str:
        """``wait``, ``bet``, ``locked`` or ``revealed``."""
        return self._phase

    @property
    def own(self) -> OwnSystems | None:
        """The systems in which phones may change a lever, once the outcome is revealed."""
        return self._own

    # The phones

    def place(self, phone: str, values: object) -> None:
        """Place or replace the bet of a phone.

        Args:
            phone: its id.
            values: what it sent; a bet is a list of two numbers on the axis of the question.

        Raises:
            RefusedBetError: if there is nothing to bet on, or the values are not a bet.
        """
        with self._lock:
            question = self._question
            if self._phase != BET or question is None:
                raise RefusedBetError(_("Betting is closed."))
            pair = values if isinstance(values, list) else []
            if len(pair) != 2 or not all(question.contains(one) for one in pair):
                sentence = _("A bet is a number from {low} to {high} for each system.")
                raise RefusedBetError(sentence.format(low=short_number(question.low), high=short_number(question.high)))
            first, second = (question.rounded(one) for one in pair)
            self._bets[phone] = (first, second)
            self.phones.note_bet(phone)
            self._version += 1

    def state(self, phone: str, material: int = 0) -> dict[str, Any]:
        """Return what a phone shows.

        Args:
            phone: its id.
            material: the number of the material (question and outcome) that the phone has; it is sent only if new.
        """
        with self._lock:
            bet = self._bets.get(phone)
            found: dict[str, Any] = {
                "phase": self._phase, "material": self._material, "phones": self._present(),
                "bets": len(self._bets), "mine": list(bet) if bet else None,
            }  # fmt: skip
            if material != self._material:
                found["question"] = self._question.to_json() if self._question else None
                found["reveal"] = self._reveal.to_json() if self._reveal else None
                found["levers"] = [one.to_json() for one in LEVERS] if self._own else []
            return found

    def _show(self, phase: str) -> None:
        self._phase = phase
        self._material += 1
        self._version += 1

    def _present(self) -> int:
        then, many = self._count
        if self._clock() - then >= COUNT_INTERVAL:
            many = self.phones.present
            self._count = self._clock(), many
        return max(many, len(self._bets))

    def _release_own(self) -> None:
        if self._own is not None:
            self._own.cancel()
        self._own = None
