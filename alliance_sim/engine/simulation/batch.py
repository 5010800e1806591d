"""A stretch of half-terms of many worlds in one compiled call, on one thread: for sweeps, whose worlds are small.

To hand a world's columns from Python to compiled code takes about 15 µs, and a small world's half-term has few things
to do. The order is that of ``schedule.py``, which tells it for more threads; a test holds the two to the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba.typed import List

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.simulation import cross_alliance, measures, phases
from alliance_sim.engine.state import Floats, Ints, World


@loop
def simulate_half_term(world: World, settings: Settings, seed: Seed, number: int) -> None:
    """One half-term, in order (MODEL 3; events are applied before, measures taken after); 1 is the first."""
    alliances = world.alliances.age.size
    if number > 1 and number % HALF_TERMS_A_YEAR == 1:
        phases.year_end(world, settings, seed, number)
    phases.decision_phase(world, settings, seed, number, 0, alliances)
    phases.exchange_phase(world, settings, seed, number, 0, alliances)
    across = cross_alliance.draw_order(world, seed, number)
    cross_alliance.process_external_requests(world, settings, seed, number, across, 0, across.tie.size)
    cross_alliance.count_external_requests(world, across)
    phases.decay_phase(world, settings, seed, number, 0, alliances)


Worlds = Any
"""A list of worlds as compiled code sees it (``typed_list``)."""


def typed_list(worlds: Sequence[World]) -> Worlds:
    """Worlds as one list, to be handed to compiled code at once; at least one."""
    first, *others = worlds
    together = _begun_with(first)
    for world in others:
        _add(together, world)
    return together


@loop
def _begun_with(world: World) -> Worlds:
    # Made in here, a list can be read from disk; made in Python, it would be compiled by each process.
    together = List()  # pyright: ignore[reportCallIssue] (a class, by a name that its module has too)
    together.append(world)
    return together


@loop
def _add(together: Worlds, world: World) -> None:
    together.append(world)


@loop
def run_batch(worlds: Worlds, settings: Settings, seeds: Ints, first: int, last: int, rows: Floats) -> None:
    """Live the half-terms from ``first`` to ``last`` of each world, and fill ``rows`` with outcomes after the latest.

    ``rows`` has shape (worlds, half-terms, outcomes): only the last half-terms are measured, as many as it has room
    for, because measuring is a sixth of a half-term's cost. Half-term 0 is the opening, in which nobody lives.
    """
    for place in range(len(worlds)):
        run_half_terms(worlds[place], settings, seeds[place], first, last, rows[place])


@loop
def run_half_terms(world: World, settings: Settings, seed: Seed, first: int, last: int, rows: Floats) -> None:
    """The same for one world."""
    schools = world.schools.id.size
    sums = np.empty((schools, measures.SUMS))
    best = np.empty((schools, world.teachers.practice.shape[1]))
    nobody = np.empty((0, 0))
    for number in range(first, last + 1):
        if number > 0:
            simulate_half_term(world, settings, seed, number)
        place = number - last - 1 + rows.shape[0]
        if place >= 0:
            measures.take(world, settings, sums, best, number == 0, rows[place], nobody, nobody)
