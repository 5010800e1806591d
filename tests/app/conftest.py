"""Small sessions."""

import pytest

from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import of_preset

SMALL = {"population.schools": 6, "population.alliance_size": 3, "population.teachers_median": 6}


def small(preset="silicon_valley_route128", seed=1, schools=None):
    from dataclasses import replace

    setup = of_preset(PRESETS[preset], seed, schools)
    first, second = (system.with_changes(SMALL) for system in setup.systems)
    return Session(replace(setup, first=first, second=second, preset=""))


@pytest.fixture
def session():
    return small()


@pytest.fixture
def small_session():
    return small


@pytest.fixture
def played(session):
    """Two years in."""
    for _ in range(12):
        session.step()
    return session
