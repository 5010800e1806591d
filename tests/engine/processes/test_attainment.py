"""Attainment, its variation between years, and the drift of intakes, by hand (B1, C28, D8)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import competition

attainment = competition.attainment.py_func
results_sd = competition.results_sd.py_func
intake_after = competition.intake_after.py_func

shares = st.floats(0, 1)


def test_attainment_by_hand():
    """Intake .1, a gain of .15 practice of teachers whose SD is .3, at .08 for each SD, noise −.05: .1 + .04 − .05."""
    assert attainment(0.1, 0.08, 0.15, 0.3, -0.05) == pytest.approx(0.09)


@pytest.mark.parametrize("areas", [2, 5, 10])
def test_a_gain_of_one_sd_between_teachers_adds_the_same_whatever_the_number_of_areas(areas):
    """A mean over K areas of SD .3 has SD .3/√K; a gain of this size adds τ = .08."""
    teacher_sd = 0.3 / math.sqrt(areas)
    assert attainment(0.0, 0.08, teacher_sd, teacher_sd, 0.0) == pytest.approx(0.08)


def test_results_of_a_school_of_210_by_hand():
    """A cohort has 210/7 = 30 pupils: √(.12² + 1.25²/30) = √(.0144 + .0521) = .258."""
    assert results_sd(0.12, 1.25, 210.0) == pytest.approx(math.sqrt(0.0144 + 1.5625 / 30))
    assert results_sd(0.12, 1.25, 210.0) == pytest.approx(0.258, abs=5e-4)


def test_a_cohort_has_at_least_one_pupil():
    """Three pupils on roll are fewer than one a year; the SD is that of a single pupil, √(.12² + 1.25²)."""
    assert results_sd(0.12, 1.25, 3.0) == pytest.approx(math.sqrt(0.0144 + 1.5625))
    assert results_sd(0.12, 1.25, 0.0) == results_sd(0.12, 1.25, 7.0)


@given(pupils=st.floats(0, 1e4), more=st.floats(0, 1e4))
def test_results_of_larger_schools_vary_less_but_never_less_than_all_cohorts_do(pupils, more):
    assert 0.12 <= results_sd(0.12, 1.25, pupils + more) <= results_sd(0.12, 1.25, pupils)


def test_intakes_drift_from_the_worst_to_the_best_place():
    """ι .02 and C .5: the best school gains .01 a year, the worst loses it, the middle one keeps its intake."""
    assert intake_after(0.3, 0.02, 0.5, 0.0) == pytest.approx(0.31)
    assert intake_after(0.3, 0.02, 0.5, 1.0) == pytest.approx(0.29)
    assert intake_after(0.3, 0.02, 0.5, 0.5) == 0.3


@given(intake=st.floats(-2, 2), rank=shares, competition_=shares)
def test_without_competition_or_drift_intakes_stay(intake, rank, competition_):
    assert intake_after(intake, 0.02, 0.0, rank) == intake
    assert intake_after(intake, 0.0, competition_, rank) == intake
