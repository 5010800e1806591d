"""Simulate many half-terms of many small runs in one compiled call on one thread, for sweeps.

The order of a half-term is that of ``schedule.py``; a test checks that both give the same bytes.

# perf: passing the columns of a run from Python to compiled code takes about 15 µs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba.typed import List

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.simulation import cross_alliance, measures, phases
from alliance_sim.engine.state import Floats, Ints, World


@loop
def simulate_half_term(world: World, context: Context) -> None:
    """Simulate one half-term (MODEL 3). Events are applied before it, measures taken after."""
    alliances = world.alliances.age.size
    if context.half_term > 1 and context.half_term % HALF_TERMS_A_YEAR == 1:
        phases.year_end(world, context)
    phases.decision_phase(world, context, 0, alliances)
    phases.exchange_phase(world, context, 0, alliances)
    cross_alliance.answer_external_requests(world, context)
    phases.decay_phase(world, context, 0, alliances)


Worlds = Any
"""A typed list of worlds (``typed_list``)."""


def typed_list(worlds: Sequence[World]) -> Worlds:
    """Return at least one world as a list for compiled code."""
    first, *others = worlds
    result = _list_of(first)
    for world in others:
        _append(result, world)
    return result


@loop
def _list_of(world: World) -> Worlds:
    # perf: a list made in a cached loop is compiled once; one made in Python is compiled by each process.
    result = List()  # pyright: ignore[reportCallIssue] (a class, by a name that its module has too)
    result.append(world)
    return result


@loop
def _append(worlds: Worlds, world: World) -> None:
    worlds.append(world)


@loop
def run_batch(worlds: Worlds, settings: Settings, seeds: Ints, first: int, last: int, rows: Floats) -> None:
    """Simulate half-terms ``first`` to ``last`` of each run, and fill ``rows`` with outcomes of the last ones.

    Args:
        worlds: the columns of each run, changed in place.
        settings: a record of ``SETTINGS``, shared by all runs.
        seeds: the internal seed of each run.
        first: the first half-term; 0 is the initial state, which is measured but not simulated.
        last: the last half-term.
        rows: shape (runs, half-terms, outcomes); as many of the last half-terms are measured as it has rows.
    """
    for place in range(len(worlds)):
        run_half_terms(worlds[place], settings, seeds[place], first, last, rows[place])


@loop
def run_half_terms(world: World, settings: Settings, seed: Seed, first: int, last: int, rows: Floats) -> None:
    """Do the same as ``run_batch`` for one run."""
    schools = world.schools.id.size
    sums = np.empty((schools, measures.SUMS))
    best = np.empty((schools, world.teachers.practice.shape[1]))
    no_rows = np.empty((0, 0))
    for number in range(first, last + 1):
        if number > 0:
            simulate_half_term(world, Context(settings, seed, number))
        place = number - last - 1 + rows.shape[0]
        if place >= 0:
            measures.take(world, settings, sums, best, number == 0, rows[place], no_rows, no_rows)
