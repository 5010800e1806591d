"""The page: the lesson, or the sandbox with its components put together.

``alliance-sim serve`` shows it; so does ``solara run alliance_sim/app/page.py``.
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
from alliance_sim.app.components.interventions import Interventions
from alliance_sim.app.components.legend import Legend
from alliance_sim.app.components.notification import Notification
from alliance_sim.app.components.story import Story
from alliance_sim.app.components.system import System
from alliance_sim.app.components.ticker import Ticker
from alliance_sim.app.lesson.components.page import LessonPage
from alliance_sim.app.page_state import PageState
from alliance_sim.app.startup import opens_lesson

STYLE_SHEET = Path(__file__).with_name("page.css")


@solara.component
def Page() -> None:
    """Show the page of one browser session: the lesson or the sandbox, as its address says."""
    search = solara.use_router().search or ""
    if opens_lesson(search):
        LessonPage(search)
    else:
        Sandbox(search)


@solara.component
def Sandbox(search: str) -> None:
    """Show the sandbox.

    Args:
        search: the part of the address after the question mark.
    """
    state = solara.use_memo(lambda: PageState.from_link(search), [])
    solara.Title(offline.TITLE)
    solara.Style(STYLE_SHEET)
    with solara.v.Html(tag="main", class_="lesson"):
        Controls(state)
        Notification(state)
        with solara.Div(classes=["stage"]):
            System(state, 0)
            System(state, 1)
            Curves(state)
            Legend()
            Card(state)
        with solara.Div(classes=["words"]):
            Story(state)
            Interventions(state)
        Drawers(state)
        Address(state)
        Ticker(state)  # last, so that the browser asks for the next half-term only when all the rest has arrived


@solara.component
def Layout(children: list[Any]) -> None:
    """Show the page without Solara's own header and navigation."""
    with solara.Div(classes=["page"]):
        for child in children:
            solara.display(child)
