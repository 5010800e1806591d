"""Sample sizes: how precisely effects are known, and how many seeds or points a precision or a power needs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from alliance_sim.statistics.intervals import CONFIDENCE, LEAST_UNITS, ROUNDING, Numbers, mean_of
from alliance_sim.statistics.planning import Plan, plan_power, plan_precision
from alliance_sim.study.results.contrasts import SAMPLED, Effect
from alliance_sim.study.results.endpoints import Endpoints

TENTH = 0.1
"""An interval is narrow if its half-width is at most this share of the largest difference between points."""
LITTLE = 0.05
"""In a sample, random variation is small if it makes at most this share of the variance between points."""


@dataclass(frozen=True)
class SampleSize:
    """The precision of a contrast, and the numbers of seeds (in a sample: of points) for a precision and for a power.

    Plans take the runs so far as a pilot. Each has the number, and the range that the pilot leaves open: the numbers
    for both ends of the 95 % interval of the pilot's spread. The present runs count toward the number.

    Attributes:
        factor, outcome, level, against: the contrast.
        difference, half_width: its estimate, and the half-width of its interval.
        seeds: the present number of seeds (points).
        clear: whether its simultaneous interval excludes zero.
        within: the requested half-width; by default, a tenth of the largest difference between points.
        precision: the plan for that half-width, reached with probability .8; None if there is no pilot.
        effect: the smallest effect of interest; None if the study states none.
        power: the plan for a power of .8 at that effect; None if none is stated, or there is no pilot.
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
    within: float
    precision: Plan | None
    effect: float | None
    power: Plan | None
    of: str

    @property
    def reached(self) -> bool:
        """Whether the interval has the requested half-width."""
        return self.half_width <= self.within

    @property
    def to_be_within(self) -> int | None:
        """The number for the requested half-width; the present number if it is reached; None if it is not known."""
        if self.reached:
            return self.seeds
        return None if self.precision is None else self.precision.n


def sample_sizes(ends: Endpoints, effect: Effect, within: float | None = None) -> list[SampleSize]:
    """Return the sample sizes for each contrast of an effect.

    Args:
        ends: the endpoints of the study.
        effect: the effect of a factor on one of the outcomes.
        within: the wanted half-width, in the outcome's unit; None for a tenth of the largest difference between
            points.
    """
    wanted = TENTH * widest_gap(ends, effect.outcome) if within is None else within
    over_points = effect.how == SAMPLED
    there = len(ends.done) if over_points else ends.done.shape[1]
    confidence = CONFIDENCE if effect.intervals is None else effect.intervals.confidence
    found: list[SampleSize] = []
    for place, contrast in enumerate(effect.contrasts):
        pilot = None if effect.pilot is None else _usable(effect.pilot[place])
        precision = power = None
        half_width = (contrast.high - contrast.low) / 2.0
        if pilot is not None and wanted > 0.0:
            precision = plan_precision(pilot, wanted, confidence=confidence)
            precision = precision if half_width <= wanted else _beyond(precision, there)
        if pilot is not None and effect.smallest is not None:
            power = plan_power(pilot, effect.smallest, confidence=confidence)
        found.append(
            SampleSize(
                effect.factor,
                effect.outcome,
                contrast.level,
                contrast.against,
                contrast.difference,
                half_width,
                there,
                contrast.direction != 0,
                wanted,
                precision,
                effect.smallest,
                power,
                "points" if over_points else "seeds",
            )
        )
    return found


def _beyond(plan: Plan, there: int) -> Plan:
    """Return a plan whose numbers exceed the present one, which has not reached the half-width."""
    n, low, high = (None if each is None else max(each, there + 1) for each in (plan.n, plan.low, plan.high))
    return replace(plan, n=n, low=low, high=high)


def _usable(pilot: Numbers) -> Numbers | None:
    """Return the values of a pilot; None if there are too few."""
    pilot = pilot[~np.isnan(pilot)]
    return pilot if len(pilot) >= LEAST_UNITS else None


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
        left = left - mean_of(left, 0)[None, :]
        freedom *= 1.0 - 1.0 / points
    sampling = float(np.nanmean(left**2)) / freedom / seeds
    between = float(np.nanvar(means, ddof=1))
    if between <= (ROUNDING * float(np.nanmax(np.abs(means)))) ** 2:
        return SeedShare(outcome, math.nan, seeds, None)
    share = min(1.0, sampling / between)
    truly = between - sampling
    if sampling == 0.0:
        return SeedShare(outcome, 0.0, seeds, seeds)
    many = None if truly <= 0.0 else math.ceil(seeds * sampling / truly * (1.0 - LITTLE) / LITTLE)
    return SeedShare(outcome, share, seeds, None if many is None else max(many, 1))
