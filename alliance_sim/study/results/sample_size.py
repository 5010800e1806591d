"""Sample sizes: how precisely effects are known, and how many seeds or points a given precision needs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from alliance_sim.study.results.effects import SAMPLED, Effect
from alliance_sim.study.results.endpoints import Endpoints, mean_of
from alliance_sim.study.results.intervals import needed

TENTH = 0.1
"""An interval is narrow if its half-width is at most this share of the largest difference between points."""
LITTLE = 0.05
"""In a sample, random variation is small if it makes at most this share of the variance between points."""


@dataclass(frozen=True)
class SampleSize:
    """The precision of a contrast, and the numbers of seeds (in a sample: of points) for higher precision.

    Attributes:
        factor, outcome, level, against: the contrast.
        difference, half_width: its estimate, and the half-width of its interval.
        seeds: the present number of seeds (points).
        clear: whether the interval excludes zero.
        to_halve: the number needed to halve the interval.
        to_be_clear: the number needed for the interval to exclude zero if the difference stays the same; None if it
            does already, or if no practical number suffices.
        within: the requested half-width; by default, a tenth of the largest difference between points.
        to_be_within: the number needed for that half-width; the present number if it is reached.
        of: ``seeds`` or ``points``: the unit of these numbers.
    """

    factor: str
    outcome: str
    level: object
    against: object
    difference: float
    half_width: float
    seeds: int
    clear: bool
    to_halve: int | None
    to_be_clear: int | None
    within: float
    to_be_within: int | None
    of: str


def sample_sizes(ends: Endpoints, effect: Effect, within: float | None = None) -> list[SampleSize]:
    """Return the sample sizes for each contrast of an effect.

    Args:
        ends: the endpoints of the study.
        effect: the effect of a factor on one of the outcomes.
        within: the wanted half-width, in the outcome's unit; None for a tenth of the largest difference between
            points.
    """
    wanted = TENTH * widest_gap(ends, effect.outcome) if within is None else within
    there = len(ends.done) if effect.how == SAMPLED else ends.done.shape[1]
    found: list[SampleSize] = []
    for contrast in effect.contrasts:
        half_width = (contrast.high - contrast.low) / 2.0

        def more(target: float, spread: float = contrast.spread, draws: int = contrast.seeds) -> int | None:
            number = needed(spread, target)
            return None if number is None or not draws else math.ceil(number * there / draws)

        clear = contrast.direction != 0
        reached = half_width <= wanted
        found.append(
            SampleSize(
                effect.factor,
                effect.outcome,
                contrast.level,
                contrast.against,
                contrast.difference,
                half_width,
                there,
                clear,
                more(half_width / 2.0),
                None if clear else more(abs(contrast.difference)),
                wanted,
                there if reached else more(wanted),
                "points" if effect.how == SAMPLED else "seeds",
            )
        )
    return found


def widest_gap(ends: Endpoints, outcome: str) -> float:
    """Return the largest mean of a point minus the smallest; NaN if there is none."""
    means = ends.point_means(outcome)
    means = means[~np.isnan(means)]
    return float(means.max() - means.min()) if means.size else math.nan


@dataclass(frozen=True)
class SeedShare:
    """The share of random variation in the variance between points.

    Attributes:
        outcome: the name of the outcome.
        share: the sampling variance of a point's mean, over the variance between the means of points.
        seeds: the number of seeds at each point.
        to_be_little: the number of seeds that would reduce the share to ``LITTLE``; None if it is unknown.
    """

    outcome: str
    share: float
    seeds: int
    to_be_little: int | None


def seed_share(ends: Endpoints, outcome: str) -> SeedShare:
    """Estimate the share of random variation in the variance between points.

    With common random numbers, the part of a seed's effect that is the same at all points is left out.
    """
    values = ends.values[outcome]
    seeds, points = values.shape[1], values.shape[0]
    means = ends.point_means(outcome)
    if seeds < 2 or points < 2 or (~np.isnan(means)).sum() < 2:
        return SeedShare(outcome, math.nan, seeds, None)
    left = values - means[:, None]
    freedom = 1.0 - 1.0 / seeds
    if ends.paired:
        left = left - mean_of(left, axis=0)[None, :]
        freedom *= 1.0 - 1.0 / points
    sampling = float(np.nanmean(left**2)) / freedom / seeds
    between = float(np.nanvar(means, ddof=1))
    if between == 0.0:
        return SeedShare(outcome, math.nan, seeds, None)
    share = min(1.0, sampling / between)
    truly = between - sampling
    if sampling == 0.0:
        return SeedShare(outcome, 0.0, seeds, seeds)
    many = None if truly <= 0.0 else math.ceil(seeds * sampling / truly * (1.0 - LITTLE) / LITTLE)
    return SeedShare(outcome, share, seeds, None if many is None else max(many, 1))
