"""Under what conditions does collaboration collapse? PRIM (Friedman and Fisher 1999, by EMA Workbench) on a sweep.

Collapse was defined before anybody looked: in the last two of ten years the mean level of ties is under 1.5, so
that most of them are at networking, Himmelman's lowest (B8). Of the boxes that PRIM peels, the one is told that
keeps most of the collapses while at least four fifths of the worlds in it collapse; if there is none, the densest.
Fresh points, which PRIM has not seen, say how dense it is in truth.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from alliance_sim.study import Results
from alliance_sim.study.errors import StudyError
from analysis.pages import Page, refuse
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
LEAST_POINTS = 60
"""Fewer say nothing about a box."""
SEEN = 2 / 3
POINTS, FRESH_POINTS, SEEDS = 2_000, 1_000, 2
QUICK_POINTS, QUICK_FRESH = 200, 100


@dataclass(frozen=True)
class Case:
    """What is looked for, in words.

    Attributes:
        title: the question.
        happens: the case as the beginning of a sentence: ``Collaboration collapses``.
        so, otherwise: what points are called where it is so, and where not.
        of: where the points come from.
        seeds: worlds a point.
        fresh: what the fresh points are.
    """

    title: str
    happens: str
    so: str
    otherwise: str
    of: str
    seeds: int
    fresh: str


@dataclass(frozen=True)
class Searched:
    """Points: what was varied, a row each, and which of them are cases."""

    where: pd.DataFrame
    cases: NDArray[np.bool_]

    def some(self, which: NDArray[np.bool_]) -> Searched:
        """Some of them."""
        return Searched(self.where[which].reset_index(drop=True), self.cases[which])

    @property
    def mixed(self) -> bool:
        """Whether there are both cases and others."""
        return bool(0 < self.cases.sum() < len(self.cases))


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


COLLAPSES = Case(
    "When does collaboration collapse?",
    "Collaboration collapses",
    "collapsed",
    "goes on",
    "of a Latin hypercube",
    SEEDS,
    "The fresh points were drawn anew, and nobody had looked at them.",
)


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
    switches = [name for name in where if not is_numeric_dtype(where[name]) or where[name].dtype == bool]
    numbers = where.drop(columns=switches).astype(np.float64)  # a whole number is peeled between its values, too
    words = {name: np.where(where[name].astype(bool), "yes", "no") for name in switches}
    return numbers.assign(**words)[list(where)]


def analysed(folder: Path, *, quick: bool) -> Page:
    """Sweep what is not swept yet, peel, and try the box on fresh points."""
    from analysis.discovery_page import page_of

    told: list[Searched] = []
    worlds = 0
    for name, many, seed in (
        ("conditions", QUICK_POINTS if quick else POINTS, 1),
        ("fresh_conditions", QUICK_FRESH if quick else FRESH_POINTS, 2),
    ):
        design = {"kind": "latin_hypercube", "n": many, "seed": seed}
        text = study_text("When does collaboration collapse?", "baseline", SEEDS, ["level"], design, VARIED)
        results = swept(text, folder, name)
        worlds += int(results.about["runs"])
        level = late_means(results, ["level"])["level"].mean(axis=1)
        told.append(Searched(in_words(points(results)), level < COLLAPSE))
    searched, fresh = told
    peeling = peeled(searched.where, searched.cases) if searched.mixed else None
    return page_of(COLLAPSES, searched, fresh, peeling, worlds, quick)


def of_sweep(sweep: Path, outcome: str, limit: float, *, below: bool) -> Page:
    """The same on a sweep that somebody made: where was an outcome under a limit, or over it, in the last two years?

    PRIM sees two thirds of the points, drawn by lot; the box is tried on the others.
    """
    from analysis.discovery_page import page_of

    try:
        results = Results.open(sweep)
        ends = results.ends(outcome)
    except StudyError as error:
        refuse(str(error))
    values, lived = ends.values[outcome], np.isfinite(ends.values[outcome])
    known = lived.any(axis=1)
    mean = np.nansum(values[known], axis=1) / lived[known].sum(axis=1)
    design = {name: np.array(levels.values)[levels.codes][known] for name, levels in ends.levels.items()}
    where = in_words(pd.DataFrame({name: column for name, column in design.items() if len(set(column.tolist())) > 1}))
    if where.columns.empty or len(where) < LEAST_POINTS:
        refuse(f"{sweep} has {len(where):,} points; conditions are looked for in {LEAST_POINTS} or more that differ")
    told = Searched(where, mean < limit if below else mean > limit)
    seen = np.random.default_rng(1).random(len(where)) < SEEN
    searched = told.some(seen)
    side, other = ("under", "not under") if below else ("over", "not over")
    case = Case(
        f"When is {outcome} {side} {limit:g}?",
        f"{outcome.capitalize()} is {side} {limit:g}",
        f"{side} {limit:g}",
        f"{other} {limit:g}",
        f"of {results.about['name']}",
        values.shape[1],
        "The fresh points are a third of the sweep, drawn by lot, that PRIM did not see.",
    )
    peeling = peeled(searched.where, searched.cases) if searched.mixed else None
    return page_of(case, searched, told.some(~seen), peeling, int(ends.done.sum()), quick=False)
