"""Prefetch rows that are about to be read; nothing here changes a result.

# perf: processors do not prefetch rows across boundaries; waiting for them took a third of a half-term.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from alliance_sim.engine.compilation import step
from alliance_sim.engine.indexing import Row, alliance_teachers, alliance_ties, external_ties
from alliance_sim.engine.state import Floats, World

LINE = 64
"""Bytes in a cache line."""


@intrinsic
def _prefetch(_: Any, column: Any, place: Any) -> Any:
    """Emit the prefetch instruction, which Numba does not offer."""

    def instruction(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        entry = builder.gep(context.make_array(signature.args[0])(context, builder, given[0]).data, [given[1]])
        function_type = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        prefetch = cgutils.get_or_insert_function(builder.module, function_type, "llvm.prefetch.p0")
        to_read, locality, data = number(0), number(2), number(1)
        builder.call(prefetch, [builder.bitcast(entry, pointer), to_read, locality, data])
        return context.get_dummy_value()

    return types.void(column, types.intp), instruction


prefetch_row: Any = _prefetch
"""``prefetch_row(column, index)`` starts to load the entry at a flat index of a column."""


@step
def prefetch_rows(column: Floats, first: int, last: int) -> None:
    """Prefetch rows ``first`` to ``last`` - 1 of a column."""
    for row in range(np.int64(first), np.int64(last), np.int64(LINE // column.itemsize)):
        prefetch_row(column, row)


@step
def prefetch_ties(world: World, alliance: int) -> None:
    """Prefetch all columns of an alliance's ties; do nothing past the last alliance."""
    if alliance >= world.alliances.age.size:
        return
    ties = world.ties
    first, last = alliance_ties(world, *alliance_teachers(world, alliance))
    prefetch_rows(ties.partner, first, last)
    prefetch_rows(ties.twin, first, last)
    prefetch_rows(ties.trust, first, last)
    prefetch_rows(ties.owed, first, last)
    prefetch_rows(ties.given, first, last)
    prefetch_rows(ties.level, first, last)


@step
def prefetch_external_partners(world: World, alliance: int, flows: bool) -> None:
    """Prefetch the practice of an alliance's external partners, and the help they gave if ``flows``.

    # perf: prefetch the ties themselves earlier, or this waits for them.
    """
    if alliance >= world.alliances.age.size:
        return
    start, end = alliance_teachers(world, alliance)
    areas = np.int64(world.teachers.practice.shape[1])
    for teacher in range(start, end):
        first, last = external_ties(world, Row(teacher))
        for tie in range(first, last):
            prefetch_row(world.teachers.practice, np.int64(world.ties.partner[tie]) * areas)
            if flows:
                prefetch_row(world.ties.given, np.int64(world.ties.twin[tie]))
