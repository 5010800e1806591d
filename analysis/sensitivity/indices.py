"""Sobol's and Morris' indices of targets at the points of a sample, and the parameters on which they depend most."""

from __future__ import annotations

import math
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alliance_sim.statistics.indices import FewBlocksWarning, sobol_indices
from alliance_sim.statistics.intervals import Intervals
from alliance_sim.statistics.ranking import Leading, leading
from alliance_sim.statistics.screening import elementary_effects, morris_indices

type Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Screening:
    """Morris' indices of one target.

    Attributes:
        names: the parameters.
        mu_star: mean absolute elementary effects, with intervals over trajectories.
        sigma: standard deviations of the elementary effects.
        noise_floor: the largest μ* that a parameter without effect has from random variation; NaN for a single seed.
        few: a sentence if there are too few trajectories to rely on the intervals; else empty.
    """

    names: tuple[str, ...]
    mu_star: Intervals
    sigma: Numbers
    noise_floor: float
    few: str


@dataclass(frozen=True, eq=False)
class Shares:
    """Sobol's indices of one target.

    Attributes:
        names: the parameters.
        first, total: first-order and total indices, with intervals over base blocks.
        noise_share: share of random variation in the variance between points; the indices do not contain it.
        leading: the parameters on which the target depends most: several, unless one is clearly above the others.
        blocks: number of base blocks.
        few: a sentence if there are too few blocks to rely on the intervals; else empty.
    """

    names: tuple[str, ...]
    first: Intervals
    total: Intervals
    noise_share: float
    leading: Leading
    blocks: int
    few: str


@contextmanager
def _few() -> Generator[list[str]]:
    """Collect warnings about too few blocks as sentences."""
    sentences: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FewBlocksWarning)
        yield sentences
    sentences += [str(one.message) for one in caught if issubclass(one.category, FewBlocksWarning)]


def screen(values: Numbers, sample: Numbers, names: Sequence[str]) -> Screening:
    """Compute Morris' indices.

    Args:
        values: the target in each run, shape (points, seeds), with independent random numbers at each point.
        sample: the trajectories, shape (points, parameters), every number between 0 and 1.
        names: the parameters, in the order of the sample.
    """
    with _few() as few:
        found = morris_indices(elementary_effects(sample, values), shared_seeds=False)
    return Screening(tuple(names), found.mu_star, found.sigma, float(np.max(found.noise_floor)), "; ".join(few))


def share_variance(values: Numbers, names: Sequence[str]) -> Shares:
    """Compute Sobol's indices.

    Args:
        values: the target in each run of Saltelli's sample, shape (points, seeds), with independent random numbers at
            each point.
        names: the parameters, in the order of the sample.
    """
    blocks = values.reshape(-1, len(names) + 2, values.shape[-1])
    with _few() as few:
        found = sobol_indices(blocks, len(names), shared_seeds=False)
    first = leading(names, found.total)
    noise = float(found.noise_share)
    return Shares(tuple(names), found.first, found.total, noise, first, found.blocks, "; ".join(few))


def highest(sizes: Intervals) -> float:
    """Return the largest estimate, or 1 if it is zero or undefined, by which sizes are compared between targets."""
    largest = float(np.nanmax(sizes.estimate)) if np.isfinite(sizes.estimate).any() else math.nan
    return largest if largest > 0.0 else 1.0
