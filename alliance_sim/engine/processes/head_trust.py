"""Trust of heads: heads meet and build trust, and heads and their teachers influence each other (A12, C5, B27)."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.hooks import is_internal, modified_meeting_chance, modified_rivalry, protected_time
from alliance_sim.engine.indexing import Row, alliance_teachers, alliance_ties, in_range, teachers_of, ties_of
from alliance_sim.engine.processes.brokerage import present_credibility
from alliance_sim.engine.processes.competition import rivalry
from alliance_sim.engine.processes.granting import chance_of_betrayal, chance_that_head_grants
from alliance_sim.engine.processes.reciprocity import IN_USE
from alliance_sim.engine.processes.trust import trust_after_promise_broken, trust_after_promise_kept
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, Ints, World


@rule
def pulled_towards(own: float, example: float, pull: float) -> float:
    """H += χ(T̄ − H) or T += δ(H − T): trust moves towards the example by a share of the difference (C5, B27)."""
    return own + pull * (example - own)


@rule
def stake_at(settings: Settings, mean_level: float) -> float:
    """Return the stake at a mean level, by linear interpolation between two levels."""
    below = min(int(mean_level), settings.level.stake.size - 1)
    share = mean_level - below
    return (1.0 - share) * settings.level.stake[below - 1] + share * settings.level.stake[below]


@step
def collect_pairs(world: World, alliance: int, pairs: Ints) -> None:
    """Fill ``pairs`` with the index of each tie's ordered pair of schools in the block of the alliance.

    Ties to other alliances get the index after the last pair.

    perf: a loop of its own vectorises, and two rules use its result.
    """
    ties, school_of = world.ties, world.teachers.school
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    members = Row(last - first)
    start, end = alliance_teachers(world, alliance)
    begin, _ = alliance_ties(world, start, end)
    for school in range(first, last):
        begin_school, end_school = alliance_ties(world, *teachers_of(world, school))
        row = Row(school - first) * members
        for tie in range(begin_school, end_school):
            partner = ties.partner[tie]
            inside = in_range(partner, start, end)
            place = Row(school_of[partner if inside else start]) - Row(
                first
            )  # perf: partners outside are far in memory
            pairs[tie - begin] = row + place if inside else members * members


@step
def average_staff_trust(world: World, alliance: int, pairs: Ints, trust: Floats, level: Floats) -> None:
    """Sum trust and level of the teachers' ties by ordered pair of schools.

    Args:
        world: the columns.
        alliance: row of the alliance.
        pairs: index of the pair of each tie, from ``collect_pairs``.
        trust: output, the sum of trust of each pair, with one more entry for ties to other alliances.
        level: output, the sum of levels, with the same entries.
    """
    ties = world.ties
    places = pairs_of_schools(world, alliance) + 1
    trust[:places] = 0.0
    level[:places] = 0.0
    begin, after = alliance_ties(world, *alliance_teachers(world, alliance))
    for tie in range(begin, after):
        pair = Row(pairs[tie - begin])
        trust[pair] += ties.trust[tie]
        level[pair] += ties.level[tie]


@step
def pairs_of_schools(world: World, alliance: int) -> int:
    """Return the number of ordered pairs of schools in an alliance, each school with itself included."""
    return world.alliances.head_tie_offsets[alliance + 1] - world.alliances.head_tie_offsets[alliance]


@step
def count_ties_between(world: World, alliance: int) -> None:
    """Count the ties of each school's teachers to each other school of the alliance, for the initial state."""
    ties, school_of = world.ties, world.teachers.school
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    block = world.alliances.head_tie_offsets[alliance]
    start, end = alliance_teachers(world, alliance)
    begin, after = alliance_ties(world, start, end)
    for tie in range(begin, after):
        if in_range(ties.partner[tie], start, end):
            one, other = school_of[ties.partner[ties.twin[tie]]] - first, school_of[ties.partner[tie]] - first
            world.head_ties.ties_between[block + one * (last - first) + other] += 1


@step
def update_head_trust(world: World, context: Context, alliance: int, level: Floats) -> None:
    """Let each two heads of an alliance meet with some chance, and update both trusts from their values before."""
    schools, trust, ties_between = world.schools, world.head_ties.trust, world.head_ties.ties_between
    block = world.alliances.head_tie_offsets[alliance]
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    members = last - first
    softened = context.settings.coordinator.mediation * present_credibility(world.coordinators, alliance)
    meet = modified_meeting_chance(world.modifiers, context.settings.trust.head_meeting, alliance)
    for one in range(first, last):
        for other in range(one + 1, last):
            ids = min(schools.id[one], schools.id[other]), max(schools.id[one], schools.id[other])
            if (
                random_streams.uniform(context.seed, random_streams.HEADS_MEET, context.half_term, ids[0], ids[1])
                >= meet
            ):
                continue
            there, back = (one - first) * members + other - first, (other - first) * members + one - first
            rivals = rivalry(
                context.settings.policy.competition, np.float64(schools.rank[one]), np.float64(schools.rank[other])
            )
            ones_rival = modified_rivalry(world.modifiers, rivals, one)
            others_rival = modified_rivalry(world.modifiers, rivals, other)
            ones_time = protected_time(world.modifiers, context.settings.policy.funding, one)
            others_time = protected_time(world.modifiers, context.settings.policy.funding, other)
            ones, others = np.float64(trust[block + there]), np.float64(trust[block + back])
            ones_betrayal = chance_of_betrayal(context.settings, ones, ones_rival)
            others_betrayal = chance_of_betrayal(context.settings, others, others_rival)
            stake = stake_at(context.settings, mean_level(level[there], ties_between[block + there]))
            willing = chance_that_head_grants(context.settings, ones, stake, ones_rival, ones_time)
            trust[block + there] = trust_after_meeting(
                context, schools.id[one], schools.id[other], ones, willing, others_betrayal, stake, softened
            )
            stake = stake_at(context.settings, mean_level(level[back], ties_between[block + back]))
            willing = chance_that_head_grants(context.settings, others, stake, others_rival, others_time)
            trust[block + back] = trust_after_meeting(
                context, schools.id[other], schools.id[one], others, willing, ones_betrayal, stake, softened
            )


@rule
def mean_level(level: float, ties: int) -> float:
    """Return the mean level of ties between two schools, 1 where there are none."""
    return level / ties if ties > 0 else 1.0


@rule
def trust_after_meeting(
    context: Context, giver: int, receiver: int, trust: float, willing: float, betrayal: float, stake: float,
    softened: float,
) -> float:  # fmt: skip
    """Return one head's trust after a meeting; it is unchanged where the head takes no risk (A1, A5, A6)."""
    if random_streams.uniform(context.seed, random_streams.HEAD_GRANTS, context.half_term, giver, receiver) >= willing:
        return trust
    bad = context.settings.outcome.misfortune + betrayal
    if random_streams.uniform(context.seed, random_streams.HEAD_OUTCOME, context.half_term, giver, receiver) < bad:
        return trust_after_promise_broken(
            trust, context.settings.trust.gain, context.settings.trust.loss_ratio, stake, softened
        )
    return trust_after_promise_kept(trust, context.settings.trust.gain, stake)


@step
def heads_adopt_staff_trust(world: World, settings: Settings, alliance: int, trust: Floats) -> None:
    """Move each head's trust towards the mean trust of the head's teachers in the same school (C5)."""
    head_ties, block = world.head_ties, world.alliances.head_tie_offsets[alliance]
    for pair in range(pairs_of_schools(world, alliance)):
        ties = head_ties.ties_between[block + pair]
        if ties > 0:
            own = np.float64(head_ties.trust[block + pair])
            head_ties.trust[block + pair] = pulled_towards(own, trust[pair] / ties, settings.trust.heads_hear_staff)


@step
def staff_adopt_head_trust(world: World, settings: Settings, alliance: int, pairs: Ints, examples: Floats) -> None:
    """Move the teachers' trust towards their head's; on unused ties to other alliances, towards ``trust.initial``.

    Trust across boundaries is earned: where help was given lately, it keeps what it has.

    Args:
        world: the columns.
        settings: the parameters.
        alliance: row of the alliance.
        pairs: index of the pair of each tie, from ``collect_pairs``.
        examples: buffer, one entry for each pair of schools and one for ties to other alliances.
    """
    ties, block = world.ties, world.alliances.head_tie_offsets[alliance]
    pair_count, pull = pairs_of_schools(world, alliance), settings.trust.staff_follow_heads
    for pair in range(pair_count):
        examples[pair] = world.head_ties.trust[block + pair]
    examples[pair_count] = settings.trust.initial
    start, end = alliance_teachers(world, alliance)
    begin, after = alliance_ties(world, start, end)
    for tie in range(begin, after):
        inside = (pairs[tie - begin] != pair_count) & is_internal(world.modifiers, True, tie)
        example = examples[Row(pairs[tie - begin])]
        ties.trust[tie] = pulled_towards(np.float64(ties.trust[tie]), example, pull if inside else 0.0)
    for teacher in range(start, end):  # perf: few ties; in the loop above they would keep it from being vectorized
        first, outside, last = ties_of(world, teacher)
        for tie in range(first, last):
            if is_internal(world.modifiers, tie < outside, tie):
                continue
            in_use = np.float64(ties.given[tie]) + np.float64(ties.given[ties.twin[tie]]) >= IN_USE
            if not in_use:
                ties.trust[tie] = pulled_towards(np.float64(ties.trust[tie]), settings.trust.initial, pull)
