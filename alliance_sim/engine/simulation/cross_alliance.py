"""Requests across the boundaries of alliances, answered in random order after the internal ones.

The result equals that of answering them one at a time. Requests that share no teacher are independent, so a request
can be answered once all earlier requests of its two teachers are. Its batch number is one more than the highest of
theirs. Requests of a batch are free of conflicts: threads may answer them in any order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alliance_sim.engine.compilation import loop
from alliance_sim.engine.indexing import Row
from alliance_sim.engine.processes import help_exchange, willingness
from alliance_sim.engine.processes.channels import OFFERED, OWN_CONTACT, SLOTS
from alliance_sim.engine.settings import Context
from alliance_sim.engine.simulation.requests import request_priority
from alliance_sim.engine.sorting import bucket_argsort
from alliance_sim.engine.state import Ints, World


class Across(NamedTuple):
    """Requests across boundaries in the order in which they are answered.

    Attributes:
        tie: the asker's tie.
        occasion: channel × 32 + slot.
        answer: outcome of the request; 0 until it is answered.
    """

    tie: Ints
    occasion: Ints
    answer: Ints

    def run(self, first: int, last: int) -> Across:
        """Return views of the requests from ``first`` to ``last`` - 1."""
        return Across(self.tie[first:last], self.occasion[first:last], self.answer[first:last])


@loop
def draw_order(world: World, context: Context) -> Across:
    """Return requests of teachers and offers of debtors across boundaries, in random order."""
    teachers, external_offers = world.teachers, world.external_offers
    contacts = teachers.asks.shape[1]
    total = 0
    for alliance in range(external_offers.count.size):
        total += external_offers.count[alliance]
    for teacher in range(teachers.id.size):
        for slot in range(contacts):
            total += teachers.asks[teacher, slot] >= teachers.external_tie_start[teacher]
    ties, occasions, place = np.empty(total, np.int32), np.empty(total, np.int16), 0
    for teacher in range(teachers.id.size):
        for slot in range(contacts):
            if teachers.asks[teacher, slot] >= teachers.external_tie_start[teacher]:
                ties[place] = teachers.asks[teacher, slot]
                occasions[place] = OWN_CONTACT * SLOTS + slot
                place += 1
    for alliance in range(external_offers.count.size):
        first = external_offers.offsets[alliance]
        for row in range(first, first + external_offers.count[alliance]):
            ties[place] = external_offers.tie[row]
            occasions[place] = OFFERED * SLOTS
            place += 1
    priority, order, buckets = np.empty(total, np.uint64), np.empty(total, np.int64), np.empty(total + 1, np.int64)
    for request in range(total):
        priority[request] = request_priority(world, context, ties[request], occasions[request])
    bucket_argsort(priority, total, order, buckets)
    return Across(ties[order], occasions[order], np.zeros(total, np.int8))


@loop
def conflict_free_batches(world: World, across: Across) -> tuple[Across, Ints]:
    """Return the requests sorted by batch, and the offsets of the batches (one extra entry)."""
    ties, many = world.ties, across.tie.size
    latest = np.zeros(world.teachers.id.size, np.int32)
    batch_of_requests = np.empty(many, np.int32)
    batches = 0
    for place in range(many):
        tie = across.tie[place]
        giver, asker = ties.partner[tie], ties.partner[ties.twin[tie]]
        batch_of_requests[place] = max(latest[giver], latest[asker]) + 1
        latest[giver] = batch_of_requests[place]
        latest[asker] = batch_of_requests[place]
        batches = max(batches, batch_of_requests[place])
    begins = np.zeros(batches + 1, np.int64)
    for number in batch_of_requests:
        begins[number] += 1
    begins = np.cumsum(begins)
    cursor, regrouped = begins.copy(), np.empty(many, np.int64)
    for place in range(many):
        regrouped[cursor[batch_of_requests[place] - 1]] = place
        cursor[batch_of_requests[place] - 1] += 1
    return Across(across.tie[regrouped], across.occasion[regrouped], across.answer[regrouped]), begins


@loop
def process_external_requests(world: World, context: Context, across: Across, first: int, last: int) -> None:
    """Answer requests ``first`` to ``last`` - 1 in order; no coordinator mediates across a boundary."""
    for place in range(first, last):
        tie, occasion = Row(across.tie[place]), across.occasion[place]
        granted = willingness.granted_level(world, context, tie, occasion, 0.0)
        across.answer[place] = help_exchange.resolve_request(world, context, tie, occasion, 0.0, granted)


@loop
def count_external_requests(world: World, across: Across) -> None:
    """Add the outcomes to the counters of the givers' schools."""
    for place in range(across.tie.size):
        help_exchange.count_result(world, across.tie[place], across.answer[place])


@loop
def answer_external_requests(world: World, context: Context) -> None:
    """Draw, answer and count the requests across boundaries on one thread."""
    across = draw_order(world, context)
    process_external_requests(world, context, across, 0, across.tie.size)
    count_external_requests(world, across)
