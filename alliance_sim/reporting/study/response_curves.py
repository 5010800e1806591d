"""Plots of outcomes over a factor and over the years."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR, PARAMETERS
from alliance_sim.reporting.charts import STYLE, spread_out
from alliance_sim.reporting.palette import colour, darker, dashes
from alliance_sim.reporting.study.charts import MARKERS, MOST_PANELS, head
from alliance_sim.reporting.study.findings import Findings
from alliance_sim.reporting.study.labels import (
    NO_PARAMETERS,
    NO_SYMBOL,
    factor_axis,
    level_label,
    outcome_called,
    outcome_unit,
)
from alliance_sim.reporting.study.response_data import Axes, axes_of, courses, mean_at, select_levels

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Plot


def _panels(figure: Figure, outcomes: tuple[str, ...], right: float, left: float = 0.075) -> list[Plot]:
    """Return two columns of panels, each with its outcome's name and unit above it."""
    rows = (len(outcomes) + 1) // 2
    high = figure.get_figheight()
    columns = 1 if len(outcomes) == 1 else 2
    grid = figure.add_gridspec(
        rows, columns, left=left, right=right, top=1 - 0.58 / high, bottom=0.62 / high,
        hspace=0.92 / (high / rows - 0.9), wspace=0.2 if columns == 1 else (1 - right + left) / ((right - left) / 2.4),
    )  # fmt: skip
    plots: list[Plot] = []
    for place, outcome in enumerate(outcomes):
        plot = figure.add_subplot(grid[place // columns, place % columns])
        head(plot, outcome_called(outcome), outcome_unit(outcome))
        plots.append(plot)
    return plots


def _blank(outcomes: tuple[str, ...]) -> Figure:
    figure = Figure(figsize=(9.6, 0.75 + 2.85 * ((len(outcomes) + 1) // 2)))
    FigureCanvasAgg(figure)
    return figure


def _label_lines(plot: Plot, names: list[str], ends: list[float]) -> None:
    """Write each line's name at its end, separated where lines end close together."""
    plot.figure.canvas.draw()  # the scales must be known before labels can be moved
    box = plot.get_window_extent()
    pixels = [float(plot.transData.transform((0, end))[1]) if math.isfinite(end) else math.nan for end in ends]
    spots = spread_out(pixels, 12.5 / 72 * plot.get_figure(root=True).dpi, (box.y0, box.y1))  # pyright: ignore[reportOptionalMemberAccess]
    for place, (pixel, spot) in enumerate(zip(pixels, spots, strict=True)):
        if not math.isfinite(pixel):
            continue
        at, to = (pixel - box.y0) / box.height, (spot - box.y0) / box.height
        plot.plot((1.0, 1.022, 1.032), (at, to, to), transform=plot.transAxes, color=colour(place), linewidth=0.8,
                  clip_on=False)  # fmt: skip
        plot.text(1.042, to, names[place], transform=plot.transAxes, color=darker(colour(place)), fontsize=8.8,
                  fontweight="bold", va="center_baseline")  # fmt: skip


def _label_width(names: list[str]) -> float:
    """Return the share of a chart's width that names beside a panel need."""
    return 0.0078 * max(map(len, names), default=0) + 0.035


def responses(findings: Findings) -> Figure | None:
    """Plot outcomes over the factor with the most values, one line per level of another; None without numbers."""
    axes = axes_of(findings)
    if axes is None:
        return None
    outcomes = findings.outcomes[:MOST_PANELS]
    with mpl.rc_context(STYLE):
        figure = _blank(outcomes)
        shown = select_levels(len(findings.ends.levels[axes.lines].values)) if axes.lines else [0]
        names = [_line_label(findings, axes.lines, level) for level in shown] if axes.lines else []
        for place, (plot, outcome) in enumerate(
            zip(_panels(figure, outcomes, 1 - _label_width(names)), outcomes, strict=True)
        ):
            ends = [_draw_response(plot, findings, axes, outcome, level, at) for at, level in enumerate(shown)]
            plot.margins(x=0.03)
            if place >= len(outcomes) - 2:
                plot.set_xlabel(factor_axis(axes.along))
            if names:
                _label_lines(plot, names, ends)
        return figure


def _line_label(findings: Findings, factor: str, level: int) -> str:
    """Return a variant's name, or a value with its symbol, such as ``T0 0.25``."""
    value = level_label(factor, findings.ends.levels[factor].values[level])
    if factor in NO_PARAMETERS or PARAMETERS[factor].symbol == NO_SYMBOL:
        return value
    return f"{PARAMETERS[factor].symbol} {value}"


def _draw_response(plot: Plot, findings: Findings, axes: Axes, outcome: str, level: int, at: int) -> float:
    ends, along = findings.ends, findings.ends.levels[axes.along]
    here = np.ones(len(ends.done), np.bool_) if axes.lines is None else ends.levels[axes.lines].codes == level
    found = [mean_at(ends, outcome, here & (along.codes == code)) for code in range(len(along.values))]
    x = np.array(along.values, np.float64)
    plot.fill_between(
        x, [one.low for one in found], [one.high for one in found], color=colour(at), alpha=0.16, linewidth=0
    )
    few = len(x) <= 12
    plot.plot(x, [one.estimate for one in found], color=colour(at), linewidth=1.9, linestyle=dashes(at),
              marker=MARKERS[at] if few else None, markersize=4.2)  # fmt: skip
    return found[-1].estimate


def years(findings: Findings) -> tuple[Figure, str]:
    """Plot outcomes over the years, one line per variant or level of the leading factor, and return that factor too."""
    factor = "variant" if "variant" in findings.factors else _leading(findings)
    outcomes = findings.outcomes[:MOST_PANELS]
    levels = findings.ends.levels[factor]
    shown = select_levels(len(levels.values)) if len(levels.values) > 7 else list(range(len(levels.values)))
    with mpl.rc_context(STYLE):
        figure = _blank(outcomes)
        names = [_line_label(findings, factor, level) for level in shown]
        for place, (plot, outcome) in enumerate(
            zip(_panels(figure, outcomes, 1 - _label_width(names)), outcomes, strict=True)
        ):
            found = courses(findings, factor, outcome, shown)
            x = np.arange(findings.manifest.half_terms + 1) / HALF_TERMS_A_YEAR
            yearly: Any = {"step": "post"} if outcome.startswith("attainment") else {}
            for at, course in enumerate(found):
                plot.fill_between(x, course.low, course.high, color=colour(at), alpha=min(0.15, 0.3 / len(found)),
                                  linewidth=0, **yearly)  # fmt: skip
                plot.plot(x, course.mean, color=colour(at), linewidth=1.9, linestyle=dashes(at),
                          drawstyle="steps-post" if yearly else "default")  # fmt: skip
            plot.set_xlim(0, x[-1])
            plot.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
            if place >= len(outcomes) - 2:
                plot.set_xlabel("years")
            _label_lines(plot, names, [float(course.mean[-1]) for course in found])
        return figure, factor


def _leading(findings: Findings) -> str:
    """Return the factor with the largest effect on the first outcome."""
    first = findings.outcomes[0]

    def size(factor: str) -> float:
        return max((abs(one.difference) for one in findings.effects[factor, first].contrasts), default=0.0)

    return max(findings.factors, key=size)
