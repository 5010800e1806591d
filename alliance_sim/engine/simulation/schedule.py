"""The schedule of a half-term, shared between threads where a world is large (``batch.py`` tells it for one thread).

Threads are plain Python threads around compiled loops that let each other run; each takes a run of alliances. Which
thread takes what never shows in a result.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from alliance_sim.declarations.module import Phase
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.modules.registry import ActiveModules
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.simulation import batch, cross_alliance, phases
from alliance_sim.engine.state import World

WORTH_A_THREAD = 60_000
"""Teachers from which a second thread saves more than it costs."""
CHUNKS_A_THREAD = 4
"""Alliances differ in size, so each thread takes several smaller runs."""


def threads_for(teachers: int) -> int:
    """How many threads a world of this size gets: ``ALLIANCE_SIM_THREADS`` if set, else one for each core if large."""
    asked = os.environ.get("ALLIANCE_SIM_THREADS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    return (os.cpu_count() or 1) if teachers >= WORTH_A_THREAD else 1


@cache
def _pool(threads: int, process: int) -> ThreadPoolExecutor:
    """One pool a process: threads do not survive a fork."""
    return ThreadPoolExecutor(threads, thread_name_prefix=f"half-term-{process}")


def shared(step: Callable[..., None], total: int, threads: int, *before: Any) -> None:
    """Call ``step(*before, first, last)`` on runs that together cover 0 to ``total``, on this many threads."""
    if threads <= 1 or total < 2:
        step(*before, 0, total)
        return
    runs = min(total, threads * CHUNKS_A_THREAD)
    edges = [total * run // runs for run in range(runs + 1)]
    pool = _pool(threads, os.getpid())
    for done in [pool.submit(step, *before, edges[run], edges[run + 1]) for run in range(runs)]:
        done.result()


def simulate_half_term(
    world: World, settings: Settings, seed: Seed, number: int, threads: int, modules: ActiveModules
) -> None:
    """One half-term, in order (MODEL 3; events are applied before, measures taken after).

    Args:
        world: the columns, changed in place.
        settings: a record of ``SETTINGS`` as events have left it.
        seed: the internal seed.
        number: 1 for the first half-term.
        threads: how many threads may share the work.
        modules: those that are on.
    """
    if threads <= 1 and not modules:
        batch.simulate_half_term(world, settings, seed, number)
        return
    alliances = world.alliances.age.size
    if number > 1 and number % HALF_TERMS_A_YEAR == 1:
        phases.year_end(world, settings, seed, number)
        modules.act(Phase.YEAR_END, world, settings, seed, number)
    modules.act(Phase.START, world, settings, seed, number)
    shared(phases.decision_phase, alliances, threads, world, settings, seed, number)
    modules.act(Phase.DECIDED, world, settings, seed, number)
    shared(phases.exchange_phase, alliances, threads, world, settings, seed, number)
    requests_across_boundaries(world, settings, seed, number, threads)
    modules.act(Phase.EXCHANGED, world, settings, seed, number)
    shared(phases.decay_phase, alliances, threads, world, settings, seed, number)
    modules.act(Phase.END, world, settings, seed, number)


def requests_across_boundaries(world: World, settings: Settings, seed: Seed, number: int, threads: int) -> None:
    """Answered in an order drawn by lot, wave by wave, which comes to the same as one after another."""
    across = cross_alliance.draw_order(world, seed, number)
    if threads <= 1:
        cross_alliance.process_external_requests(world, settings, seed, number, across, 0, across.tie.size)
        cross_alliance.count_external_requests(world, across)
        return
    across, begins = cross_alliance.conflict_free_batches(world, across)
    for first, last in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True):
        batch_of_requests = across.run(first, last)
        shared(
            cross_alliance.process_external_requests,
            last - first,
            threads,
            world,
            settings,
            seed,
            number,
            batch_of_requests,
        )
    cross_alliance.count_external_requests(world, across)
