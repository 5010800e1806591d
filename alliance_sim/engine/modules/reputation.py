"""Reputation: initial trust in strangers follows the rank of their school (A2).

Only the initial state is affected; later, experience changes trust.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import ties_of
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World

REACH = 0.5
"""Difference in initial trust between the highest- and the lowest-ranked school, at full weight."""


@rule
def first_expectation(trust: float, weight: float, rank: float) -> float:
    """T0' = T0 + weight·½·(½ − rank): initial trust is higher in people of higher-ranked schools (A2)."""
    return min(0.98, max(0.02, trust + weight * REACH * (0.5 - rank)))


@loop
def adjust_initial_trust(world: World, own: Any, context: Context) -> None:
    """Adjust initial trust of teachers and heads by the rank of the partner's school."""
    teachers, ties, ranks = world.teachers, world.ties, world.schools.rank
    weight = context.settings.reputation.weight
    for teacher in range(teachers.id.size):
        first, _, last = ties_of(world, teacher)
        for tie in range(first, last):
            rank = np.float64(ranks[teachers.school[ties.partner[tie]]])
            ties.trust[tie] = first_expectation(np.float64(ties.trust[tie]), weight, rank)
    trust = world.head_ties.trust
    for alliance in range(world.alliances.age.size):
        begin, after = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        block, members = world.alliances.head_tie_offsets[alliance], after - begin
        for one in range(members):
            for other in range(members):
                if one != other:
                    place, rank = block + one * members + other, np.float64(ranks[begin + other])
                    trust[place] = first_expectation(np.float64(trust[place]), weight, rank)


MODULE = Module(
    name="reputation",
    claims="A2",
    switches=("reputation.weight",),
    rules={Phase.INITIAL: adjust_initial_trust},
)
