"""A whole life in as few calls as can be, for who wants a world's outcomes and no more: sweeps and comparisons.

The same bytes as ``AllianceModel`` lives, without agents, events' queue or data collector, which are a third of a small
world's cost; and without Mesa, whose import costs a worker process as much as seventy small worlds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config import Configuration
from alliance_sim.config.resources import expected_teachers
from alliance_sim.declarations.outcomes import NAMES, OUTCOMES
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine import random_streams
from alliance_sim.engine.modules.registry import modules_of
from alliance_sim.engine.seeds import seed_from
from alliance_sim.engine.settings import settings_record
from alliance_sim.engine.simulation.batch import run_batch, typed_list
from alliance_sim.engine.simulation.events import apply_event, check_event_schools
from alliance_sim.engine.simulation.initialization import initialize, sample_roster
from alliance_sim.engine.simulation.policy import set_policy
from alliance_sim.engine.simulation.schedule import threads_for
from alliance_sim.engine.simulation.simulation import Simulation

TEACHERS_TOGETHER, REPLICATES_TOGETHER = 50_000, 50
"""The most in one compiled call: some 12 MB of worlds, which nearer memory holds; beyond fifty nothing is gained."""
WORK_TOGETHER = 2_000_000
"""Teacher-half-terms in one compiled call: half a second, so that who waits for its runs hears of them in time."""


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
    return simulate_batch(configuration, [seed], half_terms, kept, roster=roster, since=since)[0]


def replicates_per_call(configuration: Configuration, half_terms: int, roster: Roster | None = None) -> int:
    """How many replicates ``simulate_batch`` had best be given at once, by the teachers that are to be expected.

    One where there are modules: such worlds live one after another anyhow.
    """
    if modules_of(configuration):
        return 1
    teachers = expected_teachers(configuration.values) if roster is None else float(roster.teachers.sum())
    most = min(TEACHERS_TOGETHER, WORK_TOGETHER / max(1, half_terms)) / teachers
    return max(1, min(REPLICATES_TOGETHER, int(most)))


def simulate_batch(
    configuration: Configuration,
    seeds: Sequence[int],
    half_terms: int,
    kept: Sequence[str] = NAMES,
    *,
    roster: Roster | None = None,
    since: int = 0,
) -> NDArray[np.float64]:
    """Worlds that differ in their luck alone: what ``live`` gives for each (seeds × half-terms × outcomes).

    They live from event to event in one compiled call for all; those with modules, or so large that each has threads
    of its own, one after another.
    """
    lucks = np.array([random_streams.seed_of(np.uint64(seed_from(seed))) for seed in seeds], np.uint64)
    settings = settings_record(configuration.values)
    schools = [roster or sample_roster(settings[0], luck) for luck in lucks]
    if modules_of(configuration) or any(threads_for(int(some.teachers.sum())) > 1 for some in schools):
        runs = (Simulation(configuration, seed_from(seed), roster).run(half_terms) for seed in seeds)
        return np.stack([run.recorder.outcomes(kept)[since:] for run in runs])
    for some in schools:
        check_event_schools(configuration.events, some)
    worlds = [initialize(some, settings[0], luck) for some, luck in zip(schools, lucks, strict=True)]
    measured: list[NDArray[np.float64]] = []
    lived = 0

    def simulate_until(half_term: int) -> None:
        rows = np.empty((len(seeds), max(0, half_term + 1 - max(lived, since)), len(OUTCOMES)))
        run_batch(typed_list(worlds), settings[0], lucks, lived, half_term, rows)
        measured.append(rows)

    for event in configuration.events:
        if event.half_term >= half_terms:
            break
        if event.half_term >= lived:
            simulate_until(event.half_term)
            lived = event.half_term + 1
        for place, (world, some, luck) in enumerate(zip(worlds, schools, lucks, strict=True)):
            set_policy(event.set, settings, world)
            worlds[place] = apply_event(event, world, settings[0], luck, event.half_term, some)
    simulate_until(half_terms)
    outcomes = np.concatenate(measured, axis=1)
    if tuple(kept) == NAMES:
        return outcomes
    places = {name: place for place, name in enumerate(NAMES)}
    nothing = np.full(outcomes.shape[:2], np.nan)
    return np.stack([outcomes[..., places[name]] if name in places else nothing for name in kept], axis=-1)
