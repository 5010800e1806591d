"""The exchange of help: apply the consequences of one request.

Help transfers practice, or the partners develop practice jointly; then the outcome is sampled, and trust, debts and the
level of the pair are updated. The channel of a request (a teacher's own contact, a brokerage, or a debtor's offer) does
not change these steps, except where policy sends a teacher for help: such help is shallow where it is given unwillingly
and builds less trust, or none (A15, C29).
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import step
from alliance_sim.engine.hooks import capped_level, modified_transfer
from alliance_sim.engine.processes.channels import SENT, SLOTS
from alliance_sim.engine.processes.granting import chance_of_betrayal
from alliance_sim.engine.processes.joint_practice import develop_practice_jointly
from alliance_sim.engine.processes.practice_transfer import USEFUL, largest_gap, practice_after_transfer
from alliance_sim.engine.processes.reciprocity import obligation_and_grievance, one_wayness, record_help
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
from alliance_sim.engine.processes.willingness import chance_of_granting, perceived_rivalry, situation_of
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import World

REFUSED, HONOURED, LET_DOWN, BETRAYED = 0, 1, 2, 3
"""Results of a request."""
JOINT = 4
"""Added to the result of a request when the help was joint practice development."""


@step
def resolve_request(world: World, context: Context, tie: int, occasion: int, credibility: float, granted: int) -> int:
    """Apply the consequences of a request by the holder of ``tie``.

    Args:
        world: the columns.
        context: the parameters, the internal seed and the half-term.
        tie: the asker's tie.
        occasion: channel and slot of the request.
        credibility: credibility of the coordinator of both, 0 between alliances or without a coordinator.
        granted: the level at which the partner helps, 0 for a refusal.

    Returns:
        REFUSED, HONOURED, LET_DOWN or BETRAYED; plus JOINT for joint practice development.
    """
    teachers, ties, settings = world.teachers, world.ties, context.settings
    back = ties.twin[tie]
    giver, asker = ties.partner[tie], ties.partner[back]
    givers_id, askers_id = teachers.id[giver], teachers.id[asker]
    if granted == 0:
        refuse(world, context, tie, askers_id, givers_id, occasion)
        return REFUSED

    sent = occasion // SLOTS == SENT
    obligation_felt, _ = obligation_and_grievance(np.float64(ties.owed[tie]), settings)
    joint = settings.practice.jpd and granted == COLLABORATION and not sent
    if joint:
        add_joint_effort(world, settings, asker, giver)
        develop_practice_jointly(world, context, asker, giver, occasion)
        useful = True
    else:
        depth = depth_of_help_under_compulsion(world, settings, tie, granted) if sent else 1.0
        useful = give_help(world, settings, asker, giver, granted, depth)
    rivals = perceived_rivalry(world, settings, asker, giver)
    result = sample_outcome(world, context, tie, askers_id, givers_id, rivals, occasion)
    softened = settings.coordinator.mediation * credibility
    stake = settings.level.stake[granted - 1]
    earned = 1.0 - settings.trust.compulsion_discount if sent else 1.0
    update_trust(world, settings, tie, stake, result, useful, obligation_felt, softened, earned)
    record_help(ties, back, tie, joint)
    erode_one_way_trust(world, settings, tie)
    update_level(world, settings, tie, result, (granted == ties.level[tie]) & (not sent))
    return result + JOINT if joint else result


@step
def depth_of_help_under_compulsion(world: World, settings: Settings, tie: int, level: int) -> float:
    """Return P(grant): help under compulsion transfers as much of the usual share as its giver is willing (A15)."""
    situation = situation_of(world, settings, tie)
    return chance_of_granting(world, settings, tie, situation, situation.trust, level)


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
def add_joint_effort(world: World, settings: Settings, one: int, other: int) -> None:
    """Add the effort of joint practice development to the load of both partners (D3)."""
    cost = settings.level.cost[COLLABORATION - 1]
    world.teachers.load[one] += cost
    world.teachers.load[other] += cost


@step
def give_help(world: World, settings: Settings, asker: int, giver: int, level: int, depth: float) -> bool:
    """Transfer practice, and add the effort of the giver; return whether the help is useful to the asker (C20, C32).

    Args:
        world: the columns.
        settings: the parameters.
        asker: row of the teacher who learns.
        giver: row of the teacher who helps.
        level: level of the help.
        depth: share of the usual transfer, below 1 for help under compulsion.
    """
    teachers = world.teachers
    teachers.load[giver] += settings.level.cost[level - 1]
    transfer = settings.level.transfer[level - 1] * depth
    area, gap = largest_gap(teachers.practice, asker, giver)
    own = np.float64(teachers.practice[asker, area])
    teachers.practice[asker, area] = practice_after_transfer(
        own, gap, modified_transfer(world.modifiers, transfer, asker)
    )
    if settings.practice.helper_gain > 0.0:
        learned, lead = largest_gap(teachers.practice, giver, asker)
        own = np.float64(teachers.practice[giver, learned])
        teachers.practice[giver, learned] = practice_after_transfer(
            own, lead, modified_transfer(world.modifiers, settings.practice.helper_gain * transfer, giver)
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
    earned: float,
) -> None:
    """Update the giver's trust after the outcome, and the asker's trust after useful help (A1, A5, A7).

    ``earned`` is the share of the usual gain, below 1 for help under compulsion; a broken promise counts in full.
    """
    ties = world.ties
    back = ties.twin[tie]
    gain = settings.trust.gain * earned
    givers = np.float64(ties.trust[back])
    if result == HONOURED:
        ties.trust[back] = trust_after_promise_kept(givers, gain, stake)
    else:
        ties.trust[back] = trust_after_promise_broken(
            givers, settings.trust.gain, settings.trust.loss_ratio, stake, softened
        )
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
        given, received, settings.reciprocity.one_way_tolerance, settings.reciprocity.one_way_constant
    )
    ties.trust[tie] = np.float64(ties.trust[tie]) * remaining
    ties.trust[back] = np.float64(ties.trust[back]) * remaining


@step
def update_level(world: World, settings: Settings, tie: int, result: int, full: bool) -> None:
    """Raise the level after an honoured promise if trust allows it; lower it after another result (A1, D2).

    Only full help, freely given at the level of the tie, raises it.
    """
    ties = world.ties
    level = ties.level[tie]
    if result == HONOURED:
        trust, other = np.float64(ties.trust[tie]), np.float64(ties.trust[ties.twin[tie]])
        reached = level_after_success(level, trust, other, settings) if full else level
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
