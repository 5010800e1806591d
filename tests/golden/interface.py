"""The only file of these tests that uses internal names of the library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from alliance_sim import AllianceModel
from alliance_sim.engine.modules.registry import MODULES
from alliance_sim.study import Results, Study

__all__ = ["Results", "Study", "columns_of", "module_names", "set_threads"]


def module_names() -> list[str]:
    """The names of all built-in modules."""
    return [module.name for module in MODULES]


def set_threads(model: AllianceModel, threads: int) -> None:
    """Set how many threads the model uses from the next half-term on."""
    model.simulation.threads = threads


def columns_of(model: AllianceModel) -> dict[str, np.ndarray]:
    """All columns of a model, by ``table.column``: those of the core, then those of each module."""
    return dict(_columns(model))


def _columns(model: AllianceModel) -> Iterator[tuple[str, Any]]:
    tables: dict[str, Any] = model.world._asdict() | model.simulation.modules.states
    for table, columns in tables.items():
        if columns:  # a table that no module needs is None, a module without columns has an empty tuple
            for column, values in columns._asdict().items():
                yield f"{table}.{column}", values
