"""Topics: leaders choose the topics of collaboration by audit, or teachers choose them by interest (B20, B21, B24).

Leaders choose topics that matter more, but fewer teachers engage with them. Teachers engage with topics of their own
choice, but often share what is easy to show.
"""

from __future__ import annotations

from typing import Any

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World


@rule
def engagement(steered: float, cost: float) -> float:
    """1 − cost·h²: factor on the need for help, which falls faster the more leaders steer (B20, B24)."""
    return 1.0 - cost * steered * steered


@rule
def quality(steered: float, ease: float) -> float:
    """1 − ease·(1 − h)²: factor on transfer; without steering, teachers share what is easy to show (B21)."""
    return 1.0 - ease * (1.0 - steered) * (1.0 - steered)


@loop
def apply_topics(world: World, own: Any, context: Context) -> None:
    """Apply the effects of steering on need and transfer, at the start of a half-term."""
    topics = context.settings.topics
    if not topics.enabled:
        return
    need, transfer = engagement(topics.steered, topics.cost), quality(topics.steered, topics.ease)
    for teacher in range(world.teachers.id.size):
        world.modifiers.need_factor[teacher] *= need
        world.modifiers.transfer_factor[teacher] *= transfer


MODULE = Module(
    name="topics",
    claims="B20, B21, B24",
    switches=("topics.enabled",),
    rules={Phase.START: apply_topics},
    uses_modifiers=True,
)
