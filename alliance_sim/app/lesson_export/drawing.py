"""What slides and animations share: colours, letters and the plot of one outcome of both systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from alliance_sim.app.language import _, short_number
from alliance_sim.app.lesson.displays import Display, axis, display, known_axis, yearly_mean
from alliance_sim.app.lesson_export.kept_lesson import Branch, KeptLesson
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPER, INK, SOFT, RULE, EVENT_COLOUR, TIE = "#FAF8F4", "#1C1F24", "#575D68", "#DDD8CE", "#C4122F", "#A9B5AC"
LINES, LETTERS = ("#C26A00", "#0B62B0"), ("#8F4D00", "#0A5699")
ENDS = ("o", "s")
TRUST = LinearSegmentedColormap.from_list("trust", ["#DCEBE0", "#0D4A37"])
LOWEST_TRUST, HIGHEST_TRUST = 0.3, 0.8
"""The range of trust over which the colour of a school changes."""
STYLE: Any = {
    "font.family": ["DejaVu Sans"],  # part of matplotlib, so that slides look the same on every machine
    "font.size": 15,
    "text.color": INK,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "hatch.color": RULE,
    "hatch.linewidth": 2.0,
    "svg.fonttype": "none",  # letters stay letters, so that a slide can be searched and read out
    "svg.hashsalt": "alliance-sim",
    "pdf.fonttype": 42,
}
ON_PAPER = {"facecolor": PAPER, "edgecolor": "none", "pad": 3}
"""The box of a text that covers lines; outlines would turn its letters into shapes."""


@dataclass(frozen=True)
class Curves:
    """An outcome of both systems in the unit of the class.

    Attributes:
        outcome: its name.
        how: its display.
        years: the time of each value.
        means: the yearly mean of each system.
        without: the same without the event; ``None`` if there is no event.
        low, high: the ends of the axis.
        ticks: its grid lines.
    """

    outcome: str
    how: Display
    years: NDArray[np.float64]
    means: tuple[NDArray[np.float64], NDArray[np.float64]]
    without: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    low: float
    high: float
    ticks: Sequence[float]


def curves_of(kept: KeptLesson, branch: Branch, outcome: str, until: int) -> Curves:
    """Return the curves of a branch up to a half-term; later values influence nothing, not even the axis.

    Args:
        kept: the lesson.
        branch: one of its branches.
        outcome: the name of the outcome.
        until: the last half-term that is shown.
    """
    how = display(outcome)

    def means(other: Branch) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        first, second = (yearly_mean(how.scale(run.curve(outcome)))[: until + 1] for run in other.runs)
        return first, second

    shown = means(branch)
    without = means(kept.branches[0]) if branch.half_term is not None else None
    values = [float(one) for curve in (*shown, *(without or ())) for one in curve]
    low, high, ticks = axis(how, values) if until == kept.half_terms else known_axis(how, values)
    return Curves(outcome, how, np.arange(until + 1) / HALF_TERMS_A_YEAR, shown, without, low, high, ticks)


def prepare_axes(plot: Axes, curves: Curves, years: float) -> None:
    """Set the ranges of a plot, and draw its grid.

    Args:
        plot: the plot.
        curves: what it will show.
        years: the last year.
    """
    plot.set_xlim(0, years)
    margin = 0.02 * (curves.high - curves.low)
    plot.set_ylim(curves.low - margin, curves.high + margin)
    plot.set_yticks(curves.ticks, [curves.how.number(tick) for tick in curves.ticks])
    plot.grid(axis="y", color=RULE, linewidth=1)
    plot.tick_params(length=0, pad=8)
    step = max(1, round(years / 5))
    marks = [*np.arange(0, years - step / 2, step), years]
    plot.set_xticks(marks, [*map(short_number, marks[:-1]), _("year {year}").format(year=short_number(years))])
    plot.set_axisbelow(True)


def spread(places: Sequence[float], distance: float) -> list[float]:
    """Return places of labels that are at least a distance apart, near the given ones and in their order.

    Args:
        places: where labels belong.
        distance: the least distance between two.
    """
    order = sorted(range(len(places)), key=lambda one: places[one])
    found = list(places)
    for _round in range(60):
        for low, high in pairwise(order):
            lack = distance - (found[high] - found[low])
            if lack > 1e-9:
                found[low] -= lack / 2
                found[high] += lack / 2
    return found
