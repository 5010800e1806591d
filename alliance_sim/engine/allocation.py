"""Allocate the columns of optional modules, sized by the tables of the core."""

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
    """Return zeroed columns, each with as many rows as the table it is ``of``."""
    rows = {
        "system": 1,
        "alliances": world.alliances.age.size,
        "schools": world.schools.id.size,
        "head_ties": world.head_ties.trust.size,
        "teachers": world.teachers.id.size,
        "ties": world.ties.trust.size,
    }
    widths = {"practice_areas": world.teachers.practice.shape[1], "contacts": world.teachers.asks.shape[1]}
    return {name: _zeros(column, rows, widths) for name, column in columns(table).items()}


def _zeros(column: Column, rows: Mapping[str, int], widths: Mapping[str, int]) -> Any:
    return np.zeros((rows[column.of], *(widths[name] for name in column.shape)), column.dtype)
