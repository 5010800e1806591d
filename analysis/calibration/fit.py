"""Fit one target: simulate a design, emulate it, rule out values, sample the posterior, predict what is held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.statistics.intervals import CONFIDENCE
from analysis.calibration.emulator import Emulator, fit_emulator, sample_unit, to_unit, to_values
from analysis.calibration.history_matching import (
    FigureIndices,
    Region,
    emulated_indices,
    implausibility,
    match_history,
)
from analysis.calibration.posterior import PARTICLES, Posterior, Simulator, sample_posterior
from analysis.calibration.targets import Target
from analysis.models import default_of
from analysis.paired_runs import PairedRuns

type Numbers = NDArray[np.float64]
DRAWS = 4_000
"""Draws from the posterior for predictions."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Predictions of the figures that are held out, given those that are fitted.

    Attributes:
        mean, low, high: predicted figures of the data with their 95 % prediction intervals.
        chance: probability of data at least as far from the predictions, over all figures at once (χ²).
    """

    mean: Numbers
    low: Numbers
    high: Numbers
    chance: float


@dataclass(frozen=True, eq=False)
class Fit:
    """Everything that is known about a target's parameters.

    Attributes:
        target: the target.
        emulator: the emulator of its figures.
        region: the values that the data do not rule out.
        own: squared distance of the model's own values from the data, to be compared with ``region.limit``; NaN if
            they are outside the ranges.
        posterior: the distribution of the parameters given the data.
        figures: expected figures at draws from the posterior, shape (draws, figures).
        held_out: predictions of the figures that are not fitted.
        indices: on which parameters the figures depend.
        points, seeds: size of the design.
    """

    target: Target
    emulator: Emulator
    region: Region
    own: float
    posterior: Posterior
    figures: Numbers
    held_out: HeldOut
    indices: FigureIndices
    points: int
    seeds: int

    def values(self, name: str) -> Numbers:
        """Return a parameter's value at each particle of the posterior."""
        place = list(self.target.ranges).index(name)
        return to_values(self.posterior.unit, self.target.ranges)[:, place]

    def credible(self, name: str) -> tuple[float, float, float]:
        """Return a parameter's posterior median and central 95 % credible interval."""
        values = self.values(name)
        return float(self.posterior.quantiles(values, (0.5,))[0]), *self.posterior.interval(values)


def emulated_simulator(emulator: Emulator, which: NDArray[np.bool_]) -> Simulator:
    """Return a simulator of the model's expected figures, with the uncertainty that the emulator leaves."""

    def simulate(unit: Numbers, rng: np.random.Generator) -> Numbers:
        mean, variance = emulator.predict(unit)
        return (mean + rng.standard_normal(mean.shape) * np.sqrt(variance))[:, which]

    return simulate


def predict_held_out(target: Target, figures: Numbers, rng: np.random.Generator) -> HeldOut:
    """Predict the data's figures that are held out.

    Given the parameters, errors of the fitted figures say something about those of the held-out ones, because points of
    one curve are correlated.

    Args:
        target: the target.
        figures: expected figures at draws from the posterior, shape (draws, figures).
        rng: random numbers.
    """
    from scipy.stats import chi2

    fit, held = target.fitted, target.held_out
    error = target.error
    slope = error[np.ix_(held, fit)] @ np.linalg.inv(error[np.ix_(fit, fit)])
    rest = error[np.ix_(held, held)] - slope @ error[np.ix_(fit, held)]
    mean = figures[:, held] + (target.wanted[fit] - figures[:, fit]) @ slope.T
    drawn = mean + rng.multivariate_normal(np.zeros(int(held.sum())), rest, len(mean))
    low, high = np.quantile(drawn, ((1.0 - CONFIDENCE) / 2.0, (1.0 + CONFIDENCE) / 2.0), axis=0)
    centre = drawn.mean(axis=0)
    off = target.wanted[held] - centre
    distance = float(off @ np.linalg.solve(np.atleast_2d(np.cov(drawn.T)), off))
    return HeldOut(centre, low, high, float(chi2.sf(distance, int(held.sum()))))


def simulate_design(target: Target, runs: PairedRuns, unit: Numbers) -> Numbers:
    """Simulate the figures at each point of a design: shape (points, seeds, figures)."""
    names = list(target.ranges)
    return np.stack(
        [
            runs.of(target.measured, tuple(zip(names, values, strict=True)))
            for values in to_values(unit, target.ranges).tolist()
        ]
    )


def fit_target(target: Target, unit: Numbers, figures: Numbers, *, particles: int = PARTICLES) -> Fit:
    """Fit a target to simulated figures.

    Args:
        target: the target.
        unit: the design, shape (points, parameters), every number between 0 and 1.
        figures: the figures simulated there, shape (points, seeds, figures).
        particles: particles of each population of the posterior.
    """
    factors, fitted = len(target.ranges), target.fitted
    emulator = fit_emulator(unit, figures)
    posterior = sample_posterior(
        emulated_simulator(emulator, fitted), target.wanted[fitted], target.error[np.ix_(fitted, fitted)], factors,
        particles=particles,
    )  # fmt: skip
    rng = np.random.default_rng(1)
    drawn = posterior.unit[posterior.draw(DRAWS, rng)]
    expected = emulated_simulator(emulator, np.ones_like(fitted))(drawn, rng)
    own = {name: default_of(name) for name in target.ranges if name in PARAMETERS}
    place = to_unit(own, target.ranges) if len(own) == factors else np.full((1, factors), -1.0)
    inside = bool(((place >= 0.0) & (place <= 1.0)).all())
    return Fit(
        target,
        emulator,
        match_history(target, emulator),
        float(implausibility(target, emulator, place)[0]) if inside else np.nan,
        posterior,
        expected,
        predict_held_out(target, expected, rng),
        emulated_indices(emulator, factors),
        *figures.shape[:2],
    )


def design(target: Target, log_points: int) -> Numbers:
    """Return the design of a target: 2 to the power of ``log_points`` points that fill its ranges evenly."""
    return sample_unit(len(target.ranges), log_points)
