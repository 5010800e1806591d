"""Willingness to help: what a teacher would grant, and what others expect of it (A3, A7, C27, C28).

A teacher who is asked grants the highest level, up to that of the tie, at which one random number lies below the
chance of granting: less help where the usual help is too much, and a refusal where even the least is. People know each
other well enough to foresee this: the expected answer weighs the choice of a partner, and who expects a refusal seldom
asks.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import quotient, rule, step
from alliance_sim.engine.hooks import modified_rivalry, modified_utility, protected_time
from alliance_sim.engine.indexing import Row, alliance_ties, in_range, teachers_of
from alliance_sim.engine.processes.brokerage import lent_trust
from alliance_sim.engine.processes.channels import BROKERED, OFFERED, SENT, SLOTS
from alliance_sim.engine.processes.competition import rivalry
from alliance_sim.engine.processes.granting import grant_settings, logistic, utility_of_granting
from alliance_sim.engine.processes.help_seeking import power_of_e, tiredness
from alliance_sim.engine.processes.reciprocity import obligation_and_grievance
from alliance_sim.engine.processes.trust import NETWORKING
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, World


class Situation(NamedTuple):
    """What the partner on a tie considers when its holder asks.

    Attributes:
        trust: trust of the partner in the holder.
        rivalry: rivalry as the partner's school perceives it.
        obligation, grievance: of the partner towards the holder; at most one is not 0.
        tiredness: b_f[f − 1]₊ of the partner.
        funding: Φ, protected time of the partner's school.
    """

    trust: float
    rivalry: float
    obligation: float
    grievance: float
    tiredness: float
    funding: float


@step
def perceived_rivalry(world: World, settings: Settings, one: int, other: int) -> float:
    """Return the rivalry that the school of teacher ``one`` perceives towards the school of teacher ``other``."""
    schools, ones, others = world.schools, world.teachers.school[one], world.teachers.school[other]
    rivals = rivalry(settings.policy.competition, np.float64(schools.rank[ones]), np.float64(schools.rank[others]))
    across = 1.0 if schools.alliance[ones] == schools.alliance[others] else settings.trust.rivalry_across
    return modified_rivalry(world.modifiers, rivals * across, ones)


@step
def situation_of(world: World, settings: Settings, tie: int) -> Situation:
    """Return the situation of the partner on ``tie``."""
    teachers, ties = world.teachers, world.ties
    back = ties.twin[tie]
    giver, asker = ties.partner[tie], ties.partner[back]
    obligation, grievance = obligation_and_grievance(np.float64(ties.owed[tie]), settings)
    return Situation(
        np.float64(ties.trust[back]),
        perceived_rivalry(world, settings, giver, asker),
        obligation,
        grievance,
        tiredness(settings.fatigue.weight, np.float64(teachers.fatigue[giver])),
        protected_time(world.modifiers, settings.policy.funding, teachers.school[giver]),
    )


@step
def chance_of_granting(
    world: World, settings: Settings, tie: int, situation: Situation, trust: float, level: int
) -> float:
    """P(grant) = logistic(2U) at a level: the chance that the partner on ``tie`` gives this much help."""
    utility = utility_of_granting(
        settings, trust, level, situation.rivalry, situation.obligation, situation.grievance, situation.tiredness,
        situation.funding,
    )  # fmt: skip
    return logistic(2.0 * modified_utility(world.modifiers, utility, world.ties.twin[tie]))


@step
def granted_level(world: World, context: Context, tie: int, occasion: int, credibility: float) -> int:
    """Return the level at which the partner on ``tie`` helps its holder; 0 for a refusal.

    A debtor keeps its offer, at the level that one random number allows. Who has been sent cannot be refused.

    Args:
        world: the columns.
        context: the parameters, the internal seed and the half-term.
        tie: the asker's tie.
        occasion: channel and slot of the request.
        credibility: credibility of the coordinator of both, 0 between alliances or without a coordinator.
    """
    teachers, ties, channel = world.teachers, world.ties, occasion // SLOTS
    level: Any = np.int64(ties.level[tie])
    if channel == SENT:
        return level
    situation = situation_of(world, context.settings, tie)
    trust = lent_trust(situation.trust, credibility) if channel == BROKERED else situation.trust
    giver, asker = ties.partner[tie], ties.partner[ties.twin[tie]]
    draw = random_streams.uniform(
        context.seed, random_streams.GRANTS, context.half_term, teachers.id[asker], teachers.id[giver], occasion
    )
    if channel == OFFERED:
        draw *= chance_of_granting(world, context.settings, tie, situation, trust, NETWORKING)
    while level >= NETWORKING:
        if draw < chance_of_granting(world, context.settings, tie, situation, trust, level):
            break
        level -= 1
    return level


@rule
def expected_grant(utility: float) -> float:
    """p̂ = logistic(2U) to 11 digits, for loops that the compiler vectorizes."""
    return quotient(1.0, 1.0 + power_of_e(-2.0 * utility))


@step
def expected_answers(world: World, settings: Settings, alliance: int, expected: Floats) -> None:
    """Fill ``expected`` with p̂, the answer that the holder of each tie of an alliance expects (A3, C27).

    The holder expects of the partner what it would grant itself in the partner's place: P(grant) at level 1 with its
    own trust, the debts that both know, and rested.
    """
    schools, ties, school_of = world.schools, world.ties, world.teachers.school
    first_school, last_school = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    start, end = Row(schools.teacher_offsets[first_school]), Row(schools.teacher_offsets[last_school])
    begin, after = alliance_ties(world, start, end)
    values, competition = grant_settings(settings), settings.policy.competition
    across = settings.trust.rivalry_across
    for school in range(first_school, last_school):
        rank = np.float64(schools.rank[school])
        funding = protected_time(world.modifiers, settings.policy.funding, school)
        first, last = alliance_ties(world, *teachers_of(world, school))
        for tie in range(first, last):
            partner = ties.partner[tie]
            rivals = rivalry(competition, rank, np.float64(schools.rank[school_of[partner]]))
            rivals *= 1.0 if in_range(partner, start, end) else across
            obligation, grievance = obligation_and_grievance(np.float64(ties.owed[tie]), values)
            utility = utility_of_granting(
                values, np.float64(ties.trust[tie]), NETWORKING, modified_rivalry(world.modifiers, rivals, school),
                obligation, grievance, 0.0, funding,
            )  # fmt: skip
            expected[tie - begin] = modified_utility(world.modifiers, utility, tie)
    for place in range(after - begin):  # perf: a loop of its own is vectorized
        expected[place] = expected_grant(expected[place])
