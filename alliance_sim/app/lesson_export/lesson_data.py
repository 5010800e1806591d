"""The data of a lesson as one HTML file: curves as numbers, networks as bytes."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.language import school_name
from alliance_sim.app.lesson.displays import axis, display, known_axis, yearly_mean
from alliance_sim.app.lesson.recording import RecordedRun
from alliance_sim.app.lesson_export.kept_lesson import Branch, KeptLesson
from alliance_sim.app.views.layout import HEIGHT, WIDTH, layout

SHOWN = ("sharing", "trust", "practice", "attainment")
"""The outcomes that the file shows after the reveal, beside the one that the class bets on."""
UNKNOWN = 255
FULL = 250
"""The byte that stands for a share of 1."""
DETAIL = (160, 60, 0)
"""Ties that are drawn in each network, by how much a file may hold."""


def lesson_data(kept: KeptLesson, ties: int = DETAIL[0], networks: bool = True) -> dict[str, Any]:
    """Return the data of a file.

    Args:
        kept: the lesson.
        ties: the ties that are drawn in each network, the busiest.
        networks: whether networks are kept for the runs with an event, too; those without one always are.
    """
    first = kept.without_event[0]
    place = layout(first.roster)
    return {
        "title": kept.title,
        "question": kept.question,
        "names": list(kept.names),
        "known": kept.known_until,
        "horizon": kept.half_terms,
        "about": kept.about,
        "source": kept.source,
        "outcomes": [_outcome(kept, name) for name in dict.fromkeys((kept.outcome, *SHOWN))],
        "map": {
            "width": WIDTH,
            "height": HEIGHT,
            "schools": [
                [round(x), round(y), round(r), school_name(name)]
                for x, y, r, name in zip(
                    place.x.tolist(), place.y.tolist(), place.radius.tolist(), first.roster.name, strict=True
                )
            ],
            "alliances": [
                [round(x), round(y), round(reach + 8)]
                for x, y, reach in zip(
                    place.centre_x.tolist(), place.centre_y.tolist(), place.reach.tolist(), strict=True
                )
            ],
        },
        "branches": [_branch(branch, ties, networks or branch.half_term is None) for branch in kept.branches],
    }


def _outcome(kept: KeptLesson, name: str) -> dict[str, Any]:
    how = display(name)
    raw = [[how.scale(run.curve(name)) for run in branch.runs] for branch in kept.branches]
    means = [[yearly_mean(curve) for curve in pair] for pair in raw]
    low, high, _ticks = axis(how, [float(one) for pair in (*means, raw[0]) for curve in pair for one in curve])
    known = [float(one) for pair in (means[0], raw[0]) for curve in pair for one in curve[: kept.known_until + 1]]
    bet_low, bet_high, _ticks = known_axis(how, known)
    return {
        "name": name,
        "title": how.title,
        "unit": how.unit,
        "low": low,
        "high": high,
        # Before the reveal, the axis follows from what is known alone.
        "betLow": bet_low,
        "betHigh": bet_high,
        "step": 10.0**-how.decimals,
        "means": [[_numbers(curve) for curve in pair] for pair in means],
        "raw": [_numbers(curve) for curve in raw[0]],
    }


def _numbers(curve: NDArray[np.float64]) -> list[float | None]:
    return [round(one, 2) if math.isfinite(one) else None for one in curve.tolist()]


def _branch(branch: Branch, ties: int, networks: bool) -> dict[str, Any]:
    return {
        "label": branch.sentence,
        "at": branch.half_term,
        "networks": [_network(run, ties) for run in branch.runs] if networks else None,
    }


def _network(run: RecordedRun, ties: int) -> dict[str, Any]:
    """Return trust of schools and the busiest ties as bytes, one row per half-term."""
    busiest = np.sort(np.argsort(-run.flow.sum(axis=0), kind="stable")[:ties])
    flow = run.flow[:, busiest]
    most = max(float(np.quantile(run.flow, 0.995)) if run.flow.size else 0.0, 1e-6)
    return {
        "pairs": run.pairs[busiest].ravel().tolist(),
        "trust": _packed(_bytes(run.trust)),
        "flow": _packed(_bytes(flow / most)),
        "alliance": _changes(run.alliance),
    }


def _bytes(shares: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    known = np.isfinite(shares)
    return np.where(known, np.clip(np.where(known, shares, 0.0), 0, 1) * FULL + 0.5, UNKNOWN).astype(np.uint8)


def _packed(rows: NDArray[np.uint8]) -> str:
    return base64.b64encode(np.ascontiguousarray(rows).tobytes()).decode()


def _changes(alliance: NDArray[np.int32]) -> list[Sequence[int]]:
    """Return ``[half_term, school, alliance]`` for each school that starts in an alliance or moves to another."""
    found: list[Sequence[int]] = [[0, school, int(one)] for school, one in enumerate(alliance[0])]
    moves = np.argwhere(np.diff(alliance, axis=0) != 0)
    found += [[int(time) + 1, int(school), int(alliance[time + 1, school])] for time, school in moves]
    return found
