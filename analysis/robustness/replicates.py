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
from alliance_sim.statistics.intervals import CONFIDENCE, two_sided
from alliance_sim.statistics.planning import POWER, Plan, plan_power, plan_precision
from analysis.pages.page import Page, Section, Table, create_figure, format_number
from analysis.pages.results_folder import PAIRED
from analysis.paired_runs import PairedRuns

TENTH = 0.1
"""An interval is narrow if its half-width is at most this share of the reference's mean difference."""
MATTERS = 0.02
"""Smallest effect of interest, as a share of the mean of the second config: that of the patterns."""
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
        power: seeds for a planned power to make the smallest effect of interest clear; None if its size is zero.
        narrow: seeds for a narrow interval with a planned probability; None if the difference is zero.
    """

    contrast: str
    outcome: str
    difference: float
    spread: float
    unpaired: float
    power: Plan | None
    narrow: Plan | None

    @property
    def saved(self) -> float:
        """How many times as many runs the same interval would take without pairing."""
        return (self.unpaired / self.spread) ** 2 if self.spread > 0.0 else math.inf


def required_seeds(
    contrast: str, outcome: str, here: NDArray[np.float64], there: NDArray[np.float64]
) -> SeedRequirement:
    """Estimate the seeds needed from the paired runs of a pilot.

    The effect whose power is planned is stated in advance (``MATTERS``), not taken from the pilot.
    """
    gaps = here - there
    difference, spread = float(gaps.mean()), float(gaps.std(ddof=1))
    unpaired = math.sqrt(float(here.var(ddof=1)) + float(there.var(ddof=1)))
    smallest = MATTERS * abs(float(there.mean()))
    return SeedRequirement(
        contrast, outcome, difference, spread, unpaired,
        plan_power(gaps, smallest) if smallest else None,
        plan_precision(gaps, TENTH * abs(difference)) if difference else None,
    )  # fmt: skip


def analyse(folder: Path, seeds: int, *, quick: bool) -> Page:
    """Simulate a pilot and build the page.

    Args:
        folder: where figures of runs are stored, so that the same command simulates only what is missing.
        seeds: number of the pilot's paired seeds.
        quick: whether this is a first look.
    """
    with PairedRuns(seeds, folder=folder / PAIRED) as runs:
        needs = [
            required_seeds(contrast, outcome, runs.late(outcome, *one), runs.late(outcome, *other))
            for contrast, (one, other) in CONTRASTS.items()
            for outcome in OUTCOMES
        ]
    main = [one.narrow for one in needs if one.contrast == "Silicon Valley minus Route 128" and one.narrow]
    most = None if any(plan.n is None for plan in main) else max((plan.n or 0 for plan in main), default=0)
    lead = (
        f"For the gap between Silicon Valley and Route 128, {_number(most)} paired seeds make the interval of each "
        f"outcome at most a tenth of the gap wide to either side, with a probability of {POWER:.0%}."
    ).replace("%", " %")
    rows = tuple(
        (
            one.contrast, outcome_called(one.outcome),
            format_number(one.difference, signed=True), format_number(one.spread),
            _plan(one.power), _plan(one.narrow), f"{one.saved:.1f} times",
        )
        for one in needs
    )  # fmt: skip
    section = Section(
        "How many seeds",
        (
            f"From a pilot of {seeds} seeds. Power: seeds with which a true difference of {MATTERS:.0%} of the second "
            f"config's mean is clear (its 95 % interval excludes 0) with a probability of {POWER:.0%}. Narrow: seeds "
            f"with which the interval's half-width is at most a tenth of the difference, with a probability of "
            f"{POWER:.0%}. In brackets: the same for both ends of the 95 % interval of the spread, which is what the "
            "pilot leaves open. Saved: how many times as many runs would be needed if the two runs of a pair had "
            "different schools and random numbers.".replace("%", " %").replace("  %", " %"),
        ),
        "replicates",
        _plot_widths(needs),
        "Half-width of the 95 % interval of each gap between Silicon Valley and Route 128, as a share of the gap, "
        "over the number of seeds.",
        Table(("contrast", "outcome", "difference", "SD of a pair", "power", "narrow", "saved"), rows, 2),
    )
    return Page("How many seeds does an answer need?", lead, (section,), quick, seeds * 6)


def _plan(plan: Plan | None) -> str:
    return "–" if plan is None else f"{_number(plan.n)} [{_number(plan.low)} to {_number(plan.high)}]"


def _number(many: int | None) -> str:
    return "over ten million" if many is None else f"{many:,}"


def _plot_widths(needs: Sequence[SeedRequirement]) -> Figure:
    shown = [one for one in needs if one.contrast == "Silicon Valley minus Route 128" and one.difference]
    seeds = np.unique(np.round(np.geomspace(3, 1000, 60)).astype(int))

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        for place, one in enumerate(shown):
            widths = two_sided(CONFIDENCE, seeds - 1) * one.spread / np.sqrt(seeds) / abs(one.difference)
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
