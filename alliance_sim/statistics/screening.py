"""Morris' screening: elementary effects, μ, μ* and σ, with intervals over trajectories and over seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from alliance_sim.statistics.designs import sample_means
from alliance_sim.statistics.indices import complete_blocks
from alliance_sim.statistics.intervals import CONFIDENCE, Intervals, Numbers, mean_intervals

LEAST_TRAJECTORIES = 10
"""With fewer trajectories the intervals of Morris' indices are unreliable."""


@dataclass(frozen=True, eq=False)
class MorrisIndices:
    """Morris' indices of every factor, all arrays of shape (…, factors).

    Attributes:
        mu: mean elementary effects.
        mu_star: mean absolute elementary effects.
        sigma: standard deviations of the elementary effects over trajectories.
        noise_floor: the μ* that a factor without any effect has from random variation alone; NaN for a single seed.
        trajectories: number of complete trajectories used.
        left_out: number left out because a run is missing or undefined.
    """

    mu: Intervals
    mu_star: Intervals
    sigma: Numbers
    noise_floor: Numbers
    trajectories: int
    left_out: int


def morris_indices(effects: ArrayLike, *, shared_seeds: bool, confidence: float = CONFIDENCE) -> MorrisIndices:
    """Estimate Morris' indices from elementary effects.

    The absolute value of a mean over seeds is too large if the effect is small. μ* is therefore the mean of two
    figures: effects times the sign of their mean over all seeds, and times the sign of their mean over the other seeds,
    which is too small by about as much. With a single seed it is the usual μ*.

    Args:
        effects: elementary effects, shape (…, trajectories, factors, seeds); ``elementary_effects`` computes them.
        shared_seeds: whether a seed gives the same random numbers at all points.
        confidence: nominal coverage.

    Raises:
        ValueError: if no two trajectories are complete.

    Warns:
        FewBlocksWarning: with fewer than ``LEAST_TRAJECTORIES`` complete trajectories.

    References:
        Morris (1991), Technometrics 33:161–174; Campolongo et al. (2007), Environmental Modelling & Software
        22:1509–1518 (μ*).
    """
    effects, left_out = complete_blocks(np.asarray(effects, np.float64), LEAST_TRAJECTORIES, "trajectories")
    by_factor = np.moveaxis(effects, -2, -3)
    means = by_factor.mean(axis=-1)
    seeds = by_factor.shape[-1]
    own = np.broadcast_to(np.sign(means)[..., None], by_factor.shape)
    others = np.sign(means[..., None] - by_factor / seeds) if seeds > 1 else own
    signed = by_factor * (own + others) / 2.0
    interval: Callable[[Numbers], Intervals] = (
        (lambda given: sample_means(given, shared_seeds=True, confidence=confidence))
        if shared_seeds and seeds > 1
        else (lambda given: mean_intervals(given.mean(axis=-1), confidence=confidence))
    )
    floor = np.full(means.shape[:-1], np.nan)
    if seeds > 1:
        deviation = by_factor.std(axis=-1, ddof=1) / np.sqrt(seeds)
        floor = 0.5 * np.sqrt(2.0 / np.pi) * np.sqrt((deviation**2).mean(axis=-1))
    mu, mu_star = interval(by_factor), interval(signed)
    if shared_seeds and seeds > 1:
        mu_star = _at_least_as_uncertain(mu_star, by_factor, signed)
    mu_star = replace(mu_star, low=np.maximum(mu_star.low, 0.0))
    return MorrisIndices(mu, mu_star, means.std(axis=-1, ddof=1), floor, means.shape[-1], left_out)


def _at_least_as_uncertain(found: Intervals, effects: Numbers, signed: Numbers) -> Intervals:
    """Give the part of the variance over seeds at least the size that it has for effects with their signs.

    If a shared seed reverses the sign of some effects, absolute values hide how much the effects differ between seeds.
    """
    seeds = effects.shape[-1]
    over_seeds = (each.mean(axis=-2).var(axis=-1, ddof=1) / seeds for each in (effects, signed))
    more = np.maximum(np.subtract(*over_seeds), 0.0)
    return replace(found, error=np.sqrt(found.error**2 + more)).at(found.confidence)


def elementary_effects(sample: ArrayLike, values: ArrayLike) -> Numbers:
    """Compute elementary effects along trajectories: the change of the outcome over the step of the one factor moved.

    Args:
        sample: the trajectories, shape (points, factors), every number between 0 and 1; each trajectory has one point
            more than there are factors, and each step moves one factor.
        values: outcomes, shape (…, points, seeds).

    Returns:
        Shape (…, trajectories, factors, seeds).

    Raises:
        ValueError: if the points are not whole trajectories in which each step moves one factor.
    """
    sample, values = np.asarray(sample, np.float64), np.asarray(values, np.float64)
    points, factors = sample.shape
    if points % (factors + 1) or values.shape[-2] != points:
        raise ValueError(f"{points:,} points are not whole trajectories of {factors + 1} points")
    steps = np.diff(sample.reshape(-1, factors + 1, factors), axis=1)
    if ((steps != 0.0).sum(axis=2) != 1).any() or ((steps != 0.0).sum(axis=1) != 1).any():
        raise ValueError("a step of a trajectory must move one factor, and each factor once")
    moved = (steps != 0.0).argmax(axis=2)
    length = steps.sum(axis=2)
    changes = np.diff(values.reshape(*values.shape[:-2], -1, factors + 1, values.shape[-1]), axis=-2)
    ordered = np.argsort(moved, axis=1)
    changes = changes / length[:, :, None]
    place = np.broadcast_to(ordered[:, :, None], (*ordered.shape, values.shape[-1]))
    return np.take_along_axis(changes, np.broadcast_to(place, changes.shape), axis=-2)
