"""Trust, sharing, practice and attainment of both worlds, in one frame each."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.session.session import HORIZON
from alliance_sim.app.views.curves import marks, panels
from alliance_sim.reporting.palette import colour, darker


@solara.component_vue("curves.vue")
def Lines(  # noqa: N802
    panels: list[dict[str, Any]], marks: list[dict[str, Any]], names: list[str], colours: list[str], at: int,
    horizon: int, bet: dict[str, Any] | None, event_look_at: Any,
) -> None:  # fmt: skip
    """Panels of lines, labelled at their ends; a click looks back to that half-term."""


@solara.component
def Curves(lesson: Lesson) -> None:  # noqa: N802
    """The four panels."""
    _ = lesson.opened.value, lesson.shown.value
    session = lesson.session
    bet = lesson.bet.value

    def look_at(half_term: Any) -> None:
        session.look_at(half_term)
        lesson.show()

    Lines(
        panels=panels(session, {bet.outcome: bet.guesses} if bet else None),
        marks=marks(session),
        names=[world.title for world in session.setup.worlds],
        colours=[darker(colour(side)) for side in (0, 1)],
        at=session.at,
        horizon=HORIZON,
        bet=bet.drawn() if bet else None,
        event_look_at=lesson.guarded(look_at),
    )
