"""Sort requests by random priority without allocating arrays."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.state import Ints

_S32 = np.uint64(32)


@rule
def bucket_of(priority: np.uint64, buckets: int) -> np.int64:
    """Return the bucket of a priority among ``buckets`` equal ranges of 64-bit numbers."""
    return np.int64(((priority >> _S32) * np.uint64(buckets)) >> _S32)


@step
def bucket_argsort(priority: Ints, many: int, order: Ints, buckets: Ints) -> None:
    """Fill ``order`` with the indices that sort the first ``many`` priorities; equal ones keep their order.

    Priorities are spread evenly, so ``many`` buckets hold about one each. An insertion sort then finishes in time
    proportional to ``many``.

    Args:
        priority: random 64-bit numbers.
        many: how many of them to sort.
        order: output, at least ``many`` entries.
        buckets: buffer, at least ``many`` + 1 entries.
    """
    for bucket in range(many + 1):
        buckets[bucket] = 0
    for place in range(many):
        buckets[bucket_of(priority[place], many) + 1] += 1
    for bucket in range(many):
        buckets[bucket + 1] += buckets[bucket]
    for place in range(many):
        bucket = bucket_of(priority[place], many)
        order[buckets[bucket]] = place
        buckets[bucket] += 1
    for end in range(1, many):
        place, spot = order[end], end
        while spot > 0 and priority[order[spot - 1]] > priority[place]:
            order[spot] = order[spot - 1]
            spot -= 1
        order[spot] = place
