"""How far a long computation in the background has come, and a button that cancels it."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from alliance_sim.app.page_state import Lesson


@solara.component_vue("progress.vue")
def Bar(title: str, hundredths: int, event_cancel: Any) -> None:  # noqa: N802
    """A progress bar, absent while nothing is computed."""


@solara.component
def Computing(lesson: Lesson) -> None:  # noqa: N802
    """The line under the notice."""
    title, hundredths = lesson.working.value or ("", 0)

    def until_closed() -> Callable[[], None]:
        return lesson.stop  # a closed tab waits for nothing

    def cancel(_: Any) -> None:
        lesson.cancel()
        lesson.tell("Cancelled; what was shown stays.")

    solara.use_effect(until_closed, [])
    Bar(title=title, hundredths=hundredths, event_cancel=lesson.guarded(cancel))
