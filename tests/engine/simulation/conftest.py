"""Small models that can be computed by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from alliance_sim import AllianceModel

STILL = {
    "population.subjects": 1,
    "population.practice_areas": 2,
    "population.boundary_ties": 0,
    "policy.competition": 0.0,
    "help.contacts": 1,
    "help.base_need": 0.0,
    "help.competition_need": 0.0,
    "reciprocity.return_rate": 0.0,
    "outcome.betrayal": 0.0,
    "outcome.misfortune": 0.0,
    "trust.head_meeting": 0.0,
    "trust.staff_follow_heads": 0.0,
    "trust.heads_hear_staff": 0.0,
    "practice.solo_rate": 0.0,
    "practice.depreciation": 0.0,
    "practice.ceiling": 2.5,
    "coordinator.present": False,
    "practice.stationary": False,
    "population.practice_alliance": 0.0,
    "population.practice_school": 0.0,
    "home.enabled": False,
    "attainment.cohort_sd": 0.0,
    "attainment.pupil_sd": 0.0,
    "attainment.intake_sd": 0.0,
}


@pytest.fixture(scope="session")
def still_model_of(configuration_of) -> Callable[..., AllianceModel]:
    """Make a model with one subject, two practice areas, and all processes and noise off."""

    def still_model(teachers: Sequence[int], changes: dict[str, object] | None = None, **more: object) -> AllianceModel:
        return configuration_of(teachers, STILL | (changes or {}), **more)

    return still_model


def digest(model: AllianceModel) -> str:
    """Return the SHA-256 over every column and every recorded outcome."""
    sha = hashlib.sha256()
    for table in filter(None, model.world):  # without modules, two of the tables are not there
        for column in table:
            sha.update(str(column.dtype).encode() + np.ascontiguousarray(column).tobytes())
    for kept in (model.outcomes, model.outcomes_by_alliance, model.outcomes_by_school):
        for name in kept.columns.difference(["name"], sort=False):
            sha.update(name.encode() + kept[name].to_numpy().tobytes())
    return sha.hexdigest()


@pytest.fixture(scope="session")
def fingerprint() -> Callable[[AllianceModel], str]:
    """Return the SHA-256 over every column and every recorded outcome."""
    return digest
