"""The exchange of help: decide on one request, and apply its consequences.

A request is granted or refused. Help transfers practice, or the partners develop practice jointly; then the outcome is
sampled, and trust, debts and the level of the pair are updated. The channel of a request (a teacher's own contact, a
brokerage, or a debtor's offer) does not change these steps.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import step
from alliance_sim.engine.hooks import (
    capped_level,
    modified_rivalry,
    modified_transfer,
    modified_utility,
    protected_time,
)
from alliance_sim.engine.processes.brokerage import lent_trust
from alliance_sim.engine.processes.competition import rivalry
from alliance_sim.engine.processes.granting import chance_of_betrayal, logistic, utility_of_granting
from alliance_sim.engine.processes.help_seeking import tiredness
from alliance_sim.engine.processes.joint_practice import develop_practice_jointly
from alliance_sim.engine.processes.practice_transfer import USEFUL, largest_gap, practice_after_transfer
from alliance_sim.engine.processes.reciprocity import obligation, one_wayness, record_help
from alliance_sim.engine.processes.trust import (
    COLLABORATION,
    NETWORKING,
    level_after_success,
    set_both_levels,
    supported_level,
    trust_after_promise_broken,
    trust_after_promise_kept,
    trust_after_refusal,
    trust_after_useful_help,
)
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Ties, World

OWN_CONTACT, BROKERED, OFFERED, SENT = 0, 1, 2, 3
SLOTS = 32
"""Slots per channel. The occasion of a request is channel × 32 + slot: the first brokerage of a half-term is 32.

A request in the channel SENT, which only the module ``hub_push`` uses, cannot be refused.
"""

REFUSED, HONOURED, LET_DOWN, BETRAYED = 0, 1, 2, 3
"""Results of a request."""
JOINT = 4
"""Added to the result of a request when the help was joint practice development."""


@step
def is_granted(world: World, context: Context, tie: int, occasion: int, credibility: float) -> bool:
    """Decide whether the partner on ``tie`` grants the request of its holder.

    Args:
        world: the columns.
        context: the parameters, the internal seed and the half-term.
        tie: the asker's tie.
        occasion: channel and slot of the request.
        credibility: credibility of the coordinator of both, 0 between alliances or without a coordinator.
    """
    teachers, ties = world.teachers, world.ties
    back = ties.twin[tie]
    giver, asker = ties.partner[tie], ties.partner[back]
    obligation_felt, grievance = obligation_and_grievance(ties, context.settings, tie)
    trust = np.float64(ties.trust[back])
    if occasion // SLOTS == BROKERED:
        trust = lent_trust(trust, credibility)
    tired = tiredness(context.settings.fatigue.weight, np.float64(teachers.fatigue[giver]))
    rivals = perceived_rivalry(world, context.settings, giver, asker)
    funding = protected_time(world.modifiers, context.settings.policy.funding, teachers.school[giver])
    utility = utility_of_granting(
        context.settings, trust, ties.level[tie], rivals, obligation_felt, grievance, tired, funding
    )
    willing = logistic(2.0 * modified_utility(world.modifiers, utility, back))
    draw = random_streams.uniform(
        context.seed, random_streams.GRANTS, context.half_term, teachers.id[asker], teachers.id[giver], occasion
    )
    return (draw < willing) | (occasion // SLOTS == SENT)


@step
def obligation_and_grievance(ties: Ties, settings: Settings, tie: int) -> tuple[float, float]:
    """Return the obligation and grievance of the partner on ``tie`` towards its holder; at most one is not 0 (A7)."""
    if not settings.reciprocity.enabled:
        return 0.0, 0.0
    balance = np.float64(ties.owed[tie])
    felt = obligation(abs(balance), settings.reciprocity.half_saturation)
    owing = felt if balance > 0.0 else 0.0
    return owing, felt - owing


@step
def perceived_rivalry(world: World, settings: Settings, one: int, other: int) -> float:
    """Return the rivalry that the school of teacher ``one`` perceives towards the school of teacher ``other``."""
    ranks, ones, others = world.schools.rank, world.teachers.school[one], world.teachers.school[other]
    rivals = rivalry(settings.policy.competition, np.float64(ranks[ones]), np.float64(ranks[others]))
    return modified_rivalry(world.modifiers, rivals, ones)


@step
def resolve_request(world: World, context: Context, tie: int, occasion: int, credibility: float, granted: bool) -> int:
    """Apply the consequences of a request by the holder of ``tie``, which the partner has granted or refused.

    Returns:
        REFUSED, HONOURED, LET_DOWN or BETRAYED; plus JOINT for joint practice development.
    """
    teachers, ties = world.teachers, world.ties
    back = ties.twin[tie]
    giver, asker = ties.partner[tie], ties.partner[back]
    givers_id, askers_id = teachers.id[giver], teachers.id[asker]
    if not granted:
        refuse(world, context, tie, askers_id, givers_id, occasion)
        return REFUSED

    level = ties.level[tie]
    obligation_felt, _ = obligation_and_grievance(ties, context.settings, tie)
    joint = context.settings.practice.jpd and level == COLLABORATION
    useful = give_help(world, context, asker, giver, level, joint, occasion)
    rivals = perceived_rivalry(world, context.settings, asker, giver)
    result = sample_outcome(world, context, tie, askers_id, givers_id, rivals, occasion)
    softened = context.settings.coordinator.mediation * credibility
    stake = context.settings.level.stake[level - 1]
    update_trust(world, context.settings, tie, stake, result, useful, obligation_felt, softened)
    record_help(ties, back, tie, joint)
    erode_one_way_trust(world, context.settings, tie)
    update_level(world, context.settings, tie, result)
    return result + JOINT if joint else result


@step
def refuse(
    world: World,
    context: Context,
    tie: int,
    askers_id: int,
    givers_id: int,
    occasion: int,
) -> None:
    """Lower the asker's trust after a refusal, and with chance ``level.refusal_demotion`` the pair's level (A5)."""
    ties = world.ties
    ties.trust[tie] = trust_after_refusal(np.float64(ties.trust[tie]), context.settings.help.refusal_loss)
    level = ties.level[tie]
    draw = random_streams.uniform(
        context.seed, random_streams.DEMOTION, context.half_term, askers_id, givers_id, occasion
    )
    demoted = (level > NETWORKING) & (draw < context.settings.level.refusal_demotion)
    set_both_levels(ties, tie, level - 1 if demoted else supported_level(ties, context.settings, tie))


@step
def give_help(
    world: World, context: Context, asker: int, giver: int, level: int, joint: bool,
    occasion: int,
) -> bool:  # fmt: skip
    """Transfer practice or develop it jointly, and add the effort; return whether the help is useful to the asker."""
    teachers = world.teachers
    teachers.load[giver] += context.settings.level.cost[level - 1]
    if joint:
        teachers.load[asker] += context.settings.level.cost[level - 1]
        develop_practice_jointly(world, context, asker, giver, occasion)
        return True
    area, gap = largest_gap(teachers.practice, asker, giver)
    own = np.float64(teachers.practice[asker, area])
    teachers.practice[asker, area] = practice_after_transfer(
        own, gap, modified_transfer(world.modifiers, context.settings.level.transfer[level - 1], asker)
    )
    return gap > USEFUL


@step
def sample_outcome(
    world: World, context: Context, tie: int, askers_id: int, givers_id: int, rivals: float, occasion: int
) -> int:
    """Sample the outcome for the giver, who took the risk: exploited, let down or honoured (A6, B11)."""
    betrayal = chance_of_betrayal(context.settings, np.float64(world.ties.trust[tie]), rivals)
    draw = random_streams.uniform(
        context.seed, random_streams.OUTCOME, context.half_term, askers_id, givers_id, occasion
    )
    if draw < betrayal:
        return BETRAYED
    return LET_DOWN if draw < betrayal + context.settings.outcome.misfortune else HONOURED


@step
def update_trust(
    world: World,
    settings: Settings,
    tie: int,
    stake: float,
    result: int,
    useful: bool,
    obligation: float,
    softened: float,
) -> None:
    """Update the giver's trust after the outcome, and the asker's trust after useful help (A1, A5, A7)."""
    ties = world.ties
    back = ties.twin[tie]
    gain = settings.trust.gain
    givers = np.float64(ties.trust[back])
    if result == HONOURED:
        ties.trust[back] = trust_after_promise_kept(givers, gain, stake)
    else:
        ties.trust[back] = trust_after_promise_broken(givers, gain, settings.trust.loss_ratio, stake, softened)
    if useful:
        gratitude = settings.reciprocity.gratitude
        ties.trust[tie] = trust_after_useful_help(np.float64(ties.trust[tie]), gain, stake, gratitude, obligation)


@step
def erode_one_way_trust(world: World, settings: Settings, tie: int) -> None:
    """T ·= 1 − λ_W·W in both directions: one-way help reduces the trust of both, even if it is well meant (C29)."""
    ties = world.ties
    back = ties.twin[tie]
    given, received = np.float64(ties.given[tie]), np.float64(ties.given[back])
    remaining = 1.0 - settings.reciprocity.one_way_loss * one_wayness(
        given, received, settings.reciprocity.one_way_tolerance
    )  # fmt: skip
    ties.trust[tie] = np.float64(ties.trust[tie]) * remaining
    ties.trust[back] = np.float64(ties.trust[back]) * remaining


@step
def update_level(world: World, settings: Settings, tie: int, result: int) -> None:
    """Raise the level after an honoured promise if trust allows it; lower it after another result (A1, D2)."""
    ties = world.ties
    level = ties.level[tie]
    if result == HONOURED:
        trust, other = np.float64(ties.trust[tie]), np.float64(ties.trust[ties.twin[tie]])
        reached = level_after_success(level, trust, other, settings)
    else:
        reached = max(NETWORKING, level - 1)
    if reached == level:
        reached = supported_level(ties, settings, tie)
    reached = capped_level(world.modifiers, reached, tie)
    set_both_levels(ties, tie, capped_level(world.modifiers, reached, ties.twin[tie]))


@step
def count_result(world: World, tie: int, result: int) -> None:
    """Count the result of a request for the school that was asked."""
    schools, ties = world.schools, world.ties
    givers = world.teachers.school[ties.partner[tie]]
    askers = world.teachers.school[ties.partner[ties.twin[tie]]]
    if result == REFUSED:
        schools.refused[givers] += 1
        return
    schools.given[givers] += 1
    schools.developed[givers] += result >= JOINT
    schools.betrayed[givers] += result % JOINT == BETRAYED
    schools.uphill[givers] += schools.attainment[givers] < schools.attainment[askers]
