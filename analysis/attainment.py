"""Spread and persistence of schools' results, published and modelled.

``attainment.intake_sd`` and ``attainment.cohort_sd`` are calibrated to Key Stage 2 results in Surrey, 2017–2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from analysis.models import start_model


@dataclass(frozen=True)
class Spread:
    """Spread of schools' results.

    Attributes:
        between_schools: standard deviation between schools (pupil SD).
        year_to_year: correlation of one year's results with the next year's.
    """

    between_schools: float
    year_to_year: float


def measure_spread(results: pd.DataFrame) -> Spread:
    """Measure the spread of a table of schools (rows) by years (columns, in order)."""
    years = [results_of_year for _, results_of_year in results.items()]
    following = [one.corr(next_) for one, next_ in pairwise(years)]
    return Spread(float(np.sqrt(results.var().mean())), float(np.mean(following)))


def published_results(key_stage_2: Path) -> pd.DataFrame:
    """Read published results: schools (rows) by years (columns), in pupil SDs from the expected standard.

    Shares of pupils who reached the standard (``PTRWM_EXP``) are the source. Suppressed and missing shares are omitted.
    A share is converted to the mean of a normal distribution of pupils with
    the expected standard as its threshold.
    """
    table = pd.read_csv(key_stage_2, dtype=str)
    table = table.loc[table["RECTYPE"] == "1", :]
    percent = pd.Series(table["PTRWM_EXP"]).str.rstrip("%")
    share = pd.Series(pd.to_numeric(percent, errors="coerce")) / 100.0
    table = table.assign(mean=norm.ppf(share.clip(0.02, 0.98)))
    return table.pivot_table(index="URN", columns="academic_year", values="mean").sort_index(axis=1)


def on_the_scale_of_pupils(spread: Spread) -> Spread:
    """Convert to SDs of all pupils: within-school variance 1 plus variance between schools."""
    return Spread(spread.between_schools / float(np.sqrt(1.0 + spread.between_schools**2)), spread.year_to_year)


def published_spread(key_stage_2: Path) -> Spread:
    """Measure the spread of published results, in SDs of all pupils."""
    return on_the_scale_of_pupils(measure_spread(published_results(key_stage_2)))


def modelled_spread(
    seed: int, schools: int = 300, years: int = 3, changes: Mapping[str, float] | None = None
) -> Spread:
    """Simulate the baseline with some parameters changed, and measure the spread of its results."""
    model = start_model(seed, changes={"population.schools": schools, **(changes or {})}, record="school")
    model.run_for(years * HALF_TERMS_A_YEAR)
    results = model.outcomes_by_school.pivot_table(index="school", columns="half_term", values="attainment")
    return measure_spread(results.iloc[:, 1::HALF_TERMS_A_YEAR])
