"""Predict first: the class bets on a curve, which is covered until it is revealed."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.predictions import place_bet, verdict
from alliance_sim.app.session.session import SHOWN
from alliance_sim.app.views.curves import panels
from alliance_sim.declarations.outcomes import TITLES


@solara.component_vue("prediction.vue")
def PredictionForm(
    choices: list[dict[str, Any]], names: list[str], status: str, verdict: str, event_bet: Any, event_reveal: Any,
    event_forget: Any,
) -> None:  # fmt: skip
    """Show a form for a new bet, or the present bet and its result."""


@solara.component
def Prediction(state: PageState) -> None:
    """Show the drawer for predictions."""
    _ = state.setup_version.value, state.frame_version.value
    session = state.session
    made = state.bet.value

    def bet(message: Any) -> None:
        given = message if isinstance(message, dict) else {}
        state.bet.value = place_bet(session, given.get("outcome"), given.get("guesses"))
        state.notify("The bet is placed and the curve is covered. Play to the end, then reveal it.")

    def reveal(_: Any) -> None:
        present = state.bet.peek()
        if present is not None:
            state.bet.value = present.revealed()

    def forget(_: Any) -> None:
        state.bet.value = None

    PredictionForm(
        choices=[
            {"name": panel["name"], "title": TITLES[panel["name"]], "unit": panel["unit"], "low": panel["low"],
             "high": panel["high"], "now": [_last(line) for line in panel["lines"]]}
            for panel in panels(session) if panel["name"] in SHOWN
        ],
        names=[system.title for system in session.setup.systems],
        status="" if made is None else "covered" if made.covered else "revealed",
        verdict="" if made is None else verdict(session, made),
        event_bet=state.guarded(bet),
        event_reveal=state.guarded(reveal),
        event_forget=state.guarded(forget),
    )  # fmt: skip


def _last(line: list[float | None]) -> float | None:
    return next((one for one in reversed(line) if one is not None), None)
