"""Check that a half-term has not become slower, relative to a fixed kernel.

    python -m benchmarks.guard

Both are timed alternately in one process, so a slow or busy machine slows both; the fastest of many turns counts. The
kernel does what dominates a half-term: hashes, look-ups in near and far rows, and some arithmetic.
"""

from __future__ import annotations

import time

import numpy as np
from numba import njit
from numpy.typing import NDArray

from alliance_sim import AllianceModel
from benchmarks.speed import scenario_of

USUAL = 3.8
"""Cost of a half-term of 20,000 teachers in kernels: 2.3 with version 1 of the model, and two thirds more, which help
at home may add. Version 2 took 4.2 when this was set."""
LIMIT = 1.35
"""Largest accepted multiple of the usual ratio."""
TEACHERS, TIES, TURNS = 20_000, 170_000, 12
type Ints = NDArray[np.uint32]
type Floats = NDArray[np.float32]


@njit(cache=True)
def kernel(near: Ints, far: Ints, values: Floats) -> float:
    """Compute three hashes and two look-ups per tie."""
    total = 0.0
    for tie in range(near.size):
        word = np.uint64(tie)
        for _ in range(3):
            word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            word = word ^ (word >> np.uint64(31))
        uniform = np.float64(word >> np.uint64(11)) * 2.0**-53
        if uniform < values[near[tie]]:
            total += values[far[tie]]
        else:
            total += np.exp(-uniform)
    return total


def ratio() -> float:
    """Return the CPU time of a half-term over that of the kernel, the fastest of each."""
    rng = np.random.default_rng(1)
    near = (np.arange(TIES) // 8 + rng.integers(0, 120, TIES)).clip(0, TEACHERS - 1).astype(np.uint32)
    far, values = rng.integers(0, TEACHERS, TIES).astype(np.uint32), rng.random(TEACHERS).astype(np.float32)
    model = AllianceModel(scenario_of("baseline", TEACHERS), rng=1, record="system")
    model.threads = 1
    model.run_for(2)
    kernel(near, far, values)
    half_terms, kernels = [], []
    for _ in range(TURNS):
        before = time.thread_time()
        kernel(near, far, values)
        between = time.thread_time()
        model.step()
        kernels.append(between - before)
        half_terms.append(time.thread_time() - between)
    return min(half_terms) / min(kernels)


def within_limit(tries: int = 4) -> tuple[bool, float]:
    """Return whether the ratio is within the limit, and the lowest ratio; a try over the limit is repeated."""
    lowest = np.inf
    for _ in range(tries):
        lowest = min(lowest, ratio())
        if lowest <= USUAL * LIMIT:
            return True, float(lowest)
    return False, float(lowest)


if __name__ == "__main__":
    fine, found = within_limit()
    print(f"a half-term costs {found:.2f} kernels, usually {USUAL}: {'as before' if fine else 'SLOWER than before'}")
    raise SystemExit(not fine)
