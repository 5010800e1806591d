"""Initiative churn: new initiatives disrupt collaboration, unless a coordinator keeps them away (A18, B16).

While an initiative is new, teachers ask more often, help transfers less, and pairs may lose a level. Initiatives come
from policy, so they also reach schools whose alliance has ended.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import Row, alliance_teachers, ties_of
from alliance_sim.engine.processes.brokerage import present_credibility
from alliance_sim.engine.processes.trust import NETWORKING, set_both_levels
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Ints, World

EXTRA_NEED = 0.3
"""Relative increase in the need for help while an initiative is new."""
LOST_TRANSFER = 0.5
"""Share of the transfer of practice that is lost while an initiative is new."""


class Initiatives(NamedTuple):
    """Initiatives of this half-term."""

    arrived: Annotated[Ints, Column("bool", "yes or no", "whether an initiative reached the alliance", of="alliances")]


@rule
def arrival_chance(frequency: float, buffered: float, credibility: float) -> float:
    """P = frequency·(1 − buffered·c): a credible coordinator keeps initiatives away (B16)."""
    return frequency * (1.0 - buffered * credibility)


@loop
def apply_initiatives(world: World, own: Any, context: Context) -> None:
    """Sample whether an initiative reaches each alliance, and apply its effects on teachers and pairs."""
    teachers, ties = world.teachers, world.ties
    for alliance in range(own.arrived.size):
        credibility = present_credibility(world.coordinators, alliance)
        chance = arrival_chance(context.settings.churn.frequency, context.settings.churn.buffered, credibility)
        who = world.schools.id[world.alliances.school_offsets[alliance]]
        own.arrived[alliance] = (
            random_streams.uniform(context.seed, random_streams.INITIATIVE, context.half_term, who) < chance
        )
        if not own.arrived[alliance]:
            continue
        start, end = alliance_teachers(world, alliance)
        for teacher in range(start, end):
            world.modifiers.need_factor[teacher] *= 1.0 + EXTRA_NEED
            world.modifiers.transfer_factor[teacher] *= 1.0 - LOST_TRANSFER
            first, outside, _ = ties_of(world, teacher)
            for tie in range(first, outside):
                other = ties.partner[tie]
                if other < teacher or ties.level[tie] <= NETWORKING:
                    continue
                draw = random_streams.uniform(
                    context.seed,
                    random_streams.FOCUS_LOST,
                    context.half_term,
                    teachers.id[teacher],
                    teachers.id[Row(other)],
                )
                if draw < context.settings.churn.reset:
                    set_both_levels(ties, tie, ties.level[tie] - 1)


@loop
def initiatives(world: World, settings: Settings, own: Any) -> float:
    """Return the share of alliances that a new initiative reached."""
    return own.arrived.mean()


MODULE = Module(
    name="churn",
    claims="A18, B16, C36",
    switches=("churn.frequency",),
    rules={Phase.START: apply_initiatives},
    state=Initiatives,
    uses_modifiers=True,
    outcomes={
        Outcome("initiatives", "share of alliances", "alliances that a new initiative reached", "system"): initiatives
    },
)
