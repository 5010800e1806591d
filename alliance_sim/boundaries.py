"""Requests across alliances' boundaries, answered after those inside, in an order drawn alike.

The outcome is that of answering them one after another in that order. Two requests that share no teacher do not touch
each other, so each may be answered as soon as all earlier ones that share its teachers are: its wave is one more than
the latest of theirs. Within a wave, threads may take requests in any order and not a byte changes.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.chance import Seed
from alliance_sim.compilation import loop
from alliance_sim.half_term import lot_of
from alliance_sim.lots import put_in_order
from alliance_sim.mechanisms import answering
from alliance_sim.rows import Row
from alliance_sim.settings import Settings
from alliance_sim.state import Ints, World


@loop
def draw_order(world: World, seed: Seed, half_term: int) -> Ints:
    """The noted requests (rows of ``crossings``) in the order in which they are to be answered."""
    crossings = world.crossings
    total = 0
    for alliance in range(crossings.noted.size):
        total += crossings.noted[alliance]
    rows, lots, place = np.empty(total, np.int64), np.empty(total, np.uint64), 0
    for alliance in range(crossings.noted.size):
        first = crossings.first[alliance]
        for row in range(first, first + crossings.noted[alliance]):
            rows[place] = row
            lots[place] = lot_of(world, seed, half_term, crossings.tie[row], crossings.occasion[row])
            place += 1
    order, boxes = np.empty(total, np.int64), np.empty(total + 1, np.int64)
    put_in_order(lots, total, order, boxes)
    return rows[order]


@loop
def sort_into_waves(world: World, order: Ints) -> tuple[Ints, Ints]:
    """The order, regrouped wave by wave, and where each wave begins (one entry more)."""
    ties = world.ties
    latest = np.zeros(world.teachers.id.size, np.int32)
    wave = np.empty(order.size, np.int32)
    waves = 0
    for place, row in enumerate(order):
        tie = world.crossings.tie[row]
        giver, asker = ties.partner[tie], ties.partner[ties.twin[tie]]
        wave[place] = max(latest[giver], latest[asker]) + 1
        latest[giver] = wave[place]
        latest[asker] = wave[place]
        waves = max(waves, wave[place])
    begins = np.zeros(waves + 1, np.int64)
    for number in wave:
        begins[number] += 1
    begins = np.cumsum(begins)
    cursor, regrouped = begins.copy(), np.empty(order.size, np.int64)
    for place, row in enumerate(order):
        regrouped[cursor[wave[place] - 1]] = row
        cursor[wave[place] - 1] += 1
    return regrouped, begins


@loop
def answer_across(
    world: World, settings: Settings, seed: Seed, half_term: int, order: Ints, first: int, last: int
) -> None:
    """Answer these requests, in this order. No coordinator is shared across a boundary."""
    crossings = world.crossings
    for place in range(first, last):
        row = order[place]
        tie, occasion = Row(crossings.tie[row]), crossings.occasion[row]
        granted = answering.is_granted(world, settings, seed, half_term, tie, occasion, 0.0)
        ended = answering.answer(world, settings, seed, half_term, tie, occasion, 0.0, granted)
        crossings.answer[row] = ended


@loop
def tally_across(world: World, order: Ints) -> None:
    """Count the answers for the schools that gave them."""
    for row in order:
        answering.tally(world, world.crossings.tie[row], world.crossings.answer[row])
