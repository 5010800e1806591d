"""The page of conditions: which box PRIM found, how sure each limit is, and how good the box is on fresh points."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from pandas.api.types import is_numeric_dtype

from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called
from analysis.discovery import DENSE, SURE, Box, Case, Peeling, Searched
from analysis.pages import Page, Section, Table, drawn


def page_of(case: Case, searched: Searched, fresh: Searched, peeling: Peeling | None, worlds: int, quick: bool) -> Page:
    """Everything that was found.

    Args:
        case: what was looked for.
        searched: the points that PRIM saw.
        fresh: those that it did not.
        peeling: what it found; None where all points are cases, or none.
        worlds: how many were lived.
        quick: whether this was a first look.
    """
    if peeling is None:
        which = "all" if searched.cases.all() else "none"
        return Page(case.title, f"It is so in {which} of {len(searched.cases):,} points.", (), quick, worlds)
    box, where = peeling.box, searched.where
    inside = box.holds(fresh.where)
    density = float(fresh.cases[inside].mean()) if inside.any() else math.nan
    coverage = float(fresh.cases[inside].sum() / max(1, fresh.cases.sum()))
    conditions = "; ".join(_condition(name, limits, where) for name, limits in box.limits.items())
    lead = (
        f"{case.happens} in {searched.cases.mean():.0%} of all points, and in {box.density:.0%} of those with "
        f"{conditions}. These are {box.coverage:.0%} of all such points. "
        + (f"On fresh points it is {density:.0%} of the box." if inside.any() else "No fresh point lies there.")
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
        case.title,
        lead,
        (
            Section(
                "The conditions",
                (
                    f"A box found by PRIM in {len(where):,} points {case.of} over {len(where.columns)} "
                    f"parameters ({case.seeds} seeds a point). Chance: how often a restriction as good would come "
                    "about by itself (quasi-p-value).",
                ),
                "conditions",
                _scatter(case, searched, box),
                "Points where it is so and points where it is not, over the two parameters that the box restricts most "
                "surely.",
                Table(("parameter", "condition", "chance", ""), rows, 2),
            ),
            Section(
                "How good the box is",
                (
                    "Coverage: share of all cases that lie in it. Density: share of its points that are cases. "
                    f"{case.fresh}",
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
        worlds,
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


def _scatter(case: Case, searched: Searched, box: Box) -> Figure:
    where, cases = searched.where, searched.cases
    numeric = [name for name in where if is_numeric_dtype(where[name])]
    surest = sorted((name for name in box.limits if name in numeric), key=lambda name: box.chance[name])
    across, up = (surest + [name for name in numeric if name not in surest])[:2]

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        for which, place, marker, called in ((~cases, 1, "o", case.otherwise), (cases, 0, "x", case.so)):
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

    return drawn(7.2, 4.6, draw)


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

    return drawn(7.2, 3.6, draw)
