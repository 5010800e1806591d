"""Ask for the next half-term when the browser has painted the last one.

The server has no timer: a browser that is slow, hidden or closed does not ask.
"""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import PageState


@solara.component_vue("ticker.vue")
def TickerTag(ticket: int, playing: bool, pause: float, event_next_half_term: Any) -> None:
    """Send ``ticket``, the version that is on the screen, back to the server after ``pause`` milliseconds."""


@solara.component
def Ticker(state: PageState) -> None:
    """Simulate a half-term for each request of the browser while playing."""
    ticket = state.frame_version.value
    session = state.session

    def next_half_term(shown: Any) -> None:
        if shown != state.frame_version.peek() or not session.playing:
            return  # a repeated request for a half-term that was sent already
        session.step()
        state.show()

    TickerTag(
        ticket=ticket, playing=session.playing, pause=1000.0 / session.speed,
        event_next_half_term=state.guarded(next_half_term),
    )  # fmt: skip
