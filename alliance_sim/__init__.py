"""A simulation of school alliances: trust, reciprocity and the sharing of practice between competing schools."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from alliance_sim.version import __version__ as __version__

if TYPE_CHECKING:
    from alliance_sim.comparison.comparison import compare
    from alliance_sim.mesa_model.agents import Coordinator as Coordinator
    from alliance_sim.mesa_model.agents import School as School
    from alliance_sim.mesa_model.agents import Teacher as Teacher
    from alliance_sim.mesa_model.model import AllianceModel
    from alliance_sim.mesa_model.scenario import Scenario
    from alliance_sim.mesa_model.simulate import simulate
    from alliance_sim.schools.read import read_schools
    from alliance_sim.study.results.results import Results
    from alliance_sim.study.study import Study

__all__ = ["AllianceModel", "Results", "Scenario", "Study", "compare", "read_schools", "simulate"]

# Imported on first access, so that `alliance-sim --help` does not wait for Mesa and Numba.
_MODULES = {
    "AllianceModel": "alliance_sim.mesa_model.model",
    "Results": "alliance_sim.study.results.results",
    "Scenario": "alliance_sim.mesa_model.scenario",
    "Study": "alliance_sim.study.study",
    "compare": "alliance_sim.comparison.comparison",
    "read_schools": "alliance_sim.schools.read",
    "simulate": "alliance_sim.mesa_model.simulate",
    # Importable, but not part of the public interface.
    "Coordinator": "alliance_sim.mesa_model.agents",
    "School": "alliance_sim.mesa_model.agents",
    "Teacher": "alliance_sim.mesa_model.agents",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(importlib.import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'alliance_sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
