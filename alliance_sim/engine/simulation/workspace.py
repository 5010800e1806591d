"""Buffers of the phases of a half-term."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alliance_sim.engine.compilation import loop
from alliance_sim.engine.processes import (
    brokerage,
)
from alliance_sim.engine.state import Floats, Ints, World

MOST_COLLEAGUES = 8
"""The largest value of ``home.colleagues``."""


class Workspace(NamedTuple):
    """Buffers for one alliance's half-term, reused for the next alliance and written before they are read.

    Attributes:
        staff_trust, staff_level: sums by ordered pair of schools; the last entry collects ties across the boundary.
        partner_weight, expected: trust weight and expected answer of each tie of the alliance.
        gaps, appeals: usable gap and cumulative appeal of each partner of one teacher, colleagues at home first.
        brokered_pairs: ties on which brokered requests are made.
        tie_buffer: ties selected by a process.
        match_scores: match score of each candidate pair.
        heap_maxima: largest scores of each heap (``brokerage``).
        tie, occasion: the request queue: tie of the asker, and channel × 32 + slot.
        priority, order, buckets: random priority of each request, and buffers of its sort.
        granted: level granted to each request, 0 for a refusal.
        seen: whether a pair has already had a request answered in this half-term.
    """

    staff_trust: Floats
    staff_level: Floats
    partner_weight: Floats
    expected: Floats
    gaps: Floats
    appeals: Floats
    brokered_pairs: Ints
    tie_buffer: Ints
    match_scores: Floats
    heap_maxima: Floats
    tie: Ints
    occasion: Ints
    priority: Ints
    order: Ints
    buckets: Ints
    granted: Ints
    seen: Ints


@loop
def allocate_workspace(world: World, first: int, last: int) -> Workspace:
    """Return buffers large enough for any alliance from ``first`` to ``last`` - 1."""
    alliances, schools, teachers = world.alliances, world.schools, world.teachers
    members, requests, most_held, most_brokered = 0, 0, 0, 0
    for alliance in range(first, last):
        start, end = alliances.school_offsets[alliance], alliances.school_offsets[alliance + 1]
        staff, after = schools.teacher_offsets[start], schools.teacher_offsets[end]
        ties = teachers.tie_offsets[after] - teachers.tie_offsets[staff]
        most_held = max(most_held, ties)
        capacity = world.coordinators.capacity[alliance]
        members = max(members, end - start)
        requests = max(requests, (after - staff) * (teachers.asks.shape[1] + 1) + ties + capacity)
        most_brokered = max(most_brokered, capacity)
    pairs = members * members + 1
    return Workspace(
        np.empty(pairs),
        np.empty(pairs),
        np.empty(most_held),
        np.empty(most_held),
        np.empty(most_held + MOST_COLLEAGUES),
        np.empty(most_held + MOST_COLLEAGUES),
        np.empty(most_brokered, np.int64),
        np.empty(most_held, np.int64),
        np.empty(most_held),
        np.empty(brokerage.HEAPS_PER_PAIR * most_brokered),
        np.empty(requests, np.int64),
        np.empty(requests, np.int64),
        np.empty(requests, np.uint64),
        np.empty(requests, np.int64),
        np.empty(requests + 1, np.int64),
        np.empty(requests, np.int8),
        np.empty(most_held, np.bool_),
    )
