"""Data sets whose truth is known, as the thresholds file describes them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

SETTINGS: dict[str, Any] = tomllib.loads(
    Path(__file__).parents[1].joinpath("coverage_thresholds.toml").read_text(encoding="utf-8")
)
KINDS = ("normal", "lognormal", "lognormal_strong", "shares", "undefined")
TITLES = {
    "normal": "normal",
    "lognormal": "lognormal, σ 0.5",
    "lognormal_strong": "lognormal, σ 1",
    "shares": "skewed shares with ties",
    "undefined": "normal, 20 % undefined",
    "real": "runs of the model",
}


class Pair(NamedTuple):
    """Runs of two configs under the same seeds, and their true means."""

    first: np.ndarray
    second: np.ndarray
    first_mean: float
    second_mean: float


def pairs(kind: str, shape: tuple[int, ...], rng: np.random.Generator, *, null: bool = False, common: float = 0.0):
    """Draw runs of two configs.

    Args:
        kind: one of ``KINDS``.
        shape: (data sets, …, seeds).
        rng: random numbers.
        null: whether the second config is the first.
        common: correlation of the outcomes in the last axis but one.
    """
    here, own = _scores(shape, rng, common), _scores(shape, rng, common)
    rho = SETTINGS["data"]["normal" if kind == "undefined" else kind]["rho"]
    there = rho * here + np.sqrt(1.0 - rho**2) * own
    if kind in ("normal", "undefined"):
        one = SETTINGS["data"]["normal"]
        means = one["first_mean"], one["first_mean"] if null else one["second_mean"]
        first, second = means[0] + one["sd"] * here, means[1] + one["sd"] * there
    elif kind == "shares":
        one = SETTINGS["data"]["shares"]
        betas = one["first_beta"], one["first_beta"] if null else one["second_beta"]
        means = tuple(a / (a + b) for a, b in betas)
        first, second = (
            rng.binomial(one["of"], _beta_quantile(z, *beta)) / one["of"]
            for z, beta in zip((here, there), betas, strict=True)
        )
    else:
        one = SETTINGS["data"][kind]
        factor = 1.0 if null else one["second_factor"]
        mean = float(np.exp(one["log_sd"] ** 2 / 2.0))
        means = mean, factor * mean
        first, second = np.exp(one["log_sd"] * here), factor * np.exp(one["log_sd"] * there)
    if kind == "undefined":
        first, second = undefined(first, rng), undefined(second, rng)
    return Pair(first, second, *means)


def undefined(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Leave runs undefined at random."""
    return np.where(rng.random(values.shape) < SETTINGS["data"]["undefined"]["probability"], np.nan, values)


def _scores(shape: tuple[int, ...], rng: np.random.Generator, common: float) -> np.ndarray:
    own = rng.standard_normal(shape)
    if not common:
        return own
    shared = rng.standard_normal((*shape[:-2], 1, shape[-1]))
    return np.sqrt(common) * shared + np.sqrt(1.0 - common) * own


GRID = np.linspace(-6.0, 6.0, 4001)


def _beta_quantile(scores: np.ndarray, a: float, b: float) -> np.ndarray:
    """Interpolate the quantile function of a beta distribution, which is slow to compute."""
    return np.interp(scores, GRID, stats.beta.ppf(stats.norm.cdf(GRID), a, b))


def unit(kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Draw numbers with mean 0 and variance 1: normal, or lognormal (σ 0.5)."""
    scores = rng.standard_normal(shape)
    if kind != "lognormal":
        return scores
    sd = SETTINGS["data"]["lognormal"]["log_sd"]
    mean = np.exp(sd**2 / 2.0)
    return (np.exp(sd * scores) - mean) / (mean * np.sqrt(np.exp(sd**2) - 1.0))
