"""The page of a search for conditions.

It shows the box that PRIM found, how certain each of its limits is, and its coverage and density on fresh points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from pandas.api.types import is_numeric_dtype

from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called
from alliance_sim.statistics import Interval
from analysis.discovery.prim import DENSE, SURE, Box, LabelledPoints, Peeling
from analysis.discovery.stability import LimitStability
from analysis.pages.page import Page, Section, Table, create_figure


@dataclass(frozen=True)
class Question:
    """The wording of a search for conditions.

    Attributes:
        title: the question.
        clause: the case as the start of a sentence, such as ``Collaboration collapses``.
        case: the label of points that are cases.
        otherwise: the label of the other points.
        source: where the points come from.
        seeds: runs per point.
        fresh: a sentence that describes the fresh points.
        caveat: a sentence about missing runs, if any.
    """

    title: str
    clause: str
    case: str
    otherwise: str
    source: str
    seeds: int
    fresh: str
    caveat: str = ""


@dataclass(frozen=True)
class Findings:
    """The result of a search.

    Attributes:
        peeling: PRIM's trajectory and box.
        stability: how each restriction of the box varies between resamples of the blocks.
        density: share of the box's fresh points that are cases, with its interval over blocks.
        coverage: share of the fresh cases that are in the box, with its interval over blocks.
        inside: share of fresh points that are in the box.
        resamples: number of resamples.
    """

    peeling: Peeling
    stability: Mapping[str, LimitStability]
    density: Interval
    coverage: Interval
    inside: float
    resamples: int


def build_page(question: Question, searched: LabelledPoints, found: Findings | None, runs: int, quick: bool) -> Page:
    """Build the page.

    Args:
        question: the wording of the search.
        searched: the points that PRIM saw.
        found: the result of the search; None if all points are cases, or none is.
        runs: number of runs behind the points.
        quick: whether this is a first look.
    """
    if found is None:
        which = "all" if searched.cases.all() else "none"
        lead = f"This holds at {which} of {len(searched.cases):,} points. {question.caveat}".rstrip()
        return Page(question.title, lead, (), quick, runs)
    box, where = found.peeling.box, searched.where
    conditions = "; ".join(_condition(name, limits, where) for name, limits in box.limits.items())
    lead = (
        f"{question.clause} at {searched.cases.mean():.0%} of all points, and at {box.density:.0%} of those with "
        f"{conditions}. This box contains {box.coverage:.0%} of all cases. "
        + (
            f"Of the fresh points in it, {found.density.estimate:.0%} [95 % interval {found.density.low:.0%} to "
            f"{found.density.high:.0%}] are cases."
            if found.density.n
            else "It contains no fresh point."
        )
        + (f" {question.caveat}" if question.caveat else "")
    )
    rows = tuple(
        (
            factor_axis(name),
            _condition(name, limits, where),
            _stable_limits(found.stability[name], limits, pd.Series(where[name])),
            f"{found.stability[name].restricted:.0%}",
            "under .001" if box.chance[name] < 0.001 else f"{box.chance[name]:.3f}",
            "" if box.chance[name] <= SURE else "uncertain",
        )
        for name, limits in sorted(box.limits.items(), key=lambda item: box.chance[item[0]])
    )
    return Page(
        question.title,
        lead,
        (
            Section(
                "The conditions",
                (
                    f"A box found by PRIM in {len(where):,} points {question.source} over {len(where.columns)} "
                    f"parameters ({question.seeds} seeds a point, given which all shares are). Limit varies: the "
                    f"middle 95 % of the limit in {found.resamples} repetitions of the search in resamples of the "
                    "sample's blocks (bootstrap; the coverage is approximate). Restricted: share of repetitions in "
                    "which the parameter is restricted at all. Chance: the probability that an equally good "
                    "restriction arises at random, given the others (quasi-p-value).",
                ),
                "conditions",
                _scatter(question, searched, box),
                "Cases and other points over the two parameters whose restrictions are the most certain.",
                Table(("parameter", "condition", "limit varies", "restricted", "chance", ""), rows, 2),
            ),
            Section(
                "How good the box is",
                (
                    "Coverage: share of all cases that are in the box. Density: share of its points that are cases. "
                    f"{question.fresh} Their shares have exact 95 % intervals over blocks (Clopper–Pearson); those of "
                    "the searched points are too good, because the box was chosen on them.",
                ),
                "trade_off",
                _trade_off(found.peeling),
                "Density over coverage for each step of the peeling; the chosen box is marked.",
                Table(
                    ("points", "coverage", "density", "share of points in the box"),
                    (
                        ("searched", f"{box.coverage:.2f}", f"{box.density:.2f}", f"{box.mass:.2f}"),
                        ("fresh", _share(found.coverage), _share(found.density), f"{found.inside:.2f}"),
                    ),
                ),
            ),
        ),
        quick,
        runs,
    )


def _share(found: Interval) -> str:
    return f"{found.estimate:.2f} [{found.low:.2f} to {found.high:.2f}]" if found.n else "–"


def _stable_limits(stable: LimitStability, limits: tuple[Any, ...], column: pd.Series) -> str:
    """Return the range of each limit that is inside the parameter's range."""
    if stable.low is None or stable.high is None:
        return "–"
    ends = ((limits[0] > column.min(), stable.low), (limits[1] < column.max(), stable.high))
    return "; ".join(f"{ends[0]:.2g} to {ends[1]:.2g}" for restricted, ends in ends if restricted) or "–"


def _condition(name: str, limits: tuple[Any, ...], where: pd.DataFrame) -> str:
    called = factor_called(name)
    if not is_numeric_dtype(where[name]):
        return f"{called}: {' or '.join(map(str, limits))}"
    low, high = limits
    least, most = where[name].min(), where[name].max()
    if low <= least:
        return f"{called} under {high:.2g}"
    return f"{called} over {low:.2g}" if high >= most else f"{called} from {low:.2g} to {high:.2g}"


def _scatter(question: Question, searched: LabelledPoints, box: Box) -> Figure:
    where, cases = searched.where, searched.cases
    numeric = [name for name in where if is_numeric_dtype(where[name])]
    surest = sorted((name for name in box.limits if name in numeric), key=lambda name: box.chance[name])
    across, up = (surest + [name for name in numeric if name not in surest])[:2]

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        for which, place, marker, called in ((~cases, 1, "o", question.otherwise), (cases, 0, "x", question.case)):
            plot.plot(
                where.loc[which, across], where.loc[which, up], marker, markersize=3.5, alpha=0.5,
                color=OKABE_ITO[place], label=called,
            )  # fmt: skip
        for name, line in ((across, plot.axvline), (up, plot.axhline)):
            for limit in box.limits.get(name, ()):
                if where[name].min() < limit < where[name].max():
                    line(limit, color="#222222", linewidth=1, linestyle=(0, (4, 2)))
        plot.set_xlabel(factor_axis(across))
        plot.set_ylabel(factor_axis(up))
        plot.legend(frameon=True, fontsize=9)

    return create_figure(7.2, 4.6, draw)


def _trade_off(peeling: Peeling) -> Figure:
    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        plot.plot(peeling.coverage, peeling.density, "-o", color=OKABE_ITO[1], markersize=4)
        chosen = peeling.coverage[peeling.chosen], peeling.density[peeling.chosen]
        plot.plot(*chosen, "o", color=OKABE_ITO[0], markersize=9)
        plot.annotate("chosen", chosen, xytext=(8, -4), textcoords="offset points", color="#222222")
        plot.axhline(DENSE, color="#222222", linewidth=0.9, linestyle=(0, (1, 2)))
        plot.set_xlabel("coverage (share of all cases)")
        plot.set_ylabel("density (share of the box)")

    return create_figure(7.2, 3.6, draw)
