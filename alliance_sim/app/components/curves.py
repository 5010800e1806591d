"""The curves: trust, sharing, practice and attainment of both runs, one panel each."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.session import HORIZON
from alliance_sim.app.views.curves import marks, panels
from alliance_sim.reporting.palette import colour, darker


@solara.component_vue("curves.vue")
def CurvePanels(
    panels: list[dict[str, Any]], marks: list[dict[str, Any]], names: list[str], colours: list[str], at: int,
    horizon: int, bet: dict[str, Any] | None, event_look_at: Any,
) -> None:  # fmt: skip
    """Draw lines with labels at their ends; a click shows the half-term at that position."""


@solara.component
def Curves(state: PageState) -> None:
    """Show the four panels."""
    _ = state.setup_version.value, state.frame_version.value
    session = state.session
    bet = state.bet.value

    def look_at(half_term: Any) -> None:
        session.look_at(half_term)
        state.show()

    CurvePanels(
        panels=panels(session, {bet.outcome: bet.guesses} if bet else None),
        marks=marks(session),
        names=[system.title for system in session.setup.systems],
        colours=[darker(colour(side)) for side in (0, 1)],
        at=session.at,
        horizon=HORIZON,
        bet=bet.to_json() if bet else None,
        event_look_at=state.guarded(look_at),
    )
