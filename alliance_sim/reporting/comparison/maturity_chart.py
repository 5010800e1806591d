"""The maturity chart: the eight staged strands over the years, with stages as shades and letters."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from alliance_sim.comparison.comparison import Comparison
from alliance_sim.declarations.maturity import CUTS, STAGES, STRANDS, indices
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.reporting.charts import STYLE

SHADES = ("#EFF3F6", "#BDD3E3", "#6A9EC4", "#1F5F8B")
"""Colours of the stages from light to dark, which stay distinguishable in grey; letters repeat the stages."""
INK = ("#333333", "#333333", "#FFFFFF", "#FFFFFF")


def maturity_strips(comparison: Comparison) -> Figure | None:
    """Plot each strand's stage by year, from the mean of the runs; None for runs of less than a year."""
    years = comparison.half_terms // HALF_TERMS_A_YEAR
    if years == 0:
        return None
    strands = [strand for strand in STRANDS if strand.staged]
    configs = len(comparison.scenarios)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 0.75 + configs * (0.55 + 0.26 * len(strands))), layout="constrained")
        FigureCanvasAgg(figure)
        for place, plot in enumerate(np.ravel(figure.subplots(configs, 1, squeeze=False))):
            stages = stages_by_year(comparison, place)[:, : min(years, 40)]
            rows, columns = (np.arange(many + 1) - 0.5 for many in stages.shape)
            shades = ListedColormap(SHADES)
            plot.pcolormesh(columns, rows, stages, cmap=shades, vmin=-0.5, vmax=3.5, edgecolors="white", linewidth=0.8)
            plot.invert_yaxis()
            for (row, year), stage in np.ndenumerate(stages):
                plot.text(year, row, STAGES[stage][0], ha="center", va="center", fontsize=7.5, color=INK[stage])
            plot.set_yticks(range(len(strands)), [strand.title for strand in strands], fontsize=8)
            plot.set_xticks(range(stages.shape[1]), [f"{year + 1}" for year in range(stages.shape[1])], fontsize=8)
            plot.set_title(comparison.titles[place], loc="left", fontsize=9.5, fontweight="bold")
            plot.tick_params(length=0)
            for spine in plot.spines.values():
                spine.set_visible(False)
        figure.supxlabel("year:  B beginning · D developing · E embedding · L leading", fontsize=8.5)
        return figure


def stages_by_year(comparison: Comparison, scenario: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the index in ``STAGES`` of each staged strand (rows) at the end of each year (columns)."""
    mean = comparison.values[scenario].mean(axis=0)
    found = indices({outcome.name: mean[:, place] for place, outcome in enumerate(comparison.outcomes)})
    ends = slice(HALF_TERMS_A_YEAR, None, HALF_TERMS_A_YEAR)
    courses = np.array([np.nan_to_num(found[strand.name][ends]) for strand in STRANDS if strand.staged])
    return np.searchsorted(CUTS, courses, side="right").astype(np.int64)
