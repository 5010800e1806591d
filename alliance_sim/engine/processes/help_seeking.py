"""Seeking help: who feels the need, and whom they turn to (B1, B26, C22, C27)."""

from __future__ import annotations

import math

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.hooks import is_internal, modified_need, perceived_gap, protected_time
from alliance_sim.engine.indexing import USUAL_AREAS, Row, alliance_ties, ties_of
from alliance_sim.engine.processes.practice_transfer import USEFUL, largest_gap_over
from alliance_sim.engine.processes.trust import COLLABORATION
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, World

CURIOSITY = 0.1
"""Weight of a partner from whom nothing is to be learned just now (MODEL 4, partner choice)."""


@rule
def need(base: float, added: float, competition: float, rank: float, tiredness: float, funding: float) -> float:
    """N = (n0 + n1·C·rank)·e^(−b_f[f−1]₊)·(0.4 + 1.2Φ), at most 1: the low ranked need most, the tired ask least (B1).

    ``tiredness`` is b_f[f − 1]₊.
    """
    rested = math.exp(-tiredness) if tiredness > 0.0 else 1.0  # most are, and exp is slow
    return min(1.0, (base + added * competition * rank) * rested * (0.4 + 1.2 * funding))


@rule
def tiredness(weight: float, fatigue: float) -> float:
    """b_f[f − 1]₊: fatigue up to capacity costs nothing (A18)."""
    return weight * max(0.0, fatigue - 1.0)


@rule
def fondness(loyalty: float, trust: float) -> float:
    """exp(νT), from the series of exp(νT/256) squared eight times: to 13 digits for νT up to 10, as far as it goes.

    Plain arithmetic, which processors do for several ties at once; the library's exp took three times as long.
    """
    x = loyalty * trust * (1 / 256)
    power = 1.0 + x * (1.0 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040)))))))
    for _ in range(8):
        power *= power
    return power


@rule
def appeal(openness: float, fondness: float, gap: float) -> float:
    """w·exp(νT)·(gap + 0.1): people turn to those they trust and can learn from (B26); ω beyond the alliance (C27)."""
    return openness * fondness * (gap + CURIOSITY)


@step
def partner_weights(world: World, settings: Settings, start: int, end: int, felt: Floats) -> None:
    """Fill ``felt`` with the fondness of these teachers for the partners of their ties, in the order of the ties."""
    first, last = alliance_ties(world, start, end)
    for tie in range(first, last):
        felt[tie - first] = fondness(settings.help.loyalty, np.float64(world.ties.trust[tie]))


@step
def can_help(world: World, settings: Settings, tie: int, gap: float) -> bool:
    """Whether a request on this tie could be useful: who has nothing left to offer is not asked (C22)."""
    return (gap > USEFUL) | (settings.practice.jpd & (world.ties.level[tie] == COLLABORATION))


@step
def weigh_partners(
    world: World, settings: Settings, teacher: int, felt: Floats, gaps: Floats, appeals: Floats
) -> float:
    """Fill ``gaps`` for a teacher's ties, and ``appeals`` with the running sum of their appeal; returns the total.

    ``felt`` is the fondness of these ties.
    """
    areas = world.teachers.practice.shape[1]
    if areas == USUAL_AREAS:
        return weigh_partners_over(world, settings, teacher, felt, gaps, appeals, USUAL_AREAS)
    return weigh_partners_over(world, settings, teacher, felt, gaps, appeals, areas)


@step
def weigh_partners_over(
    world: World, settings: Settings, teacher: int, felt: Floats, gaps: Floats, appeals: Floats, areas: int
) -> float:  # fmt: skip
    """The same, told the number of areas."""
    teachers, ties = world.teachers, world.ties
    first, outside, last = ties_of(world, teacher)
    total = 0.0
    for tie in range(first, last):
        _, gap = largest_gap_over(teachers.practice, teacher, ties.partner[tie], areas)
        openness = 1.0 if is_internal(world.modifiers, tie < outside, tie) else settings.policy.porosity
        total += appeal(openness, felt[tie - first], perceived_gap(world.modifiers, gap, tie))
        gaps[tie - first] = gap
        appeals[tie - first] = total
    return total


@step
def select_tie(world: World, appeals: Floats, total: float, teacher: int, draw: float) -> int:
    """The tie on which a draw in [0, 1) falls when each has a share of the line as long as its appeal."""
    first, _, last = ties_of(world, teacher)
    passed = Row(0)
    for tie in range(first, last):
        passed += Row(draw * total >= appeals[tie - first])
    return min(first + passed, last - Row(1))


@step
def teacher_need(world: World, settings: Settings, teacher: int) -> float:
    """A teacher's need, from the columns."""
    tired = tiredness(settings.fatigue.weight, np.float64(world.teachers.fatigue[teacher]))
    school = world.teachers.school[teacher]
    felt = need(
        settings.help.base_need,
        settings.help.competition_need,
        settings.policy.competition,
        np.float64(world.schools.rank[school]),
        tired,
        protected_time(world.modifiers, settings.policy.funding, school),
    )
    return modified_need(world.modifiers, felt, teacher)


# Old names, until all packages use the new ones.
chosen_tie = select_tie
need_of = teacher_need
