"""The scene of an event: the runs with it, the same runs without it, and the school that it affects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.language import _, alliance_name, decimal_sign, school_name
from alliance_sim.app.lesson import sentences
from alliance_sim.app.lesson.displays import Display, axis, display, heads_trust_in, trust_in, yearly_mean
from alliance_sim.app.lesson.drawing import Line, dots_scale, network, plot, system_lines
from alliance_sim.app.lesson.lesson import SIDES, LessonEvent
from alliance_sim.app.lesson.recording import RecordedRun
from alliance_sim.app.lesson.runs import Progress, both_runs
from alliance_sim.app.lesson.scenes_of_plots import school_row
from alliance_sim.app.lesson.state import LessonState
from alliance_sim.app.lesson.words import EVENT_LABELS, EVENT_TITLES
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

FELL = 0.95
"""The share of its trust below which a tie is drawn as one that has lost trust."""
type Floats = NDArray[np.float64]


def event(state: LessonState, progress: Progress) -> dict[str, Any]:
    """Return the scene of an event: the runs with it, and the same runs without it as ghosts."""
    screen = state.screen
    without = both_runs(screen, state.lesson.seed, progress=lambda share: progress(share / 2))
    chosen = state.event
    offered = [{"kind": one.kind, "label": _(EVENT_LABELS[one.kind])} for one in screen.events]
    names = [system.title for system in screen.systems]
    picture: dict[str, Any] = {"events": offered, "chosen": None, "years": screen.years, "names": names}
    if chosen is None:
        how = display(screen.outcome)
        lines = system_lines(without, screen.outcome, how, without[0].half_terms, names)
        for line in lines:
            line.raw = np.empty(0)
        ends = axis(how, [one for line in lines for one in line.values.tolist()], close=True)
        first = screen.events[0]
        picture |= {
            "plot": plot(how, lines, ends, screen.years, kind="event"),
            "moment": round(first.year * HALF_TERMS_A_YEAR),
            "networks": [],
        }
        return {
            "title": screen.title or _("What if something happens?"),
            "caption": screen.caption or _("Pick a moment and an event. The run without it stays as a dashed line."),
            "primary": {"label": _(EVENT_LABELS[first.kind]), "act": "event", "value": {"kind": first.kind}},
            "picture": picture,
        }
    runs = both_runs(screen, state.lesson.seed, chosen, lambda share: progress(0.5 + share / 2))
    moment = round(chosen.year * HALF_TERMS_A_YEAR)
    row = school_row(chosen, runs[0])
    how, curves = _event_curves(chosen, screen.outcome, row, runs, without)
    affected = SIDES[chosen.system]
    lines = [
        Line("ab"[side], names[side], curves[side][0], ghost=curves[side][1] if side in affected else np.empty(0))
        for side in (0, 1)
    ]
    everything = [one for line in lines for one in (*line.values.tolist(), *line.ghost.tolist())]
    school = runs[0].roster.name[row]
    label = _(EVENT_LABELS[chosen.kind])
    gaps = [abs(float(curves[side][0][-1] - curves[side][1][-1])) for side in affected]
    shown = affected[int(np.argmax(gaps))]
    picture |= {
        "chosen": {"kind": chosen.kind, "label": label, "system": chosen.system, "school": school},
        "moment": moment,
        "plot": plot(how, lines, axis(how, everything, close=True), screen.years, kind="event",
                     marks=[{"at": moment, "label": label}]),
        "networks": _before_and_after(runs[shown], row, moment),
        "shown": {"mark": "ab"[shown], "title": names[shown], "alliance": _alliance_name(runs[shown], row)},
    }  # fmt: skip
    said = [("AB"[side], curves[side][0].tolist(), curves[side][1].tolist()) for side in affected]
    title = _(EVENT_TITLES[chosen.kind]).format(school=school_name(school), year=_year(moment))
    return {"title": title, "caption": sentences.after_event(said, moment, how), "picture": picture}


def _year(half_term: int) -> str:
    """Return the year in which a half-term is, counted as on the axis."""
    year, rest = divmod(half_term, HALF_TERMS_A_YEAR)
    return str(year) if not rest else f"{half_term / HALF_TERMS_A_YEAR:.1f}".replace(".", decimal_sign())


def _event_curves(
    chosen: LessonEvent, outcome: str, row: int,
    runs: tuple[RecordedRun, RecordedRun], without: tuple[RecordedRun, RecordedRun],
) -> tuple[Display, list[tuple[Floats, Floats]]]:  # fmt: skip
    """Return the display of what an event is measured by, and per system the curves with and without it."""
    name = school_name(runs[0].roster.name[row])
    if chosen.kind in ("betrayal", "head_leaves"):
        betrayed = chosen.kind == "betrayal"
        how = trust_in(name) if betrayed else heads_trust_in(name)
        found: list[tuple[Floats, Floats]] = []
        for pair in zip(runs, without, strict=True):
            first, second = (
                100 * (run.trusted if betrayed else run.heads_trusted)[:, row].astype(np.float64) for run in pair
            )
            found.append((first, second))
        return how, found
    how = display(outcome)
    return how, [
        (yearly_mean(how.scale(one.curve(outcome))), yearly_mean(how.scale(other.curve(outcome))))
        for one, other in zip(runs, without, strict=True)
    ]


def _before_and_after(run: RecordedRun, row: int, moment: int) -> list[dict[str, Any]]:
    """Return the alliance of a school at the event and one half-term later, with the ties that trust has left."""
    whole = network(run, moment + 1, dots_scale([run], moment + 1))
    home = run.alliance[moment][row]
    found: list[dict[str, Any]] = []
    for at in (moment, moment + 1):
        members = np.flatnonzero(
            (run.alliance[moment] == home) | (run.alliance[moment + 1] == run.alliance[moment + 1][row])
        )
        inside = np.isin(run.pairs, members).all(axis=1)
        fell = run.tie_trust[moment + 1] < FELL * run.tie_trust[moment]
        found.append({
            "schools": [
                {**whole["schools"][one], "row": one, "shade": whole["frames"]["trust"][at][one],
                 "share": whole["frames"]["share"][at][one], "hit": one == row}
                for one in members.tolist()
            ],
            "ties": [
                {"from": pair[0], "to": pair[1], "width": round(max(flow, 0.0), 1), "fell": bool(at > moment and lost)}
                for pair, flow, lost in zip(
                    run.pairs[inside].tolist(), run.flow[at, inside].tolist(), fell[inside].tolist(), strict=True
                )
            ],
            "coordinator": bool(run.coordinators[at][home]),
        })  # fmt: skip
    return found


def _alliance_name(run: RecordedRun, row: int) -> str:
    return alliance_name(run.roster.alliance_name[int(run.alliance[0][row])])
