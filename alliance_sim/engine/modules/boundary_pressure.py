"""Boundary pressure: an outside agenda or new boundaries unite a strong alliance and divide a weak one (B9, B14)."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import alliance_teachers, ties_of
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World

STRONG = 0.55
"""Mean trust of teachers from which an alliance unites, the threshold of mutual trust in MODEL 7."""
SHIFT = 0.08
"""Share of (missing) trust that full pressure adds or removes in a half-term."""


@rule
def trust_under_pressure(trust: float, push: float, strong: bool) -> float:
    """Strong: T += 0.08·push·(1 − T). Weak: T ·= 1 − 0.08·push (B9, B14)."""
    return trust + SHIFT * push * (1.0 - trust) if strong else trust * (1.0 - SHIFT * push)


@loop
def apply_pressure(world: World, own: Any, context: Context) -> None:
    """Raise or lower trust within each alliance in each half-term with pressure.

    Ties to schools that have left the alliance, or whose alliance has ended (module ``governance``), are left out.
    """
    ties, separated, push = world.ties, world.modifiers.separated, context.settings.policy.boundary_push
    if push == 0.0:
        return
    for alliance in range(world.alliances.age.size):
        start, end = alliance_teachers(world, alliance)
        total, tie_count = 0.0, 0
        for teacher in range(start, end):
            first, outside, _ = ties_of(world, teacher)
            for tie in range(first, outside):
                if not separated[tie]:
                    total += ties.trust[tie]
                    tie_count += 1
        strong = tie_count > 0 and total / max(1, tie_count) >= STRONG
        for teacher in range(start, end):
            first, outside, _ = ties_of(world, teacher)
            for tie in range(first, outside):
                if not separated[tie]:
                    ties.trust[tie] = trust_under_pressure(np.float64(ties.trust[tie]), push, strong)


MODULE = Module(
    name="boundary_push",
    claims="B9, B14",
    switches=("policy.boundary_push",),
    rules={Phase.START: apply_pressure},
)
