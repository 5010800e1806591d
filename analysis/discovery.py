"""Under what conditions does collaboration collapse? PRIM (Friedman and Fisher 1999, by EMA Workbench) on a sweep.

Collapse was defined before anybody looked: in the last two of ten years the mean level of ties is under 1.5, so
that most of them are at networking, Himmelman's lowest (B8). Of the boxes that PRIM peels, the one is told that
keeps most of the collapses while at least four fifths of the worlds in it collapse; if there is none, the densest.
Fresh points, which PRIM has not seen, say how dense it is in truth.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from alliance_sim.colours import OKABE_ITO
from alliance_sim.parameters import PARAMETERS
from alliance_sim.study_report.labels import factor_axis, factor_called
from analysis.pages import Page, Section, Table, drawn
from analysis.sampled_worlds import late_means, points, study_text, swept

COLLAPSE = 1.5
"""Mean level of ties under which collaboration is said to have collapsed."""
DENSE = 0.8
"""Share of collapses that a box should have at least."""
LEAST_MASS = 0.05
PEEL = 0.05
SURE = 0.05
"""A limit of which chance would give as good a one more often is told as uncertain (quasi-p-value, binomial)."""
VARIED = (
    "policy.competition", "policy.funding", "policy.secrecy", "policy.porosity", "trust.initial", "trust.gain",
    "trust.loss_ratio", "trust.head_meeting", "reciprocity.enabled", "reciprocity.return_rate", "outcome.betrayal",
    "outcome.misfortune", "help.base_need", "help.refusal_loss", "level.refusal_demotion", "coordinator.present",
    "coordinator.capacity", "coordinator.credibility", "coordinator.mediation", "fatigue.weight",
)  # fmt: skip
POINTS, FRESH_POINTS, SEEDS = 2_000, 1_000, 2
QUICK_POINTS, QUICK_FRESH = 200, 100


@dataclass(frozen=True)
class Box:
    """A box in the space of what was varied.

    Attributes:
        limits: for each parameter that it restricts, the lowest and highest value, or the values that stay.
        chance: for each of them the quasi-p-value of the restriction.
        coverage: share of all collapses that lie in it.
        density: share of its points that collapse.
        mass: share of all points that lie in it.
    """

    limits: dict[str, tuple[Any, ...]]
    chance: dict[str, float]
    coverage: float
    density: float
    mass: float

    def holds(self, where: pd.DataFrame) -> NDArray[np.bool_]:
        """Which points lie in it."""
        inside = np.ones(len(where), bool)
        for name, limits in self.limits.items():
            column = where[name]
            inside &= column.between(*limits) if is_numeric_dtype(column) else column.isin(limits)
        return inside


@dataclass(frozen=True)
class Peeling:
    """How PRIM came to its box: coverage and density step by step, and the box that was chosen."""

    coverage: tuple[float, ...]
    density: tuple[float, ...]
    chosen: int
    box: Box


def peeled(where: pd.DataFrame, collapsed: NDArray[np.bool_]) -> Peeling:
    """PRIM's box, chosen by the rule above.

    Args:
        where: one row a point; columns of numbers, or of words where there is no order.
        collapsed: which points are cases of interest; some must be, and some not.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of engines that nobody needs here, and pandas of its ways of calling
        from ema_workbench.analysis import prim

        found = prim.Prim(where, collapsed, peel_alpha=PEEL, mass_min=LEAST_MASS).find_box()
    path = found.peeling_trajectory
    dense = path[path["density"] >= DENSE]
    chosen = int(dense["coverage"].idxmax()) if len(dense) else int(path["density"].idxmax())
    limits, whole = found.box_lims[chosen], found.box_lims[0]
    restricted = {name: tuple(_limits(limits[name])) for name in where if _limits(limits[name]) != _limits(whole[name])}
    inside = Box(restricted, {}, 0, 0, 0).holds(where)
    chance_of = {name: _quasi_p(where, collapsed, restricted, name) for name in restricted}
    box = Box(
        restricted,
        chance_of,
        float(collapsed[inside].sum() / collapsed.sum()),
        float(collapsed[inside].mean()),
        float(inside.mean()),
    )
    return Peeling(tuple(path["coverage"]), tuple(path["density"]), chosen, box)


def _limits(column: pd.Series) -> list[Any]:
    first = column.iloc[0]
    return (
        sorted(first)
        if isinstance(first, set)
        else [value.item() if hasattr(value, "item") else value for value in column]
    )


def _quasi_p(where: pd.DataFrame, collapsed: NDArray[np.bool_], limits: dict[str, tuple[Any, ...]], name: str) -> float:
    """How often chance would make the box at least as dense, were this restriction lifted (Bryant and Lempert 2010)."""
    from scipy.stats import binom

    with_it = Box(limits, {}, 0, 0, 0).holds(where)
    without = Box({key: value for key, value in limits.items() if key != name}, {}, 0, 0, 0).holds(where)
    density = float(collapsed[without].mean())
    return float(binom.sf(int(collapsed[with_it].sum()) - 1, int(with_it.sum()), density))


def in_words(where: pd.DataFrame) -> pd.DataFrame:
    """Switches as words: they have no order in which to peel."""
    switches = [name for name in where if PARAMETERS[str(name)].kind == "switch"]
    numbers = where.drop(columns=switches).astype(np.float64)  # a whole number is peeled between its values, too
    words = {name: np.where(where[name].astype(bool), "yes", "no") for name in switches}
    return numbers.assign(**words)[list(where)]


def analysed(folder: Path, *, quick: bool) -> Page:
    """Sweep what is not swept yet, peel, and try the box on fresh points."""
    told: list[tuple[pd.DataFrame, NDArray[np.bool_]]] = []
    worlds = 0
    for name, many, seed in (
        ("conditions", QUICK_POINTS if quick else POINTS, 1),
        ("fresh_conditions", QUICK_FRESH if quick else FRESH_POINTS, 2),
    ):
        design = {"kind": "latin_hypercube", "n": many, "seed": seed}
        text = study_text("When does collaboration collapse?", "baseline", SEEDS, ["level"], design, VARIED)
        results = swept(text, folder, name)
        worlds += int(results.about["runs"])
        told.append((in_words(points(results)), late_means(results, ["level"])["level"].mean(axis=1) < COLLAPSE))
    (where, collapsed), (fresh, fresh_collapsed) = told
    if not 0 < collapsed.sum() < len(collapsed):
        all_or_none = "all" if collapsed.all() else "none"
        return Page(
            "When does collaboration collapse?",
            f"It does in {all_or_none} of {len(collapsed):,} points.",
            (),
            quick,
            worlds,
        )
    return _page(where, collapsed, peeled(where, collapsed), fresh, fresh_collapsed, worlds, quick)


def _page(
    where: pd.DataFrame, collapsed: NDArray[np.bool_], peeling: Peeling, fresh: pd.DataFrame,
    fresh_collapsed: NDArray[np.bool_], worlds: int, quick: bool,
) -> Page:  # fmt: skip
    box = peeling.box
    inside = box.holds(fresh)
    density = float(fresh_collapsed[inside].mean()) if inside.any() else math.nan
    coverage = float(fresh_collapsed[inside].sum() / max(1, fresh_collapsed.sum()))
    conditions = "; ".join(_condition(name, limits, where) for name, limits in box.limits.items())
    lead = (
        f"Collaboration collapses in {collapsed.mean():.0%} of all points, and in {box.density:.0%} of those with "
        f"{conditions}. "
        f"These are {box.coverage:.0%} of all collapses. On fresh points {density:.0%} of the box collapse."
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
        "When does collaboration collapse?",
        lead,
        (
            Section(
                "The conditions",
                (
                    f"A box found by PRIM in {len(where):,} points of a Latin hypercube over {len(VARIED)} "
                    f"parameters ({SEEDS} seeds a "
                    "point). Chance: how often a restriction as good would come about by itself (quasi-p-value).",
                ),
                "conditions",
                _scatter(where, collapsed, box),
                "Points that collapsed and points that did not, over the two parameters that the box restricts most "
                "surely.",
                Table(("parameter", "condition", "chance", ""), rows, 2),
            ),
            Section(
                "How good the box is",
                (
                    "Coverage: share of all collapses that lie in it. Density: share of its points that collapse. "
                    "The fresh points were drawn "
                    "anew, and nobody had looked at them.",
                ),
                "trade_off",
                _trade_off(peeling),
                "Density over coverage for each step of the peeling; the chosen box is marked.",
                Table(
                    ("points", "coverage", "density", "share of points in the box"),
                    (
                        ("searched", f"{box.coverage:.2f}", f"{box.density:.2f}", f"{box.mass:.2f}"),
                        ("fresh", f"{coverage:.2f}", f"{density:.2f}", f"{inside.mean():.2f}"),
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


def _scatter(where: pd.DataFrame, collapsed: NDArray[np.bool_], box: Box) -> Figure:
    numeric = [name for name in where if is_numeric_dtype(where[name])]
    surest = sorted((name for name in box.limits if name in numeric), key=lambda name: box.chance[name])
    across, up = (surest + [name for name in numeric if name not in surest])[:2]

    def draw(figure: Figure) -> None:
        plot = figure.add_subplot()
        for which, place, marker, called in ((~collapsed, 1, "o", "goes on"), (collapsed, 0, "x", "collapsed")):
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
        plot.set_xlabel("coverage (share of all collapses)")
        plot.set_ylabel("density (share of the box)")

    return drawn(7.2, 3.6, draw)
