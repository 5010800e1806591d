"""The row of drawers under the stage: one open at a time, none at first."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.components.files import Keep
from alliance_sim.app.components.prediction import Predict
from alliance_sim.app.components.settings import Settings
from alliance_sim.app.page_state import Lesson

DRAWERS = {"predict": "Predict first", "settings": "Settings", "keep": "Keep and open", "keys": "Keys and signs"}


@solara.component_vue("drawers.vue")
def Handles(drawers: dict[str, str], pulled: str, event_pull: Any) -> None:  # noqa: N802
    """A button a drawer."""


@solara.component_vue("shortcuts.vue")
def Keys() -> None:  # noqa: N802
    """Which keys do what, and what the signs mean."""


@solara.component
def Drawers(lesson: Lesson) -> None:  # noqa: N802
    """What is not needed all the time is made only while its drawer is open."""
    pulled = lesson.drawer.value

    def pull(key: Any) -> None:
        lesson.drawer.value = key if isinstance(key, str) and key in DRAWERS and key != lesson.drawer.peek() else ""

    Handles(drawers=DRAWERS, pulled=pulled, event_pull=lesson.guarded(pull))
    if pulled:
        with solara.Div(classes=["drawer"]):
            if pulled == "predict":
                Predict(lesson)
            elif pulled == "settings":
                Settings(lesson)
            elif pulled == "keep":
                Keep(lesson)
            else:
                Keys()
