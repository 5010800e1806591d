"""A run function that costs nothing, with as many rows as a real one, to see what a sweep adds to a run."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from alliance_sim.study import Task

RANDOM = np.random.default_rng(1)
"""Numbers that no compression can help with."""


def live(task: Task) -> pa.Table:
    """Invented outcomes."""
    told = task.scenario
    rows = int(str(told["half_terms"])) + 1
    half_terms = np.tile(np.arange(rows, dtype=np.int32), len(task.seeds))
    index = {"seed": np.repeat(np.array(task.seeds, np.int64), rows), "half_term": half_terms}
    return pa.table(index | {str(name): RANDOM.random(len(half_terms)) for name in list(told["keep"])})  # type: ignore[call-overload]
