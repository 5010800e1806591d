"""Open a config or a list of schools; keep the outcomes, the pictures, the configs and the link."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any

import solara

from alliance_sim.app import exports
from alliance_sim.app.lesson import Lesson
from alliance_sim.app.setup import LARGEST_CONFIG, LARGEST_LIST, RefusedError, Schools, of_text, safe_name


@solara.component_vue("keep.vue")
def Shelf(  # noqa: N802
    names: list[str], listed: str, largest: dict[str, int], parcel: dict[str, Any] | None, event_ask_for: Any,
    event_open_file: Any, event_too_large: Any, event_drop_list: Any,
) -> None:  # fmt: skip
    """Buttons to keep things, and fields to open files with."""


@solara.component
def Keep(lesson: Lesson) -> None:  # noqa: N802
    """What can be taken home, and what can be brought along."""
    opened = lesson.opened.value
    session = lesson.session
    parcel, set_parcel = solara.use_state(None)
    made = {
        "csv": lambda: ("outcomes.csv", "text/csv", exports.csv(session)),
        "a": lambda: (exports.file_name(session, 0), "application/toml", exports.config(session, 0)),
        "b": lambda: (exports.file_name(session, 1), "application/toml", exports.config(session, 1)),
    }

    def ask_for(what: Any) -> None:
        if what not in made:
            raise RefusedError("there is nothing of that kind to keep")
        name, kind, text = made[what]()
        number = (parcel["number"] if parcel else 0) + 1
        set_parcel({"number": number, "name": name, "type": kind, "text": text})

    def open_file(given: Any) -> None:
        name, what, content = _received(given)
        setup = session.setup
        if what == "schools":
            lesson.open(replace(setup, schools=Schools(name, content=content)))
            report = lesson.session.setup.schools.as_grouped_by(setup.first.configuration).report  # type: ignore[union-attr]
            left = report.rows - report.taken
            lesson.tell(f"{name}: {report.taken:,} schools with {report.teachers:,} teachers in "
                        f"{len(report.groups):,} alliances{f'; {left:,} rows were left out' if left else ''}.")  # fmt: skip
            return
        world = of_text(content, name)
        other = setup.second if what == "a" else setup.first
        if world.title == other.title:
            world = replace(world, title=f"{world.title} (opened)")
        changed = {"first": world} if what == "a" else {"second": world}
        lesson.open(replace(setup, **changed, preset="", question=world.configuration.question))
        lesson.tell(f"{name} is world {what.upper()} now: {world.configuration.question}")

    def too_large(given: Any) -> None:
        asked = given if isinstance(given, dict) else {}
        most = LARGEST_LIST if asked.get("what") == "schools" else LARGEST_CONFIG
        name = safe_name(str(asked.get("name", "")), "the file")
        more = "; longer lists can be given to the command: alliance-sim serve --schools FILE"
        raise RefusedError(
            f"{name} is larger than {most / 1e6:g} MB, the most that the page opens"
            f"{more if asked.get('what') == 'schools' else ''}; nothing was changed"
        )

    def drop_list(_: Any) -> None:
        lesson.open(replace(session.setup, schools=None))
        lesson.tell("The schools are drawn again.")

    listed = session.setup.schools
    _ = opened
    Shelf(
        names=[world.title for world in session.setup.worlds],
        listed=listed.name if listed else "",
        largest={"schools": LARGEST_LIST, "a": LARGEST_CONFIG, "b": LARGEST_CONFIG},
        parcel=parcel,
        event_ask_for=lesson.guarded(ask_for),
        event_open_file=lesson.guarded(open_file),
        event_too_large=lesson.guarded(too_large),
        event_drop_list=lesson.guarded(drop_list),
    )


def _received(given: Any) -> tuple[str, str, bytes]:
    """Name, purpose and content of a file as the browser sends it.

    Raises:
        RefusedError: if it did not arrive whole, or is too large.
    """
    asked = given if isinstance(given, dict) else {}
    what, text = asked.get("what"), asked.get("content")
    if what not in ("a", "b", "schools") or not isinstance(text, str):
        raise RefusedError("the file did not arrive; try again")
    most = LARGEST_LIST if what == "schools" else LARGEST_CONFIG
    name = safe_name(str(asked.get("name", "")), "config.toml" if what != "schools" else "schools.csv")
    if len(text) > most * 4 / 3 + 8:
        raise RefusedError(f"{name} is larger than {most / 1e6:g} MB, the most that the page opens")
    try:
        return name, what, base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(f"{name} did not arrive whole; try again") from None
