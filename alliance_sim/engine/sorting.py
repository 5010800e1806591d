"""Drawing lots: putting requests in the order of their lots, without making arrays."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.state import Ints

_S32 = np.uint64(32)


@rule
def box_of(lot: np.uint64, buckets: int) -> np.int64:
    """Which of so many equal boxes, from the lowest lots to the highest, a lot falls into."""
    return np.int64(((lot >> _S32) * np.uint64(buckets)) >> _S32)


@step
def bucket_argsort(lots: Ints, many: int, order: Ints, buckets: Ints) -> None:
    """Fill ``order`` with the places of the first ``many`` lots, lowest lot first.

    Lots are spread evenly, so dealing them into as many boxes leaves about one in each, and straightening out the
    neighbours finishes the sorting in time proportional to ``many``. ``buckets`` needs one entry more than ``many``.
    """
    for box in range(many + 1):
        buckets[box] = 0
    for place in range(many):
        buckets[box_of(lots[place], many) + 1] += 1
    for box in range(many):
        buckets[box + 1] += buckets[box]
    for place in range(many):
        box = box_of(lots[place], many)
        order[buckets[box]] = place
        buckets[box] += 1
    for end in range(1, many):
        place, spot = order[end], end
        while spot > 0 and lots[order[spot - 1]] > lots[place]:
            order[spot] = order[spot - 1]
            spot -= 1
        order[spot] = place
