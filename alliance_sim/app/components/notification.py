"""Messages to the user: what was done, or why a request was refused."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.components.progress import Progress
from alliance_sim.app.page_state import PageState


@solara.component_vue("notification.vue")
def NotificationBar(sentence: str, kind: str, event_dismiss: Any) -> None:
    """Show a message that screen readers announce and that can be dismissed."""


@solara.component
def Notification(state: PageState) -> None:
    """Show the message, and the progress of background work."""
    sentence, kind = state.notice.value
    with solara.Div():
        NotificationBar(sentence=sentence, kind=kind, event_dismiss=state.guarded(lambda _: state.notify("")))
        Progress(state)
