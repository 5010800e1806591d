"""Practice in the initial state: what teachers of an alliance and of a school have in common, and hubs that lead."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.parameters import DEFAULTS
from alliance_sim.engine.settings import settings_record
from alliance_sim.engine.simulation.initialization import first_practice


def settings_with(**changes: float) -> np.record:
    values = DEFAULTS | {f"population.{key}": value for key, value in changes.items()}
    return settings_record(values).view(np.recarray)[0]


def test_first_practice_by_hand():
    """σ_q .3, ρ_A .10, ρ_S .15: 1 + .3 · (√.10 · 1 − √.15 · 2 + √.75 · .5) = 1 + .3 · (.3162 − .7746 + .4330)."""
    settings = settings_with(practice_sd=0.3, practice_alliance=0.10, practice_school=0.15)
    expected = 1 + 0.3 * (math.sqrt(0.10) - 2 * math.sqrt(0.15) + 0.5 * math.sqrt(0.75))
    assert first_practice.py_func(settings, 1.0, -2.0, 0.5) == pytest.approx(expected)
    assert first_practice.py_func(settings, -3.0, -3.0, -3.0) == 0.05  # the least


def test_without_components_practice_is_each_teachers_own():
    settings = settings_with(practice_sd=0.3, practice_alliance=0.0, practice_school=0.0)
    assert first_practice.py_func(settings, 5.0, -5.0, 1.0) == pytest.approx(1.3)


@pytest.mark.parametrize(("of_alliance", "of_school"), [(0.3, 0.3), (0.0, 0.3), (0.3, 0.0), (0.0, 0.0)])
def test_teachers_have_the_declared_share_of_variance_in_common(of_alliance, of_school):
    """The correlation of two teachers of a school is ρ_A + ρ_S, of two schools of an alliance ρ_A, else 0."""
    many = 600
    model = AllianceModel(
        Scenario(**{
            "population.schools": many, "population.alliance_size": 2, "population.teachers_median": 4,
            "population.practice_sd": 0.1, "population.practice_alliance": of_alliance,
            "population.practice_school": of_school,
        }),
        rng=5,
    )  # fmt: skip
    first = model.world.schools.teacher_offsets[:-1]
    one, colleague = model.world.teachers.practice[first] - 1.0, model.world.teachers.practice[first + 1] - 1.0

    def correlation(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])

    error = 4 / math.sqrt(one.size / 2)  # four standard errors, fewer independent values within alliances
    assert model.world.teachers.practice.std() == pytest.approx(0.1, rel=0.05)
    assert correlation(one, colleague) == pytest.approx(of_alliance + of_school, abs=error)
    assert correlation(one[::2], one[1::2]) == pytest.approx(of_alliance, abs=1.5 * error)
    assert correlation(one[:-2:2], one[2::2]) == pytest.approx(0.0, abs=1.5 * error)


def test_a_hub_leads_in_every_area_and_no_other_school_does():
    """The largest school of each alliance, the first of several of one size."""
    plain, ahead = (AllianceModel(rng=3, **{"population.hub_lead": lead}) for lead in (0.0, 0.4))
    gained = ahead.world.teachers.practice - plain.world.teachers.practice
    sizes = np.diff(plain.world.schools.teacher_offsets)
    for alliance in range(len(plain.world.alliances.age)):
        first, last = plain.world.alliances.school_offsets[alliance : alliance + 2]
        hub = first + int(sizes[first:last].argmax())
        in_alliance = plain.world.schools.alliance[plain.world.teachers.school] == alliance
        in_hub = plain.world.teachers.school == hub
        np.testing.assert_allclose(gained[in_hub], 0.4, rtol=1e-5)
        assert np.array_equal(gained[in_alliance & ~in_hub], np.zeros_like(gained[in_alliance & ~in_hub]))
