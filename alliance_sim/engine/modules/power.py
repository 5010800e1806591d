"""Power: one school controls the funds and decisions of an alliance, which costs it trust (A16, A17, B12).

The school with most teachers has control. Brokerage prefers its pairs, and requests of others wait for its approval.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import Row, alliance_teachers, in_range, largest_school, teachers_of, ties_of
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World

CONTROL_BONUS = 0.5
"""Practice that full control of funds adds to the perceived match of pairs of the controlling school."""
BLOCKED = 0.4
"""Share of the need for help of other schools that is lost while it waits for approval, at full veto."""


@rule
def trust_under_control(trust: float, resentment: float, skew: float) -> float:
    """T ·= 1 − resentment·skew: control costs trust, even if it is well meant (B12)."""
    return trust * (1.0 - resentment * skew)


@loop
def apply_control(world: World, own: Any, context: Context) -> None:
    """Favour the controlling school in brokerage, and reduce others' need for help, at the start of a half-term."""
    skew, veto = context.settings.power.purse, context.settings.power.veto
    for alliance in range(world.alliances.age.size):
        if not world.alliances.alive[alliance]:
            continue
        start, end = alliance_teachers(world, alliance)
        first, last = teachers_of(world, largest_school(world, alliance))
        for teacher in range(start, end):
            inside = in_range(teacher, first, last)
            if not inside:
                world.modifiers.need_factor[teacher] *= 1.0 - BLOCKED * veto
            start_tie, outside, _ = ties_of(world, teacher)
            for tie in range(start_tie, outside):
                if inside or in_range(world.ties.partner[tie], first, last):
                    world.modifiers.match_bonus[tie] += CONTROL_BONUS * skew


@loop
def apply_resentment(world: World, own: Any, context: Context) -> None:
    """Lower the trust of other teachers and heads in the controlling school, at the end of a half-term."""
    skew, resentment = max(context.settings.power.purse, context.settings.power.veto), context.settings.power.resentment
    ties, head_trust = world.ties, world.head_ties.trust
    for alliance in range(world.alliances.age.size):
        if not world.alliances.alive[alliance]:
            continue
        hub = largest_school(world, alliance)
        first, last = teachers_of(world, hub)
        for teacher in range(first, last):
            start_tie, outside, _ = ties_of(world, teacher)
            for tie in range(start_tie, outside):
                back = Row(ties.twin[tie])
                ties.trust[back] = trust_under_control(np.float64(ties.trust[back]), resentment, skew)
        begin, after = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        members = after - begin
        for other in range(begin, after):
            if other != hub:
                place = world.alliances.head_tie_offsets[alliance] + (other - begin) * members + hub - begin
                head_trust[place] = trust_under_control(np.float64(head_trust[place]), resentment, skew)


MODULE = Module(
    name="power",
    claims="A16, A17, B12",
    switches=("power.purse", "power.veto"),
    rules={Phase.START: apply_control, Phase.END: apply_resentment},
    uses_modifiers=True,
)
