"""The page of a search for conditions.

It shows the box that PRIM found, how certain each of its limits is, and its coverage and density on fresh points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from pandas.api.types import is_numeric_dtype

from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called
from analysis.discovery.prim import DENSE, SURE, Box, LabelledPoints, Peeling
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


def build_page(
    question: Question,
    searched: LabelledPoints,
    fresh: LabelledPoints,
    peeling: Peeling | None,
    runs: int,
    quick: bool,
) -> Page:
    """Build the page.

    Args:
        question: the wording of the search.
        searched: the points that PRIM saw.
        fresh: the points that PRIM did not see.
        peeling: the result of PRIM; None if all points are cases, or none is.
        runs: number of runs behind the points.
        quick: whether this is a first look.
    """
    if peeling is None:
        which = "all" if searched.cases.all() else "none"
        lead = f"This holds at {which} of {len(searched.cases):,} points. {question.caveat}".rstrip()
        return Page(question.title, lead, (), quick, runs)
    box, where = peeling.box, searched.where
    inside = box.contains(fresh.where)
    density = float(fresh.cases[inside].mean()) if inside.any() else math.nan
    coverage = float(fresh.cases[inside].sum() / max(1, fresh.cases.sum()))
    conditions = "; ".join(_condition(name, limits, where) for name, limits in box.limits.items())
    lead = (
        f"{question.clause} at {searched.cases.mean():.0%} of all points, and at {box.density:.0%} of those with "
        f"{conditions}. This box contains {box.coverage:.0%} of all cases. "
        + (f"Of the fresh points in it, {density:.0%} are cases." if inside.any() else "It contains no fresh point.")
        + (f" {question.caveat}" if question.caveat else "")
    )
    rows = tuple(
        (
            factor_axis(name),
            _condition(name, limits, where),
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
                    f"parameters ({question.seeds} seeds a point). Chance: the probability that an equally good "
                    "restriction arises at random (quasi-p-value).",
                ),
                "conditions",
                _scatter(question, searched, box),
                "Cases and other points over the two parameters whose restrictions are the most certain.",
                Table(("parameter", "condition", "chance", ""), rows, 2),
            ),
            Section(
                "How good the box is",
                (
                    "Coverage: share of all cases that are in the box. Density: share of its points that are cases. "
                    f"{question.fresh}",
                ),
                "trade_off",
                _trade_off(peeling),
                "Density over coverage for each step of the peeling; the chosen box is marked.",
                Table(
                    ("points", "coverage", "density", "share of points in the box"),
                    (
                        ("searched", f"{box.coverage:.2f}", f"{box.density:.2f}", f"{box.mass:.2f}"),
                        ("fresh", f"{coverage:.2f}", f"{density:.2f}" if inside.any() else "–", f"{inside.mean():.2f}"),
                    ),
                ),
            ),
        ),
        quick,
        runs,
    )


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
