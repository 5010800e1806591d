"""Charts of a comparison: four outcomes over the years, and all differences in percent.

Figures are drawn with matplotlib's figure objects alone, without the global state of ``pyplot``.
"""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator, NullLocator

from alliance_sim.comparison.comparison import Comparison
from alliance_sim.comparison.difference import NO_RATIO, Difference
from alliance_sim.config.config import EVENT_KINDS
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.reporting.palette import colour, darker, dashes
from alliance_sim.text import format_parameter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, PALE = "#222222", "#767676"

STYLE: Any = {
    "font.family": ["DejaVu Sans"],  # part of matplotlib, so that figures look the same on every machine
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": "#999999",
    "axes.labelcolor": PALE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": PALE,
    "ytick.color": PALE,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "svg.hashsalt": "alliance-sim",
    "svg.fonttype": "path",
    "path.simplify": False,
}


@dataclass(frozen=True)
class Panel:
    """One of the four panels: its outcome, its heading, and what it shows in which unit."""

    outcome: str
    heading: str
    explained: str


PANELS = (
    Panel("trust", "Trust", "mean trust in counterparts within alliances, 0 to 1"),
    Panel("sharing", "Sharing", "acts of help granted per teacher per half-term"),
    Panel("practice", "Practice", "mean practice of teachers, 1 = sound"),
    Panel("attainment", "Attainment", "mean of schools, pupil SD"),
)


def four_curves(comparison: Comparison) -> Figure:
    """Plot trust, sharing, practice and attainment over the years: the mean and the middle 95 % of the runs."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 6.9))
        canvas = FigureCanvasAgg(figure)
        names = 0.0085 * max(map(len, comparison.titles)) + 0.036
        wide = (1 - 2 * (names + 0.055)) / 2
        grid = figure.add_gridspec(
            2, 2, left=0.055, right=1 - names, top=0.915, bottom=0.105, hspace=0.34, wspace=(names + 0.055) / wide
        )
        axes = [figure.add_subplot(grid[place // 2, place % 2]) for place in range(len(PANELS))]
        for place, (panel, plot) in enumerate(zip(PANELS, axes, strict=True)):
            _draw_panel(plot, comparison, panel, named=place >= 2)
        canvas.draw()  # the scales must be known before labels can be moved
        for panel, plot in zip(PANELS, axes, strict=True):
            _label_ends(plot, comparison, panel)
        _label_events(axes, comparison)
        caption = f"Lines: means of {len(comparison.seeds)} runs per config. Bands: the middle 95 % of these runs."
        figure.text(0.055, 0.018, caption, fontsize=8.5, color=PALE)
        return figure


def _draw_panel(plot: Axes, comparison: Comparison, panel: Panel, *, named: bool) -> None:
    years = np.arange(comparison.half_terms + 1) / HALF_TERMS_A_YEAR
    faint = min(0.15, 0.3 / len(comparison.scenarios))  # many overlapping bands hide each other
    for place in range(len(comparison.scenarios)):
        course = comparison.trajectory(place, panel.outcome)
        # Attainment is published once a year; a slope between two results would show values that do not exist.
        yearly = panel.outcome == "attainment"
        plot.fill_between(
            years,
            course.low,
            course.high,
            color=colour(place),
            alpha=faint,
            linewidth=0,
            step="post" if yearly else None,
        )
        plot.plot(
            years,
            course.mean,
            color=colour(place),
            linewidth=2.0,
            linestyle=dashes(place),
            drawstyle="steps-post" if yearly else "default",
            solid_capstyle="round",
        )
    plot.set_title(panel.heading, loc="left", fontsize=12, fontweight="bold", pad=19)
    plot.text(0, 1.03, panel.explained, transform=plot.transAxes, fontsize=8.5, color=PALE, va="bottom")
    plot.set_xlim(0, comparison.half_terms / HALF_TERMS_A_YEAR)
    plot.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    plot.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    if panel.outcome == "sharing":
        plot.set_ylim(bottom=0)
    plot.grid(axis="y", color="#E6E6E6", linewidth=0.7)
    plot.set_axisbelow(True)
    plot.tick_params(length=0)
    plot.spines["left"].set_visible(False)
    if named:
        plot.set_xlabel("years")


def _label_ends(plot: Axes, comparison: Comparison, panel: Panel) -> None:
    """Write each config's name at the end of its line, separated where lines end close together."""
    ends = [_last(comparison.trajectory(place, panel.outcome).mean) for place in range(len(comparison.scenarios))]
    pixels = [float(plot.transData.transform((0, end))[1]) if math.isfinite(end) else math.nan for end in ends]
    box = plot.get_window_extent()
    line = 13.5 / 72 * plot.get_figure(root=True).dpi  # pyright: ignore[reportOptionalMemberAccess]
    spots = spread_out(pixels, line, (box.y0, box.y1))
    for place, (end, spot) in enumerate(zip(pixels, spots, strict=True)):
        if not math.isfinite(end):
            continue
        at, to = (end - box.y0) / box.height, (spot - box.y0) / box.height
        plot.plot(
            (1.0, 1.022, 1.032),
            (at, to, to),
            transform=plot.transAxes,
            color=colour(place),
            linewidth=0.8,
            clip_on=False,
        )
        plot.text(
            1.042,
            to,
            comparison.titles[place],
            transform=plot.transAxes,
            color=darker(colour(place)),
            fontsize=9.5,
            fontweight="bold",
            va="center_baseline",
        )


def _last(course: Sequence[float] | np.ndarray[Any, Any]) -> float:
    defined = [float(value) for value in course if math.isfinite(value)]
    return defined[-1] if defined else math.nan


def spread_out(wanted: Sequence[float], gap: float, within: tuple[float, float]) -> list[float]:
    """Return positions near the wanted ones with at least ``gap`` between neighbours.

    Neighbours that are too close form a block centred on the mean of their wanted positions; blocks that are too close
    are merged.

    Args:
        wanted: the positions to be near to; NaN stays NaN.
        gap: the least distance between two positions.
        within: the lowest and the highest position allowed.
    """
    order = sorted((place for place, spot in enumerate(wanted) if math.isfinite(spot)), key=lambda place: wanted[place])
    blocks: list[list[int]] = []
    starts: list[float] = []
    for one in order:
        blocks.append([one])
        starts.append(wanted[one])
        while len(blocks) > 1 and starts[-1] < starts[-2] + gap * len(blocks[-2]):
            merged = blocks[-2] + blocks[-1]
            middle = sum(wanted[place] - gap * row for row, place in enumerate(merged)) / len(merged)
            blocks[-2:], starts[-2:] = [merged], [middle]
    spots = [math.nan] * len(wanted)
    for block, start in zip(blocks, starts, strict=True):
        fits = min(max(start, within[0]), max(within[0], within[1] - gap * (len(block) - 1)))
        for row, place in enumerate(block):
            spots[place] = fits + gap * row
    return spots


def _label_events(axes: Sequence[Axes], comparison: Comparison) -> None:
    """Mark changes of policy with dotted lines, in the config's colour unless all configs change."""
    dated: dict[tuple[float, str], list[int]] = {}
    for place, scenario in enumerate(comparison.scenarios):
        for event in scenario.events:
            if event.half_term < comparison.half_terms:
                changes = (
                    f"{name.removeprefix('policy.')} = {format_parameter(value)}" for name, value in event.set.items()
                )
                changes = (*changes, *([EVENT_KINDS[event.kind]] if event.kind else ()))
                dated.setdefault((event.half_term / HALF_TERMS_A_YEAR, "\n".join(changes)), []).append(place)
    top = 0.99
    for (year, text), places in sorted(dated.items()):
        tone = INK if len(places) == len(comparison.scenarios) else darker(colour(places[0]))
        for plot in axes:
            plot.axvline(year, color=tone, linewidth=1, linestyle=(0, (1, 2)))
        late = year > 0.6 * comparison.half_terms / HALF_TERMS_A_YEAR
        axes[0].annotate(
            text,
            (year, top),
            xycoords=("data", "axes fraction"),
            xytext=(-4 if late else 4, 0),
            textcoords="offset points",
            fontsize=7.5,
            color=tone,
            ha="right" if late else "left",
            va="top",
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )
        top -= 0.07 * (1 + text.count("\n"))  # one below the other, since events may be close together
        top = top if top > 0.3 else 0.99


OMITTED_OUTCOMES = ("alliances", "social_capital", "intellectual_capital")
"""Outcomes that the plot omits: the first differs only with modules, the others are composites of outcomes shown."""
LABELS = 0.21
"""Share of the width for the names of outcomes."""


LINEAR = 10.0
"""Percentages up to this are drawn on a linear scale, larger ones on a logarithmic one."""


def relative_differences(comparison: Comparison) -> Figure:
    """Plot differences in percent of the first config's mean, with Fieller's intervals.

    Attainment has no ratio; it is plotted in percent of a pupil SD. Neither scale depends on the number of schools, as
    the spread between runs does.
    """
    shown = [outcome for outcome in comparison.outcomes if outcome.name not in OMITTED_OUTCOMES]
    others = range(1, len(comparison.scenarios))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 1.05 + len(shown) * (0.2 + 0.1 * len(others))))
        FigureCanvasAgg(figure)
        height = figure.get_figheight()
        plot = figure.add_axes((LABELS, 0.62 / height, 0.97 - LABELS, 1 - 1.05 / height))
        plot.axvline(0, color=INK, linewidth=0.9)
        plot.set_xscale("symlog", linthresh=LINEAR)
        for other in others:
            offset = 0.0 if len(others) == 1 else 0.6 * ((other - 1) / (len(others) - 1) - 0.5)
            for row, outcome in enumerate(shown):
                found = comparison.difference(outcome.name, other)
                value, low, high = _percentages(found)
                if not math.isfinite(value):
                    continue
                tone, clear, y = colour(other), found.direction != 0, row + offset
                if math.isfinite(low) and math.isfinite(high):
                    plot.plot((low, high), (y, y), color=tone, linewidth=2.2, alpha=0.6)
                plot.plot(value, y, "o", markersize=5.5, color=tone, markerfacecolor=tone if clear else "white")
        limits = plot.get_xlim()
        widest = max(map(abs, limits))
        ticks = [tick for tick in (1, 5, 10, 30, 100, 300, 1_000, 10_000) if tick <= max(widest, LINEAR)]
        plot.set_xticks([*(-tick for tick in reversed(ticks)), 0, *ticks])
        plot.xaxis.set_minor_locator(NullLocator())
        plot.xaxis.set_major_formatter(lambda tick, _: f"{tick:+,.0f} %".replace("-", "−") if tick else "0")
        plot.set_xlim(min(limits[0], -LINEAR), max(limits[1], LINEAR))
        plot.set_yticks(range(len(shown)), [outcome.title for outcome in shown])
        plot.tick_params(axis="y", colors=INK, labelsize=9)
        plot.tick_params(axis="x", labelsize=8)
        plot.set_ylim(len(shown) - 0.4, -0.6)
        plot.grid(axis="x", color="#E6E6E6", linewidth=0.7)
        plot.grid(axis="y", color="#F3F3F3", linewidth=0.7)
        plot.set_axisbelow(True)
        plot.tick_params(length=0)
        plot.spines["left"].set_visible(False)
        first = comparison.titles[0]
        plot.set_xlabel(f"← lower than {first}          percent of its mean          higher than {first} →")
        _name_markers(figure, comparison, height)
        return figure


def _percentages(found: Difference) -> tuple[float, float, float]:
    """Return a difference and its interval in percent of the first mean, or of a pupil SD; NaN if it has neither."""
    if found.unit in NO_RATIO:
        return 100.0 * found.difference, 100.0 * found.low, 100.0 * found.high
    if found.ratio is None or found.ratio_low is None or found.ratio_high is None:
        return math.nan, math.nan, math.nan
    value, low, high = (100.0 * (ratio - 1.0) for ratio in (found.ratio, found.ratio_low, found.ratio_high))
    return value, low, high


def _name_markers(figure: Figure, comparison: Comparison, height: float) -> None:
    """Write the names of the compared configs above the plot, in their colours."""
    x = LABELS
    for other in range(1, len(comparison.scenarios)):
        label = f"● {comparison.titles[other]}"
        name = figure.text(x, 1 - 0.22 / height, label, color=darker(colour(other)), fontweight="bold", va="center")
        x += name.get_window_extent().width / figure.bbox.width + 0.03


def png(figure: Figure, dots_an_inch: int = 160) -> bytes:
    """Return a figure as PNG."""
    with mpl.rc_context(STYLE), io.BytesIO() as file:
        figure.savefig(file, format="png", dpi=dots_an_inch, facecolor="white", metadata={"Software": None})
        return file.getvalue()


def svg(figure: Figure) -> str:
    """Return a figure as SVG; the same figure gives the same text."""
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context(STYLE), io.BytesIO() as file:
        figure.savefig(file, format="svg", facecolor="white", metadata=metadata)
        return file.getvalue().decode()


def svg_for_page(figure: Figure, name: str, description: str) -> str:
    """Return a figure as SVG for a page, with a text alternative and ids prefixed by ``name``."""
    whole = svg(figure)
    drawing = re.sub(r"<metadata>.*?</metadata>", "", whole[whole.index("<svg") :], flags=re.DOTALL)
    drawing = re.sub(r'\sxmlns(:xlink)?="[^"]*"', "", drawing)
    drawing = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", drawing)
    box = re.search(r'viewBox="[^"]*"', drawing)
    start_tag = f'<svg {box[0] if box else ""} role="img" aria-label="{html.escape(description)}">'
    return start_tag + drawing[drawing.index(">") + 1 :].strip()
