"""The schedule of a half-term with optional modules and threads; ``batch.py`` holds the compiled schedule without them.

Python threads call compiled loops that release the interpreter lock; each takes a range of alliances. Results do not
depend on the number of threads.
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
from alliance_sim.engine.settings import Context
from alliance_sim.engine.simulation import cross_alliance, phases
from alliance_sim.engine.state import World

WORTH_A_THREAD = 60_000
"""Number of teachers from which further threads pay."""
CHUNKS_A_THREAD = 4
"""Ranges of alliances per thread; several, because alliances differ in size."""


def threads_for(teachers: int) -> int:
    """Return the number of threads: ``ALLIANCE_SIM_THREADS`` if set, else one per core for large simulations."""
    requested = os.environ.get("ALLIANCE_SIM_THREADS", "")
    if requested.isdecimal() and int(requested) > 0:
        return int(requested)
    return (os.cpu_count() or 1) if teachers >= WORTH_A_THREAD else 1


@cache
def _pool(threads: int, process: int) -> ThreadPoolExecutor:
    """Return the pool of this process; threads do not survive a fork."""
    return ThreadPoolExecutor(threads, thread_name_prefix=f"half-term-{process}")


def shared(step: Callable[..., None], total: int, threads: int, *before: Any) -> None:
    """Call ``step(*before, first, last)`` on ranges that together cover 0 to ``total``, on this many threads."""
    if threads <= 1 or total < 2:
        step(*before, 0, total)
        return
    chunks = min(total, threads * CHUNKS_A_THREAD)
    edges = [total * chunk // chunks for chunk in range(chunks + 1)]
    pool = _pool(threads, os.getpid())
    for done in [pool.submit(step, *before, edges[chunk], edges[chunk + 1]) for chunk in range(chunks)]:
        done.result()


def simulate_half_term(world: World, context: Context, threads: int, modules: ActiveModules) -> None:
    """Simulate one half-term (MODEL 3). Events are applied before it, and measures are taken after it.

    Args:
        world: the columns, changed in place.
        context: the current policy, the internal seed and the half-term.
        threads: number of threads.
        modules: the optional modules that are on.
    """
    alliances = world.alliances.age.size
    if context.half_term > 1 and context.half_term % HALF_TERMS_A_YEAR == 1:
        phases.year_end(world, context)
        modules.act(Phase.YEAR_END, world, context)
    modules.act(Phase.START, world, context)
    shared(phases.decision_phase, alliances, threads, world, context)
    modules.act(Phase.DECIDED, world, context)
    shared(phases.exchange_phase, alliances, threads, world, context)
    answer_external_requests(world, context, threads)
    modules.act(Phase.EXCHANGED, world, context)
    shared(phases.decay_phase, alliances, threads, world, context)
    modules.act(Phase.END, world, context)


def answer_external_requests(world: World, context: Context, threads: int) -> None:
    """Answer requests across boundaries in random order; conflict-free batches give the same result as one by one."""
    if threads <= 1:
        cross_alliance.answer_external_requests(world, context)
        return
    across, begins = cross_alliance.conflict_free_batches(world, cross_alliance.draw_order(world, context))
    for first, last in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True):
        batch_of_requests = across.run(first, last)
        shared(
            cross_alliance.process_external_requests,
            last - first,
            threads,
            world,
            context,
            batch_of_requests,
        )
    cross_alliance.count_external_requests(world, across)
