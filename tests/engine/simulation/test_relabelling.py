"""Results do not depend on the order of rows in memory, because random numbers are keyed by ids.

The rows of a state are reordered: alliances, schools within them, teachers within schools. A teacher's ties keep their
order, which is that of the partners' ids, because the choice of a partner depends on it. Colleagues are neighbours in
the school's list, so help at home is off where teachers are reordered.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from alliance_sim import AllianceModel, Scenario
from alliance_sim.engine.state import World

SMALL = {
    "population.schools": 12,
    "population.alliance_size": 3,
    "population.teachers_median": 6,
    "population.subjects": 2,
    "policy.porosity": 0.8,
    "trust.initial": 0.6,
}
HALF_TERMS = 13


def starts(lengths: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(lengths)])


def runs(first: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The rows of runs that begin at ``first``, the runs taken in this order."""
    return np.concatenate([np.arange(first[run], first[run + 1]) for run in order])


def reordered_world(world: World, alliances: np.ndarray, schools: np.ndarray, teachers: np.ndarray) -> World:
    """Return the state with its rows in another order; each argument lists old rows in their new order."""
    new_alliance, new_school, new_teacher = (np.argsort(rows) for rows in (alliances, schools, teachers))
    ties = runs(world.teachers.tie_offsets, teachers)
    new_tie = np.argsort(ties)
    members = np.diff(world.alliances.school_offsets)[alliances]
    tie_offsets = starts(np.diff(world.teachers.tie_offsets)[teachers])
    inside = (world.teachers.external_tie_start - world.teachers.tie_offsets[:-1])[teachers]
    head_ties = []
    for alliance, size in zip(alliances, members, strict=True):
        block = np.arange(size * size).reshape(size, size) + world.alliances.head_tie_offsets[alliance]
        mine = schools[world.schools.alliance[schools] == alliance] - world.alliances.school_offsets[alliance]
        head_ties.append(block[np.ix_(mine, mine)].ravel())

    def rows(table, order, **changed):
        kept = {name: getattr(table, name)[order] for name in table._fields if name not in changed}
        kept |= {name: np.asarray(column, getattr(table, name).dtype) for name, column in changed.items()}
        return type(table)(**kept)

    segments = np.diff(world.external_offers.offsets)[alliances]
    return World(
        system=rows(world.system, [0]),
        alliances=rows(
            world.alliances, alliances, school_offsets=starts(members), head_tie_offsets=starts(members * members)
        ),
        schools=rows(
            world.schools,
            schools,
            alliance=new_alliance[world.schools.alliance[schools]],
            teacher_offsets=starts(np.diff(world.schools.teacher_offsets)[schools]),
        ),
        head_ties=rows(world.head_ties, np.concatenate(head_ties)),
        teachers=rows(
            world.teachers,
            teachers,
            school=new_school[world.teachers.school[teachers]],
            tie_offsets=tie_offsets,
            external_tie_start=tie_offsets[:-1] + inside,
        ),
        ties=rows(world.ties, ties, partner=new_teacher[world.ties.partner[ties]], twin=new_tie[world.ties.twin[ties]]),
        coordinators=rows(world.coordinators, alliances),
        external_offers=rows(
            world.external_offers, slice(None), offsets=starts(segments), count=np.zeros(len(alliances))
        ),
    )  # fmt: skip


def reordered(world: World, rng: np.random.Generator, *, alliances: bool, schools: bool, teachers: bool):
    """Return new orders of rows, shuffled where requested; teachers and schools keep their school and alliance."""

    def order(many: int, shuffle: bool) -> np.ndarray:
        return rng.permutation(many) if shuffle else np.arange(many)

    alliance_rows = order(len(world.alliances.age), alliances)
    school_rows = np.concatenate(
        [
            world.alliances.school_offsets[row]
            + order(world.alliances.school_offsets[row + 1] - world.alliances.school_offsets[row], schools)
            for row in alliance_rows
        ]
    )
    teacher_rows = np.concatenate(
        [
            world.schools.teacher_offsets[row]
            + order(world.schools.teacher_offsets[row + 1] - world.schools.teacher_offsets[row], teachers)
            for row in school_rows
        ]
    )
    return alliance_rows, school_rows, teacher_rows


def both(seed: int, shuffle_seed: int, changes: dict[str, object] | None = None, **which: bool):
    """Simulate a model and one with reordered rows; return both and the orders."""
    home = {"home.enabled": not which["teachers"]}
    scenario = Scenario.load("silicon_valley", SMALL | home | (changes or {}))
    model, other = AllianceModel(scenario, rng=seed), AllianceModel(scenario, rng=seed)
    orders = reordered(other.world, np.random.default_rng(shuffle_seed), **which)
    other.simulation.world = reordered_world(other.world, *orders)
    model.run_for(HALF_TERMS)
    other.run_for(HALF_TERMS)
    return model, other, orders


def assert_same_but_for_rounding(model: AllianceModel, other: AllianceModel, orders) -> None:
    _, school_rows, teacher_rows = orders
    seen, expected = other.outcomes.loc[1:], model.outcomes.loc[1:]
    assert_allclose(seen, expected, rtol=0, atol=1e-6, equal_nan=True)
    assert_array_equal(other.world.teachers.id, model.world.teachers.id[teacher_rows])
    assert_allclose(other.world.teachers.practice, model.world.teachers.practice[teacher_rows], rtol=0, atol=1e-5)
    assert_allclose(other.world.schools.attainment, model.world.schools.attainment[school_rows], rtol=0, atol=1e-5)
    for tally in ("given", "developed", "refused", "betrayed", "uphill", "asked", "home_given", "home_developed"):
        assert_array_equal(getattr(other.world.schools, tally), getattr(model.world.schools, tally)[school_rows])


def test_reordering_and_restoring_gives_the_same_state():
    """Read back in the old order, nothing has changed; and the order really is another."""
    world = AllianceModel(Scenario.load("silicon_valley", SMALL), rng=1).world
    orders = reordered(world, np.random.default_rng(0), alliances=True, schools=True, teachers=True)
    reordered_once = reordered_world(world, *orders)
    assert not np.array_equal(reordered_once.teachers.id, world.teachers.id)
    back = reordered_world(reordered_once, *(np.argsort(rows) for rows in orders))
    for table, other in zip(filter(None, world), filter(None, back), strict=True):
        for name in table._fields:
            if name not in ("tie", "occasion", "answer"):
                assert_array_equal(getattr(table, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_teachers_within_their_schools(seed):
    assert_same_but_for_rounding(*both(seed, seed, alliances=False, schools=False, teachers=True))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_alliances_among_themselves(seed):
    assert_same_but_for_rounding(*both(seed, seed, alliances=True, schools=False, teachers=False))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_schools_within_their_alliances(seed):
    assert_same_but_for_rounding(*both(seed, seed, alliances=False, schools=True, teachers=False))


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1000), shuffle_seed=st.integers(0, 1000))
def test_teachers_and_alliances_in_any_order(seed, shuffle_seed):
    assert_same_but_for_rounding(*both(seed, shuffle_seed, alliances=True, schools=False, teachers=True))


def test_schools_within_rough_alliances():
    """Rivals who betray: the effect of one head on the other does not depend on their order in memory."""
    rough = {"outcome.betrayal": 0.2, "outcome.betrayal_rivalry": 4.0, "policy.competition": 1.0, "trust.initial": 0.4}
    for seed in range(1, 13):
        assert_same_but_for_rounding(*both(seed, seed, rough, alliances=False, schools=True, teachers=False))


def test_the_order_of_alliances_in_a_list_does_not_matter(configuration_of):
    """The same schools with the same ids and partners, their alliances named in another order."""
    sizes = (6, 8, 5, 9, 7, 4, 6, 6, 7)
    changes = {"policy.porosity": 1.0}

    def listed(order: tuple[int, ...]) -> AllianceModel:
        ids = [number for alliance in order for number in range(3 * alliance, 3 * alliance + 3)]
        model = configuration_of(
            [sizes[number] for number in ids], changes, alliance=np.repeat((0, 1, 2), 3).tolist(), ids=ids
        )
        model.run_for(HALF_TERMS)
        return model

    model, other = listed((0, 1, 2)), listed((2, 0, 1))
    assert_allclose(other.outcomes, model.outcomes, rtol=0, atol=1e-6, equal_nan=True)
