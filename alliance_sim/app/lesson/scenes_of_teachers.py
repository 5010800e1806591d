"""The scenes with two teachers: a favour, and promises kept and broken."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.app.language import _, percent, school_name, spelled
from alliance_sim.app.lesson import sentences
from alliance_sim.app.lesson.displays import axis, display
from alliance_sim.app.lesson.drawing import DARKEST, PALEST, Line, plot
from alliance_sim.app.lesson.pair import Pair, typical_pair
from alliance_sim.app.lesson.runs import CACHE, Progress
from alliance_sim.app.lesson.state import LessonState


def favour(state: LessonState, progress: Progress) -> dict[str, Any]:
    """Return the scene of a favour: a question, a vote, and what follows from it."""
    screen = state.screen
    configuration = screen.systems[0].configuration
    before = typical_pair(configuration, state.lesson.seed)
    after = before if state.helped is None else before.helped() if state.helped else before.refused()
    caption = screen.caption
    if state.helped is not None:
        caption = sentences.favour(screen.names, before, after, state.helped)
    refusals = CACHE.run(configuration, state.lesson.seed, 1, progress).curve("refusals")[1]
    return {
        "title": screen.title or screen.question,
        "caption": caption,
        "picture": {
            "teachers": _teachers(screen.names, after),
            "trusts": [percent(after.asker), percent(after.giver)],
            "speech": list(screen.speech),
            "helped": state.helped,
            "note": sentences.granted(float(refusals)) if state.helped is not None else "",
        },
    }


def promise(state: LessonState, _progress: Progress) -> dict[str, Any]:
    """Return the scene of promises: the trust of the second teacher after each."""
    screen = state.screen
    kept = state.promises
    pairs = typical_pair(screen.systems[0].configuration, state.lesson.seed).after(kept)
    trust = np.array([100 * pair.giver for pair in pairs])
    how = display("trust")
    # The axis holds every promise that can still follow, so that it stays while they are made.
    start = pairs[0]
    steps = start.after((True,) * (screen.promises + 1))
    possible = [pair.giver for step in steps for pair in (step, step.broken())]
    ends = axis(how, [100 * one for one in possible] + trust.tolist(), close=True)
    asker, giver = screen.names
    line = Line("ink", _("{giver}’s trust in {asker}").format(giver=giver, asker=asker), trust)
    built: dict[str, Any] = {
        "title": screen.title,
        "caption": sentences.promises(screen.names, pairs, kept),
        "picture": {
            "teachers": _teachers(screen.names, pairs[-1]),
            "kept": list(kept),
            "speech": screen.speech[0] if screen.speech and False in kept else "",
            "plot": plot(how, [line], ends, 1, title=line.name, unit="", kind="promises", kept=list(kept),
                         slots=max(screen.promises + 1, len(kept))),
        },
    }  # fmt: skip
    if not kept:
        label = _("Keep {number} promises").format(number=spelled(screen.promises))
        built["primary"] = {"label": label, "act": "promise", "value": "all"}
    elif False not in kept:
        built["primary"] = {"label": _("Break one"), "act": "promise", "value": False}
    return built


def _teachers(names: tuple[str, str], pair: Pair) -> list[dict[str, Any]]:
    """Return both teachers, each with the school and the trust in the other."""
    return [
        {
            "name": name, "school": school_name(school), "other": other, "share": percent(trust),
            "shade": round(100 * min(1.0, max(0.0, (trust - PALEST) / (DARKEST - PALEST)))),
        }
        for name, other, school, trust in zip(
            names, reversed(names), pair.schools, (pair.asker, pair.giver), strict=True
        )
    ]  # fmt: skip
