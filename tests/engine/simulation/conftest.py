"""Small models that can be computed by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.roster import Roster

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
def roster_of() -> Callable[..., Roster]:
    """Make a roster from the number of teachers and the alliance of each school."""

    def roster(
        teachers: Sequence[int], alliance: Sequence[int] | None = None, ids: Sequence[int] | None = None
    ) -> Roster:
        many = len(teachers)
        alliance = [0] * many if alliance is None else alliance
        numbers = np.arange(many) if ids is None else np.array(ids)
        nowhere = np.full(many, np.nan, np.float32)
        return Roster(
            id=numbers.astype(np.uint32),
            alliance=np.array(alliance, np.int32),
            teachers=np.array(teachers, np.int32),
            pupils=20 * np.array(teachers, np.int32),
            east=nowhere,
            north=nowhere.copy(),
            urn=np.zeros(many, np.int64),
            name=tuple(f"School {number}" for number in numbers),
            alliance_name=tuple(f"Alliance {number}" for number in range(max(alliance) + 1)),
        )

    return roster


@pytest.fixture(scope="session")
def configuration_of(roster_of) -> Callable[..., AllianceModel]:
    """Make a model of these schools; every parameter not given has its default."""

    def make_model(
        teachers: Sequence[int],
        changes: dict[str, object] | None = None,
        *,
        alliance: Sequence[int] | None = None,
        ids: Sequence[int] | None = None,
        seed: int = 1,
    ) -> AllianceModel:
        scenario = Scenario(**(changes or {})).with_roster(roster_of(teachers, alliance, ids))
        return AllianceModel(scenario, rng=seed)

    return make_model


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
