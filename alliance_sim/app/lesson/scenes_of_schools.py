"""The scenes with networks: the ladder of one alliance, the coordinator, and two systems."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from alliance_sim.app.language import _, percent
from alliance_sim.app.lesson import sentences
from alliance_sim.app.lesson.displays import axis, display, known_axis, middle, yearly_mean
from alliance_sim.app.lesson.drawing import Line, dots_scale, network, plot, system_lines
from alliance_sim.app.lesson.lesson import Screen
from alliance_sim.app.lesson.recording import RecordedRun
from alliance_sim.app.lesson.runs import Band, Progress, band, both_runs
from alliance_sim.app.lesson.state import LessonState, next_button
from alliance_sim.app.lesson.words import LEVELS, lever_words
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

LADDER_SPEED, SYSTEMS_SPEED = 6.0, 2.0
"""Half-terms a second at which runs play."""


def ladder(state: LessonState, progress: Progress) -> dict[str, Any]:
    """Return the scene of one alliance and its four levels of working together."""
    screen = state.screen
    run, _other = both_runs(screen, state.lesson.seed, progress=progress)
    until = state.shown_until(screen)
    steps = _steps(run)[: until + 1]
    gates = cast("tuple[float, ...]", screen.systems[0].configuration.values["level.gate"])
    ended = screen.id in state.played
    return {
        "title": screen.title,
        "caption": sentences.ladder(steps[-1].tolist(), screen.years) if ended else screen.caption,
        "primary": _play(state),
        "picture": {
            "network": network(run, until, dots_scale([run], until)),
            "name": screen.systems[0].title,
            "steps": [
                {"label": _(label), "gate": percent(gate)} for (label, _verb), gate in zip(LEVELS, gates, strict=True)
            ],
            "counts": steps.tolist(),
            "years": screen.years,
            "speed": LADDER_SPEED,
        },
    }


def _steps(run: RecordedRun) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return how many pairs of schools work at each level, shape (half-terms + 1, levels)."""
    inside = run.alliance[0][run.pairs[:, 0]] == run.alliance[0][run.pairs[:, 1]]
    level = np.clip(np.round(run.level[:, inside]), 1, len(LEVELS)).astype(np.int64)
    return np.stack([(level == step).sum(axis=1) for step in range(1, len(LEVELS) + 1)], axis=1)


def coordinator(state: LessonState, progress: Progress) -> dict[str, Any]:
    """Return the scene of the same alliance with and without a coordinator."""
    screen = state.screen
    runs = both_runs(screen, state.lesson.seed, progress=lambda share: progress(share / 4))
    many = shown_band(screen, state.lesson.seed, lambda share: progress(0.25 + 0.75 * share))
    how = display(screen.outcome)
    until = runs[0].half_terms
    middles = [middle(each) for each in many.values]
    lines = [
        Line("ink", system.title, values, dashed=side == 1)
        for side, (system, values) in enumerate(zip(screen.systems, middles, strict=True))
    ]
    scale = dots_scale(runs, until)
    unit = _("{unit}, middle of {runs} runs").format(unit=how.unit, runs=len(many.seeds))
    found, ends = sentences.coordinator(many, how), axis(how, np.concatenate(middles).tolist())
    return {
        "title": screen.title,
        "caption": screen.caption,
        "picture": {
            "networks": [
                {"name": system.title, "network": network(run, until, scale)}
                for system, run in zip(screen.systems, runs, strict=True)
            ],
            "finding": found,
            "plot": plot(how, lines, ends, screen.years, unit=unit, kind="drawn"),
            "years": screen.years,
            "speed": SYSTEMS_SPEED,
        },
    }  # fmt: skip


def shown_band(screen: Screen, seed: int, progress: Progress) -> Band:
    """Return the runs of a screen with many seeds: yearly means, as shown numbers."""
    found = band(screen, seed, progress)
    return Band(found.seeds, yearly_mean(display(screen.outcome).scale(found.values)))


def systems(state: LessonState, progress: Progress) -> dict[str, Any]:
    """Return the scene of two systems, as far as the class may see them."""
    screen = state.screen
    runs = both_runs(screen, state.lesson.seed, progress=progress)
    until = state.shown_until(screen)
    scale = dots_scale(runs, until)
    how = display(screen.outcome)
    names = [system.title for system in screen.systems]
    lines = system_lines(runs, screen.outcome, how, until, names)
    known = [one for line in lines for one in (*line.values.tolist(), *line.raw.tolist())]
    ends = known_axis(how, known) if state.covers(screen) else axis(how, known)
    values = [system.configuration.values for system in screen.systems]
    return {
        "title": screen.title,
        "caption": screen.caption,
        "primary": _play(state),
        "picture": {
            "systems": [
                {
                    "letter": "AB"[side], "title": names[side],
                    "levers": lever_words(values[side], values[1 - side]),
                    "network": network(runs[side], until, scale),
                }
                for side in (0, 1)
            ],
            "plot": plot(how, lines, ends, screen.years, kind="played"),
            "years": screen.years,
            "until": until,
            "covered": until < screen.years * HALF_TERMS_A_YEAR,
            "speed": SYSTEMS_SPEED,
        },
    }  # fmt: skip


def _play(state: LessonState) -> dict[str, Any]:
    """Return the filled button: play first, then the next screen."""
    if state.screen.id not in state.played:
        return {"label": _("Play"), "act": "play", "value": None}
    return next_button(state)
