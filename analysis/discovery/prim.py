"""Find a box of conditions with PRIM, the Patient Rule Induction Method.

PRIM (Friedman and Fisher 1999; EMA Workbench's implementation) peels a sample of points into boxes. Of these boxes,
``find_box`` chooses the one with the highest coverage among those whose density is at least ``DENSE``, or the densest
box if none reaches it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from analysis.thresholds import thresholds_of

DENSE = thresholds_of("discovery", "collapse")["density"].value
"""Smallest density wanted of a box."""
LEAST_MASS = 0.05
PEEL = 0.05
SURE = 0.05
"""A restriction with a larger quasi-p-value (binomial) is reported as uncertain."""


@dataclass(frozen=True)
class LabelledPoints:
    """Points of a sample, each marked as a case of interest or not.

    Attributes:
        where: varied parameters, one row per point.
        cases: for each point, whether it is a case.
        blocks: for each point, the number of its block: what was sampled independently of the rest.
    """

    where: pd.DataFrame
    cases: NDArray[np.bool_]
    blocks: NDArray[np.int64]

    def select(self, which: NDArray[np.bool_]) -> LabelledPoints:
        """Return the points for which ``which`` is true."""
        return LabelledPoints(self.where.loc[which, :].reset_index(drop=True), self.cases[which], self.blocks[which])

    @property
    def mixed(self) -> bool:
        """Whether there are both cases and other points."""
        return bool(0 < self.cases.sum() < len(self.cases))


@dataclass(frozen=True)
class Box:
    """A box in the space of the varied parameters.

    Attributes:
        limits: for each restricted parameter, its lowest and highest value, or its remaining categories.
        chance: for each restricted parameter, the quasi-p-value of the restriction.
        coverage: share of all cases that are in the box.
        density: share of the box's points that are cases; too large, because the box was chosen on the same points.
        mass: share of all points that are in the box.
    """

    limits: dict[str, tuple[Any, ...]]
    chance: dict[str, float]
    coverage: float
    density: float
    mass: float

    def contains(self, where: pd.DataFrame) -> NDArray[np.bool_]:
        """Return for each point whether it is in the box."""
        inside = np.ones(len(where), bool)
        for name, limits in self.limits.items():
            column = where[name]
            inside &= column.between(*limits) if is_numeric_dtype(column) else column.isin(limits)
        return inside


@dataclass(frozen=True)
class Peeling:
    """PRIM's peeling trajectory: coverage and density of each step, and the chosen step with its box."""

    coverage: tuple[float, ...]
    density: tuple[float, ...]
    chosen: int
    box: Box


def find_box(where: pd.DataFrame, cases: NDArray[np.bool_]) -> Peeling:
    """Peel the points with PRIM and choose a box.

    Args:
        where: one row per point; numeric columns, or strings for categories without an order.
        cases: which points are cases of interest; at least one must be, and at least one must not.

    Returns:
        The trajectory and the chosen box.

    Raises:
        ValueError: if there are no points.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # EMA Workbench warns of optional simulators, pandas of deprecated calls
        from ema_workbench.analysis import prim

        found = prim.Prim(where, cases, peel_alpha=PEEL, mass_min=LEAST_MASS).find_box()
    if found is None:
        raise ValueError("there are no points to search for a box")
    coverage, density = (found.peeling_trajectory[name].to_numpy() for name in ("coverage", "density"))
    dense = np.flatnonzero(density >= DENSE)
    chosen = int(dense[coverage[dense].argmax()]) if dense.size else int(density.argmax())
    limits, whole = found.box_lims[chosen], found.box_lims[0]
    restricted = {name: tuple(_limits(limits[name])) for name in where if _limits(limits[name]) != _limits(whole[name])}
    inside = Box(restricted, {}, 0, 0, 0).contains(where)
    box = Box(
        restricted,
        {name: _quasi_p(where, cases, restricted, name) for name in restricted},
        float(cases[inside].sum() / cases.sum()),
        float(cases[inside].mean()),
        float(inside.mean()),
    )
    return Peeling(tuple(coverage.tolist()), tuple(density.tolist()), chosen, box)


def _limits(column: pd.Series) -> list[Any]:
    first = column.iloc[0]
    return (
        sorted(first)
        if isinstance(first, set)
        else [value.item() if hasattr(value, "item") else value for value in column]
    )


def _quasi_p(where: pd.DataFrame, cases: NDArray[np.bool_], limits: dict[str, tuple[Any, ...]], name: str) -> float:
    """Compute the quasi-p-value of one restriction of a box.

    It is the probability that the box would be at least as dense by chance if this restriction were lifted (Bryant and
    Lempert 2010).
    """
    from scipy.stats import binom

    with_it = Box(limits, {}, 0, 0, 0).contains(where)
    without = Box({key: value for key, value in limits.items() if key != name}, {}, 0, 0, 0).contains(where)
    density = float(cases[without].mean())
    return float(binom.sf(int(cases[with_it].sum()) - 1, int(with_it.sum()), density))


def as_categories(where: pd.DataFrame) -> pd.DataFrame:
    """Replace switches by "yes" and "no", since they have no order along which to peel."""
    switches = [name for name in where if not is_numeric_dtype(where[name]) or where[name].dtype == bool]
    numbers = where.drop(columns=switches).astype(np.float64)  # PRIM also cuts between two whole numbers
    words = {name: np.where(where[name].astype(bool), "yes", "no") for name in switches}
    return numbers.assign(**words).loc[:, list(where)]
