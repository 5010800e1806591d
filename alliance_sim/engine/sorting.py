"""Sort requests by random priority, and rows by a value.

# perf: NumPy's sorts, compiled by Numba, take longer to compile than a phase of a half-term.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.state import Floats, Ints

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


@step
def sort_rows(values: Floats, rows: Ints, other_values: Floats, other_rows: Ints) -> None:
    """Sort ``values``, and reorder ``rows`` with them; equal values keep their order.

    A merge sort from the bottom up: runs of doubling length are merged into the buffers and copied back.

    Args:
        values: the values, none of them NaN, sorted in place.
        rows: a number for each value, usually its row.
        other_values: a buffer of the size of ``values``.
        other_rows: a buffer of the size of ``rows``.
    """
    many, length = values.size, 1
    while length < many:
        for start in range(0, many, 2 * length):
            middle, end = min(start + length, many), min(start + 2 * length, many)
            left, right = start, middle
            for place in range(start, end):
                if right == end or (left < middle and values[left] <= values[right]):
                    other_values[place], other_rows[place] = values[left], rows[left]
                    left += 1
                else:
                    other_values[place], other_rows[place] = values[right], rows[right]
                    right += 1
        for place in range(many):
            values[place], rows[place] = other_values[place], other_rows[place]
        length *= 2
