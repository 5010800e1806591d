"""Heads meet and build trust; staff follow their heads, heads hear their staff (A12, C5, B27)."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.hooks import is_internal, modified_meeting_chance, modified_rivalry, protected_time
from alliance_sim.engine.indexing import Row, alliance_teachers, alliance_ties, in_range, teachers_of
from alliance_sim.engine.processes.brokerage import present_credibility
from alliance_sim.engine.processes.competition import rivalry
from alliance_sim.engine.processes.granting import chance_of_betrayal, chance_that_head_grants
from alliance_sim.engine.processes.trust import trust_after_promise_broken, trust_after_promise_kept
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, Ints, World


@rule
def pulled_towards(own: float, example: float, pull: float) -> float:
    """H += χ(T̄ − H), T += δ(H − T): trust is catching (C5, B27)."""
    return own + pull * (example - own)


@rule
def stake_at(settings: Settings, mean_level: float) -> float:
    """The stake at a mean level: between two levels, in proportion."""
    below = min(int(mean_level), settings.level.stake.size - 1)
    share = mean_level - below
    return (1.0 - share) * settings.level.stake[below - 1] + share * settings.level.stake[below]


@step
def collect_pairs(world: World, alliance: int, pairs: Ints) -> None:
    """Fill ``pairs`` with the place of each tie's pair of schools in the block; one after for what is beyond.

    Noted once and used twice, in a loop that does nothing else: processors do several ties at once.
    """
    ties, school_of = world.ties, world.teachers.school
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    members = Row(last - first)
    start, end = alliance_teachers(world, alliance)
    begin, _ = alliance_ties(world, start, end)
    for school in range(first, last):
        mine, after = alliance_ties(world, *teachers_of(world, school))
        row = Row(school - first) * members
        for tie in range(mine, after):
            partner = ties.partner[tie]
            inside = in_range(partner, start, end)
            place = Row(school_of[partner if inside else start]) - Row(first)  # beyond is far away in memory
            pairs[tie - begin] = row + place if inside else members * members


@step
def average_staff_trust(world: World, alliance: int, pairs: Ints, trust: Floats, level: Floats) -> None:
    """Sum trust and level of the staff's ties for each ordered pair of the alliance's schools (and of what is beyond).

    ``pairs`` says where each tie counts, as ``collect_pairs`` does.
    """
    ties = world.ties
    places = pairs_of_schools(world, alliance) + 1
    trust[:places] = 0.0
    level[:places] = 0.0
    mine, after = alliance_ties(world, *alliance_teachers(world, alliance))
    for tie in range(mine, after):
        pair = Row(pairs[tie - mine])
        trust[pair] += ties.trust[tie]
        level[pair] += ties.level[tie]


@step
def pairs_of_schools(world: World, alliance: int) -> int:
    """How many ordered pairs of schools an alliance has, each school with itself included."""
    return world.alliances.head_tie_offsets[alliance + 1] - world.alliances.head_tie_offsets[alliance]


@step
def count_ties_between(world: World, alliance: int) -> None:
    """At the opening: how many ties the staff of each school have to each other school of the alliance."""
    ties, school_of = world.ties, world.teachers.school
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    block = world.alliances.head_tie_offsets[alliance]
    start, end = alliance_teachers(world, alliance)
    mine, after = alliance_ties(world, start, end)
    for tie in range(mine, after):
        if in_range(ties.partner[tie], start, end):
            one, other = school_of[ties.partner[ties.twin[tie]]] - first, school_of[ties.partner[tie]] - first
            world.head_ties.ties_between[block + one * (last - first) + other] += 1


@step
def update_head_trust(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, level: Floats
) -> None:
    """Each two heads may meet; both take the risk of opening up or do not, from the trust they came with, and learn."""
    schools, trust, ties_between = world.schools, world.head_ties.trust, world.head_ties.ties_between
    block = world.alliances.head_tie_offsets[alliance]
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    members = last - first
    softened = settings.coordinator.mediation * present_credibility(world.coordinators, alliance)
    meet = modified_meeting_chance(world.modifiers, settings.trust.head_meeting, alliance)
    for one in range(first, last):
        for other in range(one + 1, last):
            ids = min(schools.id[one], schools.id[other]), max(schools.id[one], schools.id[other])
            if random_streams.uniform(seed, random_streams.HEADS_MEET, half_term, ids[0], ids[1]) >= meet:
                continue
            there, back = (one - first) * members + other - first, (other - first) * members + one - first
            rivals = rivalry(
                settings.policy.competition, np.float64(schools.rank[one]), np.float64(schools.rank[other])
            )
            ones_rival = modified_rivalry(world.modifiers, rivals, one)
            others_rival = modified_rivalry(world.modifiers, rivals, other)
            ones_time = protected_time(world.modifiers, settings.policy.funding, one)
            others_time = protected_time(world.modifiers, settings.policy.funding, other)
            ones, others = np.float64(trust[block + there]), np.float64(trust[block + back])
            stake = stake_at(settings, mean_level(level[there], ties_between[block + there]))
            trust[block + there] = trust_after_meeting(
                settings, seed, half_term, schools.id[one], schools.id[other], ones, others, stake, ones_rival,
                others_rival, ones_time, softened,
            )  # fmt: skip
            stake = stake_at(settings, mean_level(level[back], ties_between[block + back]))
            trust[block + back] = trust_after_meeting(
                settings, seed, half_term, schools.id[other], schools.id[one], others, ones, stake, others_rival,
                ones_rival, others_time, softened,
            )  # fmt: skip


@rule
def mean_level(level: float, ties: int) -> float:
    """Heads whose staff have no ties work as those begin who have."""
    return level / ties if ties > 0 else 1.0


@rule
def trust_after_meeting(
    settings: Settings, seed: Seed, half_term: int, giver: int, receiver: int, trust: float, receivers_trust: float,
    stake: float, rivals: float, receivers_rival: float, funding: float, softened: float,
) -> float:  # fmt: skip
    """One head's trust after meeting another: unchanged where nothing was risked (A1, A5, A6)."""
    willing = chance_that_head_grants(settings, trust, stake, rivals, funding)
    if random_streams.uniform(seed, random_streams.HEAD_GRANTS, half_term, giver, receiver) >= willing:
        return trust
    bad = settings.outcome.misfortune + chance_of_betrayal(settings, receivers_trust, receivers_rival)
    if random_streams.uniform(seed, random_streams.HEAD_OUTCOME, half_term, giver, receiver) < bad:
        return trust_after_promise_broken(trust, settings.trust.gain, settings.trust.loss_ratio, stake, softened)
    return trust_after_promise_kept(trust, settings.trust.gain, stake)


@step
def heads_adopt_staff_trust(world: World, settings: Settings, alliance: int, trust: Floats) -> None:
    """A head's trust moves towards what the staff have come to think of that school."""
    head_ties, block = world.head_ties, world.alliances.head_tie_offsets[alliance]
    for pair in range(pairs_of_schools(world, alliance)):
        ties = head_ties.ties_between[block + pair]
        if ties > 0:
            own = np.float64(head_ties.trust[block + pair])
            head_ties.trust[block + pair] = pulled_towards(
                own, trust[pair] / ties, settings.trust.heads_adopt_staff_trust
            )


@step
def staff_adopt_head_trust(world: World, settings: Settings, alliance: int, pairs: Ints, examples: Floats) -> None:
    """Staff's trust moves towards their head's; where no heads meet, across boundaries, back to where it began.

    ``examples`` is paper to note the trust that they follow, one for each pair of schools and one for what is beyond.
    """
    ties, block = world.ties, world.alliances.head_tie_offsets[alliance]
    many, pull = pairs_of_schools(world, alliance), settings.trust.staff_adopt_head_trust
    for pair in range(many):
        examples[pair] = world.head_ties.trust[block + pair]
    examples[many] = settings.trust.initial
    mine, after = alliance_ties(world, *alliance_teachers(world, alliance))
    for tie in range(mine, after):
        example = examples[Row(pairs[tie - mine])]
        example = example if is_internal(world.modifiers, True, tie) else settings.trust.initial
        ties.trust[tie] = pulled_towards(np.float64(ties.trust[tie]), example, pull)


# Old names, until all packages use the new ones.
heads_build_trust = update_head_trust
