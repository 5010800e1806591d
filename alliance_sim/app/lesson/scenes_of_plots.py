"""The scenes around one plot: the bet, its reveal, and many seeds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.language import _
from alliance_sim.app.lesson import sentences
from alliance_sim.app.lesson.displays import (
    Display,
    axis,
    display,
    known_axis,
    middle,
)
from alliance_sim.app.lesson.drawing import Line, plot, system_lines
from alliance_sim.app.lesson.lesson import LessonEvent
from alliance_sim.app.lesson.recording import RecordedRun
from alliance_sim.app.lesson.runs import Progress, both_runs
from alliance_sim.app.lesson.scenes_of_schools import shown_band
from alliance_sim.app.lesson.state import LessonState
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.simulation.events import schools_concerned

BAND = 0.05
"""The share of runs that the band leaves out at either side."""
type Floats = NDArray[np.float64]


def bet(state: LessonState, progress: Progress) -> dict[str, Any]:
    """Return the scene of the bet: the years that are known, the rest covered."""
    screen = state.screen
    picture, _runs = _bet_plot(state, progress)
    built: dict[str, Any] = {"title": screen.title or screen.question, "picture": picture}
    if state.bet_stands:
        built["caption"] = _(
            "The bet is locked. The years after year {year} stay covered until you reveal them."
        ).format(year=screen.shown_years)
    else:
        built["caption"] = screen.caption or _("Drag the two handles to where you expect each system at the end.")
        if not state.revealed:
            built["primary"] = {"label": _("Lock the bet"), "act": "lock", "value": None}
    return built


def reveal(state: LessonState, progress: Progress) -> dict[str, Any]:
    """Return the scene of the reveal: covered at first, then the outcome beside the bet."""
    screen = state.screen
    picture, runs = _bet_plot(state, progress)
    if not state.revealed:
        question = state.bet_screen.title if state.bet_screen else ""
        return {
            "title": question or screen.label,
            "caption": _("The outcome is under the cover."),
            "primary": {"label": _("Reveal"), "act": "reveal", "value": None},
            "picture": picture,
        }
    how = display(screen.outcome)
    titles = screen.systems[0].title, screen.systems[1].title
    finals = picture["plot"]["finals"]
    first, second = (system.configuration.values["policy.competition"] for system in screen.systems)
    trust = [(float(run.curve("trust")[0]), float(run.curve("trust")[-1])) for run in runs]
    picture["compared"] = [
        {
            "mark": "ab"[side], "letter": "AB"[side], "title": titles[side],
            "bet": how.number(state.bet[side]) if state.bet else "",
            "outcome": how.number(finals[side]),
            "distance": how.number(_distance(how, state.bet[side], finals[side])) if state.bet else "",
        }
        for side in (0, 1)
    ]  # fmt: skip
    picture["refused"] = _refused(runs)
    return {
        "title": screen.title or sentences.reveal_title(how, titles, (finals[0], finals[1]), first == second),
        "caption": screen.caption or sentences.reveal(trust),
        "picture": picture,
    }


def _distance(how: Display, one: float, other: float) -> float:
    """Return the distance between two numbers as they are shown."""
    return abs(how.rounded(one) - how.rounded(other))


def _refused(runs: tuple[RecordedRun, RecordedRun]) -> list[dict[str, Any]]:
    """Return how many of a hundred requests were refused in each system."""
    shares = [float(np.nanmean(run.curve("refusals")[1:])) for run in runs]
    if not all(math.isfinite(one) for one in shares):
        return []
    return [{"mark": "ab"[side], "share": round(100 * share)} for side, share in enumerate(shares)]


def _bet_plot(state: LessonState, progress: Progress) -> tuple[dict[str, Any], tuple[RecordedRun, RecordedRun]]:
    """Return the plot of a bet; nothing after the years that are known is in it before the reveal."""
    screen = state.screen
    how = display(screen.outcome)
    names = [system.title for system in screen.systems]
    runs = both_runs(screen, state.lesson.seed, progress=progress)
    known = screen.shown_years * HALF_TERMS_A_YEAR
    until = runs[0].half_terms if state.revealed else known
    lines = system_lines(runs, screen.outcome, how, until, names)
    seen = [one for line in lines for one in (*line.values[: known + 1].tolist(), *line.raw[: known + 1].tolist())]
    low, high, ticks = known_axis(how, [*seen, *(state.bet or ())])
    if state.revealed:
        everything = [one for line in lines for one in (*line.values.tolist(), *line.raw.tolist())]
        finite = [one for one in everything if math.isfinite(one)]
        if finite and not (low <= min(finite) and max(finite) <= high):
            low, high, ticks = axis(how, [low, high, *finite])
    more: dict[str, Any] = {
        "kind": "bet", "known": known, "cover": None if state.revealed else known,
        "bets": list(state.bet) if state.bet else [_last(line.values[: known + 1]) for line in lines],
        "locked": state.bet is not None, "revealed": state.revealed,
    }  # fmt: skip
    if state.revealed:
        more["finals"] = [_last(line.values) for line in lines]
    return {"plot": plot(how, lines, (low, high, ticks), screen.years, **more)}, runs


def _last(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return round(float(known[-1]), 2) if len(known) else 0.0


def school_row(chosen: LessonEvent, run: RecordedRun) -> int:
    """Return the row of the school that an event affects, or that its picture shows."""
    for dated in run.configuration.events:
        if dated.kind and dated.kind == chosen.kind:
            return int(schools_concerned(dated, run.roster)[0])
    return int(run.roster.teachers.argmax())


def chance(state: LessonState, progress: Progress) -> dict[str, Any]:
    """Return the scene of many seeds: the runs, the band that holds most of them, and how often one system is ahead."""
    screen = state.screen
    how = display(screen.outcome)
    names = [system.title for system in screen.systems]
    if not state.banded:
        runs = both_runs(screen, state.lesson.seed, progress=progress)
        lines = system_lines(runs, screen.outcome, how, runs[0].half_terms, names)
        ends = axis(how, [one for line in lines for one in line.values.tolist()])
        label = _("Add {runs} runs").format(runs=screen.runs)
        return {
            "title": screen.title or screen.label,
            "caption": screen.caption or _("These are two runs. Would other random events turn the outcome round?"),
            "primary": {"label": label, "act": "band", "value": None},
            "picture": {"plot": plot(how, lines, ends, screen.years, kind="chance")},
        }
    many = shown_band(screen, state.lesson.seed, progress)
    titles = names[0], names[1]
    left_out = int(BAND * len(many.seeds))
    ordered = np.sort(many.values, axis=1)
    lines = [
        Line(mark, name, middle(many.values[side])) for side, (mark, name) in enumerate(zip("ab", names, strict=True))
    ]
    finite = many.values[np.isfinite(many.values)].tolist()
    big, what, remark, caption = sentences.chance(many, titles, how)
    inside = len(many.seeds) - 2 * left_out
    unit = _("{unit} · band: {inside} of {runs} runs at each moment · thick: the middle").format(
        unit=how.unit, inside=inside, runs=len(many.seeds)
    )
    return {
        "title": screen.title or screen.label,
        "caption": caption,
        "picture": {
            "plot": plot(how, lines, axis(how, finite), screen.years, kind="chance", unit=unit, band=[
                {
                    "mark": "ab"[side],
                    "low": _rounded(ordered[side, left_out]),
                    "high": _rounded(ordered[side, -1 - left_out]),
                    "runs": [_rounded(one) for one in many.values[side]],
                }
                for side in (0, 1)
            ]),
            "big": big, "what": what, "remark": remark,
        },
    }  # fmt: skip


def _rounded(values: Floats) -> list[float | None]:
    """Return the values at the end of each year, and at the start."""
    return [round(one, 2) if math.isfinite(one) else None for one in values[::HALF_TERMS_A_YEAR].tolist()]
