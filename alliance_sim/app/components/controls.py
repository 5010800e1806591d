"""The bar on top: which worlds, play, pause, step, reset, the time line and the speed."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import Lesson
from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import HORIZON, SPEEDS
from alliance_sim.app.session.session_config import RefusedError, of_preset


@solara.component_vue("controls.vue")
def Bar(  # noqa: N802
    presets: list[dict[str, str]], preset: str, question: str, playing: bool, at: int, lived: int, horizon: int,
    when: str, speeds: list[float], speed: float, seed: int, event_act: Any, event_choose_preset: Any,
    event_look_at: Any, event_set_speed: Any, event_set_seed: Any,
) -> None:  # fmt: skip
    """Buttons, a list and two sliders that every browser has by itself."""


@solara.component
def Controls(lesson: Lesson) -> None:  # noqa: N802
    """The bar, and the keys: space, arrows, R and P."""
    _ = lesson.opened.value, lesson.shown.value
    session = lesson.session
    acts = {
        "play": session.play, "pause": session.pause, "step": session.step, "reset": lambda: lesson.open(session.setup),
    }  # fmt: skip

    def act(name: Any) -> None:
        if not isinstance(name, str) or name not in acts:
            raise RefusedError(f"there is no such button; there are {', '.join(acts)}")
        if name == "step":
            session.pause()
        acts[name]()
        lesson.show()

    def choose_preset(key: Any) -> None:
        if not isinstance(key, str) or key not in PRESETS:
            raise RefusedError(f"there is no such pair of worlds; there are {', '.join(PRESETS)}")
        lesson.open(of_preset(PRESETS[key], session.setup.seed, session.setup.schools))

    def look_at(half_term: Any) -> None:
        session.look_at(half_term)
        lesson.show()

    def set_speed(speed: Any) -> None:
        session.set_speed(speed)
        lesson.show()

    def set_seed(seed: Any) -> None:
        lesson.open(session.with_seed(seed))

    Bar(
        presets=[{"key": preset.key, "title": preset.title} for preset in PRESETS.values()],
        preset=session.setup.preset,
        question=session.setup.question,
        playing=session.playing,
        at=session.at,
        lived=session.lived,
        horizon=HORIZON,
        when=session.when,
        speeds=list(SPEEDS),
        speed=session.speed,
        seed=session.setup.seed,
        event_act=lesson.guarded(act),
        event_choose_preset=lesson.guarded(choose_preset),
        event_look_at=lesson.guarded(look_at),
        event_set_speed=lesson.guarded(set_speed),
        event_set_seed=lesson.guarded(set_seed),
    )
