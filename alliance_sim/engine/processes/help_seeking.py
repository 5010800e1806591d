"""Help seeking: a teacher's need for help and the choice of a partner (B1, B26, C22, C27).

A teacher's choice is shared between three rings: colleagues of the own school, the alliance, and other alliances. Each
of the two walls between them is passed with √ω. Within a ring, trusted partners attract who have something to give and
who can be expected to give it.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.hooks import is_internal, modified_need, perceived_gap, protected_time, trust_at_home
from alliance_sim.engine.indexing import USUAL_AREAS, Row, alliance_ties, teachers_of, ties_of
from alliance_sim.engine.processes.granting import chance_that_colleague_grants
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
def power_of_e(x: float) -> float:
    """e^x, to 13 digits for x up to 10 and 11 for x up to 25.

    The Taylor series of e^(x/256) is squared eight times.

    perf: plain arithmetic vectorises over ties; the library's exp took three times as long.
    """
    x = x * (1 / 256)
    power = 1.0 + x * (1.0 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040)))))))
    for _ in range(8):
        power *= power
    return power


@rule
def trust_weight(loyalty: float, trust: float) -> float:
    """exp(νT): the weight of trust in the choice of a partner (B26)."""
    return power_of_e(loyalty * trust)


@rule
def ring_shares(porosity: float) -> tuple[float, float, float]:
    """Return s_home = 1 − √ω, s_alliance = √ω − ω and s_beyond = ω, the shares of the rings in a choice (A11, C27)."""
    wall = math.sqrt(porosity)
    return 1.0 - wall, wall - porosity, porosity


@rule
def appeal(share: float, trust_weight: float, gap: float, expected: float) -> float:
    """(s_r/n_r)·exp(νT)·(gap + 0.1)·p̂: trusted partners attract who have and give better practice (B26).

    Args:
        share: s_r/n_r, the share of the partner's ring divided by its number of partners.
        trust_weight: exp(νT).
        gap: largest lead of the partner in practice.
        expected: p̂, the expected chance of being granted help.
    """
    return share * trust_weight * (gap + CURIOSITY) * expected


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


class Colleagues(NamedTuple):
    """The colleagues of one teacher at home.

    Attributes:
        first, last: rows of the school's first teacher, and of the one after the last.
        many: number of colleagues whom the teacher can ask.
        trust: T_h, trust between colleagues of the school.
        expected: p̂, the chance that a rested colleague grants help.
    """

    first: int
    last: int
    many: int
    trust: float
    expected: float


@step
def weigh_partners(
    world: World, settings: Settings, teacher: int, colleagues: Colleagues, weights: Floats, expected: Floats,
    gaps: Floats, appeals: Floats,
) -> float:  # fmt: skip
    """Fill ``gaps`` and ``appeals`` for the partners of a teacher: first colleagues at home, then ties.

    Args:
        world: the columns.
        settings: the parameters.
        teacher: row of the teacher.
        colleagues: the teacher's colleagues.
        weights: trust weights of the teacher's ties.
        expected: p̂ of these ties.
        gaps: output, the largest gap in practice to each partner.
        appeals: output, the cumulative sum of the partners' appeal.

    Returns:
        The total appeal.
    """
    areas = world.teachers.practice.shape[1]
    if areas == USUAL_AREAS:
        return weigh_partners_over(world, settings, teacher, colleagues, weights, expected, gaps, appeals, USUAL_AREAS)
    return weigh_partners_over(world, settings, teacher, colleagues, weights, expected, gaps, appeals, areas)


@step
def weigh_partners_over(
    world: World, settings: Settings, teacher: int, colleagues: Colleagues, weights: Floats, expected: Floats,
    gaps: Floats, appeals: Floats, areas: int,
) -> float:  # fmt: skip
    """Run ``weigh_partners`` over ``areas`` areas. perf: a constant lets the compiler unroll the inner loop."""
    teachers, ties, many = world.teachers, world.ties, Row(colleagues.many)
    first, outside, last = ties_of(world, teacher)
    at_home, within, beyond = ring_shares(settings.policy.porosity)
    inside, total = Row(0), 0.0
    for tie in range(first, last):
        inside += Row(is_internal(world.modifiers, tie < outside, tie))
    within /= max(1.0, np.float64(inside))
    beyond /= max(1.0, np.float64(last - first - inside))
    at_home /= max(1.0, np.float64(many))
    home_weight = trust_weight(settings.help.loyalty, colleagues.trust)
    for place in range(many):
        _, gap = largest_gap_over(teachers.practice, teacher, colleague(colleagues, teacher, place), areas)
        total += appeal(at_home, home_weight, gap, colleagues.expected)
        gaps[place] = gap
        appeals[place] = total
    for tie in range(first, last):
        _, gap = largest_gap_over(teachers.practice, teacher, ties.partner[tie], areas)
        share = within if is_internal(world.modifiers, tie < outside, tie) else beyond
        total += appeal(share, weights[tie - first], perceived_gap(world.modifiers, gap, tie), expected[tie - first])
        gaps[many + tie - first] = gap
        appeals[many + tie - first] = total
    return total


@step
def select_partner(appeals: Floats, total: float, partners: int, draw: float) -> int:
    """Select the place of a partner with probability proportional to appeal, by a uniform draw in [0, 1)."""
    below = Row(0)
    for place in range(Row(partners)):
        below += Row(draw * total >= appeals[place])
    return min(below, Row(partners) - Row(1))


@step
def colleague(colleagues: Colleagues, teacher: int, place: int) -> int:
    """Return the row of the colleague at a place: next in the school's list, previous, next but one, and so on.

    Places from the last one on give the last one's colleague; a place below 0 gives the teacher.
    """
    first, last = np.int64(colleagues.first), np.int64(colleagues.last)
    at_most: Any = min(np.int64(place), np.int64(colleagues.many) - 1)
    steps = (at_most >> 1) + 1
    at = np.int64(teacher) + (-steps if at_most & 1 else steps) if at_most >= 0 else np.int64(teacher)
    return Row(at + (last - first if at < first else first - last if at >= last else 0))


@step
def colleagues_of(world: World, settings: Settings, school: int) -> Colleagues:
    """Return the colleagues of each teacher of a school; none where help at home is off or there is one teacher."""
    first, last = teachers_of(world, school)
    many = min(settings.home.colleagues, np.int64(last - first) - 1) if settings.home.enabled else 0
    trust = trust_at_home(world.modifiers, settings.home.trust, school)
    funding = protected_time(world.modifiers, settings.policy.funding, school)
    return Colleagues(first, last, many, trust, chance_that_colleague_grants(settings, trust, 0.0, funding))


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
