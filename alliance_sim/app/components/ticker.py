"""Asks for the next half-term once the browser has painted the last one."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson


@solara.component_vue("ticker.vue")
def Asking(ticket: int, playing: bool, pause: float, event_next_half_term: Any) -> None:  # noqa: N802
    """``ticket`` numbers what is on the screen; the browser sends it back to ask for more, never twice."""


@solara.component
def Pace(lesson: Lesson) -> None:  # noqa: N802
    """No clock runs in the server: a browser that is slow, hidden or gone simply does not ask."""
    ticket = lesson.shown.value
    session = lesson.session

    def live(asked: Any) -> None:
        if asked != lesson.shown.peek() or not session.playing:
            return  # a second asking for what was already given
        session.step()
        lesson.show()

    Asking(
        ticket=ticket, playing=session.playing, pause=1000.0 / session.speed,
        event_next_half_term=lesson.guarded(live),
    )  # fmt: skip
