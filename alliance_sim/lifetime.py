"""A whole life in as few calls as can be, for who wants a world's outcomes and no more: sweeps and comparisons.

The same bytes as ``AllianceModel`` lives, without agents, events' queue or data collector, which are a third of a small
world's cost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alliance_sim import chance
from alliance_sim.model import AllianceModel, seed_from
from alliance_sim.modules import switched_on
from alliance_sim.outcomes import NAMES, OUTCOMES
from alliance_sim.policy import enact
from alliance_sim.population import drawn_roster, open_world
from alliance_sim.scenario import Scenario
from alliance_sim.schedule import threads_for
from alliance_sim.settings import settings_record
from alliance_sim.stretch import live_stretch


def live(scenario: Scenario, seed: int, half_terms: int) -> NDArray[np.float64]:
    """One world: the system's outcomes, shape (half-terms + 1, outcomes), the opening first.

    Raises:
        ValueError: if the seed is no whole number from 0 to 2**64 - 1.
    """
    luck = np.uint64(chance.seed_of(np.uint64(seed_from(seed))))
    settings = settings_record(scenario.configuration.values)
    roster = scenario.roster or drawn_roster(settings[0], luck)
    if threads_for(int(roster.teachers.sum())) > 1 or switched_on(
        scenario.configuration.values, [event.set for event in scenario.events]
    ):
        model = AllianceModel(scenario, rng=seed, record="system")
        model.run_for(half_terms)
        return model.outcomes[list(NAMES)].to_numpy(dtype=np.float64)
    world = open_world(roster, settings[0], luck)
    outcomes = np.empty((half_terms + 1, len(OUTCOMES)))
    lived = 0
    for event in scenario.events:
        if event.half_term >= half_terms:
            break
        if event.half_term >= lived:
            live_stretch(world, settings[0], luck, lived, event.half_term, outcomes[lived : event.half_term + 1])
            lived = event.half_term + 1
        enact(event.set, settings, world)
    live_stretch(world, settings[0], luck, lived, half_terms, outcomes[lived:])
    return outcomes
