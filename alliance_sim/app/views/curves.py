"""The curves of both worlds in one frame: numbers, axes and marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from alliance_sim.app.session.interventions import Happening
from alliance_sim.app.session.session import HORIZON, SHOWN, Session
from alliance_sim.config.config import EVENT_KINDS
from alliance_sim.declarations.outcomes import OUTCOMES

ROOM = {"trust": (0.4, 0.7), "sharing": (0.0, 0.6), "practice": (0.8, 1.1)}
"""Axes that are at least this long, so that a picture does not jump while it begins."""
UNITS = {"trust": "mean, from 0 to 1", "sharing": "per teacher and half-term", "practice": "1 is a sound practice"}
"""What stands beside a title where the outcome's own unit says no more than the title."""
LEAST_SPAN = {"practice": 0.2, "attainment": 0.1}
_DECLARED = {outcome.name: outcome for outcome in OUTCOMES}


def panels(session: Session, room_for: Mapping[str, Sequence[float]] | None = None) -> list[dict[str, Any]]:
    """The four panels up to the latest half-term lived: title, unit, axis and a line a world.

    Args:
        session: whose worlds.
        room_for: values by outcome that its axis must hold as well: what the class bets on.
    """
    return [_panel(session, name, (room_for or {}).get(name, ())) for name in SHOWN]


def _panel(session: Session, name: str, room_for: Sequence[float]) -> dict[str, Any]:
    lines = [world.curve(name) for world in session.worlds]
    low, high, ticks = axis([*room_for, *(one for line in lines for one in line)], name)
    return {
        "name": name,
        "title": _DECLARED[name].title.capitalize(),
        "unit": UNITS.get(name, _DECLARED[name].unit),
        "low": low,
        "high": high,
        "ticks": ticks,
        "lines": [[None if math.isnan(one) else round(one, 4) for one in line] for line in lines],
    }


def axis(values: list[float], name: str = "") -> tuple[float, float, list[float]]:
    """Endpoints and ticks of an axis that holds all values: round numbers, a handful of them."""
    known = [one for one in values if math.isfinite(one)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if name in ROOM:
        low, high = min(low, ROOM[name][0]), max(high, ROOM[name][1])
    least = LEAST_SPAN.get(name, 1e-6)
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    step = _round_step((high - low) / 3)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [round(place * step, 10) for place in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _round_step(rough: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= rough * 0.999)


def marks(session: Session) -> list[dict[str, Any]]:
    """What happened by hand and what the configs have dated, for both worlds, in order of time."""
    found: dict[tuple[int, str], set[int]] = {}
    for side, world in enumerate(session.worlds):
        for happening in world.happenings:
            found.setdefault((happening.half_term, happening.label), set()).add(side)
        for event in world.scenario.events:
            if event.half_term <= session.lived:
                set_to = Happening(event.half_term, "lever", 0, tuple(event.set.items())).label
                label = ", ".join(filter(None, (set_to, EVENT_KINDS.get(event.happens))))
                found.setdefault((event.half_term, label), set()).add(side)
    return [
        {"at": half_term, "label": label, "sides": sorted(sides)}
        for (half_term, label), sides in sorted(found.items(), key=lambda item: item[0][0])
        if half_term <= HORIZON
    ]
