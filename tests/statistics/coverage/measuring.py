"""Measure cases by name; importing this module registers all of them."""

from __future__ import annotations

import numpy as np

from tests.statistics.coverage import (  # noqa: F401 — they register cases
    designs,
    families,
    means,
    plans,
    product,
    real_runs,
    sensitivity,
)
from tests.statistics.coverage.cases import CASES, Measured
from tests.statistics.coverage.data import SETTINGS


def measure(name: str) -> list[Measured]:
    """Measure one case, with random numbers of its own."""
    seed = np.random.SeedSequence([SETTINGS["run"]["seed"], *name.encode()])
    return list(CASES[name](np.random.default_rng(seed)))
