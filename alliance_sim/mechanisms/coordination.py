"""The coordinator brings together those who have something to give each other, lends credibility and mediates.

B15, B16, B18, A20. The coordinator commands nobody (D13).
"""

from __future__ import annotations

import math

import numpy as np

from alliance_sim import chance
from alliance_sim.chance import Seed
from alliance_sim.compilation import rule, step
from alliance_sim.mechanisms.practice_transfer import USEFUL, complementarity
from alliance_sim.mechanisms.trust_building import COLLABORATION
from alliance_sim.rows import staff_of, ties_of
from alliance_sim.settings import Settings
from alliance_sim.state import Coordinators, Floats, Ints, World

_EVENLY = math.sqrt(3.0)
"""A number spread evenly over ±√3 has standard deviation 1."""


@rule
def lent_trust(trust: float, credibility: float) -> float:
    """T + 0.3c(1 − T): a request that a credible coordinator brokers is met with more trust (B18)."""
    return trust + 0.3 * credibility * (1.0 - trust)


@rule
def credibility_after(credibility: float, honoured: bool) -> float:
    """C += 0.03(1 − c) when brokered help is honoured, c ·= 0.95 when it ends badly (B18)."""
    return credibility + 0.03 * (1.0 - credibility) if honoured else 0.95 * credibility


@rule
def promise(complement: float, credibility: float, draw: float) -> float:
    """A pair's complementarity as the coordinator sees it: with noise of SD 0.3(1 − c) from a draw in [0, 1)."""
    return complement + 0.3 * (1.0 - credibility) * _EVENLY * (2.0 * draw - 1.0)


@rule
def strain_after(strain: float, brokered: int, capacity: int, rate: float) -> float:
    """Strain follows the share of capacity in use, as fatigue follows load."""
    return (1.0 - rate) * strain + (rate * brokered / capacity if capacity > 0 else 0.0)


@step
def present_credibility(coordinators: Coordinators, alliance: int) -> float:
    """The coordinator's credibility, 0 where the post is empty."""
    return np.float64(coordinators.credibility[alliance]) if coordinators.present[alliance] else 0.0


@step
def choose_pairs(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, chosen: Ints, promises: Floats
) -> int:
    """Fill ``chosen`` with the ties of the most promising pairs, best first, each the tie of who has most to learn.

    Returns how many: at most the coordinator's capacity, and no pair that has nothing to offer.
    """
    coordinators, teachers, ties = world.coordinators, world.teachers, world.ties
    capacity = min(coordinators.capacity[alliance], chosen.size)
    if not coordinators.present[alliance] or capacity == 0:
        return 0
    credibility = np.float64(coordinators.credibility[alliance])
    most_noise, found = promise(0.0, credibility, 1.0), 0
    first, last = staff_of(world, alliance)
    for teacher in range(first, last):
        own_id = teachers.id[teacher]
        mine, outside, _ = ties_of(world, teacher)
        for tie in range(mine, outside):
            if ties.twin[tie] < tie:
                continue  # each pair is looked at once
            other = ties.partner[tie]
            to_learn, to_teach = complementarity(teachers.practice, teacher, other)
            complement = min(to_learn, to_teach)
            if found == capacity and complement + most_noise <= promises[found - 1]:
                continue  # not even luck could put it among them (asked first, for that is so of nearly all)
            if complement <= USEFUL and not (settings.practice.jpd and ties.level[tie] == COLLABORATION):
                continue
            ids = min(own_id, teachers.id[other]), max(own_id, teachers.id[other])
            draw = chance.uniform(seed, chance.BROKERS, half_term, ids[0], ids[1])
            seen = promise(complement, credibility, draw)
            if found == capacity and seen <= promises[found - 1]:
                continue
            place = found if found < capacity else found - 1
            while place > 0 and promises[place - 1] < seen:
                promises[place] = promises[place - 1]
                chosen[place] = chosen[place - 1]
                place -= 1
            promises[place] = seen
            chosen[place] = tie if to_learn >= to_teach else ties.twin[tie]
            found = min(found + 1, capacity)
    return found


@step
def learn_from_brokerage(coordinators: Coordinators, alliance: int, honoured: bool) -> None:
    """Credibility is built by help that turned out well, and only by that (B18)."""
    coordinators.credibility[alliance] = credibility_after(np.float64(coordinators.credibility[alliance]), honoured)
