"""Declare a column where its table lists it: type, unit, meaning, bounds and extra dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple, get_type_hints


@dataclass(frozen=True)
class Column:
    """The declaration of one column.

    Attributes:
        dtype: the NumPy type of its entries.
        unit: the unit of its entries.
        meaning: what an entry holds, in a few words.
        bounds: the lowest and highest value to which an agent's attribute may be set; None if it cannot be set.
        shape: names of extra dimensions, such as ``("practice_areas",)``.
        of: the table whose rows the column has, where this differs from its own table.
        limits: the lowest and highest value of a column whose attribute cannot be set.
        fixed: whether the column is structure, which a user's own rule may not write.
    """

    dtype: str
    unit: str
    meaning: str
    bounds: tuple[float, float] | None = None
    shape: tuple[str, ...] = ()
    of: str = ""
    limits: tuple[float, float] | None = None
    fixed: bool = False


@cache  # perf: reading the type hints of all tables took a tenth of a small run
def columns(table: type[NamedTuple]) -> Mapping[str, Column]:
    """Return the declared columns of a table by name, in order."""
    hints = get_type_hints(table, include_extras=True)
    return MappingProxyType({name: hints[name].__metadata__[0] for name in table._fields})
