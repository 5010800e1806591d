"""Runs of two shipped configs under 400 seeds each, which are taken as the truth."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.declarations.outcomes import NAMES

STUDY = Path(__file__).with_name("real_runs.toml")
FILE = Path(__file__).with_name("runs.parquet")


class Population(NamedTuple):
    """The outcomes at the end of all runs of both configs, shape (outcomes, seeds); NaN where undefined."""

    first: np.ndarray
    second: np.ndarray


def population() -> Population:
    """Return the stored runs."""
    frame = pd.read_parquet(FILE)
    first, second = (part[list(NAMES)].to_numpy(np.float64).T for _, part in frame.groupby("variant", sort=False))
    return Population(first, second)
