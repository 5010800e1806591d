"""What the lecturer is told: what was done, or why something was refused."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.components.progress import Computing
from alliance_sim.app.page_state import Lesson


@solara.component_vue("notification.vue")
def Bar(sentence: str, kind: str, event_dismiss: Any) -> None:  # noqa: N802
    """A line that screen readers speak, and that can be put away."""


@solara.component
def Notice(lesson: Lesson) -> None:  # noqa: N802
    """The line under the bar."""
    sentence, kind = lesson.notice.value
    with solara.Div():
        Bar(sentence=sentence, kind=kind, event_dismiss=lesson.guarded(lambda _: lesson.tell("")))
        Computing(lesson)
