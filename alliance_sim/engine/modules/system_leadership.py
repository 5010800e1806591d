"""System leadership: heads who trust their partners care for partners' pupils, which reduces rivalry (C15, B6)."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import World


@rule
def concern(moral_reach: float, trust: float, gate: float) -> float:
    """M = reach·[T − gate]₊/(1 − gate): concern for partners' pupils needs trust above a gate (B6)."""
    return moral_reach * max(0.0, trust - gate) / (1.0 - gate)


@loop
def apply_concern(world: World, own: Any, context: Context) -> None:
    """Reduce the rivalry that each school perceives, by its head's mean trust in the other heads of the alliance.

    Schools whose alliance has ended have no partners and are left out.
    """
    gate = min(0.99, context.settings.system_leadership.gate)
    for alliance in range(world.alliances.age.size):
        if not world.alliances.alive[alliance]:
            continue
        first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        block, members = world.alliances.head_tie_offsets[alliance], last - first
        for school in range(first, last):
            trust = 0.0
            for other in range(members):
                if other != school - first:
                    trust += world.head_ties.trust[block + (school - first) * members + other]
            added = concern(context.settings.system_leadership.reach, trust / max(1, members - 1), gate)
            discount = np.float64(world.modifiers.rivalry_discount[school])
            world.modifiers.rivalry_discount[school] = 1.0 - (1.0 - discount) * (1.0 - added)


@loop
def mean_concern(world: World, settings: Settings, own: Any) -> float:
    """Return the mean share of rivalry that schools do not perceive."""
    return world.modifiers.rivalry_discount.mean()


MODULE = Module(
    name="system_leadership",
    claims="B6, C15",
    switches=("system_leadership.reach",),
    rules={Phase.START: apply_concern},
    uses_modifiers=True,
    outcomes={
        Outcome(
            "concern",
            "share",
            "share of rivalry that concern for partners' pupils removes, mean over schools",
            "system",
        ): mean_concern
    },
)
