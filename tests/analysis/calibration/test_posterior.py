"""ABC-SMC gives the known posterior, and its intervals cover by simulation-based calibration."""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy.stats import binomtest, kstest, truncnorm

from analysis.calibration import posterior
from analysis.calibration.posterior import sample_posterior

SETS = int(os.environ.get("CALIBRATION_SETS", "100"))
"""Simulated data sets of simulation-based calibration."""
NOISE, ERROR = 0.1, 0.15


def noisy_line(unit, rng):
    """Simulate one figure: the parameter plus normal noise; with a normal error its posterior is a truncated normal."""
    return unit + rng.normal(0.0, NOISE, unit.shape)


def known_posterior(wanted):
    spread = np.hypot(NOISE, ERROR)
    return truncnorm(-wanted / spread, (1.0 - wanted) / spread, wanted, spread)


@pytest.mark.parametrize("wanted", [-0.2, 0.1, 0.6])
def test_the_posterior_of_a_stochastic_model_is_the_known_one(wanted):
    found = sample_posterior(noisy_line, np.array([wanted]), np.array([[ERROR**2]]), 1, particles=2000)
    known = known_posterior(wanted)
    values = found.unit[:, 0]
    mean = float(found.weights @ values)
    assert mean == pytest.approx(known.mean(), abs=0.01)
    assert np.sqrt(found.weights @ (values - mean) ** 2) == pytest.approx(known.std(), rel=0.05)
    shares = (0.025, 0.25, 0.5, 0.75, 0.975)
    assert found.quantiles(values, shares) == pytest.approx(known.ppf(shares), abs=0.02)
    assert found.effective > 500


def two_figures(unit, rng):
    """Simulate two correlated figures that depend on both parameters, one of them not linearly."""
    noise = rng.normal(0.0, 0.05, unit.shape)
    return np.column_stack([unit[:, 0] + unit[:, 1], unit[:, 0] * (1.0 + unit[:, 1])]) + noise


def test_simulation_based_calibration():
    """Parameters drawn beforehand have uniform ranks in the posteriors of the data they give (Talts et al. 2018)."""
    rng = np.random.default_rng(1)
    error = np.array([[0.01, 0.006], [0.006, 0.01]])
    ranks, covered = [], []
    for seed in range(SETS):
        truth = rng.random((1, 2))
        wanted = two_figures(truth, rng)[0] + rng.multivariate_normal(np.zeros(2), error)
        found = sample_posterior(two_figures, wanted, error, 2, particles=400, seed=seed)
        ranks.append([float(found.weights @ (found.unit[:, place] < truth[0, place])) for place in (0, 1)])
        limits = [found.interval(found.unit[:, place], 0.9) for place in (0, 1)]
        covered.append([low <= truth[0, place] <= high for place, (low, high) in enumerate(limits)])
    for place in (0, 1):
        assert kstest(np.array(ranks)[:, place], "uniform").pvalue > 0.005
        cases = int(np.array(covered)[:, place].sum())
        assert binomtest(cases, SETS, 0.9).pvalue > 0.005, f"{cases} of {SETS} 90 % intervals cover"


def test_the_same_seed_gives_the_same_posterior():
    one, again = (sample_posterior(noisy_line, np.array([0.5]), np.array([[0.02]]), 1, particles=200) for _ in "ab")
    assert one.unit.tolist() == again.unit.tolist()
    assert one.weights.sum() == pytest.approx(1.0)


def test_an_error_that_does_not_come_down_is_refused(monkeypatch):
    monkeypatch.setattr(posterior, "MOST_STEPS", 4)
    with pytest.raises(ValueError, match="too far away"):
        sample_posterior(noisy_line, np.array([40.0]), np.array([[1e-4]]), 1, particles=50)
