"""The lesson's page: the frame with progress, title, caption and buttons, and the picture of the screen."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import solara

from alliance_sim.app.components.address import AddressBar
from alliance_sim.app.language import speaking
from alliance_sim.app.lesson.class_following import class_words, follow
from alliance_sim.app.lesson.keep_words import keep_words
from alliance_sim.app.lesson.model import LessonModel
from alliance_sim.app.lesson.served import SERVED
from alliance_sim.app.lesson.words import page_words
from alliance_sim.app.startup import SERVED as SERVED_PAGE

FOLDER = Path(__file__).parent
STYLE_SHEET = FOLDER / "lesson.css"
FURTHER_STYLE = FOLDER / "further.css"


@cache
def parts() -> dict[str, str]:
    """Return the templates of the pictures, by the name of their element; the frame registers them."""
    return {f"ls-{path.stem.replace('_', '-')}": path.read_text("utf-8") for path in sorted(FOLDER.glob("parts/*.vue"))}


@solara.component_vue("frame.vue")
def LessonFrame(
    parts: dict[str, str], words: dict[str, Any], scene: dict[str, Any], working: list[Any] | None, notice: str,
    event_act: Callable[[Any], None],
) -> None:  # fmt: skip
    """Show a scene; all actions of the class are sent as messages with a name and a value."""


@solara.component
def LessonPage(search: str) -> None:
    """Show the lesson of this process in one browser session.

    Args:
        search: the part of the address after the question mark.
    """
    model = solara.use_memo(lambda: LessonModel(SERVED.lesson_for(search), search), [])
    scene, working = model.scene.value, model.working.value

    def until_closed() -> Callable[[], None]:
        SERVED.warm()
        return model.cancel

    solara.use_effect(until_closed, [])
    _code, show_code = solara.use_state("")
    classroom = SERVED_PAGE.classroom

    def steer() -> None:
        if classroom is not None and scene["picture"] is not None:  # the runs that it asks about are simulated
            follow(classroom, model.state)

    solara.use_effect(steer, [scene])

    def act(message: Any) -> None:
        if classroom is not None and isinstance(message, dict) and message.get("name") == "new_code":
            show_code(classroom.renew_code())
        else:
            model.act(message)

    with speaking(model.state.lesson.language):
        words = {**page_words(), **keep_words(model.state), "link": model.state.link()}
        if classroom is not None:
            address = SERVED_PAGE.join_address(classroom.code)
            words |= class_words(classroom, address, SERVED_PAGE.bets_address)
    solara.Title(model.state.lesson.title)
    solara.Style(STYLE_SHEET)
    solara.Style(FURTHER_STYLE)
    with solara.Div(classes=["ls-page"]):
        LessonFrame(
            parts=parts(),
            words=words,
            scene=scene,
            working=list(working) if working else None,
            notice=model.notice.value,
            event_act=act,
        )
        AddressBar(search=model.state.link())
