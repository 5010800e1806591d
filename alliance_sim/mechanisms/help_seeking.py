"""Seeking help: who feels the need, and whom they turn to (B1, B26, C22, C27)."""

from __future__ import annotations

import math

import numpy as np

from alliance_sim.compilation import rule, step
from alliance_sim.mechanisms.practice_transfer import USEFUL, largest_gap
from alliance_sim.mechanisms.trust_building import COLLABORATION
from alliance_sim.rows import Row, ties_of
from alliance_sim.settings import Settings
from alliance_sim.state import Floats, World

CURIOSITY = 0.1
"""Weight of a partner from whom nothing is to be learned just now (MODEL 4, partner choice)."""


@rule
def need(base: float, added: float, competition: float, rank: float, tiredness: float, funding: float) -> float:
    """N = (n0 + n1·C·rank)·e^(−b_f[f−1]₊)·(0.4 + 1.2Φ), at most 1: the low ranked need most, the tired ask least (B1).

    ``tiredness`` is b_f[f − 1]₊.
    """
    return min(1.0, (base + added * competition * rank) * math.exp(-tiredness) * (0.4 + 1.2 * funding))


@rule
def tiredness(weight: float, fatigue: float) -> float:
    """b_f[f − 1]₊: fatigue up to capacity costs nothing (A18)."""
    return weight * max(0.0, fatigue - 1.0)


@rule
def appeal(openness: float, loyalty: float, trust: float, gap: float) -> float:
    """w·exp(νT)·(gap + 0.1): people turn to those they trust and can learn from (B26); ω beyond the alliance (C27)."""
    return openness * math.exp(loyalty * trust) * (gap + CURIOSITY)


@step
def could_help(world: World, settings: Settings, teacher: int, tie: int) -> bool:
    """Whether a request on this tie could be useful: who has nothing left to offer is not asked (C22)."""
    if settings.practice.jpd and world.ties.level[tie] == COLLABORATION:
        return True
    return largest_gap(world.teachers.practice, teacher, world.ties.partner[tie])[1] > USEFUL


@step
def weigh_partners(world: World, settings: Settings, teacher: int, appeals: Floats) -> float:
    """Fill ``appeals`` with the running sum of the teacher's ties' appeal; returns the total."""
    teachers, ties = world.teachers, world.ties
    first, outside, last = ties_of(world, teacher)
    total = 0.0
    for tie in range(first, last):
        _, gap = largest_gap(teachers.practice, teacher, ties.partner[tie])
        openness = 1.0 if tie < outside else settings.policy.porosity
        total += appeal(openness, settings.help.loyalty, np.float64(ties.trust[tie]), gap)
        appeals[tie - first] = total
    return total


@step
def chosen_tie(world: World, appeals: Floats, total: float, teacher: int, draw: float) -> int:
    """The tie on which a draw in [0, 1) falls when each has a share of the line as long as its appeal."""
    first, _, last = ties_of(world, teacher)
    passed = Row(0)
    for tie in range(first, last):
        passed += Row(draw * total >= appeals[tie - first])
    return min(first + passed, last - Row(1))


@step
def need_of(world: World, settings: Settings, teacher: int) -> float:
    """A teacher's need, from the columns."""
    tired = tiredness(settings.fatigue.weight, np.float64(world.teachers.fatigue[teacher]))
    rank = np.float64(world.schools.rank[world.teachers.school[teacher]])
    return need(
        settings.help.base_need,
        settings.help.competition_need,
        settings.policy.competition,
        rank,
        tired,
        settings.policy.funding,
    )
