"""Transfer of practice and joint practice development, by hand (C10, C20, C21, C22, C31)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import joint_practice, practice_transfer

transferred = practice_transfer.practice_after_transfer.py_func
strengths = joint_practice.strengths.py_func
coach = joint_practice.coach.py_func
potential = joint_practice.remaining_potential.py_func

practices = st.lists(st.floats(0, 4, width=32), min_size=6, max_size=6).map(
    lambda values: np.array(values, np.float32).reshape(2, 3)
)


def largest_gap(practice: np.ndarray, learner: int, other: int) -> tuple[int, float]:
    return practice_transfer.largest_gap_over.py_func(practice, learner, other, practice.shape[1])


def complementarity(practice: np.ndarray, one: int, other: int) -> tuple[float, float]:
    return practice_transfer.complementarity_over.py_func(practice, one, other, practice.shape[1])


def invention(best: float, diversity: float, step: float, ceiling: float) -> float:
    return joint_practice.joint_invention.py_func(best, diversity, step, ceiling)


def test_help_closes_a_share_of_the_gap():
    """A gap of 1 → 1.5: at level 3, .30 of .5."""
    assert transferred(1.0, 0.5, 0.30) == pytest.approx(1.15)


@given(own=st.floats(0, 4), gap=st.floats(0, 4), transfer=st.floats(0, 1))
def test_transfer_never_raises_the_learner_above_the_teacher(own, gap, transfer):
    assert own <= transferred(own, gap, transfer) <= own + gap + 1e-12


def test_the_largest_gap_is_where_the_other_is_furthest_ahead():
    practice = np.array([[1.0, 0.5, 1.0], [1.25, 1.0, 0.0]], np.float32)
    assert largest_gap(practice, 0, 1) == (1, 0.5)
    assert largest_gap(practice, 1, 0) == (2, 1.0)


def test_there_is_no_gap_to_a_partner_who_is_ahead_in_no_area():
    practice = np.array([[1.0, 1.0], [1.0, 0.5]], np.float32)
    assert largest_gap(practice, 0, 1)[1] == 0.0


def test_complementarity_by_hand():
    """The partner is ahead by .5 at most and behind by 1 at most; the smaller gap, .5, is the complementarity."""
    practice = np.array([[1.0, 0.5, 1.0], [1.25, 1.0, 0.0]], np.float32)
    assert complementarity(practice, 0, 1) == (0.5, 1.0)


@given(practice=practices)
def test_complementarity_is_the_two_largest_gaps(practice):
    to_learn, to_teach = complementarity(practice, 0, 1)
    assert (to_learn, to_teach) == (largest_gap(practice, 0, 1)[1], largest_gap(practice, 1, 0)[1])
    assert complementarity(practice, 1, 0) == (to_teach, to_learn)


def test_partners_start_where_they_are_strongest_together():
    """Sums 2.25, 1.5, 1; the first is best in area 0, the other in area 1; mean difference (.25 + 1.0 + .5)/3."""
    practice = np.array([[1.25, 0.25, 0.75], [1.0, 1.25, 0.25]], np.float32)
    assert strengths(practice, 0, 1) == (0, 0, 1, pytest.approx(1.75 / 3))


def test_a_coach_transfers_practice_in_one_area():
    practice = np.array([[1.5, 1.0], [1.0, 2.0]], np.float32)
    coach(practice, 0, 1, 0, 0.4)
    assert practice.tolist() == [[1.5, 1.0], [pytest.approx(1.2), 2.0]]


def test_a_coach_who_is_behind_teaches_nothing():
    practice = np.array([[1.0, 1.0], [1.5, 2.0]], np.float32)
    coach(practice, 0, 1, 0, 0.4)
    assert practice.tolist() == [[1.0, 1.0], [1.5, 2.0]]


def test_the_potential_for_innovation_falls_towards_the_ceiling():
    assert potential(0.0, 2.5) == 1.0
    assert potential(1.0, 2.5) == pytest.approx(0.6)
    assert potential(2.5, 2.5) == 0.0
    assert potential(3.0, 2.5) == 0.0


def test_joint_invention_by_hand():
    """From 1.5 under a ceiling of 2.5: a step of .35 · .4, half of it at half the full diversity."""
    assert invention(1.5, 0.125, 0.35, 2.5) == pytest.approx(1.5 + 0.35 * 0.4 * 0.5)
    assert invention(1.5, 0.25, 0.35, 2.5) == pytest.approx(1.5 + 0.35 * 0.4)


def test_diversity_above_the_threshold_adds_nothing_and_equals_invent_nothing():
    assert invention(1.5, 2.0, 0.35, 2.5) == invention(1.5, 0.25, 0.35, 2.5)
    assert invention(1.5, 0.0, 0.35, 2.5) == 1.5


@given(best=st.floats(2.5, 9), diversity=st.floats(0, 3), step=st.floats(0, 9))
def test_there_is_no_innovation_at_the_ceiling(best, diversity, step):
    assert invention(best, diversity, step, 2.5) == best


@given(best=st.floats(0, 2.5), diversity=st.floats(0, 3), step=st.floats(0, 9))
def test_innovation_never_lowers_practice(best, diversity, step):
    assert best <= invention(best, diversity, step, 2.5) <= best + step
