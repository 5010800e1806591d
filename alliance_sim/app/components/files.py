"""Open a config or a list of schools; keep the outcomes, the pictures, the configs and the link."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from dataclasses import replace
from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.session import downloads
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.app.session.uploads import refuse_too_large, started_with
from alliance_sim.limits import LARGEST_CONFIG_IN_PAGE, LARGEST_LIST_IN_PAGE


@solara.component_vue("files.vue")
def Shelf(  # noqa: N802
    names: list[str], listed: str, largest: dict[str, int], parcel: dict[str, Any], event_ask_for: Any,
    event_open_file: Any, event_too_large: Any, event_drop_list: Any,
) -> None:  # fmt: skip
    """Buttons to keep things, and fields to open files with."""


@solara.component
def Keep(lesson: Lesson) -> None:  # noqa: N802
    """What can be taken home, and what can be brought along."""
    opened = lesson.opened.value
    session = lesson.session
    empty: dict[str, Any] = {}
    parcel, set_parcel = solara.use_state(empty)
    made = {
        "csv": lambda: ("outcomes.csv", "text/csv", downloads.csv(session)),
        "a": lambda: (downloads.file_name(session, 0), "application/toml", downloads.config(session, 0)),
        "b": lambda: (downloads.file_name(session, 1), "application/toml", downloads.config(session, 1)),
    }

    def ask_for(what: Any) -> None:
        if not isinstance(what, str) or what not in made:
            raise RefusedError("there is nothing of that kind to keep")
        name, kind, text = made[what]()
        number = int(parcel.get("number", 0)) + 1
        set_parcel({"number": number, "name": name, "type": kind, "text": text})

    def open_file(given: Any) -> None:
        lesson.open(lambda: started_with(session.setup, given))

    def too_large(given: Any) -> None:
        refuse_too_large(given)

    def drop_list(_: Any) -> None:
        lesson.open(replace(session.setup, schools=None), "The schools are drawn again.")

    listed = session.setup.schools
    _ = opened
    Shelf(
        names=[world.title for world in session.setup.worlds],
        listed=listed.name if listed else "",
        largest={"schools": LARGEST_LIST_IN_PAGE, "a": LARGEST_CONFIG_IN_PAGE, "b": LARGEST_CONFIG_IN_PAGE},
        parcel=parcel,
        event_ask_for=lesson.guarded(ask_for),
        event_open_file=lesson.guarded(open_file),
        event_too_large=lesson.guarded(too_large),
        event_drop_list=lesson.guarded(drop_list),
    )
