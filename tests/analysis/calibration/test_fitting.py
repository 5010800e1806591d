"""Calibration recovers parameters and ignores held-out figures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from analysis.calibration.fitting import calibrate
from analysis.calibration.targets import REGISTER, Target, survival_target


def two_figures(values, seed):
    """Return three figures: two depend on a and b with a little noise, the third is constant."""
    noise = np.random.default_rng(seed).normal(0.0, 0.01, 3)
    return [values["a"] + noise[0], values["a"] * values["b"] + noise[1], 5.0]


def test_calibration_recovers_parameters_and_ignores_held_out_figures():
    target = Target(
        "made_up",
        "What made these figures?",
        {"a": (0.0, 1.0), "b": (0.0, 1.0)},
        two_figures,
        ("first", "second", "held out"),
        np.array([0.6, 0.3, 99.0]),
        np.full(3, 0.02),
        np.array([False, False, True]),
    )
    with ThreadPoolExecutor(1) as pool:
        fit, again = calibrate(target, 80, 3, pool), calibrate(target, 80, 3, pool)
    assert fit.best.values == again.best.values
    assert fit.best.loss < 1.0
    low, high = fit.interval("a")
    assert low < 0.6 < high
    assert high - low < 0.3
    assert len(fit.accepted) > 3


def test_survival_to_the_fourth_year_is_held_out(tmp_path):
    (tmp_path / REGISTER).write_text(
        "years,share_surviving,standard_error\n1,.97,.01\n2,.92,.01\n3,.87,.01\n4,.81,.01\n5,.77,.01\n"
    )
    assert survival_target(tmp_path).held_out.tolist() == [False, False, False, True, True]
