"""The posterior distribution of parameters by sequential Monte Carlo with approximate Bayesian computation (ABC-SMC).

Data are the simulated figures plus an error whose covariance is known (sampling error of the data and discrepancy of
the model). A simulation counts with the density of that error, so the result is the posterior under this error, not an
approximation that depends on a tolerance (Wilkinson 2013). The error is first inflated and reduced in steps.

The sampler is written here, on SciPy, because pyABC installs top-level packages called ``test`` and ``doc``, needs a
database and Redis' client, and takes seconds for what simulation-based calibration repeats hundreds of times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alliance_sim.statistics.intervals import CONFIDENCE

type Numbers = NDArray[np.float64]
type Simulator = Callable[[Numbers, np.random.Generator], Numbers]
"""Simulates figures, shape (particles, figures), at points of the unit hypercube, shape (particles, parameters)."""
PARTICLES = 1_000
MOST_STEPS = 40
KEPT = 0.5
"""Share of the particles that the effective number keeps at each reduction of the error."""
DEFENSIVE = 0.1
"""Share of proposals from the prior, so that no weight is unbounded."""
LAST_STEPS = 3
"""Populations that are simulated with the error itself."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Weighted particles.

    Attributes:
        unit: points of the unit hypercube, shape (particles, parameters).
        figures: the figures simulated at each.
        weights: their weights; the sum is 1.
        simulations: number of simulations in all.
        steps: number of populations.
    """

    unit: Numbers
    figures: Numbers
    weights: Numbers
    simulations: int
    steps: int

    @property
    def effective(self) -> float:
        """Effective number of particles."""
        return float(1.0 / (self.weights**2).sum())

    def quantiles(self, values: Numbers, shares: tuple[float, ...]) -> Numbers:
        """Return weighted quantiles of one value per particle."""
        order = np.argsort(values)
        below = np.cumsum(self.weights[order]) - 0.5 * self.weights[order]
        return np.interp(shares, below, values[order])

    def interval(self, values: Numbers, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Return the central credible interval of one value per particle."""
        low, high = self.quantiles(values, ((1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0))
        return float(low), float(high)

    def draw(self, number: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw particles by their weights; return their places."""
        return rng.choice(len(self.weights), number, p=self.weights)


def sample_posterior(
    simulate: Simulator, wanted: Numbers, error: Numbers, factors: int, *, particles: int = PARTICLES, seed: int = 1
) -> Posterior:
    """Sample the posterior distribution; before the data, all points of the unit hypercube are equally likely.

    Points are proposed as normal scores, in which the hypercube has no edges, from a kernel density of the population
    before. The error is inflated so that half of the particles stay effective, until it is the error itself.

    Args:
        simulate: the simulator.
        wanted: the data's figures.
        error: covariance of data minus simulated figures, given the parameters.
        factors: number of parameters.
        particles: number of particles of a population.
        seed: seed of proposals and simulations.

    Raises:
        ValueError: if the error does not come down to itself in ``MOST_STEPS`` populations: the data are far from what
            the simulator produces, or there are too few particles.

    References:
        Wilkinson (2013), Statistical Applications in Genetics and Molecular Biology 12:129–141; Beaumont et al. (2009),
        Adaptive approximate Bayesian computation, Biometrika 96:983–990; Del Moral, Doucet and Jasra (2012), Statistics
        and Computing 22:1009–1020 (adaptive steps).
    """
    from scipy.special import ndtr

    rng = np.random.default_rng(seed)
    precision = np.linalg.inv(error)
    scores = rng.standard_normal((particles, factors))
    proposal = np.zeros(particles)  # log of prior over proposal density
    power = 0.0
    steps = last = 0
    pooled: list[tuple[Numbers, Numbers, Numbers]] = []
    for _ in range(MOST_STEPS):
        steps += 1
        figures = simulate(ndtr(scores), rng)
        away = figures - wanted
        distance = np.einsum("pf,fg,pg->p", away, precision, away)
        power = max(power, _next_power(proposal, distance, KEPT * particles))
        logs = proposal - 0.5 * power * distance
        if power == 1.0:
            pooled.append((scores, figures, logs))
            last += 1
        if last == LAST_STEPS:
            break
        weights = np.exp(logs - logs.max())
        scores, proposal = _propose(scores, weights / weights.sum(), particles, rng)
    else:
        raise ValueError(f"after {MOST_STEPS} populations the error is still inflated; the data are too far away")
    scores, figures, logs = (np.concatenate(parts) for parts in zip(*pooled, strict=True))
    weights = np.exp(logs - logs.max())
    return Posterior(ndtr(scores), figures, weights / weights.sum(), steps * particles, steps)


def _effective(logs: Numbers) -> float:
    weights = np.exp(logs - logs.max())
    return float(weights.sum() ** 2 / (weights**2).sum())


def _next_power(proposal: Numbers, distance: Numbers, wanted: float) -> float:
    """Return the largest power of the error's density, up to 1, at which enough particles are effective."""
    low, high = 0.0, 1.0
    wanted = min(wanted, 0.9 * _effective(proposal))
    if _effective(proposal - 0.5 * distance) >= wanted:
        return 1.0
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _effective(proposal - 0.5 * middle * distance) >= wanted else (low, middle)
    return low


def _propose(scores: Numbers, weights: Numbers, particles: int, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Propose a population, and return it with the log of the prior's over the proposal's density."""
    from scipy.stats import gaussian_kde

    density = gaussian_kde(scores.T, weights=weights)
    new = density.resample(particles, seed=rng).T
    wild = rng.random(particles) < DEFENSIVE
    new[wild] = rng.standard_normal((int(wild.sum()), scores.shape[1]))
    prior = np.exp(-0.5 * (new**2).sum(axis=1)) / (2.0 * np.pi) ** (scores.shape[1] / 2.0)
    mixed = DEFENSIVE * prior + (1.0 - DEFENSIVE) * density(new.T)
    return new, np.log(prior) - np.log(mixed)
