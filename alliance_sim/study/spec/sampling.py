"""Samples of the unit hypercube from SciPy and SALib. The same seed gives the same points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.study.spec.schema import HypercubeTable, MorrisTable, SequenceTable, SobolTable, Table

type Unit = NDArray[np.float64]
"""Shape (points, factors), every number between 0 and 1."""


def sample(table: Table, names: Sequence[str]) -> Unit:
    """Return the sample of a design, one column for each name."""
    match table:
        case HypercubeTable():
            return latin_hypercube(len(names), table.n, table.seed)
        case SequenceTable():
            return sobol_sequence(len(names), table.n, table.seed)
        case SobolTable():
            return saltelli(names, table.n, table.seed, second_order=table.second_order)
        case MorrisTable():
            return trajectories(names, table.n, table.levels, table.seed)
        case _:
            raise ValueError(f"{type(table).__name__} is not a sampled design")


def size(table: Table, factors: int) -> int:
    """Return the number of points of a sample."""
    match table:
        case SobolTable():
            return table.n * ((2 if table.second_order else 1) * factors + 2)
        case MorrisTable():
            return table.n * (factors + 1)
        case HypercubeTable() | SequenceTable():
            return table.n
        case _:
            raise ValueError(f"{type(table).__name__} is not a sampled design")


def latin_hypercube(factors: int, points: int, seed: int) -> Unit:
    """Return a Latin hypercube: each factor has one point in each of ``points`` strata."""
    from scipy.stats import qmc

    return qmc.LatinHypercube(factors, rng=seed).random(points)


def sobol_sequence(factors: int, points: int, seed: int) -> Unit:
    """Return Sobol's scrambled sequence; ``points`` is a power of two."""
    from scipy.stats import qmc

    return qmc.Sobol(factors, rng=seed).random_base2(points.bit_length() - 1)


def saltelli(names: Sequence[str], points: int, seed: int, *, second_order: bool) -> Unit:
    """Return Saltelli's sample for Sobol's indices; ``points`` is a power of two."""
    from SALib.sample import sobol

    return sobol.sample(problem(names), points, calc_second_order=second_order, seed=seed)


def trajectories(names: Sequence[str], count: int, levels: int, seed: int) -> Unit:
    """Return Morris' trajectories, in which one factor changes from each point to the next."""
    from SALib.sample import morris

    return morris.sample(problem(names), count, num_levels=levels, seed=seed)


def problem(names: Sequence[str]) -> dict[str, Any]:
    """Return SALib's description of a problem on the unit hypercube."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
