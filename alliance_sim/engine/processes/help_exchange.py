"""A request is answered: grant or refuse → transfer or joint development → outcome → trust → level → ledger.

One request at a time, whichever channel it came through: a teacher's own contact, a brokerage, or a debtor's offer.
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
    supported_level,
    set_both_levels,
    trust_after_promise_broken,
    trust_after_promise_kept,
    trust_after_refusal,
    trust_after_useful_help,
)
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Ties, World

OWN_CONTACT, BROKERED, OFFERED, SENT = 0, 1, 2, 3
SLOTS = 32
"""An occasion is channel × 32 + slot: the second contact of a half-term is 1, the first brokerage 32.

Who is sent from above cannot be refused (there is such a channel only with the module ``hub_push``).
"""

REFUSED, HONOURED, LET_DOWN, BETRAYED = 0, 1, 2, 3
JOINT = 4
"""Added to an answer when the help was joint practice development."""


@step
def is_granted(
    world: World, settings: Settings, seed: Seed, half_term: int, tie: int, occasion: int, credibility: float
) -> bool:
    """Whether the partner on ``tie`` grants what its holder asks, as things stand between the two.

    ``credibility`` is the standing of the coordinator whom both share, 0 across a boundary or where there is none.
    """
    teachers, ties = world.teachers, world.ties
    back = ties.twin[tie]
    giver, asker = ties.partner[tie], ties.partner[back]
    obliged, aggrieved = obligation_and_grievance(ties, settings, tie)
    trust = np.float64(ties.trust[back])
    if occasion // SLOTS == BROKERED:
        trust = lent_trust(trust, credibility)
    tired = tiredness(settings.fatigue.weight, np.float64(teachers.fatigue[giver]))
    rivals = perceived_rivalry(world, settings, giver, asker)
    funding = protected_time(world.modifiers, settings.policy.funding, teachers.school[giver])
    utility = utility_of_granting(settings, trust, ties.level[tie], rivals, obliged, aggrieved, tired, funding)
    willing = logistic(2.0 * modified_utility(world.modifiers, utility, back))
    draw = random_streams.uniform(
        seed, random_streams.GRANTS, half_term, teachers.id[asker], teachers.id[giver], occasion
    )
    return (draw < willing) | (occasion // SLOTS == SENT)


@step
def obligation_and_grievance(ties: Ties, settings: Settings, tie: int) -> tuple[float, float]:
    """Obligation and grievance that the partner on ``tie`` feels towards its holder: one of them, or neither (A7)."""
    if not settings.reciprocity.enabled:
        return 0.0, 0.0
    balance = np.float64(ties.owed[tie])
    felt = obligation(abs(balance), settings.reciprocity.half_saturation)
    obliged = felt if balance > 0.0 else 0.0
    return obliged, felt - obliged


@step
def perceived_rivalry(world: World, settings: Settings, one: int, other: int) -> float:
    """How far a teacher's school feels that another's is its rival."""
    ranks, ones, others = world.schools.rank, world.teachers.school[one], world.teachers.school[other]
    rivals = rivalry(settings.policy.competition, np.float64(ranks[ones]), np.float64(ranks[others]))
    return modified_rivalry(world.modifiers, rivals, ones)


@step
def answer(
    world: World, settings: Settings, seed: Seed, half_term: int, tie: int, occasion: int, credibility: float,
    granted: bool,
) -> int:  # fmt: skip
    """What follows when the holder of ``tie`` has asked its partner, who grants it or not; returns how it ended."""
    teachers, ties = world.teachers, world.ties
    back = ties.twin[tie]
    giver, asker = ties.partner[tie], ties.partner[back]
    givers_id, askers_id = teachers.id[giver], teachers.id[asker]
    if not granted:
        refuse(world, settings, seed, half_term, tie, askers_id, givers_id, occasion)
        return REFUSED

    level = ties.level[tie]
    obliged, _ = obligation_and_grievance(ties, settings, tie)
    joint = settings.practice.jpd and level == COLLABORATION
    useful = give_help(world, settings, seed, half_term, asker, giver, level, joint, occasion)
    rivals = perceived_rivalry(world, settings, asker, giver)
    ending = outcome(world, settings, seed, half_term, tie, askers_id, givers_id, rivals, occasion)
    softened = settings.coordinator.mediation * credibility
    stake = settings.level.stake[level - 1]
    update_trust(world, settings, tie, stake, ending, useful, obliged, softened)
    record_help(ties, back, tie, joint)
    erode_one_way_trust(world, settings, tie)
    update_level(world, settings, tie, ending)
    return ending + JOINT if joint else ending


@step
def refuse(
    world: World,
    settings: Settings,
    seed: Seed,
    half_term: int,
    tie: int,
    askers_id: int,
    givers_id: int,
    occasion: int,
) -> None:
    """A refusal costs the asker's trust a little, and sometimes the pair a level (A5)."""
    ties = world.ties
    ties.trust[tie] = trust_after_refusal(np.float64(ties.trust[tie]), settings.help.refusal_loss)
    level = ties.level[tie]
    lost = random_streams.uniform(seed, random_streams.DEMOTION, half_term, askers_id, givers_id, occasion)
    demoted = (level > NETWORKING) & (lost < settings.level.refusal_demotion)
    set_both_levels(ties, tie, level - 1 if demoted else supported_level(ties, settings, tie))


@step
def give_help(
    world: World, settings: Settings, seed: Seed, half_term: int, asker: int, giver: int, level: int, joint: bool,
    occasion: int,
) -> bool:  # fmt: skip
    """Practice moves or is made, and the effort is felt; returns whether the asker found it useful."""
    teachers = world.teachers
    teachers.load[giver] += settings.level.cost[level - 1]
    if joint:
        teachers.load[asker] += settings.level.cost[level - 1]
        develop_practice_jointly(world, settings, seed, half_term, asker, giver, occasion)
        return True
    area, gap = largest_gap(teachers.practice, asker, giver)
    own = np.float64(teachers.practice[asker, area])
    teachers.practice[asker, area] = practice_after_transfer(
        own, gap, modified_transfer(world.modifiers, settings.level.transfer[level - 1], asker)
    )
    return gap > USEFUL


@step
def outcome(
    world: World, settings: Settings, seed: Seed, half_term: int, tie: int, askers_id: int, givers_id: int,
    rivals: float, occasion: int,
) -> int:  # fmt: skip
    """The giver is the vulnerable one: ill-used, let down honestly, or honoured (A6, B11)."""
    betrayal = chance_of_betrayal(settings, np.float64(world.ties.trust[tie]), rivals)
    draw = random_streams.uniform(seed, random_streams.OUTCOME, half_term, askers_id, givers_id, occasion)
    if draw < betrayal:
        return BETRAYED
    return LET_DOWN if draw < betrayal + settings.outcome.misfortune else HONOURED


@step
def update_trust(
    world: World, settings: Settings, tie: int, stake: float, ending: int, useful: bool, obliged: float, softened: float
) -> None:
    """The giver learns from the outcome, the asker from whether the help was any use (A1, A5, A7)."""
    ties = world.ties
    back = ties.twin[tie]
    gain = settings.trust.gain
    givers = np.float64(ties.trust[back])
    if ending == HONOURED:
        ties.trust[back] = trust_after_promise_kept(givers, gain, stake)
    else:
        ties.trust[back] = trust_after_promise_broken(givers, gain, settings.trust.loss_ratio, stake, softened)
    if useful:
        gratitude = settings.reciprocity.gratitude
        ties.trust[tie] = trust_after_useful_help(np.float64(ties.trust[tie]), gain, stake, gratitude, obliged)


@step
def erode_one_way_trust(world: World, settings: Settings, tie: int) -> None:
    """Both trusts ·= 1 − λ_W·W: being done to, even kindly, corrodes (C29)."""
    ties = world.ties
    back = ties.twin[tie]
    given, received = np.float64(ties.given[tie]), np.float64(ties.given[back])
    kept = 1.0 - settings.reciprocity.one_way_loss * one_wayness(
        given, received, settings.reciprocity.one_way_tolerance
    )  # fmt: skip
    ties.trust[tie] = np.float64(ties.trust[tie]) * kept
    ties.trust[back] = np.float64(ties.trust[back]) * kept


@step
def update_level(world: World, settings: Settings, tie: int, ending: int) -> None:
    """Up when honoured and both trust enough, down after a bad outcome or where trust is gone (A1, D2)."""
    ties = world.ties
    level = ties.level[tie]
    if ending == HONOURED:
        trust, other = np.float64(ties.trust[tie]), np.float64(ties.trust[ties.twin[tie]])
        reached = level_after_success(level, trust, other, settings)
    else:
        reached = max(NETWORKING, level - 1)
    if reached == level:
        reached = supported_level(ties, settings, tie)
    reached = capped_level(world.modifiers, reached, tie)
    set_both_levels(ties, tie, capped_level(world.modifiers, reached, ties.twin[tie]))


@step
def tally(world: World, tie: int, ended: int) -> None:
    """Count an answer for the school of who was asked."""
    schools, ties = world.schools, world.ties
    givers = world.teachers.school[ties.partner[tie]]
    askers = world.teachers.school[ties.partner[ties.twin[tie]]]
    if ended == REFUSED:
        schools.refused[givers] += 1
        return
    schools.given[givers] += 1
    schools.developed[givers] += ended >= JOINT
    schools.betrayed[givers] += ended % JOINT == BETRAYED
    schools.uphill[givers] += schools.attainment[givers] < schools.attainment[askers]


# Old names, until all packages use the new ones.
help_is_given = give_help
level_follows = update_level
