"""Joint practice development: partners at the highest level create practice that is new to both (C19, C21, C32).

Only joint and solo innovation raise the frontier of practice.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import quotient, rule, step
from alliance_sim.engine.hooks import modified_innovation, modified_transfer
from alliance_sim.engine.processes.practice_transfer import practice_after_transfer
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import Floats, World

FULL_DIVERSITY = 0.25
"""Mean difference in practice from which diversity no longer increases innovation (MODEL 4)."""


@rule
def remaining_potential(best: float, ceiling: float) -> float:
    """[1 − q/Q_max]₊: the share of a step that remains possible; practice close to the ceiling is hard to improve."""
    return max(0.0, 1.0 - quotient(best, ceiling))


@rule
def joint_invention(best: float, diversity: float, step: float, ceiling: float) -> float:
    """New = max(q_i, q_j) + ξ·min(1, diversity/0.25), ξ = step·[1 − max/Q_max]₊ (C21)."""
    return best + step * remaining_potential(best, ceiling) * min(1.0, diversity / FULL_DIVERSITY)


@step
def strengths(practice: Floats, one: int, other: int) -> tuple[int, int, int, float]:
    """Return the area where two are strongest together, the best area of each, and their mean difference."""
    together, own, others, diversity = 0, 0, 0, 0.0
    areas = practice.shape[1]
    for k in range(areas):
        of_one, of_other = np.float64(practice[one, k]), np.float64(practice[other, k])
        if of_one + of_other > np.float64(practice[one, together]) + np.float64(practice[other, together]):
            together = k
        if of_one > practice[one, own]:
            own = k
        if of_other > practice[other, others]:
            others = k
        diversity += abs(of_one - of_other)
    return together, own, others, diversity / areas


@step
def coach(practice: Floats, coach_row: int, learner: int, area: int, transfer: float) -> None:
    """Transfer practice in the coach's best area to the learner (C10)."""
    gap = np.float64(practice[coach_row, area]) - np.float64(practice[learner, area])
    if gap > 0.0:
        practice[learner, area] = practice_after_transfer(practice[learner, area], gap, transfer)


@step
def develop_practice_jointly(world: World, context: Context, asker: int, giver: int, occasion: int) -> None:
    """Move both towards an innovation in the area where they are strongest together; then each coaches the other."""
    teachers = world.teachers
    practice = teachers.practice
    together, askers_best, givers_best, diversity = strengths(practice, asker, giver)
    draw = random_streams.exponential(
        context.seed,
        random_streams.JOINT_INNOVATION,
        context.half_term,
        teachers.id[asker],
        teachers.id[giver],
        occasion,
    )
    best = max(np.float64(practice[asker, together]), np.float64(practice[giver, together]))
    factor = 0.5 * (modified_innovation(world.modifiers, 1.0, asker) + modified_innovation(world.modifiers, 1.0, giver))
    step = context.settings.practice.jpd_step * draw * factor
    new = joint_invention(best, diversity, step, context.settings.practice.ceiling)
    transfer = context.settings.level.transfer[3]
    for teacher in (asker, giver):
        own = np.float64(practice[teacher, together])
        share = modified_transfer(world.modifiers, transfer, teacher)
        practice[teacher, together] = practice_after_transfer(own, new - own, share)
    coach(practice, asker, giver, askers_best, modified_transfer(world.modifiers, transfer, giver))
    coach(practice, giver, asker, givers_best, modified_transfer(world.modifiers, transfer, asker))
