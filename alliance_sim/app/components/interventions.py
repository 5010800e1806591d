"""What the lecturer can make happen, in one world or both."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.session.interventions import HAND_EVENTS, largest_school
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.app.session.settings_form import levers, read


@solara.component_vue("interventions.vue")
def Buttons(  # noqa: N802
    happenings: list[dict[str, Any]], names: list[str], who: str, levers: list[dict[str, Any]], event_happen: Any,
    event_set_policy: Any,
) -> None:  # fmt: skip
    """A button for each thing that can happen, and the levers of policy."""


@solara.component
def Hands(lesson: Lesson) -> None:  # noqa: N802
    """Events by hand and policy levers."""
    _ = lesson.opened.value, lesson.shown.value
    session = lesson.session
    chosen = lesson.chosen.value
    school = chosen["school"] if chosen else largest_school(session.worlds[0].model)
    school = min(school, session.worlds[0].model.roster.schools - 1)

    def happen(asked: Any) -> None:
        given = asked if isinstance(asked, dict) else {}
        lesson.change_here(lambda session: session.happen(given.get("key"), given.get("side"), school))

    def set_policy(asked: Any) -> None:
        given = asked if isinstance(asked, dict) else {}
        name, value = given.get("name"), given.get("value")
        if not isinstance(name, str) or not name or not isinstance(value, str):
            raise RefusedError("there is no lever and value in this message; use the page's own")
        changes = read({name: value})
        lesson.change_here(lambda session: session.set_policy(changes, given.get("side")))

    Buttons(
        happenings=[
            {"key": one.key, "label": one.label, "meaning": one.meaning, "row": one.row} for one in HAND_EVENTS.values()
        ],
        names=[world.title for world in session.setup.worlds],
        who=session.worlds[0].model.roster.name[school],
        levers=levers(session),
        event_happen=lesson.guarded(happen),
        event_set_policy=lesson.guarded(set_policy),
    )
