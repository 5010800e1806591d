"""How far the headline depends on assumptions: its parts at the points of a hypercube over all parameters.

At each point six systems have the same assumptions, schools and random numbers: Silicon Valley and Route 128, each as
they are, with trust frozen, and without secrecy. From them follow the parts of pattern 1: the gaps, the share of the
gap in practice that comes from the feedback of trust, and the gap that is left without secrecy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from alliance_sim.declarations.parameters import Value
from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_called
from alliance_sim.statistics import Interval
from alliance_sim.statistics.shares import share_intervals
from analysis.pages.page import Page, Section, Table, create_figure, format_number
from analysis.sampled_runs import Numbers, design_points, late_means, run_study, study_text
from analysis.sensitivity.study import ROUTE, VALLEY, varied
from analysis.sensitivity.targets import find_reversal
from analysis.thresholds import thresholds_of

POINTS, QUICK_POINTS, SEEDS = 500, 24, 2
OUTCOMES = ("practice", "sharing", "trust")
POPULATION = (
    "population.alliance_size", "population.practice_areas", "population.practice_sd", "population.practice_alliance",
    "population.practice_school", "population.boundary_ties", "population.subjects",
)  # fmt: skip
"""Parameters of the schools that are varied as well; their number and size are not."""
SYSTEMS: dict[str, dict[str, Value]] = {
    "as_they_are": {},
    "trust_frozen": {"trust.frozen": True},
    "without_secrecy": {"policy.secrecy": 0.0},
}
PARTS = {
    "practice": "practice, Silicon Valley minus Route 128",
    "sharing": "sharing, Silicon Valley minus Route 128",
    "trust": "trust, Silicon Valley minus Route 128",
    "feedback": "gap in practice, minus that of twins with trust frozen",
    "without_secrecy": "practice, Silicon Valley minus Route 128, both without secrecy",
}
FEEDBACK = thresholds_of("pattern", 1)["feedback"].value
"""The feedback of trust that pattern 1 requires."""


def analyse(folder: Path, *, quick: bool) -> Page:
    """Run what is missing and build the page.

    Args:
        folder: where studies and runs are stored.
        quick: whether to use a small sample for a first look.
    """
    points = QUICK_POINTS if quick else POINTS
    design = {"kind": "latin_hypercube", "n": points, "seed": 1}
    names = [*varied(gap=True), *POPULATION]
    gaps: dict[str, dict[str, Numbers]] = {}
    where, runs = pd.DataFrame(), 0
    for system, fixed in SYSTEMS.items():
        means: list[dict[str, Numbers]] = []
        for base in (VALLEY, ROUTE):
            question = f"How much does {base} share and learn under other assumptions?"
            text = study_text(question, base, SEEDS, OUTCOMES, design, names, fixed=fixed)
            results = run_study(text, folder, f"headline_{base}_{system}")
            means.append(late_means(results, OUTCOMES))
            where, runs = design_points(results), runs + int(results.about["runs"])
        gaps[system] = {name: means[0][name] - means[1][name] for name in OUTCOMES}
    return build_page(parts_of(gaps), where, runs, quick=quick)


def parts_of(gaps: Mapping[str, Mapping[str, Numbers]]) -> dict[str, Numbers]:
    """Return each part of the headline at each point, the mean over its seeds.

    Args:
        gaps: by system and outcome, Silicon Valley minus Route 128, shape (points, seeds).
    """
    found = {name: gaps["as_they_are"][name] for name in OUTCOMES}
    found["feedback"] = gaps["as_they_are"]["practice"] - gaps["trust_frozen"]["practice"]
    found["without_secrecy"] = gaps["without_secrecy"]["practice"]
    return {name: values.mean(axis=1) for name, values in found.items()}


def share_above(values: Numbers, threshold: float) -> Interval:
    """Return the share of points whose value is above a threshold, with its exact interval over points."""
    return share_intervals(float((values > threshold).sum()), float(len(values))).item()


def build_page(parts: Mapping[str, Numbers], where: pd.DataFrame, runs: int, *, quick: bool) -> Page:
    """Build the page.

    Args:
        parts: each part of the headline at each point.
        where: the varied parameters, one row per point.
        runs: number of runs behind the page.
        quick: whether this is a first look.
    """
    points = len(where)
    above = {name: share_above(values, 0.0) for name, values in parts.items()}
    enough = share_above(parts["feedback"], FEEDBACK)
    lead = (
        f"Silicon Valley is ahead of Route 128 in practice at {_percent(above['practice'])} of {points} points, in "
        f"sharing at {_percent(above['sharing'])}, in trust at {_percent(above['trust'])}. The feedback of trust adds "
        f"to the gap in practice at {_percent(above['feedback'])}, and more than {FEEDBACK:g} at {_percent(enough)}. "
        f"Without secrecy the gap in practice is above 0 at {_percent(above['without_secrecy'])}."
    )
    rows: list[tuple[str, ...]] = []
    for name, values in parts.items():
        reversal = find_reversal(where, values, name, points)
        spread = (format_number(float(value), signed=True) for value in np.quantile(values, (0.05, 0.5, 0.95)))
        fifths = ", ".join(f"{share:.0%}" for share in reversal.fifths)
        rows.append((PARTS[name], _percent(above[name]), *spread, factor_called(reversal.by), fifths))
    sections = (
        Section(
            "The parts of the headline",
            (
                f"A Latin hypercube of {points} points over {where.shape[1]} parameters: policy, initial trust and the "
                "coordinator's standing over their whole range, all others by half of their default to either side, "
                "or over the range given in the model's description. Parameters in which the two systems differ keep "
                f"their values. At each point the mean over {SEEDS} paired seeds, so a gap near zero may have the "
                "wrong sign by chance. In brackets: the exact 95 % interval over points (Clopper–Pearson), given "
                "these ranges. The last columns name the parameter along which the share of points below zero changes "
                "most, chosen after looking, and that share by fifths of its range, lowest first.",
            ),
            "headline",
            _plot_parts(parts),
            "The distribution of each part of the headline over the points; the table gives its quantiles.",
            Table(("part", "above 0", "5 %", "median", "95 %", "below 0 along", "by fifths"), tuple(rows), 1),
        ),
    )
    return Page("Does the headline depend on the values that were assumed?", lead, sections, quick, runs)


def _percent(share: Interval) -> str:
    return f"{share.estimate:.1%} [{share.low:.1%} to {share.high:.1%}]"


def _plot_parts(parts: Mapping[str, Numbers]) -> Figure:
    def draw(figure: Figure) -> None:
        for place, (name, values) in enumerate(parts.items()):
            axes = figure.add_subplot(len(parts), 1, place + 1)
            axes.hist(values, bins=60, color=OKABE_ITO[place % len(OKABE_ITO)])
            axes.axvline(0.0, color="black", linewidth=1)
            axes.set_ylabel("points")
            axes.set_title(PARTS[name], fontsize=9, loc="left")

    return create_figure(7.2, 8.0, draw)
