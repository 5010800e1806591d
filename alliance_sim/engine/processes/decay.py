"""Decay: practice depreciates, fatigue follows load, and counts of help and debts are forgotten (A18, B23).

Solo innovation and the loss of levels that trust no longer supports (D2) belong to the same phase of a half-term.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import quotient, rule, step
from alliance_sim.engine.hooks import modified_innovation
from alliance_sim.engine.indexing import Row
from alliance_sim.engine.processes.brokerage import strain_after
from alliance_sim.engine.processes.joint_practice import remaining_potential
from alliance_sim.engine.processes.reciprocity import decayed_count
from alliance_sim.engine.processes.trust import (
    COOPERATION,
    COORDINATION,
    NETWORKING,
    set_both_levels,
    supported_level,
)
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Ties, World

BLOCK = Row(64)
"""Number of consecutive ties that ``demote_levels`` checks at once."""


@rule
def fatigue_after(fatigue: float, rate: float, load: float, capacity: float) -> float:
    """F ← (1 − φ)f + φ·load/cap: fatigue follows the load of the half-term (A18)."""
    return (1.0 - rate) * fatigue + quotient(rate * load, capacity)


@step
def depreciate_practice(world: World, context: Context, teacher: int) -> None:
    """Depreciate a teacher's practice, and apply a solo innovation with chance ``practice.solo_rate`` (B23)."""
    practice = world.teachers.practice
    for area in range(practice.shape[1]):
        practice[teacher, area] = np.float64(practice[teacher, area]) * (1.0 - context.settings.practice.depreciation)
    who = world.teachers.id[teacher]
    chance = context.settings.practice.solo_rate * modified_innovation(world.modifiers, 1.0, teacher)
    if random_streams.uniform(context.seed, random_streams.SOLO_CHANCE, context.half_term, who) < chance:
        area = int(
            random_streams.uniform(context.seed, random_streams.SOLO_AREA, context.half_term, who) * practice.shape[1]
        )
        step = context.settings.practice.solo_step * random_streams.exponential(
            context.seed, random_streams.SOLO_STEP, context.half_term, who
        )
        own = np.float64(practice[teacher, area])
        practice[teacher, area] = own + step * remaining_potential(own, context.settings.practice.ceiling)


@step
def decay_teacher_load(world: World, settings: Settings, teacher: int) -> None:
    """Update a teacher's fatigue from the load of the half-term, and reset the load."""
    teachers = world.teachers
    teachers.fatigue[teacher] = fatigue_after(
        np.float64(teachers.fatigue[teacher]),
        settings.fatigue.rate,
        np.float64(teachers.load[teacher]),
        settings.level.capacity,
    )
    teachers.load[teacher] = 0.0


@step
def decay_counts(world: World, settings: Settings, first_tie: int, last_tie: int) -> None:
    """Decay the debts and the counts of help on consecutive ties, by the same share in both directions."""
    ties = world.ties
    for tie in range(first_tie, last_tie):
        ties.owed[tie] = decayed_count(np.float64(ties.owed[tie]), settings.reciprocity.decay)
        ties.given[tie] = decayed_count(np.float64(ties.given[tie]), settings.reciprocity.decay)


@step
def demote_levels(world: World, settings: Settings, first_tie: int, last_tie: int) -> None:
    """Lower the level of pairs whose trust has fallen clearly below its gate, even without contact (D2).

    The partner with the lower trust lowers the level, so that it falls once.

    perf: few levels fall, so a block of ties is first checked as a whole, which vectorises.
    """
    ties = world.ties
    for start in range(first_tie, last_tie, BLOCK):
        end = min(start + BLOCK, last_tie)
        if not any_below_gate(ties, settings, start, end):
            continue
        for tie in range(start, end):
            if ties.trust[tie] >= settings.level.gate[ties.level[tie] - 1] - settings.level.hysteresis:
                continue  # this partner trusts enough for the level
            back = ties.twin[tie]
            if ties.trust[tie] < ties.trust[back] or (ties.trust[tie] == ties.trust[back] and tie < back):
                set_both_levels(ties, tie, supported_level(ties, settings, tie))


@step
def any_below_gate(ties: Ties, settings: Settings, start: int, end: int) -> bool:
    """Check whether trust is clearly below the gate of its level on any of these consecutive ties."""
    gate, hysteresis, below = settings.level.gate, settings.level.hysteresis, 0
    one, two, three, four = gate[0] - hysteresis, gate[1] - hysteresis, gate[2] - hysteresis, gate[3] - hysteresis
    for tie in range(start, end):
        level = ties.level[tie]
        low, high = one if level == NETWORKING else two, three if level == COOPERATION else four
        below += ties.trust[tie] < (low if level <= COORDINATION else high)
    return below > 0


@step
def decay_coordinator_load(world: World, settings: Settings, alliance: int) -> None:
    """Update a coordinator's strain from the pairs brokered in the half-term."""
    coordinators = world.coordinators
    coordinators.strain[alliance] = strain_after(
        np.float64(coordinators.strain[alliance]),
        coordinators.brokered[alliance],
        coordinators.capacity[alliance],
        settings.fatigue.rate,
    )
