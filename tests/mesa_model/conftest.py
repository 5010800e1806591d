"""Fixtures: a small system as a Mesa model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alliance_sim import AllianceModel, Scenario

SMALL = {"population.schools": 6, "population.alliance_size": 3, "population.teachers_median": 5}


@pytest.fixture(scope="session")
def small() -> dict[str, int]:
    """Six schools in two alliances, by dotted name."""
    return dict(SMALL)


@pytest.fixture(scope="session")
def model_of() -> Callable[..., AllianceModel]:
    """Such a system, with some parameters set otherwise."""

    def model(changes: dict[str, object] | None = None, *, rng: object = 1, record: str = "auto") -> AllianceModel:
        return AllianceModel(Scenario(**SMALL | (changes or {})), rng=rng, record=record)

    return model


@pytest.fixture
def model(model_of) -> AllianceModel:
    """Return a new model in its initial state."""
    return model_of()
