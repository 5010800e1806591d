"""Heads meet and build trust; staff follow their heads, heads hear their staff (A12, C5, B27)."""

from __future__ import annotations

import numpy as np

from alliance_sim import chance
from alliance_sim.chance import Seed
from alliance_sim.compilation import rule, step
from alliance_sim.mechanisms.competition import rivalry
from alliance_sim.mechanisms.coordination import present_credibility
from alliance_sim.mechanisms.granting import chance_of_betrayal, chance_that_head_grants
from alliance_sim.mechanisms.trust_building import (
    trust_after_promise_broken,
    trust_after_promise_kept,
)
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
    """Sum trust and level of the staff's ties, and count them, for each ordered pair of the alliance's schools."""
    teachers, ties = world.teachers, world.ties
    first, last = world.alliances.first_school[alliance], world.alliances.first_school[alliance + 1]
    members = last - first
    trust[: members * members] = 0.0
    level[: members * members] = 0.0
    ties_between[: members * members] = 0
    for school in range(first, last):
        for teacher in range(world.schools.first_teacher[school], world.schools.first_teacher[school + 1]):
            for tie in range(teachers.first_tie[teacher], teachers.first_outside[teacher]):
                pair = (school - first) * members + teachers.school[ties.partner[tie]] - first
                trust[pair] += ties.trust[tie]
                level[pair] += ties.level[tie]
                ties_between[pair] += 1


@step
def heads_build_trust(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, level: Floats, ties_between: Ints
) -> None:
    """Each two heads may meet; each then takes the risk of opening up to the other or does not, and learns from it."""
    schools = world.schools
    block = world.alliances.first_head_tie[alliance]
    first, last = world.alliances.first_school[alliance], world.alliances.first_school[alliance + 1]
    members = last - first
    softened = settings.coordinator.mediation * present_credibility(world.coordinators, alliance)
    for one in range(first, last):
        for other in range(first, last):
            if one == other:
                continue
            ids = min(schools.id[one], schools.id[other]), max(schools.id[one], schools.id[other])
            if chance.uniform(seed, chance.HEADS_MEET, half_term, ids[0], ids[1]) >= settings.trust.head_meeting:
                continue
            pair = (one - first) * members + other - first
            back = (other - first) * members + one - first
            stake = stake_at(settings, level[pair] / ties_between[pair] if ties_between[pair] else 1.0)
            rivals = rivalry(
                settings.policy.competition, np.float64(schools.rank[one]), np.float64(schools.rank[other])
            )  # fmt: skip
            trust = np.float64(world.head_ties.trust[block + pair])
            willing = chance_that_head_grants(settings, trust, stake, rivals)
            if chance.uniform(seed, chance.HEAD_GRANTS, half_term, schools.id[one], schools.id[other]) >= willing:
                continue
            bad = settings.outcome.misfortune + chance_of_betrayal(
                settings, np.float64(world.head_ties.trust[block + back]), rivals
            )  # fmt: skip
            if chance.uniform(seed, chance.HEAD_OUTCOME, half_term, schools.id[one], schools.id[other]) < bad:
                trust = trust_after_promise_broken(
                    trust, settings.trust.gain, settings.trust.loss_ratio, stake, softened
                )  # fmt: skip
            else:
                trust = trust_after_promise_kept(trust, settings.trust.gain, stake)
            world.head_ties.trust[block + pair] = trust


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
def staff_follow_heads(world: World, settings: Settings, alliance: int) -> None:
    """Staff's trust moves towards their head's; where no heads meet, across boundaries, back to where it began."""
    teachers, ties = world.teachers, world.ties
    block = world.alliances.first_head_tie[alliance]
    first, last = world.alliances.first_school[alliance], world.alliances.first_school[alliance + 1]
    members = last - first
    pull = settings.trust.staff_follow_heads
    for school in range(first, last):
        for teacher in range(world.schools.first_teacher[school], world.schools.first_teacher[school + 1]):
            for tie in range(teachers.first_tie[teacher], teachers.first_outside[teacher]):
                pair = (school - first) * members + teachers.school[ties.partner[tie]] - first
                example = np.float64(world.head_ties.trust[block + pair])
                ties.trust[tie] = drawn_towards(np.float64(ties.trust[tie]), example, pull)
            for tie in range(teachers.first_outside[teacher], teachers.first_tie[teacher + 1]):
                ties.trust[tie] = drawn_towards(np.float64(ties.trust[tie]), settings.trust.initial, pull)
