"""The initial state: schools, teachers, ties, trust and practice (MODEL 2)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy import stats

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.columns import columns
from alliance_sim.engine.state import TABLES, bytes_of

LONGER = {("alliances", "school_offsets"), ("alliances", "head_tie_offsets"), ("schools", "teacher_offsets"),
          ("teachers", "tie_offsets"), ("external_offers", "offsets")}  # fmt: skip
"""Columns with one entry more, where row i ends as row i + 1 begins."""


@pytest.fixture(scope="module")
def initial_model() -> AllianceModel:
    """Return a baseline of 300 schools in its initial state."""
    return AllianceModel(Scenario(**{"population.schools": 300}), rng=1)


def test_columns_are_as_declared(initial_model):
    world = initial_model.world
    rows = {
        "system": 1,
        "alliances": 50,
        "schools": 300,
        "head_ties": 50 * 36,
        "teachers": int(world.schools.teacher_offsets[-1]),
        "ties": int(world.teachers.tie_offsets[-1]),
        "coordinators": 50,
    }
    for name, table in TABLES.items():
        if getattr(world, name) is None:
            continue  # only modules bring it
        for column, declared in columns(table).items():
            found = getattr(getattr(world, name), column)
            assert found.dtype == declared.dtype, f"{name}.{column}"
            assert found.ndim == 1 + len(declared.shape), f"{name}.{column}"
            if name in rows:
                assert len(found) == rows[name] + ((name, column) in LONGER), f"{name}.{column}"
    assert world.teachers.practice.shape[1] == 5
    assert world.teachers.asks.shape[1] == 5
    assert len(world.external_offers.offsets) == 51
    assert len(world.external_offers.tie) == world.external_offers.offsets[-1]
    assert (
        world.external_offers.offsets[-1] == (world.teachers.tie_offsets[1:] - world.teachers.external_tie_start).sum()
    )


def test_segments_of_rows_are_contiguous(initial_model):
    world = initial_model.world
    for starts, rows in (
        (world.alliances.school_offsets, 300),
        (world.alliances.head_tie_offsets, len(world.head_ties.trust)),
        (world.schools.teacher_offsets, len(world.teachers.id)),
        (world.teachers.tie_offsets, len(world.ties.trust)),
        (world.external_offers.offsets, len(world.external_offers.tie)),
    ):
        assert starts[0] == 0
        assert starts[-1] == rows
        assert (np.diff(starts) >= 0).all()
    first, outside = world.teachers.tie_offsets, world.teachers.external_tie_start
    assert ((first[:-1] <= outside) & (outside <= first[1:])).all()
    assert_array_equal(world.teachers.school, np.repeat(np.arange(300), np.diff(world.schools.teacher_offsets)))
    assert_array_equal(world.schools.alliance, np.repeat(np.arange(50), 6))


def test_sizes_are_log_normal_around_twenty(initial_model):
    sizes = np.diff(initial_model.world.schools.teacher_offsets)
    assert sizes.min() >= 2
    logs = np.log(sizes)
    assert np.median(sizes) == pytest.approx(20, abs=20 * 4 * 1.2533 * 0.5 / math.sqrt(300))
    assert logs.std() == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(600))
    assert stats.kstest((logs - math.log(20)) / 0.5, "norm").pvalue > 1e-4
    assert_array_equal(initial_model.world.schools.pupils, 20 * sizes)


def test_first_practice_and_trust(initial_model):
    """Practice N(1, .3) but at least .05, with .10 of the variance by alliance and .15 by school.

    Trust N(.45 + alliance's effect, .08) within .02–.98, heads .05 more.
    """
    world = initial_model.world
    practice = world.teachers.practice
    error = 0.3 * math.sqrt(0.10 / (50 * 5) + 0.15 / (300 * 5) + 0.75 / practice.size)
    assert practice.mean() == pytest.approx(1.0, abs=4 * error)
    assert practice.std() == pytest.approx(0.3, rel=4 * 0.5 * math.hypot(0.10 / math.sqrt(125), 0.15 / math.sqrt(750)))
    assert world.system.initial_practice[0] == pytest.approx(practice.mean(dtype=float))
    holder = np.repeat(np.arange(len(world.teachers.id)), np.diff(world.teachers.tie_offsets))
    inside = np.arange(len(holder)) < world.teachers.external_tie_start[holder]
    alliance = world.schools.alliance[world.teachers.school[holder]]
    trust = world.ties.trust.astype(float)
    assert trust[~inside].mean() == pytest.approx(0.45, abs=4 * 0.08 / math.sqrt((~inside).sum()))
    assert trust[~inside].std() == pytest.approx(0.08, rel=0.03)
    effects = np.array([trust[inside & (alliance == number)].mean() for number in range(50)])
    assert effects.mean() == pytest.approx(0.45, abs=4 * 0.10 / math.sqrt(50))
    assert effects.std() == pytest.approx(0.10, abs=4 * 0.10 / math.sqrt(100))
    assert (trust[inside] - effects[alliance[inside]]).std() == pytest.approx(0.08, rel=0.03)
    heads = world.head_ties.trust.reshape(50, 6, 6).astype(float)
    apart = ~np.eye(6, dtype=bool)
    ahead = heads[:, apart].mean(axis=1) - effects
    assert ahead.mean() == pytest.approx(0.05, abs=4 * 0.08 / math.sqrt(50 * 30) + 0.002)


def test_all_other_columns_start_at_zero(initial_model):
    world = initial_model.world
    assert (world.ties.level == 1).all()
    for empty in (world.ties.owed, world.ties.given, world.teachers.fatigue, world.teachers.load, world.alliances.age):
        assert not empty.any()
    assert (world.coordinators.credibility == np.float32(0.4)).all()
    assert (world.coordinators.capacity == 12).all()
    assert world.coordinators.present.all()
    assert world.alliances.alive.all()
    for alliance in range(50):  # without positions, places are those in the alliance
        rank, attainment = (
            column[6 * alliance : 6 * alliance + 6] for column in (world.schools.rank, world.schools.attainment)
        )
        assert sorted(rank.tolist()) == [pytest.approx(place / 5) for place in range(6)]
        assert (np.diff(attainment[np.argsort(rank)]) <= 0).all()


@pytest.mark.parametrize(("trust", "bound"), [(0.0, 0.02), (1.0, 0.98)])
def test_initial_trust_and_practice_are_within_bounds(trust, bound):
    changes = {"trust.initial": trust, "trust.initial_sd": 0.3, "population.practice_sd": 1.0}
    world = AllianceModel(Scenario(**changes), rng=1).world
    diagonal = np.arange(len(world.head_ties.trust)).reshape(4, 36)[:, ::7].ravel()
    heads = np.delete(world.head_ties.trust, diagonal)
    for sampled in (world.ties.trust, heads):
        assert sampled.min() >= np.float32(0.02)
        assert sampled.max() <= np.float32(0.98)
        assert (sampled == np.float32(bound)).any()
    assert world.teachers.practice.min() == np.float32(0.05)


def openings(model: AllianceModel) -> dict[str, bytes]:
    """Return every initial column except ``coordinators.present``, which is policy."""
    return {
        f"{name}.{column}": getattr(getattr(model.world, name), column).tobytes()
        for name, table in TABLES.items()
        if getattr(model.world, name) is not None
        for column in table._fields
        if (name, column) != ("coordinators", "present")
    }


@pytest.mark.parametrize("corner", ["route128", "cosy_club", "isolated", "competitive", "collaborative", "baseline"])
def test_runs_of_one_seed_share_the_initial_state_under_any_policy(corner):
    """Equal start: same schools, ties, trust, practice, results and ranks, to the byte (pattern 1)."""
    reference = openings(AllianceModel("silicon_valley", rng=3))
    assert openings(AllianceModel(corner, rng=3)) == reference
    assert openings(AllianceModel(corner, rng=4)) != reference


@pytest.mark.parametrize(
    ("schools", "size", "members"),
    [(24, 6, [6, 6, 6, 6]), (25, 6, [6, 6, 6, 7]), (26, 6, [6, 6, 6, 6, 2]), (5, 6, [5]), (2, 2, [2]), (3, 2, [3])],
)
def test_a_school_left_over_joins_the_last_alliance_and_two_make_one(schools, size, members):
    model = AllianceModel(Scenario(**{"population.schools": schools, "population.alliance_size": size}), rng=1)
    assert np.bincount(model.world.schools.alliance).tolist() == members
    assert len(model.roster.alliance_name) == len(members)


def test_memory_grows_in_proportion():
    """Ten times the schools take ten times the bytes: nothing is N × N."""
    small, large = (
        bytes_of(AllianceModel(Scenario(**{"population.schools": schools}), rng=1, record="system").world)
        for schools in (300, 3000)
    )
    assert large / small == pytest.approx(10, rel=0.1)


def test_a_school_keeps_its_random_numbers_in_another_list(configuration_of):
    """Teacher ids are school id × 4096 + place, so the same people come with the same practice and intake."""
    before = configuration_of((3, 4, 5), ids=(10, 20, 30)).world
    after = configuration_of((3, 5), ids=(10, 30)).world
    assert after.teachers.id.tolist() == [40960, 40961, 40962, 122880, 122881, 122882, 122883, 122884]
    assert_array_equal(after.teachers.practice[:3], before.teachers.practice[:3])
    assert_array_equal(after.teachers.practice[3:], before.teachers.practice[7:])
    assert_array_equal(after.schools.intake, before.schools.intake[[0, 2]])


def test_ids_too_large_for_teachers_of_their_own_are_numbered_by_row(configuration_of):
    world = configuration_of((2, 3), ids=(5, 2**20)).world
    assert world.teachers.id.tolist() == [0, 1, 2, 3, 4]


@settings(deadline=None, max_examples=60)
@given(
    teachers=st.lists(st.integers(1, 9), min_size=2, max_size=9),
    subjects=st.integers(1, 5),
    boundary=st.integers(0, 4),
    data=st.data(),
)
def test_ties_are_mutual_of_one_subject_and_where_they_should_be(configuration_of, teachers, subjects, boundary, data):
    cuts = data.draw(st.lists(st.booleans(), min_size=len(teachers) - 1, max_size=len(teachers) - 1))
    alliance = np.concatenate([[0], np.cumsum(cuts)]).tolist()
    changes = {"population.subjects": subjects, "population.boundary_ties": boundary}
    world = configuration_of(teachers, changes, alliance=alliance, seed=data.draw(st.integers(0, 99))).world
    ties, people = world.ties, world.teachers
    holder = np.repeat(np.arange(len(people.id)), np.diff(people.tie_offsets))
    rows = np.arange(len(holder))
    assert_array_equal(ties.twin[ties.twin], rows)
    assert_array_equal(ties.partner[ties.twin], holder)
    assert_array_equal(holder[ties.twin], ties.partner)
    assert_array_equal(people.subject[holder], people.subject[ties.partner])
    assert (people.school[holder] != people.school[ties.partner]).all()
    assert len(set(zip(holder.tolist(), ties.partner.tolist(), strict=True))) == len(rows)
    where = world.schools.alliance[people.school]
    inside = rows < people.external_tie_start[holder]
    assert_array_equal(where[holder] == where[ties.partner], inside)
    assert np.bincount(holder[~inside], minlength=len(people.id)).max(initial=0) <= boundary
    counterparts(world, subjects, inside, holder)


def counterparts(world, subjects: int, inside: np.ndarray, holder: np.ndarray) -> None:
    """Between two schools of an alliance, each teacher of the larger side of a subject has exactly one counterpart."""
    people, partner = world.teachers, world.ties.partner
    for one in range(len(world.schools.id)):
        for other in range(len(world.schools.id)):
            if one == other or world.schools.alliance[one] != world.schools.alliance[other]:
                continue
            for subject in range(subjects):
                here = np.flatnonzero((people.school == one) & (people.subject == subject))
                there = np.flatnonzero((people.school == other) & (people.subject == subject))
                between = inside & np.isin(holder, here) & np.isin(partner, there)
                counts = [int((between & (holder == teacher)).sum()) for teacher in here]
                if not len(here) or not len(there):
                    assert sum(counts) == 0
                elif len(here) >= len(there):
                    assert counts == [1] * len(here)
                else:
                    assert sum(counts) == len(there)
                    assert max(counts) - min(counts) <= 1


def test_a_small_school_covers_few_subjects_and_has_no_ties_in_the_rest(configuration_of):
    """Three teachers teach subjects 0, 1, 2; of the eight at the other school, those of 3, 4, 5 have no tie."""
    world = configuration_of((3, 8), {"population.boundary_ties": 0}).world
    assert world.teachers.subject.tolist() == [0, 1, 2, 0, 1, 2, 3, 4, 5, 0, 1]
    known = [world.ties.partner[slice(*world.teachers.tie_offsets[row : row + 2])].tolist() for row in range(11)]
    assert known == [[3, 9], [4, 10], [5], [0], [1], [2], [], [], [], [0], [1]]


@pytest.mark.parametrize("each", [0, 1, 2, 5])
def test_teachers_have_about_the_given_number_of_external_counterparts(each):
    model = AllianceModel(Scenario(**{"population.schools": 120, "population.boundary_ties": each}), rng=2)
    outside = model.world.teachers.tie_offsets[1:] - model.world.teachers.external_tie_start
    assert outside.max() <= each
    assert outside.mean() == pytest.approx(each, rel=0.03)


def test_external_counterparts_do_not_depend_on_porosity():
    closed, porous = (AllianceModel(Scenario(**{"policy.porosity": porosity}), rng=1).world for porosity in (0.0, 1.0))
    assert_array_equal(closed.ties.partner, porous.ties.partner)
    assert_array_equal(closed.teachers.external_tie_start, porous.teachers.external_tie_start)


def test_an_alliance_alone_has_no_boundary_to_cross(configuration_of):
    world = configuration_of((8, 8, 8)).world
    assert_array_equal(world.teachers.external_tie_start, world.teachers.tie_offsets[1:])


def test_primary_and_secondary_schools_keep_to_themselves():
    phases = {"population.schools": 600, "population.secondary_share": 0.25, "population.teachers_spread": 0.0}
    roster = AllianceModel(Scenario(**phases, **{"population.teachers_median": 11}), rng=1).roster
    assert set(roster.teachers.tolist()) == {11, 55}
    of_alliances = roster.teachers.reshape(-1, 6)
    assert (of_alliances == of_alliances[:, :1]).all()
    assert 0.15 < (of_alliances[:, 0] == 55).mean() < 0.35


def test_without_secondary_schools_their_size_is_no_matter():
    usual = AllianceModel(Scenario(), rng=3).roster.teachers
    assert_array_equal(AllianceModel(Scenario(**{"population.secondary_median": 400}), rng=3).roster.teachers, usual)
