"""Heads meet and build trust; staff follow their heads, heads hear their staff (A12, C5, B27)."""

from __future__ import annotations

import numpy as np

from alliance_sim import chance
from alliance_sim.chance import Seed
from alliance_sim.compilation import rule, step
from alliance_sim.leanings import meeting_chance, protected_time, rivalry_felt, still_together
from alliance_sim.mechanisms.competition import rivalry
from alliance_sim.mechanisms.coordination import present_credibility
from alliance_sim.mechanisms.granting import chance_of_betrayal, chance_that_head_grants
from alliance_sim.mechanisms.trust_building import (
    trust_after_promise_broken,
    trust_after_promise_kept,
)
from alliance_sim.rows import Row, teachers_of, ties_of_staff
from alliance_sim.settings import Settings
from alliance_sim.state import Floats, Ints, World


@rule
def drawn_towards(own: float, example: float, pull: float) -> float:
    """H += χ(T̄ − H), T += δ(H − T): trust is catching (C5, B27)."""
    return own + pull * (example - own)


@rule
def stake_at(settings: Settings, mean_level: float) -> float:
    """The stake at a mean level: between two levels, in proportion."""
    below = min(int(mean_level), settings.level.stake.size - 1)
    share = mean_level - below
    return (1.0 - share) * settings.level.stake[below - 1] + share * settings.level.stake[below]


@step
def hear_staff(world: World, alliance: int, trust: Floats, level: Floats, ties_between: Ints) -> None:
    """Sum trust and level of the staff's ties, and count them, for each ordered pair of the alliance's schools.

    One more place, after those of the pairs, takes what is said of ties beyond the alliance.
    """
    ties = world.ties
    first, last = world.alliances.first_school[alliance], world.alliances.first_school[alliance + 1]
    members = last - first
    trust[: members * members + 1] = 0.0
    level[: members * members + 1] = 0.0
    ties_between[: members * members + 1] = 0
    for school in range(first, last):
        start, end = teachers_of(world, school)
        mine, after = ties_of_staff(world, start, end)
        for tie in range(mine, after):
            pair = pair_of(world, first, members, school, tie)
            trust[pair] += ties.trust[tie]
            level[pair] += ties.level[tie]
            ties_between[pair] += 1


@step
def pair_of(world: World, first: int, members: int, school: int, tie: int) -> int:
    """The place of a pair of schools, this one and its tie's other, in the alliance's block; beyond it, one after."""
    place = Row(world.teachers.school[world.ties.partner[tie]]) - Row(first)  # huge where it would be negative
    return Row(school - first) * Row(members) + place if place < Row(members) else Row(members) * Row(members)


@step
def heads_build_trust(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, level: Floats, ties_between: Ints
) -> None:
    """Each two heads may meet; both take the risk of opening up or do not, from the trust they came with, and learn."""
    schools, trust = world.schools, world.head_ties.trust
    block = world.alliances.first_head_tie[alliance]
    first, last = world.alliances.first_school[alliance], world.alliances.first_school[alliance + 1]
    members = last - first
    softened = settings.coordinator.mediation * present_credibility(world.coordinators, alliance)
    meet = meeting_chance(world.leanings, settings.trust.head_meeting, alliance)
    for one in range(first, last):
        for other in range(one + 1, last):
            ids = min(schools.id[one], schools.id[other]), max(schools.id[one], schools.id[other])
            if chance.uniform(seed, chance.HEADS_MEET, half_term, ids[0], ids[1]) >= meet:
                continue
            there, back = (one - first) * members + other - first, (other - first) * members + one - first
            rivals = rivalry(
                settings.policy.competition, np.float64(schools.rank[one]), np.float64(schools.rank[other])
            )
            ones_rival = rivalry_felt(world.leanings, rivals, one)
            others_rival = rivalry_felt(world.leanings, rivals, other)
            ones_time = protected_time(world.leanings, settings.policy.funding, one)
            others_time = protected_time(world.leanings, settings.policy.funding, other)
            ones, others = np.float64(trust[block + there]), np.float64(trust[block + back])
            stake = stake_at(settings, level[there] / ties_between[there] if ties_between[there] else 1.0)
            trust[block + there] = heads_trust_after(
                settings, seed, half_term, schools.id[one], schools.id[other], ones, others, stake, ones_rival,
                others_rival, ones_time, softened,
            )  # fmt: skip
            stake = stake_at(settings, level[back] / ties_between[back] if ties_between[back] else 1.0)
            trust[block + back] = heads_trust_after(
                settings, seed, half_term, schools.id[other], schools.id[one], others, ones, stake, others_rival,
                ones_rival, others_time, softened,
            )  # fmt: skip


@rule
def heads_trust_after(
    settings: Settings, seed: Seed, half_term: int, giver: int, receiver: int, trust: float, receivers_trust: float,
    stake: float, rivals: float, receivers_rival: float, funding: float, softened: float,
) -> float:  # fmt: skip
    """One head's trust after meeting another: unchanged where nothing was risked (A1, A5, A6)."""
    willing = chance_that_head_grants(settings, trust, stake, rivals, funding)
    if chance.uniform(seed, chance.HEAD_GRANTS, half_term, giver, receiver) >= willing:
        return trust
    bad = settings.outcome.misfortune + chance_of_betrayal(settings, receivers_trust, receivers_rival)
    if chance.uniform(seed, chance.HEAD_OUTCOME, half_term, giver, receiver) < bad:
        return trust_after_promise_broken(trust, settings.trust.gain, settings.trust.loss_ratio, stake, softened)
    return trust_after_promise_kept(trust, settings.trust.gain, stake)


@step
def heads_hear_staff(world: World, settings: Settings, alliance: int, trust: Floats, ties_between: Ints) -> None:
    """A head's trust moves towards what the staff have come to think of that school."""
    block = world.alliances.first_head_tie[alliance]
    members = world.alliances.first_school[alliance + 1] - world.alliances.first_school[alliance]
    for pair in range(members * members):
        if ties_between[pair]:
            own = np.float64(world.head_ties.trust[block + pair])
            world.head_ties.trust[block + pair] = drawn_towards(
                own, trust[pair] / ties_between[pair], settings.trust.heads_hear_staff
            )  # fmt: skip


@step
def staff_follow_heads(world: World, settings: Settings, alliance: int, examples: Floats) -> None:
    """Staff's trust moves towards their head's; where no heads meet, across boundaries, back to where it began.

    ``examples`` is paper to note the trust that they follow, laid out as ``hear_staff`` does.
    """
    ties = world.ties
    block = world.alliances.first_head_tie[alliance]
    first, last = world.alliances.first_school[alliance], world.alliances.first_school[alliance + 1]
    members = last - first
    pull = settings.trust.staff_follow_heads
    for pair in range(members * members):
        examples[pair] = world.head_ties.trust[block + pair]
    examples[members * members] = settings.trust.initial
    for school in range(first, last):
        start, end = teachers_of(world, school)
        mine, after = ties_of_staff(world, start, end)
        for tie in range(mine, after):
            example = examples[pair_of(world, first, members, school, tie)]
            example = example if still_together(world.leanings, True, tie) else settings.trust.initial
            ties.trust[tie] = drawn_towards(np.float64(ties.trust[tie]), example, pull)
