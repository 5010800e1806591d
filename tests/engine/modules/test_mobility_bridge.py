"""A mover keeps a tie to one colleague of the previous school, in place of two other ties (C27)."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from alliance_sim import AllianceModel
from alliance_sim.engine.modules import mobility
from alliance_sim.engine.modules.mobility import MOVED, STAYS

HOME_TRUST = np.float32(0.7)
"""T_h, home.trust."""


@njit
def keep_a_colleague(world, own, context, mover):
    """Call the compiled step for one mover."""
    mobility.keep_a_colleague(world, own, context, mover)


def holders(model: AllianceModel) -> np.ndarray:
    """Return the row of the teacher who holds each tie."""
    teachers = model.world.teachers
    return np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))


def pairs(model: AllianceModel) -> set[tuple[int, int]]:
    """Return the pairs of teachers who are joined by a tie, in both orders."""
    return set(zip(holders(model).tolist(), model.world.ties.partner.tolist(), strict=True))


def assert_network_holds(model: AllianceModel, degrees: np.ndarray) -> None:
    """Check that ties are mutual, distinct, of one subject, on their side of the boundary, and as many as before."""
    world, holder = model.world, holders(model)
    ties, teachers, rows = world.ties, world.teachers, np.arange(len(world.ties.twin))
    assert np.array_equal(np.bincount(holder, minlength=len(teachers.id)), degrees)
    assert np.array_equal(ties.twin[ties.twin], rows)
    assert np.array_equal(ties.partner[ties.twin], holder)
    assert len(pairs(model)) == len(rows)
    assert np.array_equal(teachers.subject[holder], teachers.subject[ties.partner])
    assert np.all(teachers.school[holder] != teachers.school[ties.partner])
    assert np.array_equal(ties.level, ties.level[ties.twin])
    assert np.array_equal(ties.owed, -ties.owed[ties.twin])
    alliance = world.schools.alliance[teachers.school]
    inside = rows < teachers.external_tie_start[holder]
    assert np.array_equal(inside, alliance[holder] == alliance[ties.partner])
    expected = np.zeros_like(world.head_ties.ties_between)
    for one, other in zip(teachers.school[holder[inside]], teachers.school[ties.partner[inside]], strict=True):
        of = world.schools.alliance[one]
        first, members = world.alliances.school_offsets[of], np.diff(world.alliances.school_offsets)[of]
        expected[world.alliances.head_tie_offsets[of] + (int(one) - first) * members + int(other) - first] += 1
    assert np.array_equal(world.head_ties.ties_between, expected)


@pytest.fixture
def four_schools(configuration_of):
    """Return an alliance of four schools, A to D, of two teachers each; the first of A and of B changed posts.

    The network joins first with first and second with second: 0, 2, 4, 6 and 1, 3, 5, 7. All trust is .5.
    """
    model = configuration_of(
        (2, 2, 2, 2), {"population.subjects": 1, "population.boundary_ties": 0, "mobility.rate": 0.1}
    )
    model.world.ties.trust[:] = 0.5
    model.world.ties.level[:] = 3
    model.world.ties.given[:] = 2.0
    rows = np.arange(len(model.world.ties.owed))
    model.world.ties.owed[:] = np.where(rows < model.world.ties.twin, 1.5, -1.5)
    own = model.simulation.modules.states["mobility"]
    own.moves[:] = STAYS
    own.moves[[0, 2]] = MOVED
    own.previous[[0, 2]] = (2, 0)
    return model


def bridge(model: AllianceModel, mover: int) -> None:
    keep_a_colleague(model.world, model.simulation.modules.states["mobility"], model.simulation.context, mover)


def distrust(model: AllianceModel, *ties: tuple[int, int], trust: float = 0.1) -> None:
    for one, other in ties:
        model.world.ties.trust[model.teachers[one].tie_to(other).row] = trust


def test_of_the_least_trusted_ties_become_a_bridge_and_a_new_acquaintance(four_schools):
    """The mover in post 2 came from school A, where teacher 1 stayed. 2 trusts 4 least, and 1 trusts 7 least.

    Of (2,4) and (1,7) become (2,1) and (4,7): B–C and A–D lose a tie each, and A–B and C–D gain one.
    """
    model, before = four_schools, pairs(four_schools)
    degrees = np.diff(model.world.teachers.tie_offsets)
    distrust(model, (2, 4), (1, 7))
    bridge(model, 2)
    assert pairs(model) == before - {(2, 4), (4, 2), (1, 7), (7, 1)} | {(2, 1), (1, 2), (4, 7), (7, 4)}
    assert_network_holds(model, degrees)
    between = model.world.head_ties.ties_between.reshape(4, 4)
    assert between.tolist() == [[0, 3, 2, 1], [3, 0, 1, 2], [2, 1, 0, 3], [1, 2, 3, 0]]


def test_the_bridge_has_home_trust_and_no_history_and_the_others_are_strangers(four_schools):
    model = four_schools
    distrust(model, (2, 4), (1, 7))
    bridge(model, 2)
    kept = [model.teachers[2].tie_to(1), model.teachers[1].tie_to(2)]
    new = [model.teachers[4].tie_to(7), model.teachers[7].tie_to(4)]
    assert [tie.trust for tie in kept] == [HOME_TRUST, HOME_TRUST]
    for tie in kept + new:
        assert (tie.owed, tie.given, tie.level) == (0.0, 0.0, 1)
    assert all(0.02 <= tie.trust <= 0.98 for tie in new)
    assert new[0].trust != new[1].trust  # each has a random number
    rest = np.setdiff1d(np.arange(len(model.world.ties.trust)), [tie.row for tie in kept + new])
    assert set(model.world.ties.level[rest].tolist()) == {3}
    assert set(model.world.ties.trust[rest].tolist()) <= {0.5, float(np.float32(0.1))}


def test_the_least_trusted_pair_is_passed_over_where_its_other_ends_cannot_meet(four_schools):
    """4 and 5 are in one school, so (2,4) and (1,5), although trusted least, make way for (2,4) and (1,3)."""
    model = four_schools
    distrust(model, (2, 4), (1, 5))
    distrust(model, (1, 3), trust=0.2)
    bridge(model, 2)
    assert {(2, 1), (4, 3)} <= pairs(model)
    assert {(2, 4), (1, 3)}.isdisjoint(pairs(model))
    assert (1, 5) in pairs(model)


def test_the_first_rows_are_taken_where_trust_is_equal(four_schools):
    """The first tie of 2 to a teacher who stayed is to 4, the first of 1 is to 3, and 4 and 3 have no tie yet."""
    bridge(four_schools, 2)
    assert {(2, 1), (4, 3)} <= pairs(four_schools)
    assert {(2, 4), (1, 3)}.isdisjoint(pairs(four_schools))


def test_only_trust_of_the_mover_and_the_colleague_counts(four_schools):
    """6 and 7 do not trust at all, but 2 and 1 trust all alike."""
    distrust(four_schools, (6, 2), (7, 1), trust=0.02)
    bridge(four_schools, 2)
    assert {(2, 1), (4, 3)} <= pairs(four_schools)


def test_two_who_exchanged_posts_keep_the_tie_between_them(four_schools):
    """Its trust and debts belong to both, so it stays even where it is trusted least."""
    distrust(four_schools, (2, 0), (0, 2), trust=0.02)
    bridge(four_schools, 2)
    bridge(four_schools, 0)
    assert {(2, 0), (2, 1), (0, 3)} <= pairs(four_schools)


def test_who_has_moved_too_is_no_old_colleague(four_schools):
    model, before = four_schools, pairs(four_schools)
    model.simulation.modules.states["mobility"].moves[1] = MOVED
    bridge(model, 2)
    assert pairs(model) == before


def test_a_mover_whose_former_school_has_no_other_teacher_of_the_subject_keeps_none(configuration_of):
    model = configuration_of((1, 1, 1), {"population.subjects": 1, "population.boundary_ties": 0, "mobility.rate": 0.3})
    before = pairs(model)
    model.run_for(31)
    assert model.outcomes["moved"].sum() > 0
    assert pairs(model) == before


@pytest.mark.parametrize("boundary_ties", [0, 2])
def test_movers_keep_a_colleague_and_the_network_its_degrees(small_model, boundary_ties):
    """Those with ties across boundaries move there, and then so do their bridges and the new acquaintances."""
    movers = bridges = 0
    for seed in (1, 2, 3):
        model = small_model(
            seed,
            **{"population.schools": 12, "population.alliance_size": 3, "population.subjects": 2,
               "population.boundary_ties": boundary_ties, "mobility.rate": 0.3},
        )  # fmt: skip
        model.run_for(6)
        degrees = np.diff(model.world.teachers.tie_offsets)
        before = pairs(model)
        own = model.simulation.modules.states["mobility"]
        mobility.move_teachers(model.world, own, model.simulation.context._replace(half_term=7))
        assert_network_holds(model, degrees)
        new = pairs(model) - before
        teachers, ties = model.world.teachers, model.world.ties
        alliance = model.world.schools.alliance[teachers.school]
        for mover in np.flatnonzero(own.moves == MOVED).tolist():
            old_school = teachers.school[own.previous[mover]]
            kept = [
                other for one, other in new if one == mover and teachers.school[other] == old_school
                and own.moves[other] == STAYS
            ]  # fmt: skip
            movers += 1
            bridges += len(kept) > 0
            for other in kept:
                tie = model.teachers[mover].tie_to(other)
                if tie.trust == HOME_TRUST:
                    assert ties.trust[ties.twin[tie.row]] == HOME_TRUST
                    assert (tie.level, tie.owed, tie.given) == (1, 0.0, 0.0)
                    assert (alliance[mover] != alliance[other]) == (boundary_ties > 0)
    assert movers > 20
    assert bridges > 0.6 * movers


def test_without_bridges_movers_change_no_tie_and_move_as_with_them(small_model):
    """Bridges follow all moves, so that the same teachers move."""
    moved = {}
    for on in (True, False):
        model = small_model(1, **{"mobility.rate": 0.3, "mobility.bridge": on, "population.subjects": 2})
        before = pairs(model)
        model.run_for(7)
        moved[on] = model.world.teachers.id.tolist()
        assert (pairs(model) == before) != on
    assert moved[True] == moved[False]


@pytest.mark.parametrize("event", ["merger", "redraw"])
def test_boundaries_can_change_after_bridges(small_model, event):
    """Ties that movers gave up do not come back, except between schools that are newly in one alliance."""
    model = small_model(
        2, **{"population.schools": 12, "population.alliance_size": 3, "population.subjects": 2, "mobility.rate": 0.3}
    )
    first = pairs(model)
    model.run_for(13)
    before, alliance = pairs(model), model.world.schools.alliance.copy()
    gave_up = first - before
    school = model.world.teachers.school
    assert gave_up
    model.trigger(event, row=0)
    assert before <= pairs(model)
    for one, other in pairs(model) - before:
        assert alliance[school[one]] != alliance[school[other]]
        assert model.world.schools.alliance[school[one]] == model.world.schools.alliance[school[other]]
    assert_network_holds(model, np.bincount(holders(model)))
    model.run_for(12)
    assert_network_holds(model, np.bincount(holders(model)))
