"""The page of a sensitivity analysis: where the headline is reversed, and what outcomes and gaps depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called, outcome_called, outcome_unit
from alliance_sim.statistics.ranking import Leading
from analysis.pages.page import Page, Section, Table, create_figure, format_interval, format_number
from analysis.sampled_runs import range_of
from analysis.sensitivity.indices import Screening, Shares, highest
from analysis.sensitivity.targets import OUTCOMES, Reversal, Target, find_reversal


def build_page(
    screened: Mapping[Target, Screening],
    shares: Mapping[Target, Shares],
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
    blocks = shares[Target("sharing", True)].blocks
    reversals = [find_reversal(where, gaps[outcome].to_numpy(), outcome, blocks) for outcome in OUTCOMES]
    ahead = ", ".join(
        f"{outcome_called(one.outcome).lower()} {1 - one.share.estimate:.1%} [{1 - one.share.high:.1%} to "
        f"{1 - one.share.low:.1%}]"
        for one in reversals
    )
    lead = (
        f"Silicon Valley stays ahead of Route 128 at this share of the points [95 % interval]: {ahead}. "
        f"Sharing {_depends(shares[Target('sharing', False)].leading)}; its gap "
        f"{_depends(shares[Target('sharing', True)].leading)}."
    )
    few = " ".join(sorted({f"{one.few}." for one in (*shares.values(), *screened.values()) if one.few}))
    sections = [
        Section(
            "Where the headline is reversed",
            (
                "At each point of the sample the two systems have the same assumptions, schools and random numbers. "
                "The named parameter is the one along which the share of reversed points changes most. Shares are by "
                "fifths of its range, lowest first. In brackets: the exact 95 % interval over the sample's base blocks "
                "(Clopper–Pearson), whose points count as one unit.",
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
                        f"{one.share.estimate:.1%} [{one.share.low:.1%} to {one.share.high:.1%}]",
                        ", ".join(f"{share:.0%}" for share in one.fifths),
                    )
                    for one in reversals
                ),
                2,
            ),
        )
    ]
    for gap, title in ((False, "What outcomes depend on"), (True, "What the gap depends on")):
        of = {target: found for target, found in shares.items() if target.gap is gap}
        sections.append(
            Section(
                title,
                (
                    "Sobol's total index: the share of the variance that remains when all other parameters are fixed, "
                    "with its 95 % interval over base blocks in brackets (t by the delta method). The pale bars are "
                    "first-order indices: the parameter's effect by itself. Indices are of the expected value; the "
                    f"share of random variation in the variance between points, which they leave out, is "
                    f"{_noise(of)}. {few}".rstrip(),
                ),
                f"indices_{'gap' if gap else 'outcomes'}",
                _bars(of),
                "Bars of Sobol's indices for each parameter and outcome; the table has the figures.",
                _shares_table(of),
            )
        )
        screenings = {target: found for target, found in screened.items() if target.gap is gap}
        sections.append(
            Section(
                f"{title}: screening",
                (
                    "Morris' μ*, the mean size of the change in the outcome for a step through the parameter's whole "
                    "range "
                    "(for a gap: in the gap), largest share first. σ, the spread of that change, shows how strongly "
                    "it depends on the other parameters. In brackets: the 95 % interval over trajectories (t). Random "
                    f"variation alone gives a parameter without effect a μ* of {_floors(screenings)}. {few}".rstrip(),
                ),
                table=_screening_table(screenings),
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


def screened_parameters(screened: Mapping[Target, Screening]) -> set[str]:
    """Return the names of all screened parameters."""
    return {name for found in screened.values() for name in found.names}


def _depends(found: Leading) -> str:
    """Return on which parameters a target depends most, in words; several where their order is not clear."""
    return Leading(tuple(factor_called(name) for name in found.names), found.at_floor).sentence()


def _noise(found: Mapping[Target, Shares]) -> str:
    known = [f"{target.called.lower()} {one.noise_share:.0%}" for target, one in found.items() if one.noise_share >= 0]
    return ", ".join(known) or "unknown with a single seed"


def _floors(found: Mapping[Target, Screening]) -> str:
    known = [
        f"{format_number(one.noise_floor)} ({target.called.lower()})"
        for target, one in found.items()
        if np.isfinite(one.noise_floor)
    ]
    return ", ".join(known) or "unknown size (there is a single seed)"


def _ranged(name: str) -> tuple[str, ...]:
    parameter = PARAMETERS[name]
    default = str(parameter.default).lower() if parameter.kind == "switch" else str(parameter.default)
    if parameter.kind in ("switch", "choice"):
        return factor_axis(name), parameter.meaning, "each", "", default
    low, high = range_of(name)
    return factor_axis(name), parameter.meaning, f"{low:.3g}", f"{high:.3g}", default


def _screening_table(found: Mapping[Target, Screening]) -> Table:
    targets = list(found)
    names = found[targets[0]].names
    sizes = np.max([found[target].mu_star.estimate / highest(found[target].mu_star) for target in targets], axis=0)
    rows = tuple(
        (
            factor_called(names[place]),
            *(
                f"{format_number(one.estimate)} [{format_interval(one.low, one.high)}] "
                f"(σ {format_number(float(found[target].sigma[place]))})"
                for target in targets
                for one in [found[target].mu_star.item(int(place))]
            ),
        )
        for place in np.argsort(-sizes, kind="stable")
    )
    return Table(("parameter", *(f"{target.called}, {outcome_unit(target.outcome)}" for target in targets)), rows)


def _by_largest_total(found: Mapping[Target, Shares]) -> list[int]:
    """Return the places of the parameters, that with the largest total index of any target first."""
    largest = np.max([np.nan_to_num(one.total.estimate, nan=-1.0) for one in found.values()], axis=0)
    return [int(place) for place in np.argsort(-largest, kind="stable")]


def _shares_table(found: Mapping[Target, Shares]) -> Table:
    names = next(iter(found.values())).names
    rows = tuple(
        (
            factor_called(names[place]),
            *(
                f"{format_number(one.estimate)} [{format_interval(one.low, one.high)}]"
                for one in (shares.total.item(place) for shares in found.values())
            ),
        )
        for place in _by_largest_total(found)
    )
    return Table(("parameter", *(target.called for target in found)), rows)


def _bars(found: Mapping[Target, Shares]) -> Figure:
    names = next(iter(found.values())).names
    order = _by_largest_total(found)[::-1]

    def draw(figure: Figure) -> None:
        plots = figure.subplots(1, len(found), sharey=True)
        for column, (plot, (target, shares)) in enumerate(zip(plots, found.items(), strict=True)):
            for row, place in enumerate(order):
                total, first = shares.total.item(place), shares.first.item(place)
                plot.barh(row, np.nan_to_num(total.estimate), color=OKABE_ITO[column], alpha=0.9, height=0.55)
                plot.barh(row, np.nan_to_num(first.estimate), color="white", alpha=0.55, height=0.55)
                plot.plot((total.low, total.high), (row, row), color="#222222", linewidth=1)
            plot.set_title(target.called, fontsize=9)
            plot.set_xlim(0, 1)
            plot.set_xlabel("share of variance", fontsize=8)
        plots[0].set_yticks(range(len(order)), [factor_called(names[place]) for place in order])

    return create_figure(9.6, 1.2 + 0.32 * len(names), draw)


def _plot_reversals(where: pd.DataFrame, gaps: pd.DataFrame, reversals: Sequence[Reversal]) -> Figure:
    def draw(figure: Figure) -> None:
        for place, (plot, one) in enumerate(zip(figure.subplots(2, 2).ravel(), reversals, strict=True)):
            plot.axhline(0, color="#222222", linewidth=0.9)
            plot.plot(where[one.by], gaps[one.outcome], "o", markersize=2, alpha=0.35, color=OKABE_ITO[place])
            plot.set_xlabel(factor_axis(one.by), fontsize=9)
            plot.set_ylabel(f"gap in {outcome_called(one.outcome).lower()}\n{outcome_unit(one.outcome)}", fontsize=9)

    return create_figure(8.4, 6.0, draw)
