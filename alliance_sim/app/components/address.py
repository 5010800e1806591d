"""Keeps the address of the page a link that brings the same two worlds back, after a reload or a restart."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.session.permalinks import link


@solara.component_vue("address.vue")
def Written(search: str) -> None:  # noqa: N802
    """Nothing is seen of it."""


@solara.component
def Address(lesson: Lesson) -> None:  # noqa: N802
    """The address follows the lesson."""
    _ = lesson.opened.value, lesson.shown.value
    Written(search=link(lesson.session))
