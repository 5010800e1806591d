"""The bar at the top: systems, seed, speed, play, pause, step, reset and the time line."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import HORIZON, SPEEDS
from alliance_sim.app.session.session_config import RefusedError, of_preset


@solara.component_vue("controls.vue")
def ControlBar(  # noqa: N802
    presets: list[dict[str, str]], preset: str, question: str, playing: bool, at: int, simulated: int, horizon: int,
    when: str, speeds: list[float], speed: float, seed: int, event_act: Any, event_choose_preset: Any,
    event_look_at: Any, event_set_speed: Any, event_set_seed: Any,
) -> None:  # fmt: skip
    """Show the browser's own buttons, lists and slider."""


@solara.component
def Controls(state: PageState) -> None:  # noqa: N802
    """Show the bar, and handle the keys space, arrows, R and P."""
    _ = state.setup_version.value, state.frame_version.value
    session = state.session
    acts = {
        "play": session.play, "pause": session.pause, "step": session.step, "reset": lambda: state.open(session.setup),
    }  # fmt: skip

    def act(name: Any) -> None:
        if not isinstance(name, str) or name not in acts:
            raise RefusedError(f"there is no such button; there are {', '.join(acts)}")
        if name == "step":
            session.pause()
        acts[name]()
        state.show()

    def choose_preset(key: Any) -> None:
        if not isinstance(key, str) or key not in PRESETS:
            raise RefusedError(f"there is no such pair of systems; there are {', '.join(PRESETS)}")
        state.open(of_preset(PRESETS[key], session.setup.seed, session.setup.schools))

    def look_at(half_term: Any) -> None:
        session.look_at(half_term)
        state.show()

    def set_speed(speed: Any) -> None:
        session.set_speed(speed)
        state.show()

    def set_seed(seed: Any) -> None:
        state.open(session.with_seed(seed))

    ControlBar(
        presets=[{"key": preset.key, "title": preset.title} for preset in PRESETS.values()],
        preset=session.setup.preset,
        question=session.setup.question,
        playing=session.playing,
        at=session.at,
        simulated=session.simulated,
        horizon=HORIZON,
        when=session.when,
        speeds=list(SPEEDS),
        speed=session.speed,
        seed=session.setup.seed,
        event_act=state.guarded(act),
        event_choose_preset=state.guarded(choose_preset),
        event_look_at=state.guarded(look_at),
        event_set_speed=state.guarded(set_speed),
        event_set_seed=state.guarded(set_seed),
    )
