"""Brokerage: the coordinator of an alliance brings complementary pairs of teachers together (B15, B16).

The coordinator lends credibility to brokered requests (B18) and mediates after broken promises (A20), but has no
authority over teachers (D13).
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
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Coordinators, Floats, Ints, World

_EVENLY = math.sqrt(3.0)
"""A uniform random number on ±√3 has standard deviation 1."""
NO_MATCH = -math.inf
"""Match score of a pair that has nothing to exchange."""

HEAPS_PER_PAIR = 2
"""Heaps per wanted pair in ``score_threshold``.

perf: more heaps take longer; with fewer, more pairs remain to be compared afterwards.
"""


@rule
def lent_trust(trust: float, credibility: float) -> float:
    """T + 0.3c(1 − T): trust in the asker of a brokered request rises with the coordinator's credibility c (B18)."""
    return trust + 0.3 * credibility * (1.0 - trust)


@rule
def credibility_after(credibility: float, honoured: bool) -> float:
    """C += 0.03(1 − c) after brokered help that was honoured, c ·= 0.95 after other brokered help (B18)."""
    return credibility + 0.03 * (1.0 - credibility) if honoured else 0.95 * credibility


@rule
def match(complement: float, expected: float, expected_back: float) -> float:
    """Complementarity·√(p̂_ij·p̂_ji): the match of a pair counts as far as both can be expected to help (B16, C31)."""
    return complement * math.sqrt(expected * expected_back)


@rule
def perceived_match(matched: float, noise: float, draw: float) -> float:
    """Match of a pair as the coordinator perceives it, with an error of SD 0.3(1 − c) from a draw in [0, 1).

    Args:
        matched: match of the pair, in units of practice.
        noise: standard deviation of the error.
        draw: uniform random number in [0, 1).
    """
    return matched + noise * _EVENLY * (2.0 * draw - 1.0)


@rule
def strain_after(strain: float, brokered: int, capacity: int, rate: float) -> float:
    """Strain ← (1 − φ)·strain + φ·brokered/capacity: strain follows the share of capacity in use."""
    return (1.0 - rate) * strain + (rate * brokered / capacity if capacity > 0 else 0.0)


@step
def present_credibility(coordinators: Coordinators, alliance: int) -> float:
    """Return the coordinator's credibility, 0 where the post is empty."""
    return np.float64(coordinators.credibility[alliance]) if coordinators.present[alliance] else 0.0


@step
def score_pairs(world: World, context: Context, alliance: int, expected: Floats, pairs: Ints, scores: Floats) -> int:
    """Fill ``pairs`` with one tie of each pair in the alliance and ``scores`` with their perceived match.

    perf: two loops, one for the match and one for its perception, are a third faster than one.

    Returns:
        The number of pairs.
    """
    pair_count, areas = collect_pairs(world, alliance, pairs), world.teachers.practice.shape[1]
    if areas == USUAL_AREAS:
        compute_matches(world, context.settings, pairs, pair_count, scores, USUAL_AREAS)
    else:
        compute_matches(world, context.settings, pairs, pair_count, scores, areas)
    begin, _ = alliance_ties(world, *alliance_teachers(world, alliance))
    for pair in range(pair_count):
        tie = Row(pairs[pair])
        ones, others = expected[tie - begin], expected[Row(world.ties.twin[tie]) - begin]
        scores[pair] = match(scores[pair], ones, others)
    noise = modified_noise(
        world.modifiers, 0.3 * (1.0 - np.float64(world.coordinators.credibility[alliance])), alliance
    )
    ids, ties = world.teachers.id, world.ties
    for pair in range(pair_count):
        tie = Row(pairs[pair])
        one, other = ids[ties.partner[ties.twin[tie]]], ids[ties.partner[tie]]
        draw = random_streams.uniform(
            context.seed, random_streams.BROKERS, context.half_term, min(one, other), max(one, other)
        )
        scores[pair] = modified_match(world.modifiers, perceived_match(scores[pair], noise, draw), tie)
    return pair_count


@step
def compute_matches(world: World, settings: Settings, pairs: Ints, pair_count: int, scores: Floats, areas: int) -> None:
    """Fill ``scores`` with the complementarity of each pair; NO_MATCH where neither help nor joint work is useful."""
    ties = world.ties
    for pair in range(pair_count):
        tie = Row(pairs[pair])
        to_learn, to_teach = complementarity_over(
            world.teachers.practice, ties.partner[ties.twin[tie]], ties.partner[tie], areas
        )
        complement = min(to_learn, to_teach)
        useful = (complement > USEFUL) | (settings.practice.jpd & (ties.level[tie] == COLLABORATION))
        scores[pair] = complement if useful else NO_MATCH


@step
def collect_pairs(world: World, alliance: int, pairs: Ints) -> int:
    """Fill ``pairs`` with one tie of each pair in the alliance, that of the lower row, and return their number."""
    ties, pair_count = world.ties, Row(0)
    start, end = alliance_teachers(world, alliance)
    first, last = alliance_ties(world, start, end)
    for tie in range(first, last):
        pairs[pair_count] = tie
        pair_count += Row(
            in_range(ties.partner[tie], start, end) & (ties.twin[tie] > tie)
        )  # perf: a tie that does not count is overwritten by the next, which saves a branch
    return np.int64(pair_count)  # pyright: ignore[reportReturnType] (a count is signed, rows are not)


@step
def score_threshold(scores: Floats, pair_count: int, wanted: int, heap_maxima: Floats) -> float:
    """Return a threshold that at least ``wanted`` scores reach (or all, where there are fewer), and few more.

    The scores are distributed in turn over the heaps. The threshold is the maximum of the heap that ranks in place
    ``wanted``: at least that many heaps, and so scores, reach it.

    Args:
        scores: match scores of the pairs.
        pair_count: number of pairs.
        wanted: number of pairs wanted.
        heap_maxima: buffer with one entry per heap.
    """
    heap = 0
    heap_maxima[:] = NO_MATCH
    for pair in range(pair_count):
        heap_maxima[heap] = max(heap_maxima[heap], scores[pair])
        heap = heap + 1 if heap + 1 < heap_maxima.size else 0
    threshold = math.inf
    for heap in range(Row(heap_maxima.size)):
        better = Row(0)  # perf: for so few heaps, counting is faster than sorting
        for other in range(Row(heap_maxima.size)):
            better += Row(heap_maxima[other] > heap_maxima[heap])
        threshold = min(threshold, heap_maxima[heap] if better < Row(wanted) else math.inf)
    return threshold


@step
def choose_pairs(
    world: World, context: Context, alliance: int, expected: Floats, chosen: Ints, pairs: Ints, scores: Floats,
    heap_maxima: Floats,
) -> int:  # fmt: skip
    """Fill ``chosen`` with the ties of the best-matched pairs, best first.

    The tie of a pair is that of the partner who has more to learn.

    Args:
        world: the columns.
        context: the parameters, the internal seed and the half-term.
        alliance: row of the alliance.
        expected: p̂, the expected answer on each tie of the alliance.
        chosen: output, as long as the largest capacity.
        pairs: buffer for all pairs of the alliance.
        scores: buffer for all pairs of the alliance.
        heap_maxima: buffer for HEAPS_PER_PAIR times as many entries as ``chosen``.

    Returns:
        The number of ties: at most the coordinator's capacity, without pairs that have nothing to exchange.
    """
    coordinators, ties = world.coordinators, world.ties
    capacity = min(coordinators.capacity[alliance], chosen.size)
    if not coordinators.present[alliance] or capacity == 0:
        return 0
    pair_count = score_pairs(world, context, alliance, expected, pairs, scores)
    threshold = score_threshold(scores, pair_count, capacity, heap_maxima[: HEAPS_PER_PAIR * capacity])
    found, least = 0, NO_MATCH
    for pair in range(pair_count):
        if scores[pair] < threshold or scores[pair] <= least:
            continue
        place = min(found, capacity - 1)
        while place > 0 and scores[chosen[place - 1]] < scores[pair]:
            chosen[place] = chosen[place - 1]
            place -= 1
        chosen[place] = pair
        found = min(found + 1, capacity)
        if found == capacity:
            least = scores[chosen[found - 1]]
    for place in range(found):
        tie = Row(pairs[chosen[place]])
        back = ties.twin[tie]
        to_learn, to_teach = complementarity(world.teachers.practice, ties.partner[back], ties.partner[tie])
        chosen[place] = tie if to_learn >= to_teach else back
    return found


@step
def update_credibility(coordinators: Coordinators, alliance: int, honoured: bool) -> None:
    """Update the coordinator's credibility after a brokered act of help (B18)."""
    coordinators.credibility[alliance] = credibility_after(np.float64(coordinators.credibility[alliance]), honoured)
