"""Trust, debts and practice leave with a person, and newcomers start without them (A24, B15)."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim.engine.modules.turnover import newcomers_practice


def test_a_newcomer_starts_a_fifth_below_the_mean():
    assert newcomers_practice.py_func(1.5, 0.2) == pytest.approx(1.2)


def test_no_teacher_leaves_before_the_end_of_the_year(small_model):
    model = small_model(**{"turnover.rate": 0.3})
    years = model.world.teachers.years.copy()
    model.run_for(6)
    assert np.array_equal(model.world.teachers.years, years)
    model.run_for(1)
    newcomers = model.world.teachers.years == 0
    assert 0 < newcomers.sum() < len(years)


def test_a_newcomer_has_no_debts_and_the_lowest_level(small_model):
    model = small_model(**{"turnover.rate": 0.3, "help.base_need": 0.0, "help.competition_need": 0.0,
                           "coordinator.present": False})  # fmt: skip
    teachers, ties = model.world.teachers, model.world.ties
    ties.level[:] = 3
    ties.owed[:] = np.where(np.arange(len(ties.owed)) < ties.twin, 2.0, -2.0)
    ties.trust[:] = 0.95
    model.run_for(7)
    new = np.flatnonzero(teachers.years == 0)
    assert len(new)
    for teacher in new:
        own_ties = slice(teachers.tie_offsets[teacher], teachers.tie_offsets[teacher + 1])
        assert np.all(ties.owed[own_ties] == 0.0)
        assert np.all(ties.level[own_ties] == 1)
        assert np.all(ties.trust[own_ties] < 0.9)


def test_with_the_same_seed_a_higher_rate_only_adds_leavers(small_model):
    left = {}
    for rate in (0.05, 0.2):
        model = small_model(**{"turnover.rate": rate, "population.schools": 20})
        model.run_for(7)
        left[rate] = set(np.flatnonzero(model.world.teachers.years == 0).tolist())
    assert left[0.05] < left[0.2]


def test_a_new_coordinator_starts_with_initial_credibility(small_model):
    model = small_model(**{"turnover.coordinators": 1.0})
    model.world.coordinators.credibility[:] = 0.95
    model.run_for(7)
    assert np.all(model.world.coordinators.credibility < 0.9)
