"""The bar at the top: systems, seed, speed, play, pause, step, reset and the time line."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import HORIZON, SPEEDS
from alliance_sim.app.session.session_config import RefusedError, of_preset


@dataclass(frozen=True)
class BarState:
    """What the bar shows.

    Attributes:
        preset: the key of the pair of systems; empty for the user's own.
        question: the question of the pair.
        playing: whether the runs advance by themselves.
        at: the half-term shown.
        simulated: the latest half-term simulated.
        when: the half-term shown, in words.
        speed: half-terms per second.
        seed: the seed of both runs.
    """

    preset: str
    question: str
    playing: bool
    at: int
    simulated: int
    when: str
    speed: float
    seed: int


CHOICES: dict[str, Any] = {
    "presets": [{"key": preset.key, "title": preset.title} for preset in PRESETS.values()],
    "speeds": list(SPEEDS),
    "horizon": HORIZON,
}
"""What the user can choose from."""


@solara.component_vue("controls.vue")
def ControlBar(
    choices: dict[str, Any], bar: dict[str, Any], event_act: Any, event_choose_preset: Any, event_look_at: Any,
    event_set_speed: Any, event_set_seed: Any,
) -> None:  # fmt: skip
    """Show the browser's own buttons, lists and slider."""


@solara.component
def Controls(state: PageState) -> None:
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

    setup = session.setup
    bar = BarState(
        setup.preset, setup.question, session.playing, session.at, session.simulated, session.when, session.speed,
        setup.seed,
    )  # fmt: skip
    ControlBar(
        choices=CHOICES,
        bar=asdict(bar),
        event_act=state.guarded(act),
        event_choose_preset=state.guarded(choose_preset),
        event_look_at=state.guarded(look_at),
        event_set_speed=state.guarded(set_speed),
        event_set_seed=state.guarded(set_seed),
    )
