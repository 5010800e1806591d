"""Values of parameters that follow from other parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from alliance_sim.declarations.parameters import Value

DERIVED: tuple[str, ...] = ("practice.solo_rate", "practice.solo_step")
"""Parameters that are derived while ``practice.stationary`` is true."""
NOT_EXPLORED: tuple[str, ...] = (*DERIVED, "practice.stationary", "trust.frozen", "population.hub_lead")
"""Parameters that a table of a study's ``explore`` does not stand for: derived ones, and those of special designs."""
FROZEN: tuple[str, ...] = (
    "trust.gain",
    "trust.staff_follow_heads",
    "trust.heads_hear_staff",
    "help.refusal_loss",
    "reciprocity.one_way_loss",
    "challenge.offence",
    "power.resentment",
)
"""The rates of all processes that change trust between people who know each other; 0 while ``trust.frozen`` is true.

Newcomers still start with initial trust. Events such as a betrayal, and the fixed rates of ``boundary_push`` and of
mentoring (``spawning``), still act.
"""


def stationary_innovation(values: Mapping[str, Value]) -> tuple[float, float]:
    """Return p_solo and η_s with which a system without help keeps the mean and the spread of its practice.

    With ρ = 1 − 1/Q_max, depreciation takes δ_q from a mean of 1, and innovation returns p·η_s·ρ/K; the spread s_q is
    kept by η_s = s_q²/ρ² and p = δ_q·K·ρ/s_q². Where p would exceed 1 it is 1, and η_s = δ_q·K/ρ keeps the mean alone.

    Args:
        values: parameters by dotted name.
    """
    potential = 1.0 - 1.0 / _number(values, "practice.ceiling")
    lost = _number(values, "practice.depreciation") * _number(values, "population.practice_areas")
    spread = _number(values, "population.practice_sd")
    if potential <= 0.0:
        return 0.0, 0.0
    chance = lost * potential / spread**2
    return (chance, spread**2 / potential**2) if chance <= 1.0 else (1.0, lost / potential)


def _number(values: Mapping[str, Value], name: str) -> float:
    return float(cast("float", values[name]))


def effective_values(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the values with which a run is simulated.

    Args:
        values: parameters by dotted name, as given.
    """
    effective = dict(values)
    if values["practice.stationary"]:
        effective["practice.solo_rate"], effective["practice.solo_step"] = stationary_innovation(values)
    if values["trust.frozen"]:
        effective |= dict.fromkeys(FROZEN, 0.0)
    return effective
