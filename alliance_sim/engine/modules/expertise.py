"""Expertise: people misjudge each other's practice, and a directory of expertise reduces the error (C11, B22).

Teachers hardly use a directory; coordinators use it fully.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import ties_of
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import Floats, World

UNUSED_BY_TEACHERS = 0.85
"""Share of a directory's effect that teachers lose because they hardly use it (B22)."""


class FirstImpressions(NamedTuple):
    """First impressions of each other's practice."""

    impression: Annotated[
        Floats, Column("float32", "SD", "error of the holder's first impression of the partner", of="ties")
    ]


@rule
def judgement_error(misjudgement: float, impression: float, trust: float, directory: float) -> float:
    """E = s·ε·(1 − T)·(1 − 0.15·directory): error of judgement, which is smaller where trust is high (C11)."""
    return misjudgement * impression * (1.0 - trust) * (1.0 - (1.0 - UNUSED_BY_TEACHERS) * directory)


@rule
def broker_noise(misjudgement: float, directory: float) -> float:
    """1 + 3s·(1 − directory): factor on the noise of coordinators, which a directory removes (B22)."""
    return 1.0 + 3.0 * misjudgement * (1.0 - directory)


@loop
def sample_impressions(world: World, own: Any, context: Context) -> None:
    """Sample a lasting first impression on each tie, in the initial state."""
    ids = world.teachers.id
    for teacher in range(ids.size):
        first, _, last = ties_of(world, teacher)
        for tie in range(first, last):
            own.impression[tie] = random_streams.normal(
                context.seed, random_streams.RUMOUR, 0, ids[teacher], ids[world.ties.partner[tie]]
            )


@loop
def apply_judgement_errors(world: World, own: Any, context: Context) -> None:
    """Apply errors of judgement, given current trust, at the start of a half-term."""
    expertise = context.settings.expertise
    for tie in range(own.impression.size):
        trust, impression = np.float64(world.ties.trust[tie]), np.float64(own.impression[tie])
        world.modifiers.perception_error[tie] += judgement_error(
            expertise.misjudgement, impression, trust, expertise.directory
        )
    for alliance in range(world.alliances.age.size):
        world.modifiers.noise_factor[alliance] *= broker_noise(expertise.misjudgement, expertise.directory)


MODULE = Module(
    name="expertise",
    claims="B22, C11",
    switches=("expertise.misjudgement",),
    rules={Phase.INITIAL: sample_impressions, Phase.START: apply_judgement_errors},
    state=FirstImpressions,
    uses_modifiers=True,
)
