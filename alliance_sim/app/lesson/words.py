"""The fixed words of the lesson: labels of buttons and events, and the levels and levers in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from alliance_sim.app.language import _, decimal_sign, language, languages, mark, own_name, p_, percent_sign
from alliance_sim.declarations.parameters import Value

LEVELS: tuple[tuple[str, str], ...] = (
    (mark("Swap news"), mark("swap news")),
    (mark("Plan together"), mark("plan together")),
    (mark("Share lessons and time"), mark("share lessons and time")),
    (mark("Invent lessons together"), mark("invent lessons together")),
)
"""The four levels of working together: the label of each, and what schools do there."""

EVENT_LABELS: dict[str, str] = {
    "betrayal": mark("A school breaks every promise"),
    "funding_ends": mark("Money for meetings ends"),
    "coordinators_leave": mark("Coordinators leave"),
    "competition_rises": mark("Competition rises"),
    "head_leaves": mark("A head leaves"),
    "dominant_push": mark("Teachers are sent to one school"),
    "merger": mark("Two alliances merge"),
    "redraw": mark("A school changes alliance"),
}
"""The buttons of events."""
EVENT_TITLES: dict[str, str] = {
    "betrayal": mark("What if {school} breaks every promise in year {year}?"),
    "funding_ends": mark("What if money for meetings ends in year {year}?"),
    "coordinators_leave": mark("What if the coordinators leave in year {year}?"),
    "competition_rises": mark("What if competition rises in year {year}?"),
    "head_leaves": mark("What if the head of {school} leaves in year {year}?"),
    "dominant_push": mark("What if teachers are sent to the largest school from year {year}?"),
    "merger": mark("What if the alliance of {school} merges in year {year}?"),
    "redraw": mark("What if a school changes alliance in year {year}?"),
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
    "policy.secrecy": ((0.1, mark("no secrecy")), (0.4, mark("some secrecy")), (1.0, mark("much secrecy"))),
    "policy.porosity": ((0.08, mark("closed doors")), (0.2, mark("half-open doors")), (1.0, mark("open doors"))),
    "coordinator.present": ((0.0, mark("no coordinators")), (1.0, mark("coordinators"))),
    "policy.competition": (
        (0.3, mark("little competition")), (0.65, mark("some competition")), (1.0, mark("strong competition")),
    ),
    "policy.funding": (
        (0.05, mark("no money for meetings")), (0.5, mark("some money for meetings")),
        (1.0, mark("much money for meetings")),
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
        _(next(words for most, words in degrees if float(cast("float", values[name])) <= most))
        for name, degrees in _LEVERS.items()
        if values[name] != other[name]
    ]


GLOSSARY: dict[str, str] = {
    mark("coordinator"): mark("a person who brings teachers of an alliance together and settles quarrels"),
    mark("half-term"): mark("the model’s time step: six are a school year"),
    mark("half-terms"): mark("the model’s time steps: six are a school year"),
    mark("acts of help"): mark("times that a teacher at another school shared a plan, lessons or time"),
    mark("alliance"): mark("a few schools that agreed to work together"),
    mark("trust"): mark("how far someone expects the other to keep promises, from 0 to 100%"),
    mark("band"): mark("the range that holds most runs at each moment"),
    mark("random events"): mark("chances that the model draws: who meets whom, and who keeps a promise"),
    mark("runs"): mark("simulations that differ only in their random events"),
    mark("secrecy"): mark("how far schools withhold what they know"),
}
"""Words that the page explains on hover and focus, in lower case."""


def page_words() -> dict[str, Any]:
    """Return the fixed texts of the page's templates, by the name under which templates use them."""
    return {
        "glossary": {_(term).lower(): _(meaning) for term, meaning in GLOSSARY.items()},
        "language": language(),
        "decimal": decimal_sign(),
        "percent": percent_sign(),
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
        "network": _("{name}: {number} schools, mean trust {share}"),
        "lost_ties": _("{number} ties lost trust"),
        "open_quote": p_("before what a person says", "“"),
        "close_quote": p_("after what a person says", "”"),
        "languages": [[code, own_name(code)] for code in languages() if code != language()],
    }
