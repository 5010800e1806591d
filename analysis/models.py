"""Models for analyses: one run of a config with some parameters changed."""

from __future__ import annotations

from collections.abc import Mapping

from alliance_sim import AllianceModel, Scenario
from alliance_sim.config.config import number
from alliance_sim.declarations.parameters import DEFAULTS, HALF_TERMS_A_YEAR, Value
from alliance_sim.engine.simulation.recorder import Record

LATE = 2 * HALF_TERMS_A_YEAR
"""Outcomes are averaged over the last two years, as in all analyses."""
NO_INVENTION: dict[str, Value] = {
    "practice.jpd": False,
    "practice.stationary": False,
    "practice.solo_rate": 0.0,
    "practice.depreciation": 0.0,
}
"""Nothing adds to the best practice: no joint development and no solo innovation; nothing is forgotten either."""


def start_model(
    seed: int, config: str = "baseline", changes: Mapping[str, Value] | None = None, record: Record = "system"
) -> AllianceModel:
    """Return a model in its initial state.

    Args:
        seed: the seed of its random numbers.
        config: the name of a shipped config.
        changes: parameters to change, by dotted name.
        record: the level down to which outcomes are recorded.
    """
    return AllianceModel(Scenario.load(config, changes), rng=seed, record=record)


def late_mean(model: AllianceModel, outcome: str) -> float:
    """Return the mean of a system's outcome over the last two years."""
    return float(model.outcomes[outcome].iloc[-LATE:].mean())


def default_of(name: str) -> float:
    """Return the default of a numeric parameter."""
    return float(number(DEFAULTS, name))
