"""What the model is calibrated to: survival of English federations, and spread and persistence of schools' results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import Value
from analysis.attainment import (
    Spread,
    measure_spread,
    modelled_spread,
    on_the_scale_of_pupils,
    published_results,
)
from analysis.models import start_model

REGISTER, KEY_STAGE_2 = "england_federation_survival.csv", "surrey_ks2_2017_2019.csv"
LAST_FITTED_YEAR = 3
"""Survival to three years is fitted; the fourth and fifth year are held out."""
BOOTSTRAPS = 400
type Numbers = NDArray[np.float64]
type Measured = Callable[[Mapping[str, float], int], Sequence[float]]


@dataclass(frozen=True)
class Target:
    """A calibration target.

    Attributes:
        name: short name, used for files.
        question: heading of its section.
        ranges: lowest and highest value of each calibrated parameter.
        measured: computes the model's figures from parameters and a seed.
        labels: labels of the figures.
        wanted, error: the data's figures and their standard errors.
        held_out: which figures are not fitted.
    """

    name: str
    question: str
    ranges: Mapping[str, tuple[float, float]]
    measured: Measured
    labels: tuple[str, ...]
    wanted: Numbers
    error: Numbers
    held_out: NDArray[np.bool_]


def standing(values: Mapping[str, float], seed: int) -> Sequence[float]:
    """Return the share of three hundred hard federations of two schools that are unbroken after one to five years."""
    federations: dict[str, Value] = {
        "population.schools": 600,
        "population.alliance_size": 2,
        "governance.enabled": True,
        "governance.hard_share": 1.0,
    }
    model = start_model(seed, changes={**federations, **values})
    model.run_for(31)
    return model.outcomes["unbroken"].to_numpy()[7::6].tolist()


def survival_target(data: Path) -> Target:
    """Build the target of federations' survival to three years; years four and five are held out."""
    register = pd.read_csv(data / REGISTER)
    years = register["years"].to_numpy()
    return Target(
        "survival",
        "How long do federations last?",
        {"governance.hazard": (0.1, 2.0)},
        standing,
        tuple(f"standing after {year} years" for year in years),
        register["share_surviving"].to_numpy(dtype=np.float64),
        register["standard_error"].to_numpy(dtype=np.float64),
        years > LAST_FITTED_YEAR,
    )


def spreads(values: Mapping[str, float], seed: int) -> Sequence[float]:
    """Return spread and correlation twice: the model predicts the same for fitted and held-out schools."""
    found = modelled_spread(seed, changes=values)
    return [found.between_schools, found.year_to_year] * 2


def select_half(results: pd.DataFrame, which: int) -> pd.DataFrame:
    """Select every second school in the order of URNs, from the first (0) or second (1) on."""
    return results.sort_index().iloc[which::2]


def attainment_target(data: Path) -> Target:
    """Build the target of spread and correlation in half of Surrey's schools; the other half is held out."""
    results = published_results(data / KEY_STAGE_2)
    wanted: list[float] = []
    error: list[float] = []
    for which in (0, 1):
        half = select_half(results, which)
        found, off = _with_error(half)
        wanted += [found.between_schools, found.year_to_year]
        error += [off.between_schools, off.year_to_year]
    called = ("spread between schools, pupil SD", "correlation of one year with the next")
    return Target(
        "attainment",
        "How much, and how persistently, do schools' results differ?",
        {"attainment.intake_sd": (0.15, 0.45), "attainment.cohort_sd": (0.02, 0.3)},
        spreads,
        (*called, *(f"{one} (other half)" for one in called)),
        np.array(wanted),
        np.array(error),
        np.array([False, False, True, True]),
    )


def _with_error(results: pd.DataFrame) -> tuple[Spread, Spread]:
    """Return the spread, and the standard error of each figure from a bootstrap over schools."""
    rng = np.random.default_rng(1)
    found = on_the_scale_of_pupils(measure_spread(results))
    again = [
        on_the_scale_of_pupils(measure_spread(results.iloc[rng.integers(0, len(results), len(results))]))
        for _ in range(BOOTSTRAPS)
    ]
    between, yearly = [one.between_schools for one in again], [one.year_to_year for one in again]
    return found, Spread(float(np.std(between, ddof=1)), float(np.std(yearly, ddof=1)))
