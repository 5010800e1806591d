"""Zeroed columns for a module's own tables, sized by the tables of the core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column, columns
from alliance_sim.declarations.module import Module
from alliance_sim.engine.state import World


def module_state(module: Module, world: World) -> Any:
    """Return the module's own columns for a world, all zero; an empty tuple if it has none."""
    if module.state is None:
        return ()
    table: Any = module.state
    return table(**allocate_columns(table, world))


def allocate_columns(table: type[NamedTuple], world: World) -> dict[str, Any]:
    """Zeroed columns, each as long as the table it says it is ``of``; areas and contacts where a column has them."""
    rows = {
        "system": 1,
        "alliances": world.alliances.age.size,
        "schools": world.schools.id.size,
        "head_ties": world.head_ties.trust.size,
        "teachers": world.teachers.id.size,
        "ties": world.ties.trust.size,
    }
    wide = {"practice_areas": world.teachers.practice.shape[1], "contacts": world.teachers.asks.shape[1]}
    return {name: _blank(column, rows, wide) for name, column in columns(table).items()}


def _blank(column: Column, rows: Mapping[str, int], wide: Mapping[str, int]) -> Any:
    return np.zeros((rows[column.of], *(wide[name] for name in column.shape)), column.dtype)
