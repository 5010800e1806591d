"""Buttons for interventions and controls of policy, for one system or both."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.interventions import INTERVENTION_KINDS, largest_school
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.app.session.settings_form import parse_fields
from alliance_sim.app.views.levers import levers


@solara.component_vue("interventions.vue")
def InterventionButtons(
    kinds: list[dict[str, Any]], names: list[str], target: str, levers: list[dict[str, Any]], event_intervene: Any,
    event_set_policy: Any,
) -> None:  # fmt: skip
    """Show one button per kind of intervention, and a slider per lever."""


@solara.component
def Interventions(state: PageState) -> None:
    """Show the panel under the pictures."""
    _ = state.setup_version.value, state.frame_version.value
    session = state.session
    chosen = state.chosen.value
    school = chosen["school"] if chosen else largest_school(session.runs[0].model)
    school = min(school, session.runs[0].model.roster.schools - 1)

    def intervene(message: Any) -> None:
        given = message if isinstance(message, dict) else {}
        state.change_here(lambda session: session.intervene(given.get("key"), given.get("side"), school))

    def set_policy(message: Any) -> None:
        given = message if isinstance(message, dict) else {}
        name, value = given.get("name"), given.get("value")
        if not isinstance(name, str) or not name or not isinstance(value, str):
            raise RefusedError(
                "this message names no policy parameter and value; it must come from the page's own form"
            )
        changes = parse_fields({name: value})
        state.change_here(lambda session: session.set_policy(changes, given.get("side")))

    InterventionButtons(
        kinds=[
            {"key": kind.key, "label": kind.label, "meaning": kind.meaning, "row": kind.row}
            for kind in INTERVENTION_KINDS.values()
        ],
        names=[system.title for system in session.setup.systems],
        target=session.runs[0].model.roster.name[school],
        levers=levers(session),
        event_intervene=state.guarded(intervene),
        event_set_policy=state.guarded(set_policy),
    )
