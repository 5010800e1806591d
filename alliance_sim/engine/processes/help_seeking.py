"""Help seeking: a teacher's need for help and the choice of a partner (B1, B26, C22, C27)."""

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
"""Gap that is added for every partner, so that one without an advantage can be chosen (MODEL 4)."""


@rule
def need(base: float, added: float, competition: float, rank: float, tiredness: float, funding: float) -> float:
    """N = min(1, (n0 + n1·C·rank)·e^(−b_f[f−1]₊)·(0.4 + 1.2Φ)): the chance of seeking help at an opportunity (B1).

    Args:
        base: n0, need without competition.
        added: n1, need that full competition adds for the lowest rank.
        competition: C.
        rank: rank of the school, 0 the highest and 1 the lowest.
        tiredness: b_f[f − 1]₊.
        funding: Φ, protected time.
    """
    rested = math.exp(-tiredness) if tiredness > 0.0 else 1.0  # perf: most teachers are rested, and exp is slow
    return min(1.0, (base + added * competition * rank) * rested * (0.4 + 1.2 * funding))


@rule
def tiredness(weight: float, fatigue: float) -> float:
    """b_f[f − 1]₊: only fatigue above capacity reduces willingness (A18)."""
    return weight * max(0.0, fatigue - 1.0)


@rule
def trust_weight(loyalty: float, trust: float) -> float:
    """exp(νT): the weight of trust in the choice of a partner, to 13 digits for νT up to 10.

    The Taylor series of exp(νT/256) is squared eight times.

    perf: plain arithmetic vectorises over ties; the library's exp took three times as long.
    """
    x = loyalty * trust * (1 / 256)
    power = 1.0 + x * (1.0 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040)))))))
    for _ in range(8):
        power *= power
    return power


@rule
def appeal(openness: float, trust_weight: float, gap: float) -> float:
    """w·exp(νT)·(gap + 0.1): trusted partners with better practice attract (B26); w = ω outside the alliance (C27)."""
    return openness * trust_weight * (gap + CURIOSITY)


@step
def partner_weights(world: World, settings: Settings, start: int, end: int, weights: Floats) -> None:
    """Fill ``weights`` with the trust weights of the ties of teachers ``start`` to ``end``, in order of ties."""
    first, last = alliance_ties(world, start, end)
    for tie in range(first, last):
        weights[tie - first] = trust_weight(settings.help.loyalty, np.float64(world.ties.trust[tie]))


@step
def can_help(world: World, settings: Settings, tie: int, gap: float) -> bool:
    """Check whether help on this tie could be useful; partners who cannot help are not asked (C22)."""
    return (gap > USEFUL) | (settings.practice.jpd & (world.ties.level[tie] == COLLABORATION))


@step
def weigh_partners(
    world: World, settings: Settings, teacher: int, weights: Floats, gaps: Floats, appeals: Floats
) -> float:
    """Fill ``gaps`` and ``appeals`` for the ties of a teacher.

    Args:
        world: the columns.
        settings: the parameters.
        teacher: row of the teacher.
        weights: trust weights of these ties.
        gaps: output, the largest gap in practice to each partner.
        appeals: output, the cumulative sum of the partners' appeal.

    Returns:
        The total appeal.
    """
    areas = world.teachers.practice.shape[1]
    if areas == USUAL_AREAS:
        return weigh_partners_over(world, settings, teacher, weights, gaps, appeals, USUAL_AREAS)
    return weigh_partners_over(world, settings, teacher, weights, gaps, appeals, areas)


@step
def weigh_partners_over(
    world: World, settings: Settings, teacher: int, weights: Floats, gaps: Floats, appeals: Floats, areas: int
) -> float:  # fmt: skip
    """Run ``weigh_partners`` over ``areas`` areas. perf: a constant lets the compiler unroll the inner loop."""
    teachers, ties = world.teachers, world.ties
    first, outside, last = ties_of(world, teacher)
    total = 0.0
    for tie in range(first, last):
        _, gap = largest_gap_over(teachers.practice, teacher, ties.partner[tie], areas)
        openness = 1.0 if is_internal(world.modifiers, tie < outside, tie) else settings.policy.porosity
        total += appeal(openness, weights[tie - first], perceived_gap(world.modifiers, gap, tie))
        gaps[tie - first] = gap
        appeals[tie - first] = total
    return total


@step
def select_tie(world: World, appeals: Floats, total: float, teacher: int, draw: float) -> int:
    """Select a tie with probability proportional to its appeal, by a uniform draw in [0, 1)."""
    first, _, last = ties_of(world, teacher)
    below = Row(0)
    for tie in range(first, last):
        below += Row(draw * total >= appeals[tie - first])
    return min(first + below, last - Row(1))


@step
def teacher_need(world: World, settings: Settings, teacher: int) -> float:
    """Compute a teacher's chance of seeking help at an opportunity, from the columns."""
    tired = tiredness(settings.fatigue.weight, np.float64(world.teachers.fatigue[teacher]))
    school = world.teachers.school[teacher]
    chance = need(
        settings.help.base_need,
        settings.help.competition_need,
        settings.policy.competition,
        np.float64(world.schools.rank[school]),
        tired,
        protected_time(world.modifiers, settings.policy.funding, school),
    )
    return modified_need(world.modifiers, chance, teacher)
