"""The covariance of a Kaplan–Meier curve is Greenwood's, and targets hold out what they should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.calibration.targets import (
    REGISTER,
    SURVIVAL_DISCREPANCY,
    greenwood_covariance,
    select_half,
    survival_target,
)

YEARS = np.arange(1, 6)


def kaplan_meier(rng, many=800, hazard=0.06, censoring=0.1):
    """Simulate federations that end or are still observed when the register closes; return shares and their errors."""
    ends, observed = rng.exponential(1.0 / hazard, many), rng.exponential(1.0 / censoring, many)
    times, ended = np.minimum(ends, observed), ends <= observed
    order = np.argsort(times)
    times, ended = times[order], ended[order]
    at_risk = many - np.arange(many)
    steps = np.cumprod(np.where(ended, 1.0 - 1.0 / at_risk, 1.0))
    growing = np.cumsum(np.where(ended, 1.0 / (at_risk * np.maximum(at_risk - 1.0, 1.0)), 0.0))
    last = np.searchsorted(times, YEARS) - 1
    return steps[last], steps[last] * np.sqrt(growing[last])


def test_greenwoods_covariance_is_that_of_simulated_curves():
    rng = np.random.default_rng(1)
    curves = [kaplan_meier(rng) for _ in range(3000)]
    observed = np.cov(np.array([share for share, _ in curves]).T)
    stated = np.mean([greenwood_covariance(*one) for one in curves], axis=0)
    assert stated == pytest.approx(observed, rel=0.12)
    correlation = observed[0, 1] / np.sqrt(observed[0, 0] * observed[1, 1])
    assert correlation > 0.6  # independent points would understate this


def test_distances_with_greenwoods_covariance_have_the_stated_distribution_and_independent_points_do_not():
    rng, truth = np.random.default_rng(2), np.exp(-0.06 * YEARS)
    together, apart = [], []
    for _ in range(1000):
        share, error = kaplan_meier(rng, 4000)
        off = share - truth
        together.append(off @ np.linalg.solve(greenwood_covariance(share, error), off) <= 11.07)  # χ² with 5, 95 %
        apart.append(((off / error) ** 2).sum() <= 11.07)
    assert np.mean(together) == pytest.approx(0.95, abs=0.02)
    assert np.mean(apart) < 0.92


def test_a_curve_whose_relative_error_falls_is_refused():
    with pytest.raises(ValueError, match="cannot fall with time"):
        greenwood_covariance([0.9, 0.8], [0.02, 0.01])


def test_survival_to_the_fourth_year_is_held_out_and_its_points_are_correlated(tmp_path):
    (tmp_path / REGISTER).write_text(
        "years,share_surviving,standard_error\n1,.97,.01\n2,.92,.011\n3,.87,.012\n4,.81,.013\n5,.77,.014\n"
    )
    target = survival_target(tmp_path)
    assert target.held_out.tolist() == [False, False, False, True, True]
    assert target.covariance[0, 4] == pytest.approx(0.97 * 0.77 * (0.01 / 0.97) ** 2)
    assert np.sqrt(np.diag(target.covariance)) == pytest.approx([0.01, 0.011, 0.012, 0.013, 0.014])
    assert target.error == pytest.approx(target.covariance + SURVIVAL_DISCREPANCY**2 * np.eye(5))


def test_halves_of_schools_do_not_overlap():
    table = pd.DataFrame({"2017": range(5)}, index=[5, 3, 1, 2, 4])
    assert select_half(table, 0).index.tolist() == [1, 3, 5]
    assert select_half(table, 1).index.tolist() == [2, 4]
