"""Scatter plots of a sample, and forest plots of effects and indices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from alliance_sim.reporting.charts import INK, PALE, STYLE
from alliance_sim.reporting.palette import colour
from alliance_sim.reporting.study.charts import MOST_DOTS, MOST_PANELS, MOST_ROWS, head
from alliance_sim.reporting.study.findings import Findings
from alliance_sim.reporting.study.labels import (
    NO_PARAMETERS,
    factor_axis,
    factor_called,
    level_label,
    outcome_called,
    outcome_unit,
)
from alliance_sim.statistics.designs import sample_means
from alliance_sim.statistics.intervals import LEAST_UNITS, mean_of
from alliance_sim.study.results.pairing import banded, rows_of
from alliance_sim.text import format_parameter

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Plot


def scatter(findings: Findings) -> Figure:
    """Plot the outcomes of a sample over the most influential factors, with the mean of each fifth of the points."""
    rows = rows_of(findings.ends)
    factors = [name for name in findings.factors if name != "variant"][:3]
    outcomes = findings.outcomes[:3]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 0.7 + 2.35 * len(outcomes)))
        FigureCanvasAgg(figure)
        high = figure.get_figheight()
        grid = figure.add_gridspec(
            len(outcomes), len(factors), left=0.075, right=0.985, top=1 - 0.55 / high, bottom=0.6 / high, hspace=0.5,
            wspace=0.16,
        )  # fmt: skip
        for row, outcome in enumerate(outcomes):
            first: Plot | None = None
            for column, factor in enumerate(factors):
                plot = figure.add_subplot(grid[row, column], sharey=first)
                head(plot, outcome_called(outcome) if column == 0 else "", outcome_unit(outcome) if column == 0 else "")
                _draw_sample(plot, rows.levels[factor], rows.values[outcome], shared_seeds=findings.ends.paired)
                plot.tick_params(labelleft=column == 0)
                if row == len(outcomes) - 1:
                    plot.set_xlabel(factor_axis(factor))
                else:
                    plot.tick_params(labelbottom=False)
                first = first or plot
        return figure


def _draw_sample(plot: Plot, levels: Any, values: Any, *, shared_seeds: bool) -> None:
    means = mean_of(values, -1)
    cut = banded(levels)
    x = levels.numbers
    every = max(1, math.ceil(len(x) / MOST_DOTS))
    width = 0.0 if levels.numeric and len(levels.values) > 7 else 0.12 * float(np.ptp(x) or 1.0) / len(levels.values)
    offset = width * np.sin(np.arange(len(x)) * 2.4)  # dots of one value do not overlap
    plot.plot((x + offset)[::every], means[::every], "o", markersize=3, color="#9A9A9A", alpha=0.5, markeredgewidth=0)
    middles: list[float] = []
    centres: list[float] = []
    for band in range(len(cut.labels)):
        here = (cut.bands == band) & ~np.isnan(means)
        middles.append(float(x[cut.bands == band].mean()))
        centres.append(float(means[here].mean()) if here.any() else math.nan)
        if here.sum() >= LEAST_UNITS:
            found = sample_means(values[here], shared_seeds=shared_seeds).item()
            plot.plot(
                (middles[-1],) * 2, (found.low, found.high), color=colour(1), linewidth=2.4, solid_capstyle="butt"
            )
    plot.plot(middles, centres, "o-", color=colour(1), markersize=5, linewidth=1.4 if levels.numeric else 0)
    if not levels.numeric:
        plot.set_xticks(range(len(levels.values)), [format_parameter(value) for value in levels.values])
        plot.margins(x=0.2)


def forest(findings: Findings) -> Figure | None:
    """Plot all effects with their intervals, one panel per outcome; None if there are no effects."""
    rows = [(factor, level) for factor in findings.factors for level in findings.levels_shown(factor)][:MOST_ROWS]
    if not rows:
        return None
    labels = [_row_label(findings, factor, level) for factor, level in rows]
    outcomes = findings.outcomes[:MOST_PANELS]
    with mpl.rc_context(STYLE):
        figure, plots = _side_by_side(labels, outcomes)
        for plot, outcome in zip(plots, outcomes, strict=True):
            plot.axvline(0, color=INK, linewidth=0.9)
            for row, (factor, level) in enumerate(rows):
                one = findings.contrast(factor, outcome, level)
                if one is not None:
                    _dot(plot, row, one.difference, one.low, one.high, filled=one.direction != 0)
            _wide_enough(plot)
        return figure


def indices(findings: Findings) -> Figure | None:
    """Plot the indices of a sample with their intervals, one panel per outcome; None if there are no indices."""
    outcomes = tuple(name for name in findings.outcomes if name in findings.indices and findings.indices[name].rows)
    outcomes = outcomes[:MOST_PANELS]
    if not outcomes:
        return None
    factors = [name for name in findings.factors if name != "variant"][:MOST_ROWS]
    first, second = {"sobol": ("ST", "S1"), "morris": ("mu_star", "")}.get(
        findings.indices[outcomes[0]].kind, ("SRRC", "")
    )
    with mpl.rc_context(STYLE):
        figure, plots = _side_by_side([factor_called(name) for name in factors], outcomes, units=first == "mu_star")
        for plot, outcome in zip(plots, outcomes, strict=True):
            plot.axvline(0, color=INK, linewidth=0.9)
            main, other = (findings.indices[outcome].of(measure) for measure in (first, second))
            for row, factor in enumerate(factors):
                up = 0.16 if other else 0.0
                if factor in main:
                    index = main[factor]
                    clear = index.low > 0 or index.high < 0
                    _dot(plot, row - up, index.value, index.low, index.high, filled=clear)
                if factor in other:
                    index = other[factor]
                    _dot(plot, row + up, index.value, index.low, index.high, filled=False, tone=colour(0))
            _wide_enough(plot)
        return figure


def _row_label(findings: Findings, factor: str, level: Any) -> str:
    found = [findings.contrast(factor, name, level) for name in findings.outcomes]
    one = next(each for each in found if each is not None)
    if factor in NO_PARAMETERS:
        return f"{level_label(factor, one.level)} minus {level_label(factor, one.against)}"
    if isinstance(one.level, bool):
        return f"{factor_called(factor)}: {format_parameter(one.level)}"
    if isinstance(one.level, tuple) and len(one.level) == 2:
        return f"{factor_called(factor)}: {level_label(factor, one.level)}"
    return f"{factor_called(factor)}: {level_label(factor, one.against)} → {level_label(factor, one.level)}"


def _side_by_side(labels: list[str], outcomes: tuple[str, ...], *, units: bool = True) -> tuple[Figure, list[Plot]]:
    figure = Figure(figsize=(9.6, 1.1 + 0.3 * len(labels)))
    FigureCanvasAgg(figure)
    high = figure.get_figheight()
    left = min(0.42, 0.0083 * max(map(len, labels)) + 0.02)
    grid = figure.add_gridspec(
        1, len(outcomes), left=left, right=0.985, top=1 - 0.58 / high, bottom=0.32 / high, wspace=0.1
    )
    plots: list[Plot] = []
    for place, outcome in enumerate(outcomes):
        plot = figure.add_subplot(grid[0, place])
        name = outcome_called(outcome).replace("Joint practice development", "Joint development")
        plot.set_title(name, loc="left", fontsize=10, fontweight="bold", pad=15)
        unit = outcome_unit(outcome) if units else ""
        unit = unit.replace("acts of help per teacher per half-term", "acts of help per teacher")
        plot.text(0, 1 + 0.05 / (high - 0.9), unit, transform=plot.transAxes, fontsize=7.6, color=PALE, va="bottom")
        plot.set_ylim(len(labels) - 0.4, -0.6)
        plot.set_yticks(range(len(labels)), labels if place == 0 else [""] * len(labels))
        plot.tick_params(axis="y", colors=INK, labelsize=8.6)
        plot.tick_params(length=0)
        plot.grid(axis="x", color="#E6E6E6", linewidth=0.7)
        plot.grid(axis="y", color="#F3F3F3", linewidth=0.7)
        plot.set_axisbelow(True)
        plot.spines["left"].set_visible(False)
        plot.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
        plots.append(plot)
    return figure, plots


def _dot(plot: Plot, row: float, value: float, low: float, high: float, *, filled: bool, tone: str = "") -> None:
    tone = tone or colour(1)
    if not math.isfinite(value):
        return
    if math.isfinite(low):
        plot.plot((low, high), (row, row), color=tone, linewidth=2.2, alpha=0.6)
    plot.plot(value, row, "o", markersize=5.5, color=tone, markerfacecolor=tone if filled else "white")


def _wide_enough(plot: Plot) -> None:
    low, high = plot.get_xlim()
    if max(abs(low), abs(high)) < 1e-9 or high - low < 1e-9:
        plot.set_xlim(-1, 1)
