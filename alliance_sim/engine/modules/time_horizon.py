"""Time horizon: who does not expect to be here long counts less on the return of help (A10)."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import World

RETURN = 0.5
"""Share of the worth of helping somebody who is trusted that lies in what will come back."""


@rule
def return_discounted(shortness: float, worth: float, trust: float) -> float:
    """−½·s·g·T: of the worth g·T of helping, half is expected in return, and that lies beyond a short horizon (A10)."""
    return -RETURN * shortness * worth * trust


@loop
def discount_returns(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Each half-term, on every tie."""
    shortness, worth = settings.time_horizon.shortness, settings.trust.help_value
    for tie in range(world.ties.trust.size):
        trust = np.float64(world.ties.trust[tie])
        world.modifiers.utility_offset[tie] += return_discounted(shortness, worth, trust)


MODULE = Module(
    name="time_horizon",
    claims="A10",
    switches=("time_horizon.shortness",),
    rules={Phase.START: discount_returns},
    uses_modifiers=True,
)
