"""Compare regimes pairwise on all outcomes, over paired runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.reporting.palette import OKABE_ITO, darker
from alliance_sim.reporting.study.labels import outcome_called, outcome_unit
from alliance_sim.statistics.families import directions, simultaneous
from alliance_sim.statistics.intervals import Intervals, mean_intervals
from alliance_sim.statistics.pairs import ratio_of_means
from alliance_sim.text import title
from analysis.pages.page import Page, Section, Table, create_figure, format_interval, format_number
from analysis.pages.results_folder import PAIRED
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
class Differences:
    """Differences of all contrasts and outcomes in the last two years, first config minus second.

    Attributes:
        difference: the mean differences, shape (contrasts, outcomes), with intervals over seeds and with simultaneous
            ones over all contrasts and outcomes.
        relative: the same relative to the mean of the second config (Fieller's interval).
        clear: 1 or -1 where the simultaneous interval excludes zero, else 0.
    """

    difference: Intervals
    relative: Intervals
    clear: NDArray[np.float64]


def compare_regimes(first: NDArray[np.float64], second: NDArray[np.float64]) -> Differences:
    """Compare paired values of several contrasts and outcomes.

    Args:
        first: values under the first config of each contrast, shape (contrasts, outcomes, seeds); NaN where undefined.
        second: the same under the second config.
    """
    gaps = first - second
    family = mean_intervals(gaps.reshape(-1, gaps.shape[-1]))
    shape = gaps.shape[:-1]
    limited = simultaneous(family)
    places = np.arange(limited.estimate.size).reshape(shape).tolist()
    return Differences(limited[places], ratio_of_means(second, gaps), directions(limited).reshape(shape))


def analyse(folder: Path, seeds: int, *, quick: bool) -> Page:
    """Simulate the runs and build the page of their differences.

    Args:
        folder: where figures of runs are stored, so that the same command simulates only what is missing.
        seeds: number of paired seeds.
        quick: whether this is a first look.
    """
    with PairedRuns(seeds, folder=folder / PAIRED) as runs:
        first, second = (
            np.stack([[runs.late(name, pair[side]) for name in NAMES] for pair in CONTRASTS]) for side in (0, 1)
        )
    return build_page(compare_regimes(first, second), seeds, quick=quick)


def build_page(found: Differences, seeds: int, *, quick: bool) -> Page:
    """Build the page of all differences."""
    sharing = found.difference.item(0, NAMES.index("sharing"))
    ends = format_interval(sharing.low_simultaneous, sharing.high_simultaneous, signed=True)
    lead = (
        f"Silicon Valley minus Route 128: {format_number(sharing.estimate, signed=True)} "
        f"[simultaneous 95 % interval {ends}] acts of help per teacher per half-term, with the same schools and random "
        "numbers."
    )
    sections = [
        Section(
            "All contrasts on one scale",
            (
                "Differences relative to the mean of the second config, with 95 % intervals (Fieller). Filled: clear, "
                "which means that the simultaneous 95 % interval of the difference over all contrasts and outcomes of "
                "this page excludes 0. Outcomes whose mean may be 0 have no relative difference.",
            ),
            "regimes",
            _plot_contrasts(found),
            "Relative differences of each contrast and outcome with 95 % intervals; the tables below give the numbers.",
        )
    ]
    for row, pair in enumerate(CONTRASTS):
        sections.append(
            Section(
                f"{title(pair[0])} minus {title(pair[1])}",
                (
                    f"The last two of ten years, {seeds} paired seeds. Intervals are of mean differences over seeds "
                    "(Student's t, widened where the data are skewed); the simultaneous ones hold for all contrasts "
                    "and outcomes of this page at once. n: pairs of runs in which the outcome is defined.",
                ),
                table=Table(
                    ("outcome", "unit", "difference", "95 % interval", "simultaneous", "n", "relative, %"),
                    tuple(_row(found, row, column) for column in range(len(NAMES)) if found.difference.n[row, column]),
                    2,
                ),
            )
        )
    configs = {config for pair in CONTRASTS for config in pair}
    return Page("How do regimes differ, all else being equal?", lead, tuple(sections), quick, seeds * len(configs))


def _row(found: Differences, row: int, column: int) -> tuple[str, ...]:
    one, share = found.difference.item(row, column), found.relative.item(row, column)
    return (
        outcome_called(NAMES[column]),
        outcome_unit(NAMES[column]),
        format_number(one.estimate, signed=True),
        _limits(one.low, one.high),
        _limits(one.low_simultaneous, one.high_simultaneous),
        f"{one.n}",
        f"{format_number(100 * share.estimate, signed=True)} [{_limits(100 * share.low, 100 * share.high)}]"
        if np.isfinite(share.low)
        else "–",
    )


def _limits(low: float, high: float) -> str:
    return format_interval(low, high, signed=True) if np.isfinite(low) else "–"


def _plot_contrasts(found: Differences) -> Figure:
    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        plot.axvline(0, color="#222222", linewidth=0.9)
        for place, pair in enumerate(CONTRASTS):
            tone, label = OKABE_ITO[place], f"{title(pair[0])} minus {title(pair[1])}"
            for row, name in enumerate(SHOWN):
                column = NAMES.index(name)
                one, y = found.relative.item(place, column), row + 0.18 * (place - 1.5)
                if not np.isfinite(one.low):
                    continue
                filled = tone if found.clear[place, column] else "white"
                plot.plot((100 * one.low, 100 * one.high), (y, y), color=tone, linewidth=2, alpha=0.6)
                plot.plot(100 * one.estimate, y, "o", color=tone, markersize=5, markerfacecolor=filled, label=label)
                label = None
        plot.set_yticks(range(len(SHOWN)), [outcome_called(name) for name in SHOWN])
        plot.set_ylim(len(SHOWN) - 0.4, -0.6)
        plot.set_xscale("symlog", linthresh=10)
        plot.set_xlabel("% of the second config's mean (linear to 10, then logarithmic)")
        plot.grid(axis="x", color="#E6E6E6", linewidth=0.7)
        if plot.get_legend_handles_labels()[0]:
            legend = plot.legend(frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, 1.09), ncols=2)
            for place, text in enumerate(legend.get_texts()):
                text.set_color(darker(OKABE_ITO[place]))

    return create_figure(8.4, 6.6, draw)
