"""Plot an experiment's outcome over ten years for each point, or over the varied factors."""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.modules.registry import outcome_declared
from alliance_sim.reporting.charts import STYLE
from alliance_sim.reporting.palette import colour, dashes
from alliance_sim.reporting.study.labels import factor_called
from alliance_sim.statistics.intervals import mean_intervals
from alliance_sim.text import format_parameter, title
from experiments.experiment import LATE
from experiments.running import ExperimentResult

MOST_CURVES = 6


def picture(result: ExperimentResult) -> Figure:
    """Plot curves over time if there are few points, else late means over the first factor, by the second."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 4.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        if len(np.unique(result.frame["point"].to_numpy())) <= MOST_CURVES:
            _over_time(axes, result)
        else:
            _over_the_first(axes, result)
        outcome = outcome_declared(result.experiment.look_at)
        axes.set_ylabel(f"{outcome.title}\n{outcome.unit}")
        axes.grid(axis="y", color="#E6E6E6", linewidth=0.7)
        return figure


def _over_time(axes: Axes, result: ExperimentResult) -> None:
    for place, (_, rows) in enumerate(result.frame.groupby("point")):
        curve = rows.pivot_table(index="half_term", columns="seed", values=result.experiment.look_at)
        years = curve.index.to_numpy() / HALF_TERMS_A_YEAR
        found = mean_intervals(curve.to_numpy())
        axes.fill_between(years, found.low, found.high, color=colour(place), alpha=0.18, linewidth=0)
        axes.plot(
            years, found.estimate, color=colour(place), linestyle=dashes(place), linewidth=2,
            label=_label(rows, result.factors),
        )  # fmt: skip
    axes.set_xlabel("years")
    axes.legend(frameon=False, fontsize=9)


def _over_the_first(axes: Axes, result: ExperimentResult) -> None:
    first, second = result.factors[:2]
    late = result.frame[result.frame["half_term"] > result.frame["half_term"].max() - LATE]
    for place, (level, rows) in enumerate(late.groupby(second)):
        seeds = pd.Series(rows.groupby([first, "seed"])[result.experiment.look_at].mean()).unstack("seed")
        found = mean_intervals(seeds.to_numpy())
        limits = np.stack([found.estimate - found.low, found.high - found.estimate])
        axes.errorbar(
            seeds.index, found.estimate, yerr=limits, color=colour(place), linestyle=dashes(place), marker="o",
            linewidth=2, capsize=3, label=f"{factor_called(second)} {format_parameter(_plain(level))}",
        )  # fmt: skip
    axes.set_xlabel(factor_called(first))
    axes.legend(frameon=False, fontsize=9)


def _label(rows: pd.DataFrame, factors: list[str]) -> str:
    first = rows.iloc[0]
    return ", ".join(
        title(str(first[name]))
        if name == "variant"
        else f"{factor_called(name)} {format_parameter(_plain(first[name]))}"
        for name in factors
    )


def _plain(value: Any) -> object:
    return value.item() if isinstance(value, np.generic) else value


def file_content(figure: Figure, form: str) -> bytes:
    """Return the content of the figure's file: ``svg`` or ``png``."""
    with mpl.rc_context(STYLE), io.BytesIO() as file:
        no_metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        figure.savefig(file, format=form, dpi=160, facecolor="white", metadata=no_metadata)
        return file.getvalue()
