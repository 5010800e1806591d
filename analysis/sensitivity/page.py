"""The page of a sensitivity analysis: where the headline is reversed, and what outcomes and gaps depend on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called, outcome_called, outcome_unit
from alliance_sim.study.results.sensitivity import FIRST, MU_STAR, SIGMA, TOTAL, Indices
from analysis.pages.page import Page, Section, Table, create_figure, format_interval, format_number
from analysis.sampled_runs import range_of
from analysis.sensitivity.targets import OUTCOMES, Reversal, Target, find_reversal


def build_page(
    screened: Mapping[Target, Indices],
    shares: Mapping[Target, Indices],
    kept: Mapping[bool, list[str]],
    gaps: pd.DataFrame,
    runs: int,
    quick: bool,
) -> Page:
    """Build the page.

    Args:
        screened: Morris' indices of each target.
        shares: Sobol's indices of each target.
        kept: the parameters that screening selected, by whether the target is a gap.
        gaps: Sobol's points with each outcome's gap, one row per point.
        runs: number of runs behind the page.
        quick: whether this is a first look.
    """
    where = gaps.loc[:, kept[True]]
    reversals = [find_reversal(where, gaps[outcome].to_numpy(), outcome) for outcome in OUTCOMES]
    ahead = ", ".join(f"{outcome_called(one.outcome).lower()} {1 - one.share:.1%}" for one in reversals)
    first = {
        t: max(i.of(TOTAL).values(), key=lambda one: _finite_or_lowest(one.value)).factor for t, i in shares.items()
    }
    lead = (
        f"Silicon Valley stays ahead of Route 128 at this share of the points: {ahead}. "
        f"Sharing depends most on {factor_called(first[Target('sharing', False)])}, its gap on "
        f"{factor_called(first[Target('sharing', True)])}."
    )
    sections = [
        Section(
            "Where the headline is reversed",
            (
                "At each point of the sample the two systems have the same assumptions, schools and random numbers. "
                "The named parameter is the one along which the share of reversed points changes most. Shares are by "
                "fifths of its range, lowest first.",
            ),
            "where_it_turns",
            _plot_reversals(where, gaps, reversals),
            "The gap in each outcome over the parameter that most often reverses it, one dot per point.",
            Table(
                ("outcome", "along", "Route 128 ahead", "by fifths"),
                tuple(
                    (
                        outcome_called(one.outcome),
                        factor_called(one.by),
                        f"{one.share:.1%}",
                        ", ".join(f"{share:.0%}" for share in one.fifths),
                    )
                    for one in reversals
                ),
                2,
            ),
        )
    ]
    for gap, title in ((False, "What outcomes depend on"), (True, "What the gap depends on")):
        of = {target: indices for target, indices in shares.items() if target.gap is gap}
        sections.append(
            Section(
                title,
                (
                    "Sobol's total index: the share of the variance that remains when all other parameters are fixed, "
                    "with its 95 % interval in brackets. The pale bars are first-order indices: the parameter's effect "
                    "by itself.",
                ),
                f"indices_{'gap' if gap else 'outcomes'}",
                _bars(of),
                "Bars of Sobol's indices for each parameter and outcome; the table has the figures.",
                _shares_table(of),
            )
        )
        of = {target: indices for target, indices in screened.items() if target.gap is gap}
        sections.append(
            Section(
                f"{title}: screening",
                (
                    "Morris' μ*, the mean size of the change in the outcome for a step through the parameter's whole "
                    "range "
                    "(for a gap: in the gap), largest share first. σ, the spread of that change, shows how strongly "
                    "it depends on the other parameters.",
                ),
                table=_screening_table(of),
            )
        )
    names = sorted({*screened_parameters(screened)})
    sections.append(
        Section(
            "Varied parameters and their ranges",
            (
                "Policy, institutions and initial trust over their whole range; all others by half of their default to "
                "either side, or over the range given in the model's description.",
            ),
            table=Table(
                ("parameter", "meaning", "from", "to", "default"),
                tuple(_ranged(name) for name in names),
                2,
            ),
        )
    )
    return Page("Which assumptions matter, and where is the headline reversed?", lead, tuple(sections), quick, runs)


def screened_parameters(screened: Mapping[Target, Indices]) -> set[str]:
    """Return the names of all screened parameters."""
    return {name for indices in screened.values() for name in indices.of(MU_STAR)}


def _finite_or_lowest(value: float) -> float:
    return value if math.isfinite(value) else -math.inf


def _ranged(name: str) -> tuple[str, ...]:
    parameter = PARAMETERS[name]
    default = str(parameter.default).lower() if parameter.kind == "switch" else str(parameter.default)
    if parameter.kind in ("switch", "choice"):
        return factor_axis(name), parameter.meaning, "each", "", default
    low, high = range_of(name)
    return factor_axis(name), parameter.meaning, f"{low:.3g}", f"{high:.3g}", default


def _screening_table(found: Mapping[Target, Indices]) -> Table:
    targets = list(found)
    names = sorted(
        found[targets[0]].of(MU_STAR),
        key=lambda name: -max(found[t].of(MU_STAR)[name].value / _largest(found[t]) for t in targets),
    )
    rows = tuple(
        (
            factor_called(name),
            *(
                f"{format_number(found[t].of(MU_STAR)[name].value)} (σ {format_number(found[t].of(SIGMA)[name].value)})"
                for t in targets
            ),
        )
        for name in names
    )
    return Table(("parameter", *(f"{target.called}, {outcome_unit(target.outcome)}" for target in targets)), rows)


def _largest(indices: Indices) -> float:
    return max(one.value for one in indices.of(MU_STAR).values()) or 1.0


def _shares_table(found: Mapping[Target, Indices]) -> Table:
    targets = list(found)
    names = list(found[targets[0]].of(TOTAL))
    names.sort(key=lambda name: -max(_finite_or_lowest(found[t].of(TOTAL)[name].value) for t in targets))
    rows = tuple(
        (
            factor_called(name),
            *(
                f"{format_number(one.value)} [{format_interval(one.low, one.high)}]"
                for one in (found[t].of(TOTAL)[name] for t in targets)
            ),
        )
        for name in names
    )
    return Table(("parameter", *(target.called for target in targets)), rows)


def _bars(found: Mapping[Target, Indices]) -> Figure:
    targets = list(found)
    names = list(found[targets[0]].of(TOTAL))
    names.sort(key=lambda name: max(_finite_or_lowest(found[t].of(TOTAL)[name].value) for t in targets))

    def draw(figure: Figure) -> None:
        plots = figure.subplots(1, len(targets), sharey=True)
        for place, (plot, target) in enumerate(zip(plots, targets, strict=True)):
            totals, firsts = found[target].of(TOTAL), found[target].of(FIRST)
            for row, name in enumerate(names):
                one = totals[name]
                plot.barh(row, max(0.0, one.value), color=OKABE_ITO[place], alpha=0.9, height=0.55)
                plot.barh(row, max(0.0, firsts[name].value), color="white", alpha=0.55, height=0.55)
                plot.plot((one.low, one.high), (row, row), color="#222222", linewidth=1)
            plot.set_title(target.called, fontsize=9)
            plot.set_xlim(0, 1)
            plot.set_xlabel("share of variance", fontsize=8)
        plots[0].set_yticks(range(len(names)), [factor_called(name) for name in names])

    return create_figure(9.6, 1.2 + 0.32 * len(names), draw)


def _plot_reversals(where: pd.DataFrame, gaps: pd.DataFrame, reversals: Sequence[Reversal]) -> Figure:
    def draw(figure: Figure) -> None:
        for place, (plot, one) in enumerate(zip(figure.subplots(2, 2).ravel(), reversals, strict=True)):
            plot.axhline(0, color="#222222", linewidth=0.9)
            plot.plot(where[one.by], gaps[one.outcome], "o", markersize=2, alpha=0.35, color=OKABE_ITO[place])
            plot.set_xlabel(factor_axis(one.by), fontsize=9)
            plot.set_ylabel(f"gap in {outcome_called(one.outcome).lower()}\n{outcome_unit(one.outcome)}", fontsize=9)

    return create_figure(8.4, 6.0, draw)
