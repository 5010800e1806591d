"""Indices recover known functions; screening selects parameters, and the reversal of a gap is located."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alliance_sim.study.results.sensitivity import FIRST, MU_STAR, TOTAL, Index, Indices, morris_indices, sobol_indices
from alliance_sim.study.spec.sampling import saltelli, trajectories
from analysis.sampled_runs import range_of
from analysis.sensitivity import study
from analysis.sensitivity.targets import Target, find_reversal


def ishigami(unit):
    """Compute the Ishigami function, whose Sobol indices are known: S1 .314, .442, 0; ST .558, .442, .244."""
    x = np.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_match_the_ishigami_function():
    names = ["one", "two", "three"]
    found = sobol_indices(ishigami(saltelli(names, 1024, 1, second_order=False)), names, "height")
    firsts = [found.of(FIRST)[name].value for name in names]
    totals = [found.of(TOTAL)[name].value for name in names]
    assert firsts == pytest.approx([0.314, 0.442, 0.0], abs=0.05)
    assert totals == pytest.approx([0.558, 0.442, 0.244], abs=0.05)


def test_morris_gives_the_slopes_of_a_linear_function():
    names = ["steep", "flat", "falling"]
    sample = trajectories(names, 10, 4, 1)
    found = morris_indices(sample @ np.array([3.0, 0.0, -1.0]), sample, names, 4, "height").of(MU_STAR)
    assert [found[name].value for name in names] == pytest.approx([3.0, 0.0, 1.0])


def test_screening_selects_parameters_that_are_large_for_any_target():
    def indices(**strengths):
        rows = [Index(name, "", MU_STAR, value, 0.0, 0.0) for name, value in strengths.items()]
        return Indices("morris", "", tuple(rows), 10, 0)

    found = {
        Target("trust", False): indices(a=1.0, b=0.1, c=0.0),
        Target("sharing", False): indices(a=0.0, b=0.01, c=5.0),
    }
    assert study.select_by_screening(found, 2) == ["a", "c"]


def test_the_reversal_of_a_gap_is_located():
    where = pd.DataFrame({"x": np.linspace(0, 1, 100), "y": np.tile([0.2, 0.8], 50)})
    found = find_reversal(where, where["x"].to_numpy() - 0.395, "sharing")
    assert (found.by, found.share, found.fifths) == ("x", 0.4, (1.0, 1.0, 0.0, 0.0, 0.0))


def test_screened_parameters_have_a_range_and_exclude_institutions_for_a_gap():
    shared = study.varied(gap=True)
    assert not {"policy.secrecy", "policy.porosity", "coordinator.present"} & set(shared)
    assert {"policy.secrecy", "trust.initial", "trust.gain"} <= set(study.varied(gap=False))
    assert range_of("policy.funding") == (0.0, 1.0)
    assert range_of("outcome.misfortune") == pytest.approx((0.015, 0.045))
    low, high = range_of("help.contacts")
    assert (low, high) == (1, 3)
    assert range_of("trust.gain")[1] * range_of("trust.loss_ratio")[1] <= 1.0
