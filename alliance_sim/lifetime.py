"""A whole life in as few calls as can be, for who wants a world's outcomes and no more: sweeps and comparisons.

The same bytes as ``AllianceModel`` lives, without agents, events' queue or data collector, which are a third of a small
world's cost; and without Mesa, whose import costs a worker process as much as seventy small worlds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alliance_sim import chance
from alliance_sim.configuration import Configuration
from alliance_sim.happenings import happen, refuse_strangers
from alliance_sim.modules import modules_of
from alliance_sim.outcomes import NAMES, OUTCOMES
from alliance_sim.policy import enact
from alliance_sim.population import drawn_roster, open_world
from alliance_sim.roster import Roster
from alliance_sim.schedule import threads_for
from alliance_sim.seeds import seed_from
from alliance_sim.settings import settings_record
from alliance_sim.stretch import live_stretch


def live(
    configuration: Configuration,
    seed: int,
    half_terms: int,
    kept: Sequence[str] = NAMES,
    *,
    roster: Roster | None = None,
    since: int = 0,
) -> NDArray[np.float64]:
    """One world: the system's outcomes, one row a half-term from ``since`` to the last; 0 is the opening.

    Args:
        configuration: what kind of world.
        seed: its luck.
        half_terms: how long it lives.
        kept: the names of the outcomes that are wanted; what a module adds is NaN where the module is off.
        roster: its schools; None: they are drawn.
        since: the first half-term that is measured; those before are lived, and not looked at.

    Raises:
        ValueError: if the seed is no whole number from 0 to 2**64 - 1.
    """
    luck = np.uint64(chance.seed_of(np.uint64(seed_from(seed))))
    settings = settings_record(configuration.values)
    schools = roster or drawn_roster(settings[0], luck)
    if threads_for(int(schools.teachers.sum())) > 1 or modules_of(configuration):
        from alliance_sim.model import AllianceModel
        from alliance_sim.scenario import Scenario

        model = AllianceModel(Scenario.of(configuration, roster=roster), rng=seed, record="system")
        model.run_for(half_terms)
        return model.outcomes.reindex(columns=list(kept)).to_numpy(dtype=np.float64)[since:]
    refuse_strangers(configuration.events, schools)
    world = open_world(schools, settings[0], luck)
    outcomes = np.empty((half_terms + 1, len(OUTCOMES)))
    lived = 0
    for event in configuration.events:
        if event.half_term >= half_terms:
            break
        if event.half_term >= lived:
            rows = outcomes[max(lived, since) : event.half_term + 1]
            live_stretch(world, settings[0], luck, lived, event.half_term, rows)
            lived = event.half_term + 1
        enact(event.set, settings, world)
        world = happen(event, world, settings[0], luck, event.half_term, schools)
    live_stretch(world, settings[0], luck, lived, half_terms, outcomes[max(lived, since) :])
    outcomes = outcomes[since:]
    if tuple(kept) == NAMES:
        return outcomes
    places = {name: place for place, name in enumerate(NAMES)}
    nothing = np.full(len(outcomes), np.nan)
    return np.column_stack([outcomes[:, places[name]] if name in places else nothing for name in kept])
