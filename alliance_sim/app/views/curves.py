"""The curves of both runs in one frame: values, axes and marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from alliance_sim.app.session.interventions import POLICY_CHANGE, Intervention
from alliance_sim.app.session.session import HORIZON, SHOWN, Session
from alliance_sim.config.config import EVENT_KINDS
from alliance_sim.declarations.outcomes import OUTCOMES

INITIAL_RANGE = {"trust": (0.4, 0.7), "sharing": (0.0, 0.6), "practice": (0.8, 1.1)}
"""The least range of an axis, so that the picture does not jump during the first half-terms."""
UNITS = {
    "trust": "mean, from 0 to 1",
    "sharing": "acts of help per teacher per half-term",
    "practice": "1 is a sound practice",
}
"""Units that replace the outcome's own, where that only repeats the title."""
LEAST_SPAN = {"practice": 0.2, "attainment": 0.1}
"""The least length of an axis."""
_DECLARED = {outcome.name: outcome for outcome in OUTCOMES}


def panels(session: Session, include: Mapping[str, Sequence[float]] | None = None) -> list[dict[str, Any]]:
    """Return the four panels up to the latest half-term simulated: title, unit, axis and one line per run.

    Args:
        session: the runs.
        include: by outcome, further values that the axis must contain, such as predictions.
    """
    return [_panel(session, name, (include or {}).get(name, ())) for name in SHOWN]


def _panel(session: Session, name: str, include: Sequence[float]) -> dict[str, Any]:
    lines = [run.curve(name) for run in session.runs]
    low, high, ticks = axis([*include, *(one for line in lines for one in line)], name)
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
    """Return the endpoints and ticks of an axis that contains all values; ticks are a few round numbers.

    Args:
        values: the values; those that are not finite are ignored.
        name: the outcome, for its least range.
    """
    known = [one for one in values if math.isfinite(one)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if name in INITIAL_RANGE:
        low, high = min(low, INITIAL_RANGE[name][0]), max(high, INITIAL_RANGE[name][1])
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
    """Return the interventions of the user and the dated events of the configs, in order of time."""
    found: dict[tuple[int, str], set[int]] = {}
    for side, run in enumerate(session.runs):
        for intervention in run.interventions:
            found.setdefault((intervention.half_term, intervention.label), set()).add(side)
        for event in run.scenario.events:
            if event.half_term <= session.simulated:
                set_to = Intervention(event.half_term, POLICY_CHANGE, 0, tuple(event.set.items())).label
                label = ", ".join(filter(None, (set_to, EVENT_KINDS.get(event.kind))))
                found.setdefault((event.half_term, label), set()).add(side)
    return [
        {"at": half_term, "label": label, "sides": sorted(sides)}
        for (half_term, label), sides in sorted(found.items(), key=lambda item: item[0][0])
        if half_term <= HORIZON
    ]
