"""Ties between teachers, and the requests made along them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.plain_mesa.teacher import Teacher

OWN_CONTACT, BROKERED, OFFERED, AT_HOME = 0, 1, 2, 4
"""The channels through which a request arises."""
COLLABORATION = 4
"""The highest level of a tie, at which joint practice development occurs."""


@dataclass(slots=True, eq=False)
class Tie:
    """One teacher's tie to another; the other's tie back is ``back``."""

    holder: Teacher
    partner: Teacher
    inside: bool
    leads: bool  # whether this side represents the pair where it is counted once
    trust: float
    owed: float  # what the partner owes the holder
    given: float  # decayed count of help given to the partner
    level: int  # the same on both sides
    back: Tie = field(init=False, repr=False)

    @property
    def lower_trust(self) -> float:
        """The lower trust of the two sides."""
        return min(self.trust, self.back.trust)

    @property
    def flow(self) -> float:
        """Help given in both directions."""
        return self.given + self.back.given

    def move_to(self, level: int) -> None:
        """Set the level of both sides."""
        self.level = self.back.level = level

    def honour(self, gain: float) -> None:
        """Raise trust after a kept promise, by this share of its distance from 1."""
        self.trust += gain * (1.0 - self.trust)

    def one_wayness(self, reciprocity: SimpleNamespace) -> float:
        """W: one-wayness of help beyond the tolerance."""
        tolerance = reciprocity.one_way_tolerance
        skew = abs(self.given - self.back.given) / (self.flow + reciprocity.one_way_constant)
        return (skew - tolerance) / (1.0 - tolerance) if skew > tolerance else 0.0

    def trust_too_low(self, level: SimpleNamespace) -> bool:
        """Whether trust is well below the gate of the tie's level."""
        return self.lower_trust < level.gate[self.level - 1] - level.hysteresis

    def settle_level(self, promoting: bool, honoured: bool, level: SimpleNamespace) -> None:
        """Raise the level after a kept promise if trust allows; lower it after a broken one or if trust is too low."""
        before = self.level
        if promoting and before < COLLABORATION and self.lower_trust >= level.gate[before]:
            self.move_to(before + 1)
        elif before > 1 and (not honoured or self.trust_too_low(level)):
            self.move_to(before - 1)


@dataclass(slots=True)
class Request:
    """A request for help; ``tie`` is the asker's, None between colleagues of one school."""

    asker: Teacher
    giver: Teacher
    tie: Tie | None
    channel: int
    occasion: int
    order: int

    @property
    def key(self) -> tuple[int, int, int]:
        """The entities and the slot that key its random numbers."""
        return self.asker.number, self.giver.number, self.occasion


@dataclass(slots=True)
class Tally:
    """Counts of this half-term."""

    asked: int = 0
    refused: int = 0
    betrayed: int = 0
    joint: int = 0
    uphill: int = 0
    home: int = 0
    home_joint: int = 0
