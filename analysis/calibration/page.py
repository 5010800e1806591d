"""The page of a calibration: what the data rule out, the posterior, what is held out, and Sobol's indices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called
from analysis.calibration.fit import Fit
from analysis.models import default_of
from analysis.pages.page import Page, Section, Table, create_figure, format_interval, format_number

SHOWN = 400
"""Particles shown in a picture."""
BINS = 40
UNUSUAL = 0.05
"""Data that are held out contradict the predictions if data as far away are less probable than this."""


def build_page(fits: Sequence[Fit], *, quick: bool) -> Page:
    """Build the page.

    Args:
        fits: the fit of each target.
        quick: whether this is a first look.
    """
    return Page(
        "What do the data allow?",
        f"{' '.join(_sentence(fit) for fit in fits)} A calibrated outcome is not evidence.",
        tuple(section for fit in fits for section in (_fit_section(fit), _figures_section(fit))),
        quick,
        sum(fit.points * fit.seeds for fit in fits),
    )


def _sentence(fit: Fit) -> str:
    """Return a target's result in words: posterior, the model's own values, and what is held out."""
    if not fit.region.kept.any():
        return f"Given {fit.target.name}, the data rule out all values in the ranges."
    ranges = ", ".join(
        f"{factor_called(name)} {format_interval(low, high)}"
        for name in fit.target.ranges
        for _, low, high in [fit.credible(name)]
    )
    return (
        f"Given {fit.target.name}, the 95 % credible intervals are: {ranges}. The model's own values are {_own(fit)}; "
        f"what is held out is {_agrees(fit)}."
    )


def _own(fit: Fit) -> str:
    if np.isnan(fit.own):
        return "outside the ranges"
    return "not ruled out" if fit.own <= fit.region.limit else "ruled out"


def _agrees(fit: Fit) -> str:
    chance = f"p = {fit.held_out.chance:.2g}"
    return f"as predicted ({chance})" if fit.held_out.chance >= UNUSUAL else f"not as predicted ({chance})"


def _fit_section(fit: Fit) -> Section:
    validation = fit.emulator.validation
    rows = tuple(
        (
            factor_axis(name), f"{PARAMETERS[name].default}",
            f"{format_number(median)} [{format_interval(low, high)}]",
            "–" if extent is None else format_interval(*extent),
        )
        for place, name in enumerate(fit.target.ranges)
        for median, low, high in [fit.credible(name)]
        for extent in [fit.region.extent(place)]
    )  # fmt: skip
    return Section(
        fit.target.question,
        (
            f"{fit.points} points that fill the ranges evenly, {fit.seeds} seeds each, are emulated by Gaussian "
            f"processes (Matérn 5/2; the noise of the means is that between seeds). Of figures left out of the fit, "
            f"{validation.estimate:.0%} are in their 95 % prediction intervals [{validation.low:.0%} to "
            f"{validation.high:.0%}].",
            "Not ruled out (history matching): the squared Mahalanobis distance between data and expected figures is "
            "below the 95 % quantile of χ². Its covariance is that of the data (for survival, Greenwood's for the "
            "whole curve; for results, a bootstrap over schools), of the emulator, and of the discrepancy: an error of "
            f"the model that no parameter removes, with the assumed standard deviations in the table below. "
            f"{fit.region.kept.mean():.1%} of the ranges are not ruled out.",
            "Posterior: the median and the central 95 % credible interval by ABC-SMC, with all values of the ranges "
            "equally likely beforehand and the same error "
            f"({fit.posterior.effective:,.0f} effective particles from {fit.posterior.simulations:,} simulations).",
        ),
        fit.target.name,
        _regions(fit),
        "Values that are not ruled out, particles of the posterior, and the model's own values.",
        Table(("parameter", "model", "posterior [95 %]", "not ruled out"), rows, 1),
    )


def _figures_section(fit: Fit) -> Section:
    target, held = fit.target, fit.held_out
    low, high = np.quantile(fit.figures, (0.025, 0.975), axis=0)
    predicted = iter(zip(held.mean, held.low, held.high, strict=True))
    names = list(target.ranges)
    rows: list[tuple[str, ...]] = []
    for place, label in enumerate(target.labels):
        if target.held_out[place]:
            mean, least, most = next(predicted)
        else:
            mean, least, most = fit.figures[:, place].mean(), low[place], high[place]
        shares = (
            f"{fit.indices.total[place, factor]:.2f} "
            f"[{fit.indices.low[place, factor]:.2f} to {fit.indices.high[place, factor]:.2f}]"
            for factor in range(len(names))
        )
        rows.append(
            (
                label, "held out" if target.held_out[place] else "fitted", format_number(target.wanted[place]),
                format_number(float(np.sqrt(target.covariance[place, place]))),
                format_number(target.discrepancy[place]),
                f"{format_number(mean)} [{format_interval(least, most)}]", *shares,
            )
        )  # fmt: skip
    return Section(
        f"{target.question} Figures",
        (
            "Model, for fitted figures: the expected figure over the posterior, with its 95 % credible interval. For "
            "figures that are held out: the prediction of the data, with its 95 % prediction interval, which contains "
            f"the data's error and is made without them. All of these together: {_agrees(fit)}.",
            "Dependence: Sobol's total index of the expected figure over the ranges, with what the emulator leaves "
            "open in brackets (middle 95 % of functions drawn from it).",
        ),
        table=Table(
            (
                "figure", "", "data", "standard error", "discrepancy", "model [95 %]",
                *(f"depends on {factor_called(name)}" for name in names),
            ),
            tuple(rows),
            2,
        ),
    )  # fmt: skip


def _regions(fit: Fit) -> Figure:
    names = list(fit.target.ranges)
    across, up = (*names, *names)[:2]

    def draw_one(figure: Figure) -> None:
        plot = figure.add_subplot()
        kept = fit.region.values[fit.region.kept, 0]
        plot.hist(kept, BINS, density=True, color="#CCCCCC", label="not ruled out")
        plot.hist(
            fit.values(across), BINS, weights=fit.posterior.weights, density=True, histtype="step", linewidth=2,
            color=OKABE_ITO[0], label="posterior",
        )  # fmt: skip
        plot.axvline(default_of(across), color="#222222", label="the model's own value")
        plot.set_xlim(*fit.target.ranges[across])
        plot.set_xlabel(factor_axis(across))
        plot.set_ylabel("density")
        plot.legend(frameon=True, fontsize=9)

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        columns = [names.index(across), names.index(up)]
        region = fit.region.values[fit.region.kept][:, columns]
        plot.plot(*region.T, "s", markersize=2, color="#CCCCCC", label="not ruled out")
        drawn = fit.posterior.draw(SHOWN, np.random.default_rng(1))
        plot.plot(
            fit.values(across)[drawn], fit.values(up)[drawn], "o", markersize=2.5, alpha=0.5, color=OKABE_ITO[0],
            label="posterior",
        )  # fmt: skip
        plot.plot(
            default_of(across), default_of(up), "P", color="#222222", markersize=9, label="the model's own values"
        )
        plot.set_xlim(*fit.target.ranges[across])
        plot.set_ylim(*fit.target.ranges[up])
        plot.set_xlabel(factor_axis(across))
        plot.set_ylabel(factor_axis(up))
        plot.legend(frameon=True, fontsize=9)

    return create_figure(7.2, 4.6, draw if len(names) > 1 else draw_one)
