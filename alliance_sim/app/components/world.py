"""One world: what it is called, in what it differs, its network and its strip."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.views import network
from alliance_sim.app.views.differences import differences
from alliance_sim.app.views.maturity_bars import strip
from alliance_sim.reporting.palette import colour, darker


@solara.component_vue("world.vue")
def Network(  # noqa: N802
    letter: str, title: str, colour: str, differs: list[str], still: dict[str, Any], moving: dict[str, Any],
    strip: dict[str, Any], told: str, chosen: int, event_choose: Any,
) -> None:  # fmt: skip
    """The network of one world, with schools that can be reached by keyboard and pressed."""


@solara.component
def World(lesson: Lesson, side: int) -> None:  # noqa: N802
    """World A (0) or B (1)."""
    opened, _ = lesson.opened.value, lesson.shown.value
    session = lesson.session
    world = session.worlds[side]
    frame = world.frames[session.at]
    still = solara.use_memo(lambda: network.still(world, frame), [opened, frame.alliance.tobytes(), len(frame.links)])
    chosen = lesson.chosen.value
    moving = network.moving(frame)

    def choose(school: Any) -> None:
        if isinstance(school, int) and 0 <= school < world.model.roster.schools:
            lesson.chosen.value = {"side": side, "school": school}

    Network(
        letter="ab"[side],
        title=session.setup.worlds[side].title,
        colour=darker(colour(side)),
        differs=differences(session, side),
        still=still,
        moving=moving,
        strip=strip(world, frame),
        told=network.told(frame),
        chosen=chosen["school"] if chosen and chosen["side"] == side else -1,
        event_choose=lesson.guarded(choose),
    )
