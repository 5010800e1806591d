"""What time does: practice ages, people invent alone, tire and recover, and debts and help are forgotten (A18, B23)."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import quotient, rule, step
from alliance_sim.engine.indexing import Row
from alliance_sim.engine.processes.brokerage import strain_after
from alliance_sim.engine.processes.joint_practice import remaining_potential
from alliance_sim.engine.processes.reciprocity import faded
from alliance_sim.engine.processes.trust import (
    COOPERATION,
    COORDINATION,
    NETWORKING,
    supported_level,
    set_both_levels,
)
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Ties, World

BLOCK = Row(64)
"""Ties in a run that is looked over together."""


@rule
def fatigue_after(fatigue: float, rate: float, load: float, capacity: float) -> float:
    """F ← (1 − φ)f + φ·load/cap: fatigue follows what was done (A18)."""
    return (1.0 - rate) * fatigue + quotient(rate * load, capacity)


@step
def depreciate_practice(world: World, settings: Settings, seed: Seed, half_term: int, teacher: int) -> None:
    """Practice not renewed goes stale; now and then somebody invents something alone (B23)."""
    practice = world.teachers.practice
    for area in range(practice.shape[1]):
        practice[teacher, area] = np.float64(practice[teacher, area]) * (1.0 - settings.practice.depreciation)
    who = world.teachers.id[teacher]
    if random_streams.uniform(seed, random_streams.SOLO_CHANCE, half_term, who) < settings.practice.solo_rate:
        area = int(random_streams.uniform(seed, random_streams.SOLO_AREA, half_term, who) * practice.shape[1])
        step = settings.practice.jpd_step * random_streams.exponential(seed, random_streams.SOLO_STEP, half_term, who)
        own = np.float64(practice[teacher, area])
        practice[teacher, area] = own + step * remaining_potential(own, settings.practice.ceiling)


@step
def decay_teacher_load(world: World, settings: Settings, teacher: int) -> None:
    """Fatigue takes up the half-term's load, and the load is put down."""
    teachers = world.teachers
    teachers.fatigue[teacher] = fatigue_after(
        np.float64(teachers.fatigue[teacher]),
        settings.fatigue.rate,
        np.float64(teachers.load[teacher]),
        settings.level.capacity,
    )
    teachers.load[teacher] = 0.0


@step
def decay_counts(world: World, settings: Settings, tie_offsets: int, last_tie: int) -> None:
    """What was given and what is owed are slowly forgotten, on a run of ties; both sides of a ledger alike."""
    ties = world.ties
    for tie in range(tie_offsets, last_tie):
        ties.owed[tie] = faded(np.float64(ties.owed[tie]), settings.reciprocity.decay)
        ties.given[tie] = faded(np.float64(ties.given[tie]), settings.reciprocity.decay)


@step
def demote_levels(world: World, settings: Settings, tie_offsets: int, last_tie: int) -> None:
    """A level whose trust has drained away is lost, even where nobody met (D2); who trusts less loses it, and once.

    Few are, so a short run of ties is first looked over together, which processors do for several at once.
    """
    ties = world.ties
    for start in range(tie_offsets, last_tie, BLOCK):
        end = min(start + BLOCK, last_tie)
        if not any_below_gate(ties, settings, start, end):
            continue
        for tie in range(start, end):
            if ties.trust[tie] >= settings.level.gate[ties.level[tie] - 1] - settings.level.hysteresis:
                continue  # whoever trusts enough for the level does not lose it the pair
            back = ties.twin[tie]
            if ties.trust[tie] < ties.trust[back] or (ties.trust[tie] == ties.trust[back] and tie < back):
                set_both_levels(ties, tie, supported_level(ties, settings, tie))


@step
def any_below_gate(ties: Ties, settings: Settings, start: int, end: int) -> bool:
    """Whether anybody in a run of ties trusts too little for the level of their tie."""
    gate, hysteresis, drained = settings.level.gate, settings.level.hysteresis, 0
    one, two, three, four = gate[0] - hysteresis, gate[1] - hysteresis, gate[2] - hysteresis, gate[3] - hysteresis
    for tie in range(start, end):
        level = ties.level[tie]
        low, high = one if level == NETWORKING else two, three if level == COOPERATION else four
        drained += ties.trust[tie] < (low if level <= COORDINATION else high)
    return drained > 0


@step
def decay_coordinator_load(world: World, settings: Settings, alliance: int) -> None:
    """The coordinator's strain takes up the half-term's brokerages."""
    coordinators = world.coordinators
    coordinators.strain[alliance] = strain_after(
        np.float64(coordinators.strain[alliance]),
        coordinators.brokered[alliance],
        coordinators.capacity[alliance],
        settings.fatigue.rate,
    )
