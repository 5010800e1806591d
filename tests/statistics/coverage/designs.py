"""Coverage of effects in designs, all with a strong interaction of seed and factor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import qmc

from alliance_sim.statistics.designs import (
    band_contrasts,
    factorial_contrasts,
    independent_contrast,
    sample_means,
    slopes,
)
from tests.statistics.coverage.cases import SIZES, Measured, case, covered, data_sets, rule_of
from tests.statistics.coverage.data import SETTINGS, undefined, unit

DESIGN = SETTINGS["designs"]
SECTION = "Effects in designs (seed × factor interaction as large as the effect)"
KINDS = ("normal", "lognormal")
EFFECT = 1.0
CURVATURE = 2.0
SETS_EACH = 10
"""Data sets of one hypercube."""


@case
def factorials(rng: np.random.Generator) -> Iterator[Measured]:
    """Contrasts of a two-level factor at four values of the others."""
    groups = DESIGN["groups"]
    for kind in (*KINDS, "undefined"):
        for n in SIZES:
            sets = data_sets()
            effect = EFFECT + DESIGN["interaction_sd"] * unit(kind, (sets, 1, n), rng)
            levels = np.stack([np.zeros_like(effect), effect], axis=2) + np.linspace(0.0, 1.0, groups)[:, None, None]
            seed = DESIGN["seed_sd"] * unit(kind, (sets, 1, 1, n), rng)
            cells = levels + seed + DESIGN["noise_sd"] * unit(kind, (sets, groups, 2, n), rng)
            cells = undefined(cells, rng) if kind == "undefined" else cells
            found = factorial_contrasts(cells)
            share, used = covered(found.low[:, 0], found.high[:, 0], EFFECT)
            yield Measured(SECTION, "factorial, common random numbers", kind, n, rule_of(kind), share, used)


@case
def independent_cells(rng: np.random.Generator) -> Iterator[Measured]:
    """Contrasts of cells with independent random numbers."""
    groups = DESIGN["groups"]
    for kind in (*KINDS, "undefined"):
        for n in SIZES:
            weighted = []
            for level in (0, 1):
                slope = EFFECT + DESIGN["interaction_sd"] * unit(kind, (groups, data_sets(), n), rng)
                runs = level * slope + DESIGN["noise_sd"] * unit(kind, slope.shape, rng)
                runs = undefined(runs, rng) if kind == "undefined" else runs
                weighted += [((2 * level - 1) / groups, cell) for cell in runs]
            found = independent_contrast(weighted)
            share, used = covered(found.low, found.high, EFFECT)
            yield Measured(SECTION, "factorial, independent random numbers", kind, n, rule_of(kind), share, used)


@case
def hypercubes(rng: np.random.Generator) -> Iterator[Measured]:
    """Slopes and bands on Latin hypercubes, with curvature; many hypercubes."""
    for shared in (False, True):
        for kind in KINDS:
            for n in SIZES:
                yield from _hypercubes(rng, kind, n, shared)


def _hypercubes(rng: np.random.Generator, kind: str, n: int, shared: bool) -> Iterator[Measured]:
    points, factors = DESIGN["points"], DESIGN["factors"]
    ends: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {"slope": [], "lowest and highest fifth": []}
    for _ in range(data_sets(heavy=True) // SETS_EACH):
        where = qmc.LatinHypercube(factors, rng=rng).random(points)
        runs = np.stack([hypercube_runs(where, kind, n, shared, rng) for _ in range(SETS_EACH)])
        slope = slopes(where, runs, shared_seeds=shared)
        ends["slope"].append((slope.low[:, 0], slope.high[:, 0], np.full(SETS_EACH, EFFECT * np.ptp(where[:, 0]))))
        bands = np.minimum((where[:, 0] * 5).astype(int), 4)
        band = band_contrasts(bands, where, runs, shared_seeds=shared)
        ends["lowest and highest fifth"].append((band.low[:, 3], band.high[:, 3], np.full(SETS_EACH, 0.8 * EFFECT)))
    for what, limits in ends.items():
        low, high, truth = (np.concatenate(part) for part in zip(*limits, strict=True))
        share, used = covered(low, high, truth)
        how = "shared seeds" if shared else "independent random numbers"
        yield Measured(SECTION, f"hypercube, {what}, {how}", kind, n, rule_of(kind), share, used)


def hypercube_runs(where: np.ndarray, kind: str, n: int, shared: bool, rng: np.random.Generator) -> np.ndarray:
    """Simulate runs at some points: slopes differ between seeds, or between runs where these are independent."""
    rows = 1 if shared else len(where)
    centred = where - 0.5
    mean = EFFECT * centred.sum(axis=1) + CURVATURE * (centred**2 - 1.0 / 12.0).sum(axis=1)
    interaction = DESIGN["interaction_sd"] * unit(kind, (rows, n, where.shape[1]), rng)
    seed = DESIGN["seed_sd"] * unit(kind, (rows, n), rng)
    noise = DESIGN["noise_sd"] * unit(kind, (len(where), n), rng)
    return mean[:, None] + (centred[:, None, :] * interaction).sum(axis=2) + seed + noise


@case
def variants(rng: np.random.Generator) -> Iterator[Measured]:
    """Mean differences of two variants over the points of a sample, which differ from point to point."""
    points = DESIGN["points"]
    for shared in (False, True):
        for kind in KINDS:
            for n in SIZES:
                sets = data_sets(heavy=True)
                point = unit(kind, (sets, points, 1), rng)
                seed = DESIGN["interaction_sd"] * unit(kind, (sets, 1 if shared else points, n), rng)
                gaps = EFFECT + point + seed + DESIGN["noise_sd"] * unit(kind, (sets, points, n), rng)
                found = sample_means(gaps, shared_seeds=shared)
                share, used = covered(found.low, found.high, EFFECT)
                how = "shared seeds" if shared else "independent random numbers"
                yield Measured(SECTION, f"variants in a sample, {how}", kind, n, rule_of(kind), share, used)
