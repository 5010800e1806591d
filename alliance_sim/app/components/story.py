"""The story beside the pictures, with the claim and its source a click away."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.views.narrative import story


@solara.component_vue("story.vue")
def Told(half_term: int, when: str, sentences: list[dict[str, Any]]) -> None:  # noqa: N802
    """Sentences, each with a button that opens the claim behind it."""


@solara.component
def Story(lesson: Lesson) -> None:  # noqa: N802
    """Two or three sentences made from the run."""
    _ = lesson.opened.value, lesson.shown.value
    session = lesson.session
    Told(half_term=session.at, when=session.when, sentences=story(session))
