"""Models of schools whose sizes and alliances a test chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.roster import Roster


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
