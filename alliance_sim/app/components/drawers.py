"""The drawers at the bottom: one is open at a time, none at first."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.components.files import Files
from alliance_sim.app.components.prediction import Prediction
from alliance_sim.app.components.settings import Settings
from alliance_sim.app.page_state import PageState

DRAWERS = {
    "predict": "Predict first",
    "settings": "All assumptions",
    "files": "Save and open",
    "keys": "Keys and symbols",
}


@solara.component_vue("drawers.vue")
def DrawerButtons(drawers: dict[str, str], pulled: str, event_pull: Any) -> None:
    """Show one button per drawer."""


@solara.component_vue("shortcuts.vue")
def Shortcuts() -> None:
    """List the keys and explain the symbols."""


@solara.component
def Drawers(state: PageState) -> None:
    """Show the buttons, and the content of the open drawer; closed drawers are not computed."""
    pulled = state.drawer.value

    def pull(key: Any) -> None:
        state.drawer.value = key if isinstance(key, str) and key in DRAWERS and key != state.drawer.peek() else ""

    DrawerButtons(drawers=DRAWERS, pulled=pulled, event_pull=state.guarded(pull))
    if pulled:
        with solara.Div(classes=["drawer"]):
            if pulled == "predict":
                Prediction(state)
            elif pulled == "settings":
                Settings(state)
            elif pulled == "files":
                Files(state)
            else:
                Shortcuts()
