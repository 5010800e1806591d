"""Estimate how many seeds a comparison needs, and how many runs common random numbers save."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from alliance_sim.reporting.palette import OKABE_ITO, dashes
from alliance_sim.reporting.study.labels import outcome_called
from alliance_sim.study.results.intervals import needed, student
from analysis.pages.page import Page, Section, Table, create_figure, format_number
from analysis.paired_runs import PairedRuns

TENTH = 0.1
"""An interval is narrow if its half-width is at most this share of the difference."""
OUTCOMES = ("sharing", "jpd", "trust", "practice", "attainment")
type Side = tuple[str, dict[str, Any]]
CONTRASTS: dict[str, tuple[Side, Side]] = {
    "Silicon Valley minus Route 128": (("silicon_valley", {}), ("route128", {})),
    "collaborative minus competitive": (("collaborative", {}), ("competitive", {})),
    "with minus without coordinator": (("silicon_valley", {}), ("silicon_valley", {"coordinator.present": False})),
    "with minus without reciprocity": (("baseline", {}), ("baseline", {"reciprocity.enabled": False})),
}


@dataclass(frozen=True)
class SeedRequirement:
    """The number of seeds that a contrast of one outcome needs.

    Attributes:
        contrast, outcome: their names.
        difference: mean over the pilot's seeds.
        spread: standard deviation of one paired difference.
        unpaired: the same if the two runs had independent random numbers.
        clear: seeds for the 95 % interval to exclude 0; None if millions would not suffice.
        narrow: seeds for a narrow interval.
        narrow_unpaired: seeds of each config for a narrow interval without pairing.
    """

    contrast: str
    outcome: str
    difference: float
    spread: float
    unpaired: float
    clear: int | None
    narrow: int | None
    narrow_unpaired: int | None

    @property
    def saved(self) -> float:
        """How many times as many runs the same interval would take without pairing."""
        return (self.unpaired / self.spread) ** 2 if self.spread > 0.0 else math.inf


def required_seeds(
    contrast: str, outcome: str, here: NDArray[np.float64], there: NDArray[np.float64]
) -> SeedRequirement:
    """Estimate the seeds needed from the paired runs of a pilot."""
    gaps = here - there
    difference, spread = float(gaps.mean()), float(gaps.std(ddof=1))
    unpaired = math.sqrt(float(here.var(ddof=1)) + float(there.var(ddof=1)))
    far = abs(difference)
    return SeedRequirement(
        contrast, outcome, difference, spread, unpaired,
        needed(spread, far), needed(spread, TENTH * far), needed(unpaired, TENTH * far),
    )  # fmt: skip


def analyse(folder: Path, seeds: int, *, quick: bool) -> Page:
    """Simulate a pilot and build the page; nothing is stored in ``folder`` meanwhile."""
    with PairedRuns(seeds) as runs:
        needs = [
            required_seeds(contrast, outcome, runs.late(outcome, *one), runs.late(outcome, *other))
            for contrast, (one, other) in CONTRASTS.items()
            for outcome in OUTCOMES
        ]
    main = [one for one in needs if one.contrast == "Silicon Valley minus Route 128"]
    most = max((one.narrow or 0 for one in main), default=0)
    lead = (
        f"For the gap between Silicon Valley and Route 128, {most:,} paired seeds make the interval of every outcome "
        "at most a "
        f"tenth of the gap wide to either side; the sign is clear with {max(one.clear or 0 for one in main):,}."
    )
    rows = tuple(
        (
            one.contrast, outcome_called(one.outcome),
            format_number(one.difference, signed=True), format_number(one.spread),
            _seeds(one.clear), _seeds(one.narrow), _seeds(one.narrow_unpaired), f"{one.saved:.1f} times",
        )
        for one in needs
    )  # fmt: skip
    section = Section(
        "How many seeds",
        (
            f"From a pilot of {seeds} seeds. Clear: the 95 % interval (Student's t) excludes 0, if the difference is "
            "as in the pilot. Narrow: its half-width is at most a tenth of the difference. Saved: how many times as "
            "many runs would be needed if the two runs of a pair had different schools and random numbers.",
        ),
        "replicates",
        _plot_widths(needs),
        "Half-width of the 95 % interval of each gap between Silicon Valley and Route 128, as a share of the gap, "
        "over the number of seeds.",
        Table(
            ("contrast", "outcome", "difference", "SD of a pair", "clear", "narrow", "narrow, unpaired", "saved"),
            rows,
            2,
        ),
    )
    return Page("How many seeds does an answer need?", lead, (section,), quick, seeds * 6)


def _seeds(many: int | None) -> str:
    return "over a million" if many is None else f"{many:,}"


def _plot_widths(needs: Sequence[SeedRequirement]) -> Figure:
    shown = [one for one in needs if one.contrast == "Silicon Valley minus Route 128" and one.difference]
    seeds = np.unique(np.round(np.geomspace(3, 1000, 60)).astype(int))

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        for place, one in enumerate(shown):
            widths = [student(int(many) - 1) * one.spread / math.sqrt(many) / abs(one.difference) for many in seeds]
            plot.plot(
                seeds, widths, color=OKABE_ITO[place], linestyle=dashes(place), linewidth=2,
                label=outcome_called(one.outcome),
            )  # fmt: skip
        plot.axhline(TENTH, color="#222222", linewidth=0.9, linestyle=(0, (1, 2)))
        plot.set_xscale("log")
        plot.set_yscale("log")
        plot.set_xlabel("paired seeds")
        plot.set_ylabel("half-width of the 95 % interval\nas a share of the gap")
        plot.legend(frameon=False, fontsize=9)

    return create_figure(7.2, 4.2, draw)
