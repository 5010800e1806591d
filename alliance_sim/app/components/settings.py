"""The settings of both systems, built from the declarations of the parameters."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.settings_form import groups, with_settings


@solara.component_vue("settings.vue")
def SettingsForm(groups: list[dict[str, Any]], names: list[str], listed: bool, event_apply: Any) -> None:
    """Show groups of fields with one column per system; changes are applied together."""


@solara.component
def Settings(state: PageState) -> None:
    """Show the drawer for settings."""
    version = state.setup_version.value
    session = state.session

    def apply(given: Any) -> None:
        setup = with_settings(session.setup, given)
        if setup is session.setup:
            state.notify("No setting was changed.")
            return
        state.open(setup, "Both systems were started again with these settings.")

    SettingsForm(
        groups=solara.use_memo(lambda: groups(session), [version]),
        names=[system.title for system in session.setup.systems],
        listed=session.setup.schools is not None,
        event_apply=state.guarded(apply),
    )
