"""Simulate and measure half-terms in one compiled call on one thread, for runs without optional modules.

The order of a half-term is that of ``schedule.py``; a test checks that both give the same bytes.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.compilation import loop
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.simulation import cross_alliance, measures, phases
from alliance_sim.engine.state import Floats, World


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


@loop
def run_half_terms(
    world: World, settings: Settings, seed: Seed, first: int, last: int, rows: Floats, alliances: Floats,
    schools: Floats,
) -> None:  # fmt: skip
    """Simulate half-terms ``first`` to ``last``, and fill rows with the outcomes of the last ones.

    Args:
        world: the columns, changed in place.
        settings: a record of ``SETTINGS``.
        seed: the internal seed of the run.
        first: the first half-term; 0 is the initial state, which is measured but not simulated.
        last: the last half-term.
        rows: outcomes of the system, shape (half-terms, outcomes); as many of the last half-terms are measured.
        alliances: outcomes of each alliance, float32, shape (half-terms, alliances, outcomes); empty to skip them.
        schools: outcomes of each school, likewise.
    """
    many = world.schools.id.size
    sums = np.empty((many, measures.SUMS))
    best = np.empty((many, world.teachers.practice.shape[1]))
    for number in range(first, last + 1):
        if number > 0:
            simulate_half_term(world, Context(settings, seed, number))
        place = number - last - 1 + rows.shape[0]
        if place >= 0:
            measures.take(
                world, settings, sums, best, number == 0, rows[place], alliances[place], schools[place]
            )  # fmt: skip
