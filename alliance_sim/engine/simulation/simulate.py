"""Simulate whole runs in few compiled calls, for callers that need only outcomes: sweeps and comparisons.

Outcomes equal those of ``Simulation`` and ``AllianceModel`` to the byte.

# perf: no agents, observers or Mesa; importing Mesa costs a worker process as much as seventy small runs.
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
from alliance_sim.engine.settings import Context, settings_record
from alliance_sim.engine.simulation.batch import run_half_terms
from alliance_sim.engine.simulation.events import apply_event, check_event_schools
from alliance_sim.engine.simulation.initialization import initialize, sample_roster
from alliance_sim.engine.simulation.policy import set_policy
from alliance_sim.engine.simulation.schedule import threads_for
from alliance_sim.engine.simulation.simulation import Simulation

TEACHERS_TOGETHER, REPLICATES_TOGETHER = 50_000, 50
"""The most teachers, and the most runs, in one call of ``simulate_batch``.

# perf: some 12 MB of columns, which fit a processor cache; more than fifty runs gain nothing.
"""
WORK_TOGETHER = 2_000_000
"""The most teacher-half-terms in one call: about half a second, so that workers report progress in time."""


def simulate(
    configuration: Configuration,
    seed: int,
    half_terms: int,
    outcomes: Sequence[str] = NAMES,
    *,
    roster: Roster | None = None,
    since: int = 0,
) -> NDArray[np.float64]:
    """Simulate one run and return the system's outcomes.

    Args:
        configuration: every parameter, with dated events.
        seed: a whole number from 0 to 2**64 - 1.
        half_terms: number of half-terms to simulate.
        outcomes: names of the outcomes to return; an outcome of a module is NaN while the module is off.
        roster: the schools; sampled if None.
        since: the first half-term to measure; 0 is the initial state.

    Returns:
        Shape (half-terms from ``since`` to the last, outcomes).

    Raises:
        ValueError: if the seed is out of range.
    """
    return simulate_batch(configuration, [seed], half_terms, outcomes, roster=roster, since=since)[0]


def replicates_per_call(configuration: Configuration, half_terms: int, roster: Roster | None = None) -> int:
    """Return the number of seeds to pass to ``simulate_batch`` at once, from the expected number of teachers.

    It is 1 with optional modules, because such runs are simulated one at a time.
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
    outcomes: Sequence[str] = NAMES,
    *,
    roster: Roster | None = None,
    since: int = 0,
) -> NDArray[np.float64]:
    """Simulate runs that differ only in their seed.

    Each run advances from event to event in one compiled call. Runs with optional modules, and runs large enough for
    several threads, are simulated one at a time.

    Args:
        configuration: every parameter, with dated events.
        seeds: whole numbers from 0 to 2**64 - 1.
        half_terms: number of half-terms to simulate.
        outcomes: names of the outcomes to return, as for ``simulate``.
        roster: the schools of every run; sampled for each seed if None.
        since: the first half-term to measure.

    Returns:
        Shape (seeds, half-terms from ``since`` to the last, outcomes).
    """
    random_keys = np.array([random_streams.seed_of(np.uint64(seed_from(seed))) for seed in seeds], np.uint64)
    settings = settings_record(configuration.values)
    rosters = [roster or sample_roster(settings[0], key) for key in random_keys]
    if modules_of(configuration) or any(threads_for(int(each.teachers.sum())) > 1 for each in rosters):
        runs = (Simulation(configuration, seed_from(seed), roster).run(half_terms) for seed in seeds)
        return np.stack([run.recorder.outcomes(outcomes)[since:] for run in runs])
    for each in rosters:
        check_event_schools(configuration.events, each)
    worlds = [initialize(each, settings[0], key) for each, key in zip(rosters, random_keys, strict=True)]
    measured: list[NDArray[np.float64]] = []
    reached = 0

    def simulate_until(half_term: int) -> None:
        rows = np.empty((len(seeds), max(0, half_term + 1 - max(reached, since)), len(OUTCOMES)))
        none = np.empty((rows.shape[1], 0, len(OUTCOMES)), np.float32)
        for place, (world, key) in enumerate(zip(worlds, random_keys, strict=True)):
            run_half_terms(world, settings[0], key, reached, half_term, rows[place], none, none)
        measured.append(rows)

    for event in configuration.events:
        if event.half_term >= half_terms:
            break
        if event.half_term >= reached:
            simulate_until(event.half_term)
            reached = event.half_term + 1
        for place, (world, each, key) in enumerate(zip(worlds, rosters, random_keys, strict=True)):
            set_policy(event.set, settings, world)
            worlds[place] = apply_event(event, world, Context(settings[0], key, event.half_term), each)
    simulate_until(half_terms)
    table = np.concatenate(measured, axis=1)
    if tuple(outcomes) == NAMES:
        return table
    columns = {name: column for column, name in enumerate(NAMES)}
    undefined = np.full(table.shape[:2], np.nan)
    return np.stack([table[..., columns[name]] if name in columns else undefined for name in outcomes], axis=-1)
