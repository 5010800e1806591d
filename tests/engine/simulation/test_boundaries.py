"""Requests across boundaries are answered in random order and sorted into conflict-free batches."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.engine.processes.channels import OFFERED, OWN_CONTACT, SLOTS
from alliance_sim.engine.settings import Context
from alliance_sim.engine.simulation import cross_alliance

POROUS = {"policy.porosity": 1.0, "population.boundary_ties": 6, "population.alliance_size": 2, "help.base_need": 0.8,
          "population.teachers_median": 8}  # fmt: skip


@pytest.fixture(scope="module")
def busy() -> AllianceModel:
    """Return twelve small porous alliances after a year; the columns still hold the last external requests."""
    model = AllianceModel(Scenario(**POROUS), rng=2)
    model.run_for(6)
    return model


@pytest.fixture(scope="module")
def across(busy) -> cross_alliance.Across:
    return cross_alliance.draw_order(busy.world, busy.simulation.context)


def people_of(world, tie: int) -> tuple[int, int]:
    return int(world.ties.partner[tie]), int(world.ties.partner[world.ties.twin[tie]])


def request_list(across) -> list[tuple[int, int]]:
    return list(zip(across.tie.tolist(), across.occasion.tolist(), strict=True))


def test_every_external_request_and_offer_is_answered_once(busy, across):
    world = busy.world
    asked = [
        (tie, OWN_CONTACT * SLOTS + slot)
        for teacher, ties in enumerate(world.teachers.asks.tolist())
        for slot, tie in enumerate(ties)
        if tie >= world.teachers.external_tie_start[teacher]
    ]
    offered = [
        (int(world.external_offers.tie[row]), OFFERED * SLOTS)
        for first, many in zip(world.external_offers.offsets, world.external_offers.count, strict=False)
        for row in range(first, first + many)
    ]
    assert len(asked) > 100
    assert len(offered) > 10
    assert sorted(request_list(across)) == sorted(asked + offered)


def test_only_boundaries_are_crossed_and_segments_do_not_overflow(busy, across):
    world = busy.world
    assert (world.external_offers.count <= np.diff(world.external_offers.offsets)).all()
    for tie in across.tie:
        where = world.schools.alliance[world.teachers.school[list(people_of(world, tie))]]
        assert where[0] != where[1]
    for alliance, (first, many) in enumerate(
        zip(world.external_offers.offsets[:-1], world.external_offers.count, strict=True)
    ):
        for row in range(first, first + many):
            debtor, _ = people_of(world, world.external_offers.tie[row])
            assert world.schools.alliance[world.teachers.school[debtor]] == alliance


def test_a_batch_has_each_teacher_once_and_keeps_the_order_of_requests(busy, across):
    """Each teacher's requests keep their order, and each batch has a teacher once."""
    world = busy.world
    regrouped, begins = cross_alliance.conflict_free_batches(world, across)
    assert sorted(request_list(regrouped)) == sorted(request_list(across))
    assert begins[0] == 0
    assert begins[-1] == len(across.tie)
    for first, last in pairwise(begins):
        seen = [who for tie in regrouped.run(first, last).tie for who in people_of(world, tie)]
        assert len(seen) == len(set(seen)) > 0
    for teacher in range(len(world.teachers.id)):
        mine = [request for request in request_list(across) if teacher in people_of(world, request[0])]
        assert [request for request in request_list(regrouped) if teacher in people_of(world, request[0])] == mine


def test_batches_are_few(busy, across):
    """Threads need few batches: at least as many as the busiest teacher's requests, and at most a few more."""
    _, begins = cross_alliance.conflict_free_batches(busy.world, across)
    busiest = np.bincount([who for tie in across.tie for who in people_of(busy.world, tie)]).max()
    assert busiest <= len(begins) - 1 <= 4 * busiest


def test_no_requests_give_no_batches(configuration_of):
    world = configuration_of((2, 2)).world
    nothing = cross_alliance.draw_order(world, Context(None, np.uint64(1), 1))
    regrouped, begins = cross_alliance.conflict_free_batches(world, nothing)
    assert request_list(nothing) == request_list(regrouped) == []
    assert begins.tolist() == [0]
