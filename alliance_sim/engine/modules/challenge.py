"""Challenge: peers criticise each other; where there is trust it helps, where there is none it hurts (C14, C6).

Who was helped may be told what could be better. Above a gate of trust that is taken to heart and practice improves;
below it the relationship suffers. Competition keeps people from being content, so it is the occasion to challenge.
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
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import World


@rule
def chance_of_challenge(rate: float, competition: float) -> float:
    """P = rate·(¼ + ¾C): comfort breeds complacency, pressure makes people look for what could be better (C6)."""
    return rate * (0.25 + 0.75 * competition)


@rule
def practice_after_challenge(practice: float, insight: float, ceiling: float) -> float:
    """Q += insight·[1 − q/Q_max]₊: what is taken to heart betters one's own practice."""
    return practice + insight * remaining_potential(practice, ceiling)


@rule
def trust_after_affront(trust: float, offence: float) -> float:
    """T ·= 1 − offence: criticism from somebody who is not trusted (C14)."""
    return trust * (1.0 - offence)


@loop
def challenge_helped_teachers(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """After this half-term's helps inside alliances: each may end in a challenge of who was helped by who helped."""
    request_log = world.request_log
    for alliance in range(request_log.count.size):
        for entry in range(request_log.offsets[alliance], request_log.offsets[alliance] + request_log.count[alliance]):
            if request_log.answer[entry] % JOINT != REFUSED or request_log.answer[entry] >= JOINT:
                challenge(world, settings, seed, half_term, Row(request_log.tie[entry]), request_log.occasion[entry])


@step
def challenge(world: World, settings: Settings, seed: Seed, half_term: int, tie: int, occasion: int) -> None:
    """The holder of the tie is challenged by the partner, whom they asked for help."""
    teachers, ties = world.teachers, world.ties
    back = Row(ties.twin[tie])
    challenged, critic = ties.partner[back], ties.partner[tie]
    likely = chance_of_challenge(settings.challenge.rate, settings.policy.competition)
    draw = random_streams.uniform(
        seed, random_streams.CHALLENGED, half_term, teachers.id[challenged], teachers.id[critic], occasion
    )  # fmt: skip
    if draw >= likely:
        return
    trust = np.float64(ties.trust[tie])
    if trust < settings.challenge.gate:
        ties.trust[tie] = trust_after_affront(trust, settings.challenge.offence)
        return
    ties.trust[tie] = trust_after_promise_kept(trust, settings.trust.gain, settings.level.stake[0])
    area = best_area(world, critic)
    teachers.practice[challenged, area] = practice_after_challenge(
        np.float64(teachers.practice[challenged, area]), settings.challenge.insight, settings.practice.ceiling
    )


@step
def best_area(world: World, teacher: int) -> int:
    """What a critic knows most about."""
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
