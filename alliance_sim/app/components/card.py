"""The card of the school or teacher that was selected."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.app.views.cards import school_card, teacher_card
from alliance_sim.reporting.palette import colour, darker


@solara.component_vue("card.vue")
def CardPanel(card: dict[str, Any], colour: str, event_close: Any, event_choose_teacher: Any, event_back: Any) -> None:
    """Show facts, trust in others and events."""


@solara.component
def Card(state: PageState) -> None:
    """Show the card if a school is selected."""
    chosen, _ = state.chosen.value, state.frame_version.value
    session = state.session
    if chosen is None:
        return
    side, school, teacher = chosen["side"], chosen["school"], chosen.get("teacher")

    def close(_: Any) -> None:
        state.chosen.value = None

    def choose_teacher(row: Any) -> None:
        staff = session.runs[side].model.schools[school].teachers
        if row not in {one.row for one in staff}:
            raise RefusedError("this teacher is not at this school")
        state.chosen.value = {"side": side, "school": school, "teacher": row}

    def back(_: Any) -> None:
        state.chosen.value = {"side": side, "school": school}

    CardPanel(
        card=school_card(session, side, school) if teacher is None else teacher_card(session, side, teacher),
        colour=darker(colour(side)),
        event_close=state.guarded(close),
        event_choose_teacher=state.guarded(choose_teacher),
        event_back=state.guarded(back),
    )
