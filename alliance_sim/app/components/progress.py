"""The progress of a long computation in the background, with a button that cancels it."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from alliance_sim.app.page_state import PageState


@solara.component_vue("progress.vue")
def ProgressBar(title: str, percent: int, event_cancel: Any) -> None:
    """Show a progress bar; hidden while ``title`` is empty."""


@solara.component
def Progress(state: PageState) -> None:
    """Show the progress of background work, and cancel that work when the tab is closed."""
    title, percent = state.working.value or ("", 0)

    def until_closed() -> Callable[[], None]:
        return state.stop

    def cancel(_: Any) -> None:
        state.cancel()
        state.notify("Cancelled; nothing was changed.")

    solara.use_effect(until_closed, [])
    ProgressBar(title=title, percent=percent, event_cancel=state.guarded(cancel))
