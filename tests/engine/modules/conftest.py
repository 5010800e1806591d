"""Fixtures for tests of optional modules."""

from __future__ import annotations

import pytest

from alliance_sim import AllianceModel


@pytest.fixture(scope="session")
def small_model():
    """Return a function that creates a model of four schools in two alliances, with given parameters."""

    def make(rng: int = 1, **dotted: object) -> AllianceModel:
        small = {"population.schools": 4, "population.alliance_size": 2, "population.teachers_median": 8}
        return AllianceModel(rng=rng, **small | dotted)

    return make
