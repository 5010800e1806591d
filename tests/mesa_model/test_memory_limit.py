"""A very large system is refused before it takes memory, unless the caller allows it."""

from __future__ import annotations

import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.config import ConfigError


def test_a_system_of_many_gigabytes_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setattr("alliance_sim.config.resources.machine_memory", lambda: 64e9)
    with pytest.raises(ConfigError) as refused:
        AllianceModel(Scenario.load("the_world"))
    assert "GB of memory, more than the 4 GB that are allowed; allow it with memory_limit=" in str(refused.value)


def test_the_limit_is_an_argument():
    small = {"population.schools": 4}
    with pytest.raises(ConfigError, match="memory_limit"):
        AllianceModel("baseline", rng=1, memory_limit=1e-6, **small)
    assert AllianceModel("baseline", rng=1, memory_limit=0.1, **small).roster.schools == 4


def test_england_needs_no_permission(monkeypatch):
    """Only its schools are sampled here; the estimate is what is compared."""
    monkeypatch.setattr("alliance_sim.mesa_model.model.seed_from", _stop)
    with pytest.raises(_StoppedError):
        AllianceModel(Scenario.load("england"))


class _StoppedError(Exception):
    pass


def _stop(rng: object) -> int:
    raise _StoppedError
