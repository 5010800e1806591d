"""The page: its parts, put together.

``alliance-sim serve`` shows it; ``solara run alliance_sim/app/page.py`` does, too.
"""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from pathlib import Path
from typing import Any

import solara

from alliance_sim.app import offline
from alliance_sim.app.components.address import Address
from alliance_sim.app.components.card import Card
from alliance_sim.app.components.controls import Controls
from alliance_sim.app.components.curves import Curves
from alliance_sim.app.components.drawers import Drawers
from alliance_sim.app.components.interventions import Hands
from alliance_sim.app.components.legend import Legend
from alliance_sim.app.components.notification import Notice
from alliance_sim.app.components.story import Story
from alliance_sim.app.components.ticker import Pace
from alliance_sim.app.components.world import World
from alliance_sim.app.page_state import Lesson

LOOKS = Path(__file__).with_name("page.css")


@solara.component
def Page() -> None:  # noqa: N802
    """One browser session: its own two worlds."""
    search = solara.use_router().search
    lesson = solara.use_memo(lambda: Lesson.begun(search or ""), [])
    solara.Title(offline.TITLE)
    solara.Style(LOOKS)
    with solara.v.Html(tag="main", class_="lesson"):
        Controls(lesson)
        Notice(lesson)
        with solara.Div(classes=["stage"]):
            World(lesson, 0)
            World(lesson, 1)
            Curves(lesson)
            Legend()
            Card(lesson)
        with solara.Div(classes=["words"]):
            Story(lesson)
            Hands(lesson)
        Drawers(lesson)
        Address(lesson)
        Pace(lesson)  # last, so that the browser asks for more only when all the rest has arrived


@solara.component
def Layout(children: list[Any]) -> None:  # noqa: N802
    """Nothing of Solara's around the page."""
    with solara.Div(classes=["page"]):
        for child in children:
            solara.display(child)
