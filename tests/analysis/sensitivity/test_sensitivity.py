"""Indices recover known functions; screening selects parameters, and the reversal of a gap is located."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_sim.reporting.study.labels import factor_called
from alliance_sim.statistics.intervals import mean_intervals
from alliance_sim.study.spec.sampling import saltelli, trajectories
from analysis.sampled_runs import range_of
from analysis.sensitivity import study
from analysis.sensitivity.indices import Screening, screen, share_variance
from analysis.sensitivity.page import build_page
from analysis.sensitivity.targets import OUTCOMES, Target, find_reversal


def ishigami(unit):
    """Compute the Ishigami function, whose Sobol indices are known: S1 .314, .442, 0; ST .558, .442, .244."""
    x = np.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


NAMES = ["policy.funding", "trust.initial", "trust.gain"]


def runs_of(means, seeds=4, noise=0.1):
    """Return runs with independent random numbers at each point: shape (points, seeds)."""
    return means[:, None] + np.random.default_rng(1).normal(0.0, noise, (len(means), seeds))


def test_sobol_indices_match_the_ishigami_function_also_with_random_variation():
    means = ishigami(saltelli(NAMES, 1024, 1, second_order=False))
    found = share_variance(runs_of(means, noise=2.0), NAMES)
    assert found.first.estimate == pytest.approx([0.314, 0.442, 0.0], abs=0.07)
    assert found.total.estimate == pytest.approx([0.558, 0.442, 0.244], abs=0.07)
    assert ((found.total.low <= [0.558, 0.442, 0.244]) & (found.total.high >= [0.558, 0.442, 0.244])).all()
    assert found.noise_share == pytest.approx(1.0 / (1.0 + np.var(means)), rel=0.15)  # 2² / 4 seeds
    assert (found.few, found.blocks) == ("", 1024)


def test_two_equal_parameters_are_both_named():
    sample = saltelli(NAMES, 128, 1, second_order=False)
    found = share_variance(runs_of(sample @ np.array([1.0, 1.0, 0.1])), NAMES)
    assert set(found.leading.names) == set(NAMES[:2])
    found = share_variance(runs_of(sample @ np.array([1.0, 3.0, 0.1])), NAMES)
    assert found.leading.names == ("trust.initial",)


def test_morris_gives_the_slopes_of_a_linear_function_and_warns_of_few_trajectories():
    sample = trajectories(NAMES, 10, 4, 1)
    found = screen(runs_of(sample @ np.array([3.0, 0.0, -1.0]), noise=0.01), sample, NAMES)
    assert found.mu_star.estimate == pytest.approx([3.0, 0.0, 1.0], abs=0.02)
    assert found.few == ""
    few = trajectories(NAMES, 4, 4, 1)
    assert "4 trajectories are few" in screen(runs_of(few @ np.ones(3)), few, NAMES).few


def test_screening_selects_parameters_that_are_large_for_any_target():
    def screening(**strengths):
        sizes = mean_intervals(np.array([[size] * 3 for size in strengths.values()]))
        return Screening(tuple(strengths), sizes, sizes.error, np.nan, "")

    found = {
        Target("trust", False): screening(a=1.0, b=0.1, c=0.0),
        Target("sharing", False): screening(a=0.0, b=0.01, c=5.0),
    }
    assert study.select_by_screening(found, 2) == ["a", "c"]


def test_the_page_gives_intervals_and_names_what_is_clear():
    sample, morris = saltelli(NAMES, 64, 1, second_order=False), trajectories(NAMES, 10, 4, 1)
    targets = [Target(outcome, gap) for gap in (False, True) for outcome in OUTCOMES]
    shares = {target: share_variance(runs_of(sample @ np.array([1.0, 4.0, 0.0])), NAMES) for target in targets}
    screened = {target: screen(runs_of(morris @ np.array([1.0, 4.0, 0.0])), morris, NAMES) for target in targets}
    gaps = pd.DataFrame(sample, columns=NAMES).assign(**dict.fromkeys(OUTCOMES, sample[:, 1] + 0.01))
    page = build_page(screened, shares, {False: NAMES, True: NAMES}, gaps, 0, quick=True)
    assert "sharing 100.0% [94.4% to 100.0%]" in page.lead  # 64 blocks, none of them reversed
    trust = factor_called("trust.initial")
    assert f"Sharing depends most on {trust}; its gap depends most on {trust}." in page.lead
    assert page.sections[1].table.rows[0][0] == trust
    assert page.sections[2].table.rows[0][0] == trust


def test_the_reversal_of_a_gap_is_located():
    where = pd.DataFrame({"x": np.linspace(0, 1, 100), "y": np.tile([0.2, 0.8], 50)})
    found = find_reversal(where, where["x"].to_numpy() - 0.395, "sharing", 20)
    assert (found.by, found.share.estimate, found.fifths) == ("x", 0.4, (1.0, 1.0, 0.0, 0.0, 0.0))
    assert found.share.low == pytest.approx(0.191, abs=0.001)  # 8 of 20, Clopper and Pearson's table


def test_screened_parameters_have_a_range_and_exclude_institutions_for_a_gap():
    shared = study.varied(gap=True)
    assert not {"policy.secrecy", "policy.porosity", "coordinator.present"} & set(shared)
    assert {"policy.secrecy", "trust.initial", "trust.gain"} <= set(study.varied(gap=False))
    assert range_of("policy.funding") == (0.0, 1.0)
    assert range_of("outcome.misfortune") == pytest.approx((0.015, 0.045))
    low, high = range_of("help.contacts")
    assert (low, high) == (2, 8)
    assert range_of("trust.gain")[1] * range_of("trust.loss_ratio")[1] <= 1.0
