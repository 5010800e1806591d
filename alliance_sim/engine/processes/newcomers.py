"""Newcomers: the trust, debts and level between two people of whom at least one is new in post (A24).

The core rules use these functions when events or restructuring make people strangers; the modules ``turnover`` and
``mobility`` use them when people leave or move.
"""

from __future__ import annotations

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import step
from alliance_sim.engine.indexing import Row
from alliance_sim.engine.processes.trust import NETWORKING, set_both_levels
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World


@step
def reset_ties(world: World, context: Context, tie: int) -> None:
    """Reset a tie and its twin: initial trust, no debt, no counted help, and the lowest level."""
    ties = world.ties
    back = Row(ties.twin[tie])
    ties.trust[tie] = first_trust(world, context, tie)
    ties.trust[back] = first_trust(world, context, back)
    ties.owed[tie] = 0.0
    ties.owed[back] = 0.0
    ties.given[tie] = 0.0
    ties.given[back] = 0.0
    set_both_levels(ties, tie, NETWORKING)


@step
def first_trust(world: World, context: Context, tie: int) -> float:
    """Sample trust between two teachers of whom one is new: T0 with its spread, as in the initial state."""
    ties, ids = world.ties, world.teachers.id
    holder, partner = ids[ties.partner[ties.twin[tie]]], ids[ties.partner[tie]]
    sampled = random_streams.normal(context.seed, random_streams.TRUST_IN_NEWCOMER, context.half_term, holder, partner)
    return min(0.98, max(0.02, context.settings.trust.initial + context.settings.trust.initial_sd * sampled))


@step
def first_head_trust(context: Context, one: int, other: int) -> float:
    """Sample trust between two heads of whom one is new: 0.05 above T0 with its spread, as in the initial state."""
    sampled = random_streams.normal(context.seed, random_streams.TRUST_IN_NEW_HEAD, context.half_term, one, other)
    return min(0.98, max(0.02, context.settings.trust.initial + 0.05 + context.settings.trust.initial_sd * sampled))
