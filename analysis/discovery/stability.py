"""How certain a box of conditions is: bootstrap of its limits over blocks, and its density on fresh points.

A block is what was sampled independently: a point of a hypercube, a trajectory of Morris' sample, a base block of
Saltelli's. Points of one block share coordinates, so blocks are split, resampled and counted as wholes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from alliance_sim.statistics import Interval
from alliance_sim.statistics.intervals import CONFIDENCE
from alliance_sim.statistics.shares import share_intervals
from analysis.discovery.prim import Box, LabelledPoints, find_box

RESAMPLES = 100
RESAMPLING_SEED = 1
type Limits = dict[str, tuple[Any, ...]]


@dataclass(frozen=True)
class LimitStability:
    """How one restriction of a box varies between resamples of the blocks.

    Attributes:
        restricted: share of resamples in whose box the parameter is restricted.
        low, high: for numeric parameters, the 2.5 % and 97.5 % quantiles of the lower and of the upper limit over
            resamples, where an unrestricted parameter has the limits of its range; else None.
    """

    restricted: float
    low: tuple[float, float] | None
    high: tuple[float, float] | None


def split_blocks(points: LabelledPoints, share: float, seed: int = RESAMPLING_SEED) -> NDArray[np.bool_]:
    """Select a random share of the blocks; return for each point whether its block is selected.

    At least one block is selected and one is not.

    Raises:
        ValueError: if there is only one block.
    """
    different = np.unique(points.blocks)
    if len(different) < 2:
        raise ValueError("the points are a single block, which cannot be split")
    many = min(max(1, round(share * len(different))), len(different) - 1)
    chosen = np.random.default_rng(seed).permutation(different)[:many]
    return np.isin(points.blocks, chosen)


def resample_blocks(points: LabelledPoints, seed: int) -> LabelledPoints:
    """Return the points of as many blocks, drawn with replacement; a block drawn twice counts as two."""
    different, places = np.unique(points.blocks, return_inverse=True)
    drawn = np.random.default_rng(seed).integers(0, len(different), len(different))
    members = np.split(np.argsort(places, kind="stable"), np.cumsum(np.bincount(places))[:-1])
    rows = np.concatenate([members[block] for block in drawn])
    blocks = np.repeat(np.arange(len(drawn)), [len(members[block]) for block in drawn])
    return LabelledPoints(points.where.iloc[rows].reset_index(drop=True), points.cases[rows], blocks)


def limits_of_resample(points: LabelledPoints, seed: int) -> Limits | None:
    """Return the limits of the box found in a resample; None if all of its points are cases, or none is."""
    again = resample_blocks(points, seed)
    return find_box(again.where, again.cases).box.limits if again.mixed else None


def bootstrap_limits(
    points: LabelledPoints, box: Box, resamples: int = RESAMPLES, pool: Executor | None = None
) -> dict[str, LimitStability]:
    """Repeat the whole search in resamples of the blocks, and describe how each restriction of the box varies.

    The limits of a peeled box change by steps, so the quantiles describe how well the sample determines them; their
    coverage is approximate (it is simulated in the tests).

    Args:
        points: the points that were searched.
        box: the box found in them.
        resamples: number of resamples.
        pool: where resamples are searched; by default one after another.

    References:
        Bryant and Lempert (2010), Technological Forecasting & Social Change 77:34–49 (reproducibility of boxes).
    """
    mapped: Callable[..., Iterable[Limits | None]] = map if pool is None else pool.map
    seeds = range(RESAMPLING_SEED, RESAMPLING_SEED + resamples)
    found = [limits for limits in mapped(limits_of_resample, [points] * resamples, seeds) if limits is not None]
    return {name: _stability_of(name, points, found) for name in box.limits}


def _stability_of(name: str, points: LabelledPoints, found: list[Limits]) -> LimitStability:
    restricted = float(np.mean([name in limits for limits in found])) if found else np.nan
    column = points.where[name]
    if not is_numeric_dtype(column) or not found:
        return LimitStability(restricted, None, None)
    values = column.to_numpy(dtype=np.float64)
    whole = (float(values.min()), float(values.max()))
    limits = np.array([one.get(name, whole) for one in found], np.float64)
    tails = ((1.0 - CONFIDENCE) / 2.0, (1.0 + CONFIDENCE) / 2.0)
    (low_from, high_from), (low_to, high_to) = np.quantile(limits, tails, axis=0).tolist()
    return LimitStability(restricted, (low_from, low_to), (high_from, high_to))


def share_of_blocks(inside: NDArray[np.bool_], points: LabelledPoints) -> Interval:
    """Return the share of cases among some points, with its exact interval.

    The number of independent units is Kish's effective number of blocks: the number of points if each is a block of its
    own. Points of one block count as one unit at most, as if they were all alike, so the interval is conservative.

    Args:
        inside: which points count.
        points: all points.

    References:
        Kish (1965), Survey Sampling, section 8.2; Clopper and Pearson (1934), Biometrika 26:404–413.
    """
    sizes = np.unique(points.blocks[inside], return_counts=True)[1].astype(np.float64)
    if not len(sizes):
        return Interval(np.nan, np.nan, np.nan, 0, np.nan, "no points")
    share = float(points.cases[inside].mean())
    units = float(sizes.sum() ** 2 / (sizes**2).sum())
    found = share_intervals(share * units, units).item()
    return replace(found, estimate=share, n=int(inside.sum()))


def density_of(box: Box, points: LabelledPoints) -> Interval:
    """Return the density of a box on fresh points: the share of its points that are cases."""
    return share_of_blocks(box.contains(points.where), points)


def coverage_of(box: Box, points: LabelledPoints) -> Interval:
    """Return the coverage of a box on fresh points: the share of all cases that are in it."""
    inside = LabelledPoints(points.where, box.contains(points.where), points.blocks)
    return share_of_blocks(points.cases, inside)
