"""A simulation of school alliances: trust, reciprocity and the sharing of practice between competing schools."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_sim.mesa_model.agents import Coordinator, School, Teacher
    from alliance_sim.mesa_model.model import AllianceModel
    from alliance_sim.mesa_model.scenario import Scenario

__version__ = "0.1.0"
__all__ = ["AllianceModel", "Coordinator", "Scenario", "School", "Teacher", "__version__"]

# Loaded when first asked for, so that `alliance-sim --help` does not pay for Mesa and Numba.
_HOMES = {
    "AllianceModel": "alliance_sim.mesa_model.model",
    "Scenario": "alliance_sim.mesa_model.scenario",
    "School": "alliance_sim.mesa_model.agents",
    "Teacher": "alliance_sim.mesa_model.agents",
    "Coordinator": "alliance_sim.mesa_model.agents",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'alliance_sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
