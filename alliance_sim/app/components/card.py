"""The card of the school or teacher that was pressed."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.app.views.cards import school_card, teacher_card
from alliance_sim.reporting.palette import colour, darker


@solara.component_vue("card.vue")
def Sheet(card: dict[str, Any], colour: str, event_close: Any, event_choose_teacher: Any, event_back: Any) -> None:  # noqa: N802
    """Name, state, whom it trusts, what happened to it."""


@solara.component
def Card(lesson: Lesson) -> None:  # noqa: N802
    """Nothing until a school is pressed."""
    chosen, _ = lesson.chosen.value, lesson.shown.value
    session = lesson.session
    if chosen is None:
        return
    side, school, teacher = chosen["side"], chosen["school"], chosen.get("teacher")

    def close(_: Any) -> None:
        lesson.chosen.value = None

    def choose_teacher(row: Any) -> None:
        staff = session.worlds[side].model.schools[school].teachers
        if row not in {one.row for one in staff}:
            raise RefusedError("this teacher is not at this school")
        lesson.chosen.value = {"side": side, "school": school, "teacher": row}

    def back(_: Any) -> None:
        lesson.chosen.value = {"side": side, "school": school}

    Sheet(
        card=school_card(session, side, school) if teacher is None else teacher_card(session, side, teacher),
        colour=darker(colour(side)),
        event_close=lesson.guarded(close),
        event_choose_teacher=lesson.guarded(choose_teacher),
        event_back=lesson.guarded(back),
    )
