"""Settings and helpers that all charts of the page share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from alliance_sim.reporting.charts import PALE

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Plot

MOST_PANELS = 4
MOST_ROWS = 16
MOST_DOTS = 600
MARKERS = "osD^v"
"""Markers of lines, which distinguish them for readers who see or print no colours."""


def head(plot: Plot, name: str, unit: str) -> None:
    """Write the outcome's name and unit above a panel, and style its axes."""
    plot.set_title(name, loc="left", fontsize=11.5, fontweight="bold", pad=17)
    plot.text(0, 1.02, unit, transform=plot.transAxes, fontsize=8.5, color=PALE, va="bottom")
    plot.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    plot.grid(axis="y", color="#E6E6E6", linewidth=0.7)
    plot.set_axisbelow(True)
    plot.tick_params(length=0)
    plot.spines["left"].set_visible(False)
