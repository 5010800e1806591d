"""A run function's table, checked and packed in the worker that made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_sim.study.arrow import Table, pa, pc

INDEX = {"seed": pa.int64(), "half_term": pa.int32()}
FLOWS = frozenset({"sharing", "jpd"})
"""Nothing has flowed yet at the opening, so these are NaN there."""
SHARES = frozenset(
    {
        "trust", "head_trust", "mutual_trust", "reciprocity", "level", "refusals", "betrayals", "one_wayness",
        "donor_share", "social_capital", "uphill", "level4",
    }
)  # fmt: skip
"""Shares of something of which there may be nothing (requests, ties): NaN is what they are then, and no failure."""


def packed(table: object, seeds: Sequence[int]) -> tuple[bytes, list[tuple[int, str]]]:
    """The series as an Arrow IPC stream without the runs that are not finite, and these with a reason each.

    Raises:
        ValueError: if the table is not one of these runs.
    """
    series = _shaped(table, seeds)
    bad: dict[int, str] = {}
    for name in series.column_names[len(INDEX) :]:
        column = series[name]
        finite = pc.fill_null(pc.is_finite(column), fill_value=False).to_numpy()
        if name in SHARES:
            finite = finite | pc.is_nan(column).to_numpy()
        elif name in FLOWS:
            finite = finite | (series["half_term"].to_numpy() == 0)
        if not finite.all():
            for row in np.flatnonzero(~finite):
                seed, half_term = series["seed"][int(row)].as_py(), series["half_term"][int(row)].as_py()
                bad.setdefault(seed, f"{name} is {column[int(row)].as_py()} at half-term {half_term}")
    if bad:
        series = series.filter(pc.invert(pc.is_in(series["seed"], pa.array(list(bad), pa.int64()))))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, series.schema) as stream:
        stream.write_table(series)
    return sink.getvalue().to_pybytes(), sorted(bad.items())


def _shaped(table: Any, seeds: Sequence[int]) -> Table:
    if not isinstance(table, pa.Table):
        raise ValueError(f"the run function returned a {type(table).__name__} where a pyarrow.Table was asked for")  # noqa: TRY004
    schema = pa.schema(
        [(name, INDEX.get(name, pa.float64())) for name in [*INDEX, *(n for n in table.column_names if n not in INDEX)]]
    )
    if set(table.column_names) < set(INDEX) or not table.select(schema.names).schema.equals(schema):
        raise ValueError(
            f"the run function returned columns {table.schema.to_string()!r}; asked for were {list(INDEX)} and float64"
        )
    table = table.select(schema.names)
    found = np.unique(table["seed"].to_numpy())
    if table["seed"].null_count or table["half_term"].null_count or not np.array_equal(found, np.unique(list(seeds))):
        raise ValueError("the run function returned rows for other seeds than it was asked for")
    return table.replace_schema_metadata(None)
