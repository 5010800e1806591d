"""Coverage of Sobol's and Morris' indices, and false claims of a leading factor."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np

from alliance_sim.statistics.indices import FewBlocksWarning, SobolIndices, sobol_indices
from alliance_sim.statistics.ranking import leading
from alliance_sim.statistics.screening import elementary_effects, morris_indices
from tests.statistics.coverage.cases import Measured, case, covered, data_sets
from tests.statistics.coverage.data import SETTINGS

DESIGN = SETTINGS["designs"]
SECTION = "Sensitivity indices"
LEADING = "“Depends most on” one factor where two are equal"
MAIN = np.array([1.0, 0.6, 0.0])
EQUAL = np.array([1.0, 1.0, 0.0])
JOINT = 0.5
SEEDS = (3, 5, 10)
CHUNK = 100


def _expected(where: np.ndarray, main: np.ndarray) -> np.ndarray:
    return where @ main + JOINT * where[..., 0] * where[..., 1]


def _runs(where: np.ndarray, main: np.ndarray, n: int, shared: bool, rng: np.random.Generator) -> np.ndarray:
    """Simulate runs at points (data sets, …, points, factors), whose slopes differ between seeds."""
    flat = where.reshape(len(where), -1, where.shape[-1])
    rows = 1 if shared else flat.shape[1]
    slope = DESIGN["interaction_sd"] * rng.standard_normal((len(where), rows, n))
    seed = DESIGN["seed_sd"] * rng.standard_normal((len(where), rows, n))
    noise = DESIGN["noise_sd"] * rng.standard_normal((*flat.shape[:2], n))
    runs = _expected(flat, main)[..., None] + slope * flat[..., :1] + seed + noise
    return runs.reshape(*where.shape[:-1], n)


def _saltelli(sets: int, blocks: int, factors: int, rng: np.random.Generator) -> np.ndarray:
    """Draw Saltelli's sample: A, A with each factor of B, and B, with factors of variance one."""
    a, b = (np.sqrt(12.0) * (rng.random((sets, blocks, factors)) - 0.5) for _ in range(2))
    crossed = [np.where(np.arange(factors) == factor, b, a) for factor in range(factors)]
    return np.stack([a, *crossed, b], axis=2)


@case
def sobol(rng: np.random.Generator) -> Iterator[Measured]:
    """Sobol's indices of the expected outcome."""
    variance = (MAIN**2).sum() + JOINT**2
    first, total = MAIN**2 / variance, (MAIN**2 + JOINT**2 * np.array([1.0, 1.0, 0.0])) / variance
    for blocks in DESIGN["blocks"]:
        for shared in (False, True):
            for n in SEEDS:
                how = "shared seeds" if shared else "independent random numbers"
                limits: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {"first order": [], "total": []}
                for found in _sobol(rng, MAIN, blocks, n, shared):
                    limits["first order"].append((found.first.low, found.first.high))
                    limits["total"].append((found.total.low, found.total.high))
                for (what, parts), truth in zip(limits.items(), (first, total), strict=True):
                    low, high = (np.concatenate(each) for each in zip(*parts, strict=True))
                    for place in (0, 1):
                        share, used = covered(low[:, place], high[:, place], truth[place])
                        named = f"Sobol, {what}, factor {place + 1}, {blocks} blocks, {how}"
                        yield Measured(SECTION, named, "normal", n, "other", share, used)


def _sobol(rng: np.random.Generator, main: np.ndarray, blocks: int, n: int, shared: bool) -> Iterator[SobolIndices]:
    left = data_sets(heavy=True)
    while left > 0:
        sets = min(CHUNK, left)
        left -= sets
        runs = _runs(_saltelli(sets, blocks, len(main), rng), main, n, shared, rng)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FewBlocksWarning)
            yield sobol_indices(runs, len(main), shared_seeds=shared)


@case
def ties(rng: np.random.Generator) -> Iterator[Measured]:
    """Two equal factors: how often one is named as the leading one."""
    for blocks in DESIGN["blocks"]:
        for shared in (False, True):
            for n in SEEDS:
                wrong = used = 0
                for found in _sobol(rng, EQUAL, blocks, n, shared):
                    for place in range(len(found.total.estimate)):
                        one = found.total[place]
                        replicates = found.replicates[:, place] if len(found.replicates) else None
                        wrong += leading(("A", "B", "dummy"), one, replicates=replicates).certain
                        used += 1
                how = "shared seeds" if shared else "independent random numbers"
                yield Measured(LEADING, f"{blocks} blocks, {how}", "normal", n, "verdict", wrong / used, used)


@case
def morris(rng: np.random.Generator) -> Iterator[Measured]:
    """Morris' μ and μ* on four levels."""
    grid = np.sqrt(12.0) * (np.arange(4) / 3.0 - 0.5)
    for trajectories in DESIGN["trajectories"]:
        for shared in (False, True):
            for n in SEEDS:
                effects = np.stack([_effects(trajectories, n, shared, rng) for _ in range(data_sets(heavy=True))])
                found = morris_indices(effects, shared_seeds=shared)
                how = "shared seeds" if shared else "independent random numbers"
                for place in (0, 1):
                    true = np.sqrt(12.0) * (MAIN[place] + JOINT * grid)
                    for what, one, truth in (
                        ("μ", found.mu, true.mean()),
                        ("μ*", found.mu_star, np.abs(true).mean()),
                    ):
                        share, used = covered(one.low[:, place], one.high[:, place], float(truth))
                        named = f"Morris, {what}, factor {place + 1}, {trajectories} trajectories, {how}"
                        yield Measured(SECTION, named, "normal", n, "other", share, used)


def _effects(trajectories: int, n: int, shared: bool, rng: np.random.Generator) -> np.ndarray:
    """Simulate runs along random trajectories and return their elementary effects."""
    factors = len(MAIN)
    start = rng.integers(0, 2, (trajectories, factors)) / 3.0
    up = rng.random((trajectories, factors)) < 0.5
    ends = start + 2.0 / 3.0
    here, there = np.where(up, start, ends), np.where(up, ends, start)
    rank = np.argsort(rng.random((trajectories, factors)), axis=1)
    moved = np.arange(factors + 1)[None, :, None] > rank[:, None, :]
    sample = np.where(moved, there[:, None, :], here[:, None, :]).reshape(-1, factors)
    runs = _runs(np.sqrt(12.0) * (sample[None] - 0.5), MAIN, n, shared, rng)[0]
    return elementary_effects(sample, runs)
