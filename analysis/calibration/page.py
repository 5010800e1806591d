"""The page of a calibration: the values that the data allow, and the profile of the loss for each parameter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called
from analysis.calibration.fitting import Fit
from analysis.models import default_of
from analysis.pages.page import Page, Section, Table, create_figure, format_number


def build_page(fits: Sequence[Fit], seeds: int, *, quick: bool) -> Page:
    """Build the page.

    Args:
        fits: the fit of each target.
        seeds: runs per trial.
        quick: whether this is a first look.
    """
    regions = "; ".join(
        ", ".join(
            f"{factor_called(name)} {format_number(fit.interval(name)[0])} to {format_number(fit.interval(name)[1])}"
            for name in fit.target.ranges
        )
        + f" (the model's own values are {'inside' if _inside(fit) else 'OUTSIDE'}: "
        f"loss {format_number(fit.trials[0].loss)}, smallest {format_number(fit.best.loss)})"
        for fit in fits
    )
    return Page(
        "What do the data allow?",
        f"Values within the data's sampling error: {regions}. A calibrated outcome is not evidence.",
        tuple(_section(fit, seeds) for fit in fits),
        quick,
        seeds * sum(len(fit.trials) for fit in fits),
    )


def _inside(fit: Fit) -> bool:
    """Whether the model's own values, which are the first trial, are within the data's sampling error."""
    return fit.trials[0] in fit.accepted


def _section(fit: Fit, seeds: int) -> Section:
    best, target = fit.best, fit.target
    rows = tuple(
        (
            label, "held out" if held else "fitted", format_number(wanted), format_number(error), format_number(figure),
            f"{abs(figure - wanted) / float(np.hypot(error, off)):.1f}",
        )
        for label, held, wanted, error, figure, off in zip(
            target.labels, target.held_out, target.wanted, target.error, best.figures, best.errors, strict=True
        )
    )  # fmt: skip
    regions = ", ".join(
        f"{factor_called(name)} {format_number(fit.interval(name)[0])} to {format_number(fit.interval(name)[1])} "
        f"(best {format_number(best.values[name])}; the model has {PARAMETERS[name].default})"
        for name in fit.target.ranges
    )
    return Section(
        fit.target.question,
        (
            f"{len(fit.trials)} trials of {seeds} runs each, {len(fit.accepted)} of them within the data's "
            f"sampling error: {regions}. "
            "The table shows the best trial.",
        ),
        fit.target.name,
        _profiles(fit),
        "For each parameter the loss of every trial; those under the dotted line are within sampling error.",
        Table(("figure", "", "data", "standard error", "model", "difference in standard errors"), rows, 2),
    )


def _profiles(fit: Fit) -> Figure:
    def draw(figure: Figure) -> None:
        plots = figure.subplots(1, len(fit.target.ranges), sharey=True)
        for place, (plot, name) in enumerate(zip(np.ravel(plots), fit.target.ranges, strict=True)):
            values = np.array([trial.values[name] for trial in fit.trials])
            losses = np.array([trial.loss for trial in fit.trials])
            plot.plot(values, losses, "o", markersize=4, alpha=0.5, color=OKABE_ITO[place])
            edges = np.linspace(*fit.target.ranges[name], 13)
            least = [
                (float((low + high) / 2), float(losses[inside].min()))
                for low, high in pairwise(edges)
                if (inside := (values >= low) & (values <= high)).any()
            ]
            plot.plot(*zip(*least, strict=True), color="#222222", linewidth=1.4)
            plot.axhline(fit.best.loss + fit.reach, color="#222222", linewidth=0.9, linestyle=(0, (1, 2)))
            plot.axvline(default_of(name), color="#767676", linewidth=0.9, linestyle=(0, (5, 3)))
            plot.set_yscale("symlog", linthresh=1)
            plot.set_ylim(bottom=0)
            plot.set_xlabel(factor_axis(name), fontsize=9)
        np.ravel(plots)[0].set_ylabel("loss (squared standard errors)", fontsize=9)

    return create_figure(8.4, 3.8, draw)
