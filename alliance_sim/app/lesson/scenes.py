"""What the page shows for a state of a lesson: one scene a screen, with nothing in it that is still covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alliance_sim.app.language import ENGLISH, _, language, speaking
from alliance_sim.app.lesson import lesson as kinds
from alliance_sim.app.lesson import scenes_of_events, scenes_of_plots, scenes_of_schools, scenes_of_teachers
from alliance_sim.app.lesson.runs import Progress
from alliance_sim.app.lesson.state import LessonState, next_button
from alliance_sim.app.lesson.words import EVENT_CLAIMS, KIND_CLAIMS
from alliance_sim.app.views.claims import claim

type Scene = dict[str, Any]
"""The title, the caption, the filled button and the picture of a screen."""

_BUILDERS: dict[str, Callable[[LessonState, Progress], Scene]] = {
    kinds.FAVOUR: scenes_of_teachers.favour,
    kinds.PROMISE: scenes_of_teachers.promise,
    kinds.LADDER: scenes_of_schools.ladder,
    kinds.COORDINATOR: scenes_of_schools.coordinator,
    kinds.SYSTEMS: scenes_of_schools.systems,
    kinds.BET: scenes_of_plots.bet,
    kinds.REVEAL: scenes_of_plots.reveal,
    kinds.EVENT: scenes_of_events.event,
    kinds.CHANCE: scenes_of_plots.chance,
}
_AFTER_THE_BET = (kinds.EVENT, kinds.CHANCE)
"""Kinds of screens that show the whole run at once."""


def scene(state: LessonState, progress: Progress = lambda _: None) -> Scene:
    """Return what the page shows.

    Args:
        state: the state of the lesson.
        progress: called with the share that is done while runs are simulated; an error that it raises ends them.

    Raises:
        ConfigError: if an event names a school that does not exist.
    """
    with speaking(state.lesson.language):
        return _scene(state, progress)


def _scene(state: LessonState, progress: Progress) -> Scene:
    screen = state.screen
    if screen.kind in _AFTER_THE_BET and state.bet_stands and state.covers(screen):
        built: Scene = {"title": screen.title or screen.label, "caption": "", "picture": {"stands": _bet_place(state)}}
    else:
        built = _BUILDERS[screen.kind](state, progress)
    return _frame(state) | {"stands": "stands" in built["picture"]} | built


def shell(state: LessonState) -> Scene:
    """Return a scene without its picture, which the page shows until the runs of the picture are simulated.

    Args:
        state: the state of the lesson.
    """
    with speaking(state.lesson.language):
        frame = _frame(state)
    return frame | {"title": state.screen.title or state.screen.label, "caption": "", "picture": None}


def _frame(state: LessonState) -> Scene:
    """Return what every scene has."""
    screen = state.screen
    row = EVENT_CLAIMS[state.event.kind] if screen.kind == kinds.EVENT and state.event else KIND_CLAIMS.get(screen.kind)
    return {
        "id": screen.id,
        "kind": screen.kind,
        "at": state.at,
        "screens": [{"id": one.id, "label": one.label} for one in state.lesson.screens],
        "primary": next_button(state),
        "source": _source(row) if row else None,
        "stands": False,
    }


def _source(row: str) -> dict[str, str]:
    """Return the study behind a screen. The equation is in the language of THEORY.md, so only English shows it."""
    found = claim(row)
    what, source = found["claim"], found["source"]
    equation = found["equation"] if language() == ENGLISH else ""
    return {"row": row, "claim": _(what), "source": _(source), "equation": equation}


def _bet_place(state: LessonState) -> int:
    """Return the place of the screen that uncovers the bet, or else of the bet."""
    found = [place for place, one in enumerate(state.lesson.screens) if one.kind in (kinds.REVEAL, kinds.BET)]
    return found[-1]
