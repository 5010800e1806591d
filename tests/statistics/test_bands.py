"""Bands are named for what they are."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim.statistics.bands import mean_band, middle_band, prediction_band

RUNS = np.random.default_rng(13).normal(size=(6, 100))


def test_the_middle_band_contains_the_middle_of_the_runs():
    band = middle_band(RUNS)
    inside = np.clip(RUNS, band.low[:, None], band.high[:, None]) == RUNS
    assert (inside.mean(axis=1) >= 0.95).all()
    assert (inside.mean(axis=1) <= 0.97).all()
    assert band.name == "middle 95 % of these runs"


def test_a_prediction_band_is_wider_than_the_interval_of_the_mean_and_does_not_shrink_with_runs():
    few, many = prediction_band(RUNS[:, :20]), prediction_band(RUNS)
    mean = mean_band(RUNS)
    assert ((many.high - many.low) > 3.0 * (mean.high - mean.low)).all()
    assert np.mean((many.high - many.low) / (few.high - few.low)) > 0.8
    assert (many.name, mean.name) == ("95 % prediction band of a new run", "95 % interval of the mean")


def test_with_many_runs_a_prediction_band_lies_between_two_runs():
    ordered = np.sort(RUNS[0, :39])
    band = prediction_band(RUNS[0, :39])
    assert (band.low, band.high) == (ordered[0], ordered[-1])


def test_two_runs_have_no_prediction_band():
    assert np.isnan(prediction_band([1.0, 2.0]).low)


@pytest.mark.parametrize("band", [middle_band, prediction_band, mean_band])
def test_undefined_runs_are_left_out(band):
    gappy = band([1.0, 2.0, 4.0, np.nan])
    whole = band([1.0, 2.0, 4.0])
    assert (gappy.low, gappy.high, gappy.n) == (whole.low, whole.high, whole.n)
