"""The declaration of a column: type, unit, meaning, bounds and shape, stated where the column is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple, get_type_hints


@dataclass(frozen=True)
class Column:
    """What a column holds. ``bounds`` are what an agent's attribute may be set to; ``shape`` names extra dimensions.

    ``of`` names the table whose rows it has, where a table's columns do not all have its own. ``limits`` bound every
    row of a column whose attribute cannot be set. A ``fixed`` column is structure that a user's own rule may not write.
    """

    dtype: str
    unit: str
    meaning: str
    bounds: tuple[float, float] | None = None
    shape: tuple[str, ...] = ()
    of: str = ""
    limits: tuple[float, float] | None = None
    fixed: bool = False


@cache  # perf: reading the hints of all tables took a tenth of a small run
def columns(table: type[NamedTuple]) -> Mapping[str, Column]:
    """The declared columns of a table, by name, in order."""
    hints = get_type_hints(table, include_extras=True)
    return MappingProxyType({name: hints[name].__metadata__[0] for name in table._fields})
