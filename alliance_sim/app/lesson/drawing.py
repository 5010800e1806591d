"""Data of the lesson's pictures: networks frame by frame, and plots with their summary and table."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.language import school_name
from alliance_sim.app.lesson.displays import Display, yearly_mean
from alliance_sim.app.lesson.recording import Acts, RecordedRun
from alliance_sim.app.views.layout import HEIGHT, WIDTH, layout
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

PALEST, DARKEST = 0.3, 0.8
"""The range of trust over which the colour of a school changes."""
MOST_DOTS = 12
"""Acts of help that are drawn in a half-term at most; all systems of a screen have the same scale."""
BUSY = 0.5
"""The decayed number of acts of help from which a tie is drawn."""


def dots_scale(runs: Sequence[RecordedRun], until: int) -> int:
    """Return how many requests one dot stands for, the same in all systems of a screen."""
    most = max((len(acts) for run in runs for acts in run.acts[: until + 1]), default=0)
    return max(1, math.ceil(most / MOST_DOTS))


def network(run: RecordedRun, until: int, scale: int) -> dict[str, Any]:
    """Return a network with one frame for each half-term up to ``until``.

    Args:
        run: the run.
        until: the last half-term that is shown.
        scale: how many requests one dot stands for.
    """
    where = layout(run.roster)
    inside = run.alliance[0][run.pairs[:, 0]] == run.alliance[0][run.pairs[:, 1]]
    shown = slice(0, until + 1)
    between, arcs = _arcs(run, until)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "schools": [
            {
                "name": name, "title": school_name(name), "short": short_name(name),
                "x": round(x, 1), "y": round(y, 1), "r": round(r, 1),
            }
            for name, x, y, r in zip(
                run.roster.name, where.x.tolist(), where.y.tolist(), where.radius.tolist(), strict=True
            )
        ],
        "rings": [
            {"x": round(x, 1), "y": round(y, 1), "r": round(reach, 1)}
            for x, y, reach in zip(
                where.centre_x.tolist(), where.centre_y.tolist(), where.reach.tolist(), strict=True
            )
        ],
        "links": run.pairs[inside].tolist(),
        "arcs": between,
        "frames": {
            "trust": [[_shade(one) for one in row] for row in run.trust[shown].tolist()],
            "share": [[_whole(100 * one) for one in row] for row in run.trust[shown].tolist()],
            "flow": [_tenths(row) for row in run.flow[shown, inside]],
            "arc": [_tenths(row) for row in arcs],
            "coordinators": run.coordinators[shown].astype(int).tolist(),
            "dots": [_dots(acts, scale) for acts in run.acts[shown]],
        },
    }  # fmt: skip


def _arcs(run: RecordedRun, until: int) -> tuple[list[list[int]], NDArray[np.float64]]:
    """Return the pairs of alliances that help each other, and the help between them in each half-term."""
    many = run.roster.alliances
    home = run.alliance[0].astype(np.int64)
    one, other = home[run.pairs[:, 0]], home[run.pairs[:, 1]]
    outside = one != other
    key = np.minimum(one, other)[outside] * many + np.maximum(one, other)[outside]
    keys, place = np.unique(key, return_inverse=True)
    flows = np.zeros((until + 1, len(keys)))
    for half_term in range(until + 1):
        flows[half_term] = np.bincount(place, run.flow[half_term, outside], len(keys))
    return np.column_stack(np.divmod(keys, many)).tolist(), flows


def _dots(acts: Acts, scale: int) -> list[list[int]]:
    """Return every ``scale``-th request, so that the shares of help and refusals stay."""
    return acts[scale // 2 :: scale][:MOST_DOTS].tolist()


def _shade(trust: float) -> int:
    """Return how dark a school is, 0 to 100; −1 where trust is unknown."""
    if not math.isfinite(trust):
        return -1
    return round(100 * min(1.0, max(0.0, (trust - PALEST) / (DARKEST - PALEST))))


def _whole(value: float) -> int:
    return round(value) if math.isfinite(value) else -1


def _tenths(row: NDArray[Any]) -> list[float]:
    return [round(one, 1) if one >= BUSY else 0 for one in row.tolist()]


def short_name(name: str) -> str:
    """Return what fits into a school's disc: the number of a numbered school, else its initials."""
    numbered = re.fullmatch(r"School (\d+)", name)
    if numbered:
        return numbered.group(1)
    return "".join(word[0] for word in re.findall(r"[^\W\d_]+", name)[:3]).upper()


@dataclass
class Line:
    """One curve of a plot.

    Attributes:
        mark: ``a`` or ``b`` for a system's colour, ``ink`` for neither.
        name: its name.
        values: shown numbers from half-term 0 on; fewer than the axis is long where the rest is covered.
        raw: the numbers behind a yearly mean; empty to draw none.
        ghost: the same run without an event; empty for none.
        dashed: whether it is dashed.
    """

    mark: str
    name: str
    values: NDArray[np.float64]
    raw: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    ghost: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    dashed: bool = False

    def to_dict(self, how: Display) -> dict[str, Any]:
        """Return the curve for the page."""
        last = self.values[-1] if len(self.values) else math.nan
        without = self.ghost[-1] if len(self.ghost) else math.nan
        return {
            "mark": self.mark, "name": self.name, "values": _numbers(self.values), "raw": _numbers(self.raw),
            "ghost": _numbers(self.ghost), "dashed": self.dashed, "end": how.number(float(last)),
            "without": how.number(float(without)) if len(self.ghost) else "",
        }  # fmt: skip


def system_lines(
    runs: Sequence[RecordedRun], outcome: str, how: Display, until: int, names: Sequence[str]
) -> list[Line]:
    """Return the curve of an outcome for each system: the yearly mean, with the half-terms behind it.

    Args:
        runs: the runs of the systems.
        outcome: the outcome.
        how: its display.
        until: the last half-term that is shown.
        names: the names of the systems.
    """
    lines: list[Line] = []
    for mark, name, run in zip("ab", names, runs, strict=True):
        raw = how.scale(run.curve(outcome))[: until + 1]
        lines.append(Line(mark, name, yearly_mean(raw), raw))
    return lines


def plot(
    how: Display, lines: Sequence[Line], ends: tuple[float, float, list[float]], years: int, **more: Any
) -> dict[str, Any]:
    """Return a plot for the page, with a summary in words and a table.

    Args:
        how: the display of the outcome.
        lines: the curves.
        ends: the ends of the axis and its grid lines.
        years: the length of the axis.
        more: further parts: ``cover``, ``marks``, ``bets``, ``band`` …
    """
    return {
        "title": how.title, "unit": how.unit, "suffix": how.suffix, "decimals": how.decimals,
        "low": ends[0], "high": ends[1], "ticks": ends[2],
        "years": years, "halfTerms": years * HALF_TERMS_A_YEAR,
        "lines": [line.to_dict(how) for line in lines],
        "table": _table(how, lines), "cover": None, "marks": [], "bets": None, "band": None,
        "kind": "", **more,
    }  # fmt: skip


def _table(how: Display, lines: Sequence[Line]) -> dict[str, Any]:
    """Return the values at the end of each year, as far as they are shown."""
    columns = [(line.name, line.values) for line in lines]
    columns += [(f"{line.name} (–)", line.ghost) for line in lines if len(line.ghost)]
    longest = max((len(values) for _, values in columns), default=0)
    rows = [
        [str(at // HALF_TERMS_A_YEAR),
         *(how.number(float(values[at])) if at < len(values) else "" for _, values in columns)]
        for at in range(0, longest, HALF_TERMS_A_YEAR)
    ]  # fmt: skip
    return {"columns": [name for name, _ in columns], "rows": rows}


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [round(one, 2) if math.isfinite(one) else None for one in values.tolist()]
