"""Emulate the model's expected figures with Gaussian processes that know the noise of the simulated means."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.statistics import Interval
from alliance_sim.statistics.intervals import CONFIDENCE, two_sided
from alliance_sim.statistics.shares import share_intervals

type Numbers = NDArray[np.float64]
FOLDS = 10
RESTARTS = 2
SEED = 1


def sample_unit(factors: int, log_points: int, seed: int = SEED) -> Numbers:
    """Return 2 to the power of ``log_points`` points of Sobol's scrambled sequence in the unit hypercube."""
    from scipy.stats import qmc

    return qmc.Sobol(factors, rng=seed).random_base2(log_points)


def to_values(unit: Numbers, ranges: Mapping[str, tuple[float, float]]) -> Numbers:
    """Map points of the unit hypercube to values of the parameters."""
    low, high = np.array(list(ranges.values()), np.float64).T
    return low + unit * (high - low)


def to_unit(values: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]) -> Numbers:
    """Map one set of values to a point of the unit hypercube, shape (1, factors)."""
    low, high = np.array(list(ranges.values()), np.float64).T
    return ((np.array([values[name] for name in ranges]) - low) / (high - low))[None]


@dataclass(frozen=True, eq=False)
class Emulator:
    """One Gaussian process for each figure.

    Attributes:
        processes: the fitted processes, of standardised figures.
        centre, scale: mean and standard deviation by which each figure is standardised.
        noise: variance of the simulated means of each figure, pooled over the points.
        validation: share of figures left out of the fit that lie in their 95 % prediction intervals, with its interval
            over points.
    """

    processes: tuple[Any, ...]
    centre: Numbers
    scale: Numbers
    noise: Numbers
    validation: Interval

    def predict(self, unit: Numbers) -> tuple[Numbers, Numbers]:
        """Return the expected figures at points of the unit hypercube, and the variance of that prediction.

        Returns:
            Two arrays of shape (points, figures). The variance does not contain the noise of a simulation.
        """
        found = [process.predict(unit, return_std=True) for process in self.processes]
        mean = np.column_stack([one[0] for one in found]) * self.scale + self.centre
        deviation = np.column_stack([one[1] for one in found]) * self.scale
        return mean, deviation**2

    def sample(self, unit: Numbers, draws: int, seed: int = SEED) -> Numbers:
        """Draw functions from the processes: shape (draws, points, figures)."""
        found = [
            process.sample_y(unit, draws, random_state=seed + place) for place, process in enumerate(self.processes)
        ]
        return np.stack(found, axis=-1).transpose(1, 0, 2) * self.scale + self.centre


def fit_emulator(unit: Numbers, figures: Numbers) -> Emulator:
    """Fit an emulator to simulated figures.

    The noise of each point's mean is estimated from the seeds and pooled over points, so the processes do not follow
    it. The fit is validated by leaving out a tenth of the points at a time.

    Args:
        unit: the design, shape (points, factors), every number between 0 and 1.
        figures: simulated figures, shape (points, seeds, figures).

    Raises:
        ValueError: if there are fewer than two seeds or ten points.

    References:
        Rasmussen and Williams (2006), Gaussian Processes for Machine Learning; Bastos and O'Hagan (2009), Diagnostics
        for Gaussian process emulators, Technometrics 51:425–438.
    """
    points, seeds, _ = figures.shape
    if seeds < 2 or points < FOLDS:
        raise ValueError(f"{points} points with {seeds} seeds are too few for an emulator; take {FOLDS} and 2 at least")
    means, noise = figures.mean(axis=1), figures.var(axis=1, ddof=1).mean(axis=0) / seeds
    centre, scale = means.mean(axis=0), np.maximum(means.std(axis=0), 1e-12)
    standard, alpha = (means - centre) / scale, np.maximum(noise / scale**2, 1e-8)
    processes = tuple(_process(unit, standard[:, place], float(alpha[place])) for place in range(standard.shape[1]))
    inside = _validate(processes, unit, standard, alpha)
    share = share_intervals(inside.mean(axis=1).sum(), points).item()
    return Emulator(processes, centre, scale, noise, share)


def _process(unit: Numbers, figure: Numbers, alpha: float, kernel: Any = None) -> Any:
    """Fit one process; with a kernel given, its parameters are kept."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    start = kernel or ConstantKernel(4.0, (1e-2, 1e4)) * Matern([1.0] * unit.shape[1], (5e-2, 2e1), nu=2.5)
    optimizer: Any = None if kernel else "fmin_l_bfgs_b"
    restarts = 0 if kernel else RESTARTS
    process = GaussianProcessRegressor(
        start, alpha=alpha, optimizer=optimizer, n_restarts_optimizer=restarts, random_state=SEED
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a parameter at its bound: a flat or linear figure
        return process.fit(unit, figure)


def _validate(processes: tuple[Any, ...], unit: Numbers, standard: Numbers, alpha: Numbers) -> NDArray[np.bool_]:
    """Return which figures of points left out lie in their prediction intervals: shape (points, figures)."""
    fold = np.random.default_rng(SEED).permutation(len(unit)) % FOLDS
    margin = float(two_sided(CONFIDENCE, np.inf))
    inside = np.zeros(standard.shape, np.bool_)
    for place, process in enumerate(processes):
        for one in range(FOLDS):
            out = fold == one
            again = _process(unit[~out], standard[~out, place], float(alpha[place]), process.kernel_)
            mean, deviation = again.predict(unit[out], return_std=True)
            off = np.abs(standard[out, place] - mean)
            inside[out, place] = off <= margin * np.sqrt(deviation**2 + alpha[place])
    return inside
