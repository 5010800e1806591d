"""Predict first: the class bets on a curve, and then it is revealed."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.session.predictions import bet, verdict
from alliance_sim.app.session.session import SHOWN
from alliance_sim.app.views.curves import panels
from alliance_sim.declarations.outcomes import TITLES


@solara.component_vue("prediction.vue")
def Betting(  # noqa: N802
    choices: list[dict[str, Any]], names: list[str], standing: str, verdict: str, event_bet: Any, event_reveal: Any,
    event_forget: Any,
) -> None:  # fmt: skip
    """A curve to choose, a guess for each world, and the cover."""


@solara.component
def Predict(lesson: Lesson) -> None:  # noqa: N802
    """The bet that stands, or the form for a new one."""
    _ = lesson.opened.value, lesson.shown.value
    session = lesson.session
    made = lesson.bet.value

    def place(asked: Any) -> None:
        given = asked if isinstance(asked, dict) else {}
        lesson.bet.value = bet(session, given.get("outcome"), given.get("guesses"))
        lesson.tell("The bet stands and the curve is covered. Let the years pass, then reveal it.")

    def reveal(_: Any) -> None:
        standing = lesson.bet.peek()
        if standing is not None:
            lesson.bet.value = standing.revealed()

    def forget(_: Any) -> None:
        lesson.bet.value = None

    Betting(
        choices=[
            {"name": panel["name"], "title": TITLES[panel["name"]], "unit": panel["unit"], "low": panel["low"],
             "high": panel["high"], "now": [_last(line) for line in panel["lines"]]}
            for panel in panels(session) if panel["name"] in SHOWN
        ],
        names=[world.title for world in session.setup.worlds],
        standing="" if made is None else "covered" if made.covered else "revealed",
        verdict="" if made is None else verdict(session, made),
        event_bet=lesson.guarded(place),
        event_reveal=lesson.guarded(reveal),
        event_forget=lesson.guarded(forget),
    )  # fmt: skip


def _last(line: list[float | None]) -> float | None:
    return next((one for one in reversed(line) if one is not None), None)
