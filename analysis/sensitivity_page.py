"""The page of a sensitivity analysis: where the headline turns round, and what outcomes and gaps hang on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called, outcome_called, outcome_unit
from alliance_sim.study.results.sensitivity import FIRST, MU_STAR, SIGMA, TOTAL, Indices
from analysis.pages import Page, Section, Table, between, drawn, number
from analysis.sampled_worlds import range_of
from analysis.sensitivity_targets import OUTCOMES, Flip, Target, flip_of


def page_of(
    screened: Mapping[Target, Indices],
    shares: Mapping[Target, Indices],
    kept: Mapping[bool, list[str]],
    flips: pd.DataFrame,
    worlds: int,
    quick: bool,
) -> Page:
    """All findings, as a page."""
    where = flips[kept[True]]
    turned = [flip_of(where, flips[outcome].to_numpy(), outcome) for outcome in OUTCOMES]
    ahead = ", ".join(f"{outcome_called(one.outcome).lower()} {1 - one.share:.1%}" for one in turned)
    first = {t: max(i.of(TOTAL).values(), key=lambda one: _or_nothing(one.value)).factor for t, i in shares.items()}
    lead = (
        f"Silicon Valley stays ahead of Route 128 at this share of the points: {ahead}. "
        f"Sharing hangs most on {factor_called(first[Target('sharing', False)])}, its gap on "
        f"{factor_called(first[Target('sharing', True)])}."
    )
    sections = [
        Section(
            "Where the headline turns round",
            (
                "At each point of the sample the two systems have the same assumptions, schools and luck. The "
                "parameter named is "
                "the one along which the share of turned points changes most; shares are by fifths of its range, "
                "lowest first.",
            ),
            "where_it_turns",
            _turning(where, flips, turned),
            "The gap in each outcome over the parameter that turns it round, one dot a point.",
            Table(
                ("outcome", "along", "Route 128 ahead", "by fifths"),
                tuple(
                    (
                        outcome_called(one.outcome),
                        factor_called(one.by),
                        f"{one.share:.1%}",
                        ", ".join(f"{share:.0%}" for share in one.fifths),
                    )
                    for one in turned
                ),
                2,
            ),
        )
    ]
    for gap, title in ((False, "What outcomes hang on"), (True, "What the gap hangs on")):
        of = {target: indices for target, indices in shares.items() if target.gap is gap}
        sections.append(
            Section(
                title,
                (
                    "Sobol's total index: the share of the variance that stays when all but this parameter are held "
                    "fixed; in brackets its "
                    "95 % interval. First-order indices, what the parameter does by itself, are the pale bars.",
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
                    "(for a gap: in the gap), largest share first. σ, the spread of that change, tells how far it "
                    "hangs on the others.",
                ),
                table=_screening_table(of),
            )
        )
    names = sorted({*indices_names(screened)})
    sections.append(
        Section(
            "What was varied, and how far",
            (
                "Policy, institutions and first trust over their whole range; all else by half of its default to "
                "either side, or over the range "
                "that the model's description gives.",
            ),
            table=Table(
                ("parameter", "meaning", "from", "to", "default"),
                tuple(_ranged(name) for name in names),
                2,
            ),
        )
    )
    return Page(
        "Which assumptions matter, and where does the headline turn round?", lead, tuple(sections), quick, worlds
    )


def indices_names(screened: Mapping[Target, Indices]) -> set[str]:
    """Everything that was screened."""
    return {name for indices in screened.values() for name in indices.of(MU_STAR)}


def _or_nothing(value: float) -> float:
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
                f"{number(found[t].of(MU_STAR)[name].value)} (σ {number(found[t].of(SIGMA)[name].value)})"
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
    names.sort(key=lambda name: -max(_or_nothing(found[t].of(TOTAL)[name].value) for t in targets))
    rows = tuple(
        (
            factor_called(name),
            *(
                f"{number(one.value)} [{between(one.low, one.high)}]"
                for one in (found[t].of(TOTAL)[name] for t in targets)
            ),
        )
        for name in names
    )
    return Table(("parameter", *(target.called for target in targets)), rows)


def _bars(found: Mapping[Target, Indices]) -> Figure:
    targets = list(found)
    names = list(found[targets[0]].of(TOTAL))
    names.sort(key=lambda name: max(_or_nothing(found[t].of(TOTAL)[name].value) for t in targets))

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

    return drawn(9.6, 1.2 + 0.32 * len(names), draw)


def _turning(where: pd.DataFrame, flips: pd.DataFrame, turned: Sequence[Flip]) -> Figure:
    def draw(figure: Figure) -> None:
        for place, (plot, one) in enumerate(zip(figure.subplots(2, 2).ravel(), turned, strict=True)):
            plot.axhline(0, color="#222222", linewidth=0.9)
            plot.plot(where[one.by], flips[one.outcome], "o", markersize=2, alpha=0.35, color=OKABE_ITO[place])
            plot.set_xlabel(factor_axis(one.by), fontsize=9)
            plot.set_ylabel(f"gap in {outcome_called(one.outcome).lower()}\n{outcome_unit(one.outcome)}", fontsize=9)

    return drawn(8.4, 6.0, draw)
