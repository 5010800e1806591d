"""A run function that costs almost nothing but returns as many rows as a real run, to measure a sweep's overhead."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from alliance_sim.study import Task

RANDOM = np.random.default_rng(1)
"""Source of incompressible numbers."""


def simulate(task: Task) -> pa.Table:
    """Return random outcomes in the form of a run's results."""
    scenario = task.scenario
    rows = int(str(scenario["half_terms"])) + 1
    half_terms = np.tile(np.arange(rows, dtype=np.int32), len(task.seeds))
    index = {"seed": np.repeat(np.array(task.seeds, np.int64), rows), "half_term": half_terms}
    return pa.table(index | {str(name): RANDOM.random(len(half_terms)) for name in list(scenario["keep"])})  # type: ignore[call-overload]
