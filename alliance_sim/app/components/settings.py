"""The settings of both worlds, from the parameters' own declarations."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.session.settings_form import groups, with_settings


@solara.component_vue("settings.vue")
def Form(groups: list[dict[str, Any]], names: list[str], listed: bool, event_apply: Any) -> None:  # noqa: N802
    """Groups of fields with a column a world; applied together, from the opening."""


@solara.component
def Settings(lesson: Lesson) -> None:  # noqa: N802
    """What the worlds are opened with."""
    opened = lesson.opened.value
    session = lesson.session

    def apply(given: Any) -> None:
        setup = with_settings(session.setup, given)
        if setup is session.setup:
            lesson.tell("Nothing was changed.")
            return
        lesson.open(setup, "Both worlds were opened anew with these settings.")

    Form(
        groups=solara.use_memo(lambda: groups(session), [opened]),
        names=[world.title for world in session.setup.worlds],
        listed=session.setup.schools is not None,
        event_apply=lesson.guarded(apply),
    )
