"""Whether a half-term still costs what it did: its CPU time beside that of a kernel that never changes.

    python -m benchmarks.guard

Both are timed by turns in one process, so a slow or busy machine slows both; of many turns the quickest counts. The
kernel does what a half-term does most: hash, look up what lies near and far, and a little arithmetic.
"""

from __future__ import annotations

import time

import numpy as np
from numba import njit
from numpy.typing import NDArray

from alliance_sim import AllianceModel
from benchmarks.speed import scenario_of

USUAL = 2.3
"""Half-terms of 20,000 teachers cost about this many kernels (measured when the guard was set)."""
LIMIT = 1.35
"""Times the usual ratio that are let pass: a half-term that costs a third more wants a reason."""
TEACHERS, TIES, TURNS = 20_000, 170_000, 12
type Ints = NDArray[np.uint32]
type Floats = NDArray[np.float32]


@njit(cache=True)
def kernel(near: Ints, far: Ints, values: Floats) -> float:
    """Three hashes and two look-ups a tie."""
    total = 0.0
    for tie in range(near.size):
        word = np.uint64(tie)
        for _ in range(3):
            word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            word = word ^ (word >> np.uint64(31))
        luck = np.float64(word >> np.uint64(11)) * 2.0**-53
        if luck < values[near[tie]]:
            total += values[far[tie]]
        else:
            total += np.exp(-luck)
    return total


def ratio() -> float:
    """CPU of a half-term over that of the kernel, the quickest of each."""
    lot = np.random.default_rng(1)
    near = (np.arange(TIES) // 8 + lot.integers(0, 120, TIES)).clip(0, TEACHERS - 1).astype(np.uint32)
    far, values = lot.integers(0, TEACHERS, TIES).astype(np.uint32), lot.random(TEACHERS).astype(np.float32)
    model = AllianceModel(scenario_of("baseline", TEACHERS), rng=1, record="system")
    model.threads = 1
    model.run_for(2)
    kernel(near, far, values)
    ours, its = [], []
    for _ in range(TURNS):
        before = time.thread_time()
        kernel(near, far, values)
        between = time.thread_time()
        model.step()
        its.append(between - before)
        ours.append(time.thread_time() - between)
    return min(ours) / min(its)


def held(tries: int = 4) -> tuple[bool, float]:
    """Whether the ratio is within the limit, and the lowest that was seen; a bad try is tried again."""
    lowest = np.inf
    for _ in range(tries):
        lowest = min(lowest, ratio())
        if lowest <= USUAL * LIMIT:
            return True, float(lowest)
    return False, float(lowest)


if __name__ == "__main__":
    fine, found = held()
    print(f"a half-term costs {found:.2f} kernels, usually {USUAL}: {'fine' if fine else 'SLOWER than it was'}")
    raise SystemExit(not fine)
