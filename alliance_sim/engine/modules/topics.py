"""Strategic or grassroots: who chooses what people work on, leaders by audit or teachers by interest (B20, B21, B24).

Topics from above are those that matter, and fewer people care for them; topics from below engage, and are often what is
easy to show.
"""

from __future__ import annotations

from typing import Any

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import World


@rule
def engagement(steered: float, cost: float) -> float:
    """1 − cost·h²: a little steering puts few people off, steering throughout puts off many (B20, B24)."""
    return 1.0 - cost * steered * steered


@rule
def quality(steered: float, ease: float) -> float:
    """1 − ease·(1 − h)²: left to themselves, people share what is easy to present (B21)."""
    return 1.0 - ease * (1.0 - steered) * (1.0 - steered)


@loop
def apply_topics(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """The mix of the two decides how many come and how much it is worth."""
    topics = settings.topics
    if not topics.enabled:
        return
    come, worth = engagement(topics.steered, topics.cost), quality(topics.steered, topics.ease)
    for teacher in range(world.teachers.id.size):
        world.modifiers.need_factor[teacher] *= come
        world.modifiers.transfer_factor[teacher] *= worth


MODULE = Module(
    name="topics",
    claims="B20, B21, B24",
    switches=("topics.enabled",),
    rules={Phase.START: apply_topics},
    uses_modifiers=True,
)
