"""The coordinator brings together those who have something to give each other, lends credibility and mediates.

B15, B16, B18, A20. The coordinator commands nobody (D13).
"""

from __future__ import annotations

import math

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.hooks import modified_match, modified_noise
from alliance_sim.engine.indexing import USUAL_AREAS, Row, alliance_teachers, alliance_ties, in_range
from alliance_sim.engine.processes.practice_transfer import USEFUL, complementarity, complementarity_over
from alliance_sim.engine.processes.trust import COLLABORATION
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Coordinators, Floats, Ints, World

_EVENLY = math.sqrt(3.0)
"""A number spread evenly over ±√3 has standard deviation 1."""
NO_MATCH = -math.inf
"""What a pair promises that has nothing to offer."""

HEAPS_PER_PAIR = 2
"""Heaps a wanted pair, in which the coordinator looks for the best: more are slower, with fewer more pairs are left."""


@rule
def lent_trust(trust: float, credibility: float) -> float:
    """T + 0.3c(1 − T): a request that a credible coordinator brokers is met with more trust (B18)."""
    return trust + 0.3 * credibility * (1.0 - trust)


@rule
def credibility_after(credibility: float, honoured: bool) -> float:
    """C += 0.03(1 − c) when brokered help is honoured, c ·= 0.95 when it ends badly (B18)."""
    return credibility + 0.03 * (1.0 - credibility) if honoured else 0.95 * credibility


@rule
def promise(complement: float, noise: float, draw: float) -> float:
    """A pair's complementarity as the coordinator sees it: with noise of SD 0.3(1 − c), from a draw in [0, 1)."""
    return complement + noise * _EVENLY * (2.0 * draw - 1.0)


@rule
def strain_after(strain: float, brokered: int, capacity: int, rate: float) -> float:
    """Strain follows the share of capacity in use, as fatigue follows load."""
    return (1.0 - rate) * strain + (rate * brokered / capacity if capacity > 0 else 0.0)


@step
def present_credibility(coordinators: Coordinators, alliance: int) -> float:
    """The coordinator's credibility, 0 where the post is empty."""
    return np.float64(coordinators.credibility[alliance]) if coordinators.present[alliance] else 0.0


@step
def score_pairs(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, pairs: Ints, promises: Floats
) -> int:
    """Lay in ``pairs`` one tie of each pair in the alliance, in ``promises`` what they promise; returns how many.

    What they have to give each other first, for all, and how the coordinator sees it after: that is a third quicker.
    """
    many, areas = collect_pairs(world, alliance, pairs), world.teachers.practice.shape[1]
    if areas == USUAL_AREAS:
        compute_matches(world, settings, pairs, many, promises, USUAL_AREAS)
    else:
        compute_matches(world, settings, pairs, many, promises, areas)
    noise = modified_noise(
        world.modifiers, 0.3 * (1.0 - np.float64(world.coordinators.credibility[alliance])), alliance
    )
    ids, ties = world.teachers.id, world.ties
    for pair in range(many):
        tie = Row(pairs[pair])
        one, other = ids[ties.partner[ties.twin[tie]]], ids[ties.partner[tie]]
        draw = random_streams.uniform(seed, random_streams.BROKERS, half_term, min(one, other), max(one, other))
        promises[pair] = modified_match(world.modifiers, promise(promises[pair], noise, draw), tie)
    return many


@step
def compute_matches(world: World, settings: Settings, pairs: Ints, many: int, promises: Floats, areas: int) -> None:
    """What the two of each pair have to give each other; NO_MATCH where that is too little, and no joint work either."""
    ties = world.ties
    for pair in range(many):
        tie = Row(pairs[pair])
        to_learn, to_teach = complementarity_over(world.teachers.practice, ties.partner[ties.twin[tie]], ties.partner[tie], areas)
        complement = min(to_learn, to_teach)
        fruitful = (complement > USEFUL) | (settings.practice.jpd & (ties.level[tie] == COLLABORATION))
        promises[pair] = complement if fruitful else NO_MATCH


@step
def collect_pairs(world: World, alliance: int, pairs: Ints) -> int:
    """Lay in ``pairs`` one tie of each pair in the alliance, that of who stands first; returns how many."""
    ties, many = world.ties, Row(0)
    start, end = alliance_teachers(world, alliance)
    first, last = alliance_ties(world, start, end)
    for tie in range(first, last):
        pairs[many] = tie
        many += Row(
            in_range(ties.partner[tie], start, end) & (ties.twin[tie] > tie)
        )  # if not, the next is laid over it
    return np.int64(many)  # pyright: ignore[reportReturnType] (counts have a sign where rows have none)


@step
def score_threshold(promises: Floats, many: int, wanted: int, dealt: Floats) -> float:
    """A promise that at least as many of the pairs keep as are wanted, or all where there are fewer; and few more do.

    The pairs are dealt in turn into several heaps a wanted pair, as many as ``dealt`` has places. So many of the heaps'
    best promise at least what the last of the best of these does.
    """
    heap = 0
    dealt[:] = NO_MATCH
    for pair in range(many):
        dealt[heap] = max(dealt[heap], promises[pair])
        heap = heap + 1 if heap + 1 < dealt.size else 0
    enough = math.inf
    for heap in range(Row(dealt.size)):
        better = Row(0)  # counted, which for so few is quicker than to sort
        for other in range(Row(dealt.size)):
            better += Row(dealt[other] > dealt[heap])
        enough = min(enough, dealt[heap] if better < Row(wanted) else math.inf)
    return enough


@step
def choose_pairs(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, chosen: Ints, pairs: Ints,
    promises: Floats, dealt: Floats,
) -> int:  # fmt: skip
    """Fill ``chosen`` with the ties of the most promising pairs, best first, each the tie of who has most to learn.

    Returns how many: at most the coordinator's capacity, and no pair that has nothing to offer. ``pairs``, ``promises``
    and ``dealt`` are paper, for all of the alliance's pairs and for HEAPS_PER_PAIR times as many as are chosen.
    """
    coordinators, ties = world.coordinators, world.ties
    capacity = min(coordinators.capacity[alliance], chosen.size)
    if not coordinators.present[alliance] or capacity == 0:
        return 0
    many = score_pairs(world, settings, seed, half_term, alliance, pairs, promises)
    enough = score_threshold(promises, many, capacity, dealt[: HEAPS_PER_PAIR * capacity])
    found, least = 0, NO_MATCH
    for pair in range(many):
        if promises[pair] < enough or promises[pair] <= least:
            continue
        place = min(found, capacity - 1)
        while place > 0 and promises[chosen[place - 1]] < promises[pair]:
            chosen[place] = chosen[place - 1]
            place -= 1
        chosen[place] = pair
        found = min(found + 1, capacity)
        if found == capacity:
            least = promises[chosen[found - 1]]
    for place in range(found):
        tie = Row(pairs[chosen[place]])
        back = ties.twin[tie]
        to_learn, to_teach = complementarity(world.teachers.practice, ties.partner[back], ties.partner[tie])
        chosen[place] = tie if to_learn >= to_teach else back
    return found


@step
def update_credibility(coordinators: Coordinators, alliance: int, honoured: bool) -> None:
    """Credibility is built by help that turned out well, and only by that (B18)."""
    coordinators.credibility[alliance] = credibility_after(np.float64(coordinators.credibility[alliance]), honoured)


# Old names, until all packages use the new ones.
HEAPS = HEAPS_PER_PAIR
learn_from_brokerage = update_credibility
