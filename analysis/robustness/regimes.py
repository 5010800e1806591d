"""Compare regimes pairwise on all outcomes, over paired runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.reporting.palette import OKABE_ITO, darker
from alliance_sim.reporting.study.labels import outcome_called, outcome_unit
from alliance_sim.text import title
from analysis.evidence import interval
from analysis.pages.page import Page, Section, Table, create_figure, format_interval, format_number
from analysis.paired_runs import PairedRuns

CONTRASTS = (
    ("silicon_valley", "route128"),
    ("collaborative", "competitive"),
    ("cosy_club", "silicon_valley"),
    ("baseline", "isolated"),
)
"""Pairs of configs, first minus second. The third contradicts the source: the cosy club leads in practice."""
SHOWN = ("sharing", "jpd", "trust", "head_trust", "reciprocity", "practice", "level", "refusals", "fatigue",
         "attainment", "attainment_gap")  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One outcome's mean difference in the last two years.

    Attributes:
        outcome: the outcome's name.
        mean, low, high: the difference and its bootstrap 95 % interval over seeds.
        scale: 1 over the standard deviation between runs of the second config; NaN where these do not differ.
    """

    outcome: str
    mean: float
    low: float
    high: float
    scale: float


def differences(runs: PairedRuns, one: str, other: str) -> list[Difference]:
    """Return the differences of all outcomes, first config minus second, paired by seed; omit undefined outcomes."""
    found: list[Difference] = []
    for name in NAMES:
        here, there = runs.late(name, one), runs.late(name, other)
        gaps = here - there
        if not np.isfinite(gaps).all():
            continue
        spread = float(there.std(ddof=1))
        low, high = interval(gaps)
        found.append(Difference(name, float(gaps.mean()), low, high, 1 / spread if spread > 0.0 else math.nan))
    return found


def analyse(folder: Path, seeds: int, *, quick: bool) -> Page:
    """Simulate the runs and build the page of their differences; nothing is stored in ``folder`` meanwhile."""
    with PairedRuns(seeds) as runs:
        found_by_pair = {pair: differences(runs, *pair) for pair in CONTRASTS}
    first = {one.outcome: one for one in found_by_pair[CONTRASTS[0]]}["sharing"]
    lead = (
        f"Silicon Valley minus Route 128: {format_number(first.mean, signed=True)} "
        f"[{format_interval(first.low, first.high, signed=True)}] acts of help per teacher per half-term, with the "
        "same schools and random numbers."
    )
    sections = [
        Section(
            "All contrasts on one scale",
            ("Standard deviations between runs of the second config; filled where the interval excludes 0.",),
            "regimes",
            _plot_contrasts(found_by_pair),
            "Differences of each contrast and outcome with 95 % intervals; the tables below give the numbers.",
        )
    ]
    for pair, found in found_by_pair.items():
        rows = tuple(
            (
                outcome_called(one.outcome),
                outcome_unit(one.outcome),
                format_number(one.mean, signed=True),
                format_interval(one.low, one.high, signed=True),
                format_number(one.mean * one.scale, signed=True) if math.isfinite(one.scale) else "–",
            )
            for one in found
        )
        sections.append(
            Section(
                f"{title(pair[0])} minus {title(pair[1])}",
                (f"The last two of ten years, {seeds} paired seeds; bootstrap intervals over seeds.",),
                table=Table(("outcome", "unit", "difference", "95 % interval", "in SDs"), rows, 2),
            )
        )
    configs = {config for pair in CONTRASTS for config in pair}
    return Page("How do regimes differ, all else being equal?", lead, tuple(sections), quick, seeds * len(configs))


def _plot_contrasts(found_by_pair: dict[tuple[str, str], list[Difference]]) -> Figure:
    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        plot.axvline(0, color="#222222", linewidth=0.9)
        for place, (pair, found) in enumerate(found_by_pair.items()):
            by_name = {one.outcome: one for one in found}
            for row, name in enumerate(SHOWN):
                one = by_name.get(name)
                if one is None or not math.isfinite(one.scale):
                    continue
                y, tone = row + 0.18 * (place - 1.5), OKABE_ITO[place]
                clear = one.low > 0.0 or one.high < 0.0
                plot.plot((one.low * one.scale, one.high * one.scale), (y, y), color=tone, linewidth=2, alpha=0.6)
                label = f"{title(pair[0])} minus {title(pair[1])}" if row == 0 else None
                plot.plot(
                    one.mean * one.scale, y, "o", color=tone, markersize=5, markerfacecolor=tone if clear else "white",
                    label=label,
                )  # fmt: skip
        plot.set_yticks(range(len(SHOWN)), [outcome_called(name) for name in SHOWN])
        plot.set_ylim(len(SHOWN) - 0.4, -0.6)
        plot.set_xscale("symlog", linthresh=1)
        plot.set_xlabel("standard deviations between runs (linear to 1, then logarithmic)")
        plot.grid(axis="x", color="#E6E6E6", linewidth=0.7)
        legend = plot.legend(frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, 1.09), ncols=2)
        for place, text in enumerate(legend.get_texts()):
            text.set_color(darker(OKABE_ITO[place]))

    return create_figure(8.4, 6.6, draw)
