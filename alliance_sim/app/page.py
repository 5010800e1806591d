"""The page: its parts, put together. ``solara run alliance_sim/app/page.py`` shows it, ``alliance-sim serve`` better."""

from __future__ import annotations

from pathlib import Path

import solara

from alliance_sim.app import offline
from alliance_sim.app.lesson import Lesson
from alliance_sim.app.opening import first_setup
from alliance_sim.app.parts.controls import Controls
from alliance_sim.app.parts.curves import Curves
from alliance_sim.app.parts.pace import Pace
from alliance_sim.app.parts.world import World

LOOKS = Path(__file__).with_name("page.css")


@solara.component
def Page() -> None:  # noqa: N802
    """One browser session: its own two worlds."""
    lesson = solara.use_memo(lambda: Lesson(first_setup("")), [])
    solara.Title(offline.TITLE)
    solara.Style(LOOKS)
    with solara.Div(classes=["lesson"]):
        Controls(lesson)
        with solara.Div(classes=["stage"]):
            World(lesson, 0)
            World(lesson, 1)
            Curves(lesson)
        Pace(lesson)


@solara.component
def Layout(children: list[solara.Element]) -> None:  # noqa: N802
    """Nothing of Solara's around the page."""
    with solara.Div(classes=["page"]):
        for child in children:
            solara.display(child)
