"""The fixed words of the lesson: labels of buttons and events, and the levels and levers in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from alliance_sim.app.lesson.catalogue import _
from alliance_sim.declarations.parameters import Value

LEVELS: tuple[tuple[str, str], ...] = (
    (_("Swap news"), _("swap news")),
    (_("Plan together"), _("plan together")),
    (_("Share lessons and time"), _("share lessons and time")),
    (_("Invent lessons together"), _("invent lessons together")),
)
"""The four levels of working together: the label of each, and what schools do there."""

EVENT_LABELS: dict[str, str] = {
    "betrayal": _("A school breaks every promise"),
    "funding_ends": _("Money for meetings ends"),
    "coordinators_leave": _("Coordinators leave"),
    "competition_rises": _("Competition rises"),
    "head_leaves": _("A head leaves"),
    "dominant_push": _("Teachers are sent to one school"),
    "merger": _("Two alliances merge"),
    "redraw": _("A school changes alliance"),
}
"""The buttons of events."""
EVENT_TITLES: dict[str, str] = {
    "betrayal": _("What if {school} breaks every promise in year {year}?"),
    "funding_ends": _("What if money for meetings ends in year {year}?"),
    "coordinators_leave": _("What if the coordinators leave in year {year}?"),
    "competition_rises": _("What if competition rises in year {year}?"),
    "head_leaves": _("What if the head of {school} leaves in year {year}?"),
    "dominant_push": _("What if teachers are sent to the largest school from year {year}?"),
    "merger": _("What if the alliance of {school} merges in year {year}?"),
    "redraw": _("What if a school changes alliance in year {year}?"),
}
"""The heading of a screen with an event."""
EVENT_CLAIMS: dict[str, str] = {
    "betrayal": "A5", "funding_ends": "C17", "coordinators_leave": "B15", "competition_rises": "C28",
    "head_leaves": "A24", "dominant_push": "A15", "merger": "C33", "redraw": "B14",
}  # fmt: skip
"""The row of THEORY.md behind each event."""
KIND_CLAIMS: dict[str, str] = {
    "favour": "A3", "promise": "A5", "ladder": "D2", "coordinator": "B15", "systems": "C27", "reveal": "C27",
}  # fmt: skip
"""The row of THEORY.md behind a kind of screen."""

_LEVERS: dict[str, tuple[tuple[float, str], ...]] = {
    "policy.secrecy": ((0.1, _("no secrecy")), (0.4, _("some secrecy")), (1.0, _("much secrecy"))),
    "policy.porosity": ((0.08, _("closed doors")), (0.2, _("half-open doors")), (1.0, _("open doors"))),
    "coordinator.present": ((0.0, _("no coordinators")), (1.0, _("coordinators"))),
    "policy.competition": (
        (0.3, _("little competition")), (0.65, _("some competition")), (1.0, _("strong competition")),
    ),
    "policy.funding": (
        (0.05, _("no money for meetings")), (0.5, _("some money for meetings")), (1.0, _("much money for meetings")),
    ),
}  # fmt: skip
"""Words for the values of a lever, each with the largest value that it describes."""


def lever_words(values: Mapping[str, Value], other: Mapping[str, Value]) -> list[str]:
    """Return the levers in which a system differs from another, in words.

    Args:
        values: the parameters of the system.
        other: those of the other system.
    """
    return [
        next(words for most, words in degrees if float(cast("float", values[name])) <= most)
        for name, degrees in _LEVERS.items()
        if values[name] != other[name]
    ]


GLOSSARY: dict[str, str] = {
    _("coordinator"): _("a person who brings teachers of an alliance together and settles quarrels"),
    _("half-term"): _("the model’s time step: six are a school year"),
    _("half-terms"): _("the model’s time steps: six are a school year"),
    _("acts of help"): _("times that a teacher at another school shared a plan, lessons or time"),
    _("alliance"): _("a few schools that agreed to work together"),
    _("trust"): _("how far someone expects the other to keep promises, from 0 to 100%"),
    _("band"): _("the range that holds most runs at each moment"),
    _("random events"): _("chances that the model draws: who meets whom, and who keeps a promise"),
    _("runs"): _("simulations that differ only in their random events"),
    _("secrecy"): _("how far schools withhold what they know"),
}
"""Words that the page explains on hover and focus, in lower case."""


def page_words() -> dict[str, Any]:
    """Return the fixed texts of the page's templates, by the name under which templates use them."""
    return {
        "glossary": GLOSSARY,
        "back": _("Back"),
        "step": _("Step {at} of {all}: {label}"),
        "count": _("{at} of {all}"),
        "play": _("Play"),
        "pause": _("Pause"),
        "again": _("Play again"),
        "to_end": _("To the end"),
        "start": _("Start"),
        "year_of": _("Year {year} of {all}"),
        "year": _("year {year}"),
        "time": _("Time, in half-terms"),
        "theme": _("Colours: {name}. Press for the next"),
        "light": _("light"),
        "dark": _("dark"),
        "contrast": _("high contrast"),
        "sandbox": _("Sandbox"),
        "source": _("Which study says so?"),
        "close": _("Close"),
        "trusts": _("trusts {name}"),
        "each_trusts": _("{one} trusts {other} {share}"),
        "helps": _("{name} helps"),
        "refuses": _("{name} says no"),
        "vote": _("Vote with hands, then press one."),
        "keep": _("Keep a promise"),
        "break": _("Break one"),
        "kept": _("kept"),
        "broken": _("broken"),
        "at_start": _("start"),
        "restart": _("Start again"),
        "ladder_hint": _("The more they do together, the more each could lose"),
        "needs": _("needs {share} trust"),
        "pairs": _("{number} of {all} pairs"),
        "legend_school": _("school; darker = more trust"),
        "legend_tie": _("help over the last years"),
        "legend_act": _("help now"),
        "legend_refused": _("refused"),
        "legend_coordinator": _("coordinator"),
        "not_yet": _("not simulated yet"),
        "covered": _("covered until you reveal it"),
        "reveal": _("Reveal"),
        "your_bet": _("your bet"),
        "bet_handle": _("Bet for {name} at the end"),
        "bet": _("Bet"),
        "outcome": _("Outcome"),
        "distance": _("Distance"),
        "without": _("without it"),
        "why": _("What happened?"),
        "refused": _("Of 100 requests, schools refused {a} in A and {b} in B."),
        "before": _("before"),
        "after": _("one half-term later"),
        "try": _("Try:"),
        "try_instead": _("Try instead:"),
        "remove": _("Remove it"),
        "both": _("in both"),
        "only": _("only in {letter}"),
        "moment": _("Moment of the event"),
        "table": _("Table"),
        "stands": _("A bet stands. Reveal it first; this screen would give it away."),
        "go_reveal": _("Go to the bet"),
        "cancel": _("Cancel"),
        "class_bets": _("bets from the class"),
        "each_block": _("each block is one student"),
        "forecast": _("The model shows what follows from its assumptions. It is not a forecast."),
        "system": _("System"),
    }
