"""Small models whose half-term can be computed by hand.

In two schools of one teacher each, teacher 0 holds tie 0 and teacher 1 holds tie 1, each the other's twin. Unless a
test says otherwise, only the process under test is active.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim import AllianceModel

TIMES = 4000
EAGER = {"help.base_need": 0.8, "policy.funding": 1.0}
"""Need: .8 · (.4 + 1.2) is over 1, so every teacher who can learn something asks."""
ONE_ASKS = {"policy.competition": 1.0, "policy.funding": 1.0, "help.competition_need": 0.8}
"""With ranks 1 and 0: the first needs help with certainty, the second never, and they are no rivals."""
BETRAYED_FOR_CERTAIN = {"policy.competition": 1.0, "outcome.betrayal": 0.2, "outcome.betrayal_rivalry": 4.0}
"""A rival of the same rank without trust betrays with probability .2 · 5 = 1."""


def two_teachers(
    model: AllianceModel, trust: tuple[float, float], *practice: tuple[float, float], level: int = 1
) -> AllianceModel:
    """Write the trust of each in the other, both practices, and their level; the schools rank the same."""
    model.world.ties.trust[:] = trust
    model.world.ties.level[:] = level
    model.world.teachers.practice[:] = practice
    model.world.schools.rank[:] = 0.5
    return model


def first_where(make: Callable[[int], AllianceModel], wanted: Callable[[AllianceModel], bool]) -> AllianceModel:
    """Return the model of the first seed 1, 2, … in which one half-term gives the wanted outcome."""
    for seed in range(1, 400):
        model = make(seed)
        model.step()
        if wanted(model):
            return model
    raise AssertionError("no seed gives that outcome")


def many_times(
    make_model: Callable[..., AllianceModel],
    changes: dict[str, object],
    trust: tuple[float, ...],
    *practice: tuple[float, float],
    level: int = 1,
) -> AllianceModel:
    """Return ``TIMES`` copies of a small alliance in one model, each with its own random numbers; trust tie by tie."""
    members = len(practice)
    model = make_model([1] * (members * TIMES), changes, alliance=np.repeat(np.arange(TIMES), members).tolist())
    model.world.ties.trust[:] = np.tile(trust, TIMES)
    model.world.ties.level[:] = level
    model.world.teachers.practice[:] = np.tile(practice, (TIMES, 1))
    model.world.schools.rank[:] = 0.5
    return model


def assert_share(found: int, expected: float) -> None:
    """Assert that a count out of ``TIMES`` agrees with a probability within four standard errors."""
    assert found / TIMES == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / TIMES))


def granted(model: AllianceModel) -> bool:
    return model.world.schools.given.sum() == 1


def refused(model: AllianceModel) -> bool:
    return model.world.schools.refused.sum() == 1
