"""Challenge: criticism between peers improves practice where they trust each other and costs trust elsewhere (C14, C6).

After an act of help, the helper may criticise the teacher who was helped. Above a gate of trust the teacher accepts the
challenge and practice improves; below it the teacher loses trust. Competition makes challenges more frequent.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import Row
from alliance_sim.engine.processes.help_exchange import JOINT, REFUSED
from alliance_sim.engine.processes.joint_practice import remaining_potential
from alliance_sim.engine.processes.trust import trust_after_promise_kept
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World


@rule
def chance_of_challenge(rate: float, competition: float) -> float:
    """P = rate·(¼ + ¾C): competition counters complacency and makes challenges more frequent (C6)."""
    return rate * (0.25 + 0.75 * competition)


@rule
def practice_after_challenge(practice: float, insight: float, ceiling: float) -> float:
    """Q += insight·[1 − q/Q_max]₊: a challenge that is accepted improves practice."""
    return practice + insight * remaining_potential(practice, ceiling)


@rule
def trust_after_affront(trust: float, offence: float) -> float:
    """T ·= 1 − offence: criticism by a partner who is not trusted costs trust (C14)."""
    return trust * (1.0 - offence)


@loop
def challenge_helped_teachers(world: World, own: Any, context: Context) -> None:
    """Challenge, with some chance, the teacher who was helped, after each act of help inside an alliance."""
    request_log = world.request_log
    for alliance in range(request_log.count.size):
        for entry in range(request_log.offsets[alliance], request_log.offsets[alliance] + request_log.count[alliance]):
            if request_log.answer[entry] % JOINT != REFUSED or request_log.answer[entry] >= JOINT:
                challenge_holder(world, context, Row(request_log.tie[entry]), request_log.occasion[entry])


@step
def challenge_holder(world: World, context: Context, tie: int, occasion: int) -> None:
    """Let the partner on a tie challenge its holder, whom the partner has helped, with some chance."""
    teachers, ties = world.teachers, world.ties
    back = Row(ties.twin[tie])
    challenged, critic = ties.partner[back], ties.partner[tie]
    chance = chance_of_challenge(context.settings.challenge.rate, context.settings.policy.competition)
    draw = random_streams.uniform(
        context.seed,
        random_streams.CHALLENGED,
        context.half_term,
        teachers.id[challenged],
        teachers.id[critic],
        occasion,
    )
    if draw >= chance:
        return
    trust = np.float64(ties.trust[tie])
    if trust < context.settings.challenge.gate:
        ties.trust[tie] = trust_after_affront(trust, context.settings.challenge.offence)
        return
    ties.trust[tie] = trust_after_promise_kept(trust, context.settings.trust.gain, context.settings.level.stake[0])
    area = best_area(world, critic)
    teachers.practice[challenged, area] = practice_after_challenge(
        np.float64(teachers.practice[challenged, area]),
        context.settings.challenge.insight,
        context.settings.practice.ceiling,
    )


@step
def best_area(world: World, teacher: int) -> int:
    """Return the area in which a teacher's practice is best."""
    best = 0
    for area in range(world.teachers.practice.shape[1]):
        if world.teachers.practice[teacher, area] > world.teachers.practice[teacher, best]:
            best = area
    return best


MODULE = Module(
    name="challenge",
    claims="C6, C14",
    switches=("challenge.rate",),
    rules={Phase.EXCHANGED: challenge_helped_teachers},
    request_log=True,
)
