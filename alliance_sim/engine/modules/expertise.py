"""The expertise map: without one people misjudge who knows what; a directory helps brokers most (C11, B22)."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import ties_of
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, World

UNUSED_BY_TEACHERS = 0.85
"""Share of a directory's worth that is lost on teachers, who hardly look into it (B22); coordinators use all of it."""


class FirstImpressions(NamedTuple):
    """What people think of each other's practice before they have worked together."""

    impression: Annotated[Floats, Column("float32", "SD", "how far off a first impression is", of="ties")]


@rule
def judgement_error(misjudgement: float, impression: float, trust: float, directory: float) -> float:
    """E = s·ε·(1 − T)·(1 − 0.15·directory): who trusts somebody knows them better (C11)."""
    return misjudgement * impression * (1.0 - trust) * (1.0 - (1.0 - UNUSED_BY_TEACHERS) * directory)


@rule
def broker_noise(misjudgement: float, directory: float) -> float:
    """1 + 3s·(1 − directory): a coordinator without a map is as blind as the others, with one is not (B22)."""
    return 1.0 + 3.0 * misjudgement * (1.0 - directory)


@loop
def sample_impressions(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """At the opening: a lasting first impression on each tie."""
    ids = world.teachers.id
    for teacher in range(ids.size):
        first, _, last = ties_of(world, teacher)
        for tie in range(first, last):
            own.impression[tie] = random_streams.normal(
                seed, random_streams.RUMOUR, 0, ids[teacher], ids[world.ties.partner[tie]]
            )


@loop
def apply_judgement_errors(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Each half-term, from trust as it stands."""
    expertise = settings.expertise
    for tie in range(own.impression.size):
        trust, impression = np.float64(world.ties.trust[tie]), np.float64(own.impression[tie])
        world.modifiers.perception_error[tie] += judgement_error(expertise.misjudgement, impression, trust, expertise.directory)
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


# Old names, until all packages use the new ones.
misjudged = judgement_error
