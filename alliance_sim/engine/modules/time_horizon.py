"""Time horizon: people who do not expect to stay long count less on the return of help (A10)."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World

RETURN = 0.5
"""Share of the value of helping a trusted partner that consists of expected return."""


@rule
def return_discounted(shortness: float, help_value: float, trust: float) -> float:
    """−½·s·g·T: half of the value g·T of helping is expected return, which a short horizon discounts (A10)."""
    return -RETURN * shortness * help_value * trust


@loop
def discount_returns(world: World, own: Any, context: Context) -> None:
    """Discount the expected return on every tie, at the start of a half-term."""
    shortness, help_value = context.settings.time_horizon.shortness, context.settings.trust.help_value
    for tie in range(world.ties.trust.size):
        trust = np.float64(world.ties.trust[tie])
        world.modifiers.utility_offset[tie] += return_discounted(shortness, help_value, trust)


MODULE = Module(
    name="time_horizon",
    claims="A10",
    switches=("time_horizon.shortness",),
    rules={Phase.START: discount_returns},
    uses_modifiers=True,
)
