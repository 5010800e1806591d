"""The requests for help of one half-term, collected before any of them is answered."""

from __future__ import annotations

import numpy as np

from alliance_sim import AllianceModel
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.settings import Context
from alliance_sim.engine.simulation import cross_alliance, phases, requests
from alliance_sim.engine.simulation.workspace import allocate_workspace
from alliance_sim.engine.state import Ints, World


@loop
def all_requests(world: World, context: Context) -> tuple[Ints, Ints, Ints]:
    """Answer the requests between colleagues of one school, and collect all others of the half-term.

    Returns:
        Tie row, occasion and alliance of each request; the alliance is -1 across boundaries.
    """
    alliances = world.alliances.age.size
    workspace = allocate_workspace(world, 0, alliances)
    across = cross_alliance.draw_order(world, context)
    capacity = workspace.tie.size * alliances + across.tie.size
    ties, occasions, where = np.empty(capacity, np.int64), np.empty(capacity, np.int64), np.empty(capacity, np.int64)
    many = 0
    for alliance in range(alliances):
        requests.answer_home_requests(world, context, alliance, workspace)
        waiting = requests.collect_requests(world, alliance, workspace)
        waiting = requests.enqueue_brokered_requests(world, context, alliance, workspace, waiting)
        waiting = requests.enqueue_return_offers(world, context, alliance, workspace, waiting)
        for place in range(waiting):
            ties[many], occasions[many], where[many] = workspace.tie[place], workspace.occasion[place], alliance
            many += 1
    for place in range(across.tie.size):
        ties[many], occasions[many], where[many] = across.tie[place], across.occasion[place], -1
        many += 1
    return ties[:many], occasions[:many], where[:many]


def next_requests(model: AllianceModel, number: int) -> tuple[Ints, Ints, Ints]:
    """Run the decision phase of half-term ``number`` and collect its requests, as ``all_requests`` does."""
    world, context = model.world, model.simulation.context._replace(half_term=number)
    phases.decision_phase(world, context, 0, world.alliances.age.size)
    return all_requests(world, context)
