"""What the model is calibrated to: survival of English federations, and spread and persistence of schools' results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from alliance_sim.declarations.parameters import Value
from analysis.attainment import measure_spread, modelled_spread, on_the_scale_of_pupils, published_results
from analysis.models import start_model

REGISTER, KEY_STAGE_2 = "england_federation_survival.csv", "surrey_ks2_2017_2019.csv"
LAST_FITTED_YEAR = 3
"""Survival to three years is fitted; the fourth and fifth year are held out."""
BOOTSTRAPS = 400
SURVIVAL_DISCREPANCY = 0.01
"""Assumed standard deviation of the model's own error in a share that survives."""
SPREAD_DISCREPANCY = (0.01, 0.03)
"""The same for the spread between schools (pupil SD), and for the correlation of one year with the next."""
type Numbers = NDArray[np.float64]
type Measured = Callable[[int, tuple[tuple[str, float], ...]], Sequence[float]]


@dataclass(frozen=True, eq=False)
class Target:
    """A calibration target.

    Attributes:
        name: short name, used for files.
        question: heading of its section.
        ranges: lowest and highest value of each calibrated parameter; all values between them are equally likely
            before the data are seen.
        measured: computes the model's figures from a seed and parameters.
        labels: labels of the figures.
        wanted: the data's figures.
        covariance: covariance of the data's figures (sampling error).
        discrepancy: for each figure, the standard deviation of the model's own error, which no parameter removes. It is
            assumed, and independent between figures.
        held_out: which figures are not fitted.
    """

    name: str
    question: str
    ranges: Mapping[str, tuple[float, float]]
    measured: Measured
    labels: tuple[str, ...]
    wanted: Numbers
    covariance: Numbers
    discrepancy: Numbers
    held_out: NDArray[np.bool_]

    @property
    def error(self) -> Numbers:
        """Covariance of the difference between data and the model's expected figures: sampling and discrepancy."""
        return self.covariance + np.diag(self.discrepancy**2)

    @property
    def fitted(self) -> NDArray[np.bool_]:
        """Which figures are fitted."""
        return ~self.held_out


def greenwood_covariance(share: ArrayLike, error: ArrayLike) -> Numbers:
    """Compute the covariance of the points of a Kaplan–Meier curve from their standard errors.

    The later of two points contains all events before the earlier one, so errors accumulate: with Greenwood's
    V(t) = (error / share)², the covariance of the shares at s and t is S(s) S(t) V(min(s, t)).

    Args:
        share: share that survives, at ascending times.
        error: its standard error (Greenwood's).

    Raises:
        ValueError: if V falls with time, which Greenwood's formula does not allow.

    References:
        Greenwood (1926), The natural duration of cancer; Andersen et al. (1993), Statistical Models Based on Counting
        Processes, section IV.3.
    """
    share, error = np.asarray(share, np.float64), np.asarray(error, np.float64)
    growing = (error / share) ** 2
    if (np.diff(growing) < 0.0).any():
        raise ValueError("the relative standard error of a Kaplan–Meier curve cannot fall with time")
    earlier = np.minimum.outer(np.arange(len(share)), np.arange(len(share)))
    return np.outer(share, share) * growing[earlier]


def standing(seed: int, values: tuple[tuple[str, float], ...]) -> Sequence[float]:
    """Return the share of three hundred hard federations of two schools that are unbroken after one to five years."""
    federations: dict[str, Value] = {
        "population.schools": 600,
        "population.alliance_size": 2,
        "governance.enabled": True,
        "governance.hard_share": 1.0,
    }
    model = start_model(seed, changes={**federations, **dict(values)})
    model.run_for(31)
    return model.outcomes["unbroken"].to_numpy()[7::6].tolist()


def survival_target(data: Path) -> Target:
    """Build the target of federations' survival to three years; years four and five are held out."""
    register = pd.read_csv(data / REGISTER)
    years = register["years"].to_numpy()
    share = register["share_surviving"].to_numpy(dtype=np.float64)
    return Target(
        "survival",
        "How long do federations last?",
        {"governance.hope": (0.3, 1.2), "governance.hazard": (0.1, 2.0)},
        standing,
        tuple(f"standing after {year} years" for year in years),
        share,
        greenwood_covariance(share, register["standard_error"].to_numpy(dtype=np.float64)),
        np.full(len(share), SURVIVAL_DISCREPANCY),
        years > LAST_FITTED_YEAR,
    )


def spreads(seed: int, values: tuple[tuple[str, float], ...]) -> Sequence[float]:
    """Return spread and correlation twice: the model predicts the same for fitted and held-out schools."""
    found = modelled_spread(seed, changes=dict(values))
    return [found.between_schools, found.year_to_year] * 2


def select_half(results: pd.DataFrame, which: int) -> pd.DataFrame:
    """Select every second school in the order of URNs, from the first (0) or second (1) on."""
    return results.sort_index().iloc[which::2]


def attainment_target(data: Path) -> Target:
    """Build the target of spread and correlation in half of Surrey's schools; the other half is held out."""
    results = published_results(data / KEY_STAGE_2)
    halves = [_figures_with_covariance(select_half(results, which)) for which in (0, 1)]
    covariance = np.zeros((4, 4))
    covariance[:2, :2], covariance[2:, 2:] = (of_half for _, of_half in halves)
    called = ("spread between schools, pupil SD", "correlation of one year with the next")
    return Target(
        "attainment",
        "How much, and how persistently, do schools' results differ?",
        {"attainment.intake_sd": (0.15, 0.45), "attainment.cohort_sd": (0.02, 0.3)},
        spreads,
        (*called, *(f"{one} (other half)" for one in called)),
        np.concatenate([figures for figures, _ in halves]),
        covariance,
        np.array(SPREAD_DISCREPANCY * 2),
        np.array([False, False, True, True]),
    )


def _figures_with_covariance(results: pd.DataFrame) -> tuple[Numbers, Numbers]:
    """Return spread and correlation with their covariance, from a bootstrap over schools."""
    rng = np.random.default_rng(1)

    def figures(table: pd.DataFrame) -> list[float]:
        found = on_the_scale_of_pupils(measure_spread(table))
        return [found.between_schools, found.year_to_year]

    again = [figures(results.iloc[rng.integers(0, len(results), len(results))]) for _ in range(BOOTSTRAPS)]
    return np.array(figures(results)), np.cov(np.array(again).T)
