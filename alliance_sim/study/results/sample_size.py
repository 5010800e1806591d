"""Whether the seeds were enough, and how many would be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from alliance_sim.study.results.effects import SAMPLED, Effect
from alliance_sim.study.results.endpoints import Endpoints, mean_of
from alliance_sim.study.results.intervals import needed

TENTH = 0.1
"""An interval that reaches no further than a tenth of the widest gap between points is called narrow."""
LITTLE = 0.05
"""In a sample, luck is called small where it makes no more than this share of the variance between points."""


@dataclass(frozen=True)
class SampleSize:
    """How closely a contrast is known, and what more seeds would give (in a sample: more points).

    Attributes:
        factor, outcome, level, against: which contrast.
        difference, half_width: it, and how far its interval reaches to either side.
        seeds: how many seeds (points) there are.
        clear: whether the interval excludes zero.
        to_halve: how many there must be for the interval to be half as wide.
        to_be_clear: how many for it to exclude zero, if the difference stays what it is; None where it does, or where
            no number of them that can be had would do.
        within: the half-width that was asked for: by default, a tenth of the widest gap between points.
        to_be_within: how many for that; the number there is where it is reached.
        of: ``seeds`` or ``points``: what there must be more of.
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
    """One answer for each contrast of an effect.

    Args:
        ends: the worlds.
        effect: a factor's effect on one of their outcomes.
        within: the half-width that would do, in the outcome's unit; None: a tenth of the widest gap between points.
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
    """The largest mean of a point less the smallest; NaN where there is none."""
    means = ends.point_means(outcome)
    means = means[~np.isnan(means)]
    return float(means.max() - means.min()) if means.size else math.nan


@dataclass(frozen=True)
class SeedShare:
    """How much of what points differ in is luck.

    Attributes:
        outcome: of which outcome.
        share: the variance of a point's mean by luck, over the variance between the points' means.
        seeds: how many seeds a point has.
        to_be_little: how many would bring the share down to ``LITTLE``; None where that cannot be told.
    """

    outcome: str
    share: float
    seeds: int
    to_be_little: int | None


def seed_share(ends: Endpoints, outcome: str) -> SeedShare:
    """How much luck is left in the means of the points.

    Where luck is paired, what a seed does at all points alike moves all of them together and counts for nothing.
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
    luck = float(np.nanmean(left**2)) / freedom / seeds
    between = float(np.nanvar(means, ddof=1))
    if between == 0.0:
        return SeedShare(outcome, math.nan, seeds, None)
    share = min(1.0, luck / between)
    truly = between - luck
    if luck == 0.0:
        return SeedShare(outcome, 0.0, seeds, seeds)
    many = None if truly <= 0.0 else math.ceil(seeds * luck / truly * (1.0 - LITTLE) / LITTLE)
    return SeedShare(outcome, share, seeds, None if many is None else max(many, 1))


Enough, enough_of = SampleSize, sample_sizes  # the old names
