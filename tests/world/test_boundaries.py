"""Requests across boundaries: answered in the order of their lots, and sorted into waves that threads may share."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from alliance_sim import AllianceModel, Scenario, boundaries
from alliance_sim.mechanisms.answering import OFFERED, SLOTS

POROUS = {"policy.porosity": 1.0, "population.boundary_ties": 6, "population.alliance_size": 2, "help.base_need": 0.8,
          "population.teachers_median": 8}  # fmt: skip


@pytest.fixture(scope="module")
def busy() -> AllianceModel:
    """Twelve small alliances with open doors, after a year: who was asked across them still stands in the columns."""
    model = AllianceModel(Scenario(**POROUS), rng=2)
    model.run_for(6)
    return model


@pytest.fixture(scope="module")
def order(busy) -> np.ndarray:
    return boundaries.draw_order(busy.world, busy._luck, 6)


def people_of(world, row: int) -> tuple[int, int]:
    tie = world.crossings.tie[row]
    return int(world.ties.partner[tie]), int(world.ties.partner[world.ties.twin[tie]])


def test_all_that_was_noted_is_answered_once(busy, order):
    crossings = busy.world.crossings
    noted = [
        row for first, many in zip(crossings.first, crossings.noted, strict=False) for row in range(first, first + many)
    ]
    assert len(noted) > 100
    assert sorted(order.tolist()) == noted


def test_only_boundaries_are_crossed_and_segments_do_not_overflow(busy):
    world = busy.world
    assert (world.crossings.noted <= np.diff(world.crossings.first)).all()
    for alliance, (first, many) in enumerate(zip(world.crossings.first[:-1], world.crossings.noted, strict=True)):
        for row in range(first, first + many):
            giver, asker = people_of(world, row)
            where = world.schools.alliance[world.teachers.school[[giver, asker]]]
            assert where[0] != where[1]
            noted_by = where[0] if world.crossings.occasion[row] // SLOTS == OFFERED else where[1]
            assert noted_by == alliance


def test_in_a_wave_nobody_appears_twice_and_nobody_overtakes(busy, order):
    """Each teacher's requests keep their order, and each wave touches a teacher once."""
    world = busy.world
    regrouped, begins = boundaries.sort_into_waves(world, order)
    assert sorted(regrouped.tolist()) == sorted(order.tolist())
    assert begins[0] == 0
    assert begins[-1] == len(order)
    for first, last in pairwise(begins):
        seen = [who for row in regrouped[first:last] for who in people_of(world, row)]
        assert len(seen) == len(set(seen)) > 0
    for teacher in range(len(world.teachers.id)):
        mine = [row for row in order if teacher in people_of(world, row)]
        assert [row for row in regrouped if teacher in people_of(world, row)] == mine


def test_waves_are_few(busy, order):
    """Otherwise threads would gain nothing: as many as the busiest teacher's requests at least, a few more at most."""
    _, begins = boundaries.sort_into_waves(busy.world, order)
    busiest = np.bincount([who for row in order for who in people_of(busy.world, row)]).max()
    assert busiest <= len(begins) - 1 <= 4 * busiest


def test_no_requests_make_no_waves(world_of):
    world = world_of((2, 2)).world
    nothing = boundaries.draw_order(world, np.uint64(1), 1)
    regrouped, begins = boundaries.sort_into_waves(world, nothing)
    assert_array_equal(nothing, [])
    assert_array_equal(regrouped, [])
    assert begins.tolist() == [0]
