"""Joint practice development: two who trust make something neither had; with solo work, all that raises the frontier.

C19, C21, C32.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import quotient, rule, step
from alliance_sim.engine.hooks import modified_transfer
from alliance_sim.engine.processes.practice_transfer import practice_after_transfer
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, World

ENOUGH_DIVERSITY = 0.25
"""Mean difference in practice from which two minds are as fruitful as they can be (MODEL 4)."""


@rule
def remaining_potential(best: float, ceiling: float) -> float:
    """[1 − q/Q_max]₊: the better a practice already is, the harder to better it."""
    return max(0.0, 1.0 - quotient(best, ceiling))


@rule
def joint_invention(best: float, diversity: float, step: float, ceiling: float) -> float:
    """New = max(q_i, q_j) + ξ·min(1, diversity/0.25), ξ = step·[1 − max/Q_max]₊ (C21)."""
    return best + step * remaining_potential(best, ceiling) * min(1.0, diversity / ENOUGH_DIVERSITY)


@step
def strengths(practice: Floats, one: int, other: int) -> tuple[int, int, int, float]:
    """The area where two are strongest together, each one's own best area, and how diverse they are."""
    together, own, others, diversity = 0, 0, 0, 0.0
    areas = practice.shape[1]
    for k in range(areas):
        mine, theirs = np.float64(practice[one, k]), np.float64(practice[other, k])
        if mine + theirs > np.float64(practice[one, together]) + np.float64(practice[other, together]):
            together = k
        if mine > practice[one, own]:
            own = k
        if theirs > practice[other, others]:
            others = k
        diversity += abs(mine - theirs)
    return together, own, others, diversity / areas


@step
def coach(practice: Floats, coach_row: int, learner: int, area: int, transfer: float) -> None:
    """One shows the other their best area (C10)."""
    gap = np.float64(practice[coach_row, area]) - np.float64(practice[learner, area])
    if gap > 0.0:
        practice[learner, area] = practice_after_transfer(practice[learner, area], gap, transfer)


@step
def develop_practice_jointly(
    world: World, settings: Settings, seed: Seed, half_term: int, asker: int, giver: int, occasion: int
) -> None:
    """Both move towards what they invented where they are strongest together, then coach each other."""
    teachers = world.teachers
    practice = teachers.practice
    together, askers_best, givers_best, diversity = strengths(practice, asker, giver)
    luck = random_streams.exponential(
        seed, random_streams.JOINT_INNOVATION, half_term, teachers.id[asker], teachers.id[giver], occasion
    )  # fmt: skip
    best = max(np.float64(practice[asker, together]), np.float64(practice[giver, together]))
    new = joint_invention(best, diversity, settings.practice.jpd_step * luck, settings.practice.ceiling)
    transfer = settings.level.transfer[3]
    for teacher in (asker, giver):
        own = np.float64(practice[teacher, together])
        moves = modified_transfer(world.modifiers, transfer, teacher)
        practice[teacher, together] = practice_after_transfer(own, new - own, moves)
    coach(practice, asker, giver, askers_best, modified_transfer(world.modifiers, transfer, giver))
    coach(practice, giver, asker, givers_best, modified_transfer(world.modifiers, transfer, asker))
