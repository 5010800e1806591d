"""A fit covers known parameters at the stated rate, predicts what is held out, and knows its emulator's error."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from alliance_sim.statistics.shares import share_intervals
from analysis.calibration import fit as fits
from analysis.calibration.emulator import fit_emulator, sample_unit, to_unit, to_values
from analysis.calibration.fit import emulated_simulator, fit_target, predict_held_out
from analysis.calibration.history_matching import emulated_indices, implausibility, match_history
from analysis.calibration.page import build_page
from analysis.calibration.posterior import sample_posterior
from analysis.calibration.targets import Target, greenwood_covariance

SETS = int(os.environ.get("CALIBRATION_SETS", "60"))
RANGES = {"governance.hope": (0.5, 1.5), "governance.hazard": (0.02, 0.2)}
YEARS = np.arange(1, 6)
SEEDS, FEDERATIONS = 8, 100


def survival(values):
    """Return expected shares after one to five years: the first parameter is the power of time."""
    return np.exp(-values[..., 1:2] * YEARS ** values[..., 0:1])


def simulated(unit, rng):
    """Simulate shares of a hundred federations, with several seeds a point."""
    expected = survival(to_values(unit, RANGES))[:, None, :].repeat(SEEDS, axis=1)
    never = np.concatenate([np.ones((*expected.shape[:2], 1)), expected], axis=2)
    standing = np.full(expected.shape[:2], FEDERATIONS)
    found = np.empty_like(expected)
    for year in range(len(YEARS)):
        standing = rng.binomial(standing, np.clip(never[..., year + 1] / never[..., year], 0.0, 1.0))
        found[..., year] = standing / FEDERATIONS
    return found


def covariance_of(share):
    return greenwood_covariance(share, np.sqrt(share * (1.0 - share) / 800))


def target_of(wanted, discrepancy=0.005, covariance=None):
    return Target(
        "made_up", "What made these shares?", RANGES, lambda seed, values: [], tuple(f"year {year}" for year in YEARS),
        wanted, covariance_of(wanted) if covariance is None else covariance, np.full(5, discrepancy), YEARS > 3,
    )  # fmt: skip


@pytest.fixture(scope="module")
def emulator():
    unit = sample_unit(2, 5)
    return fit_emulator(unit, simulated(unit, np.random.default_rng(1)))


def test_the_emulator_smooths_the_noise_and_knows_its_own_error(emulator):
    fresh = np.random.default_rng(2).random((400, 2))
    mean, variance = emulator.predict(fresh)
    off = mean - survival(to_values(fresh, RANGES))
    assert np.sqrt((off**2).mean()) < 0.7 * np.sqrt(emulator.noise.mean())
    inside = np.abs(off) <= 1.96 * np.sqrt(variance)
    assert 0.85 <= inside.mean() <= 1.0
    assert emulator.validation.low <= 0.95 <= emulator.validation.high
    expected = survival(to_values(fresh, RANGES))
    assert emulator.noise == pytest.approx((expected * (1 - expected)).mean(axis=0) / FEDERATIONS / SEEDS, rel=0.3)


def test_too_small_a_design_is_refused():
    with pytest.raises(ValueError, match="too few for an emulator"):
        fit_emulator(sample_unit(2, 5), np.zeros((32, 1, 5)))


def data_sets(rng, discrepancy):
    """Draw parameters, and data with sampling error and a discrepancy of the model."""
    for _ in range(SETS):
        unit = rng.random((1, 2))
        share = survival(to_values(unit, RANGES))[0]
        covariance = covariance_of(share)
        error = covariance + discrepancy**2 * np.eye(5)
        yield unit, share + rng.multivariate_normal(np.zeros(5), error), covariance


def covers(cases, of, stated):
    """Whether a simulated share of cases agrees with the stated one, or exceeds it."""
    return share_intervals(cases, of, confidence=0.99).item().high >= stated


def test_regions_credible_intervals_and_predictions_cover_also_with_a_discrepancy(emulator):
    rng, discrepancy = np.random.default_rng(3), 0.01
    kept, credible, predicted, surprising = [], [], [], []
    for seed, (unit, wanted, covariance) in enumerate(data_sets(rng, discrepancy)):
        target = target_of(wanted, discrepancy, covariance)
        fitted = target.fitted
        region = match_history(target, emulator)
        kept.append(implausibility(target, emulator, unit)[0] <= region.limit)
        posterior = sample_posterior(
            emulated_simulator(emulator, fitted), wanted[fitted], target.error[np.ix_(fitted, fitted)], 2,
            particles=300, seed=seed,
        )  # fmt: skip
        limits = [posterior.interval(posterior.unit[:, place]) for place in (0, 1)]
        credible += [low <= unit[0, place] <= high for place, (low, high) in enumerate(limits)]
        drawn = posterior.unit[posterior.draw(500, rng)]
        held = predict_held_out(target, emulated_simulator(emulator, np.full(5, True))(drawn, rng), rng)
        predicted += ((held.low <= wanted[3:]) & (wanted[3:] <= held.high)).tolist()
        surprising.append(held.chance < 0.05)
    assert covers(sum(kept), SETS, 0.95)
    assert covers(sum(credible) / 2, SETS, 0.95)
    assert covers(sum(predicted) / 2, SETS, 0.95)
    assert covers(SETS - sum(surprising), SETS, 0.95)


def test_a_discrepancy_that_is_ignored_rules_out_true_values(emulator):
    """The discrepancy term is needed: without it, data with a discrepancy of the model exclude the truth too often."""
    limit = 7.81  # the 95 % quantile of χ² with three degrees of freedom
    kept = [
        implausibility(target_of(wanted, 1e-4, covariance), emulator, unit)[0] <= limit
        for unit, wanted, covariance in data_sets(np.random.default_rng(3), 0.02)
    ]
    assert np.mean(kept) < 0.8


def test_indices_of_an_emulated_function_are_the_known_ones():
    unit = sample_unit(2, 6)
    figures = (unit[:, :1] + 2.0 * unit[:, 1:])[:, None] + np.random.default_rng(1).normal(0.0, 0.02, (64, 4, 1))
    found = emulated_indices(fit_emulator(unit, figures), 2)
    assert found.total[0] == pytest.approx([0.2, 0.8], abs=0.05)
    assert (found.low <= found.total).all()
    assert (found.total <= found.high).all()


def test_a_whole_fit_gives_a_page_and_reports_held_out_data_that_disagree(monkeypatch):
    unit, truth = sample_unit(2, 5), np.array([[0.4, 0.5]])
    figures = simulated(unit, np.random.default_rng(1))
    wanted = survival(to_values(truth, RANGES))[0]
    monkeypatch.setattr(
        fits, "default_of", lambda name: dict(zip(RANGES, to_values(truth, RANGES)[0], strict=True))[name]
    )
    fit = fit_target(target_of(wanted), unit, figures, particles=400)
    assert fit.own <= fit.region.limit
    assert fit.held_out.chance > 0.05
    for name, value in zip(RANGES, to_values(truth, RANGES)[0], strict=True):
        median, low, high = fit.credible(name)
        assert low <= value <= high
        assert low <= median <= high
        least, most = fit.region.extent(list(RANGES).index(name))
        assert least <= value <= most
    page = build_page([fit], quick=True)
    assert "not ruled out; what is held out is as predicted" in page.lead
    assert [row[1] for row in page.sections[1].table.rows] == ["fitted"] * 3 + ["held out"] * 2

    moved = wanted.copy()
    moved[3:] -= 0.15
    other = fit_target(target_of(moved), unit, figures, particles=400)
    assert other.held_out.chance < 0.001
    assert "not as predicted" in build_page([other], quick=True).lead
    assert other.credible("governance.hazard") == pytest.approx(fit.credible("governance.hazard"), rel=0.2)


def test_own_values_outside_the_ranges_are_reported():
    assert to_unit({"governance.hope": 1.0, "governance.hazard": 0.02}, RANGES).tolist() == [[0.5, 0.0]]


def test_a_target_with_a_single_parameter_is_fitted(monkeypatch):
    ranges, unit = {"governance.hazard": (0.02, 0.2)}, sample_unit(1, 4)
    both = np.column_stack([np.full(len(unit), 0.5), unit[:, 0]])
    wanted = survival(to_values(np.array([[0.5, 0.4]]), RANGES))[0]
    monkeypatch.setattr(fits, "default_of", lambda _: 0.09)
    target = replace(target_of(wanted), ranges=ranges)
    fit = fit_target(target, unit, simulated(both, np.random.default_rng(1)), particles=300)
    _, low, high = fit.credible("governance.hazard")
    assert low <= 0.02 + 0.4 * 0.18 <= high
    assert fit.indices.total[0, 0] == pytest.approx(1.0, abs=0.05)
    assert build_page([fit], quick=True).sections[0].figure is not None
