"""The differences between two systems, each in a few words."""

from __future__ import annotations

from typing import cast

from alliance_sim.app.session.session import Session
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.text import format_parameter

MOST = 5
"""The most differences that are listed."""
_SWITCHES = {
    "coordinator.present": ("with a coordinator", "no coordinator"),
    "reciprocity.enabled": ("favours are remembered", "favours are not remembered"),
    "practice.jpd": ("joint practice development", "no joint practice development"),
}
_DEGREES: dict[str, tuple[tuple[float, str], ...]] = {
    "policy.secrecy": ((0.1, "no secrecy"), (0.4, "some secrecy"), (1.0, "much secrecy")),
    "policy.porosity": ((0.08, "closed to other alliances"), (0.2, "half open to others"), (1.0, "open to others")),
    "policy.competition": ((0.3, "little competition"), (0.65, "some competition"), (1.0, "strong competition")),
    "policy.funding": ((0.05, "no time funded"), (0.4, "little time funded"), (0.65, "some time funded"),
                       (1.0, "much time funded")),
    "policy.hub_push": ((0.0, "no teacher is sent to a hub"), (1.0, "teachers are sent to the largest school")),
    "governance.hard_share": ((0.0, "schools leave as they please"), (0.99, "some alliances are bound"),
                              (1.0, "schools are bound to their alliance")),
    "turnover.rate": ((0.0, "teachers stay"), (1.0, "teachers leave each year")),
    "turnover.heads": ((0.0, "heads stay"), (1.0, "heads leave each year")),
    "turnover.coordinators": ((0.0, "coordinators stay"), (1.0, "coordinators leave each year")),
    "churn.frequency": ((0.0, "no new initiatives"), (1.0, "initiatives each half-term")),
}  # fmt: skip
"""Words for the values of a parameter, each with the largest value that it describes."""


def _degree(name: str, value: float) -> str:
    words = next(words for most, words in _DEGREES[name] if value <= most)
    return f"{words} ({format_parameter(value)})"


def value_words(name: str, value: object) -> str:
    """Return the value of a parameter in words, such as ``much secrecy (0.8)``.

    Args:
        name: the name of the parameter.
        value: its value.
    """
    if name in _SWITCHES:
        return _SWITCHES[name][0 if value else 1]
    if name in _DEGREES:
        return _degree(name, float(cast("float", value)))
    return f"{PARAMETERS[name].key.replace('_', ' ')} {format_parameter(value)}"


def differing(session: Session) -> list[str]:
    """Return the names of the parameters in which the systems differ under their present policy, as declared."""
    first, second = (_now(session, side) for side in (0, 1))
    return [name for name in PARAMETERS if first[name] != second[name]]


def _now(session: Session, side: int) -> dict[str, object]:
    return {**session.setup.systems[side].configuration.values, **session.policy(side)}


def differences(session: Session, side: int) -> list[str]:
    """Return how a system differs from the other, such as ``much secrecy (0.8)`` and ``no coordinator``."""
    values = _now(session, side)
    words: list[str] = []
    for name in differing(session):
        words.append(value_words(name, values[name]))
    more = len(words) - MOST
    return words[:MOST] + ([f"and {more} more"] if more > 0 else [])
