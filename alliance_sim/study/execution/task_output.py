"""Check the tables of a run function, and serialize them in the worker that made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_sim.declarations.outcomes import NAMES, OUTCOMES
from alliance_sim.study.spec.tasks import Bundle, Failure
from alliance_sim.study.storage.arrow import Table, pa, pc

INDEX = {"seed": pa.int64(), "half_term": pa.int32()}
FLOWS = frozenset(one.name for one in OUTCOMES if one.unit.endswith("per half-term"))
"""Outcomes that are NaN in the initial state, because nothing has been exchanged yet."""
SHARES = frozenset(
    {
        "trust", "head_trust", "mutual_trust", "reciprocity", "level", "refusals", "betrayals", "one_wayness",
        "donor_share", "social_capital", "uphill", "collaboration",
    }
)  # fmt: skip
"""Shares of a quantity that may be zero (requests, ties): NaN is then their value, and no failure.

The same holds for outcomes of a module that is off.
"""


def checked(bundle: Bundle, tables: Sequence[object]) -> tuple[Table, list[Failure]]:
    """Return the series of a bundle as one table without runs that are not finite, and these runs as failures.

    Raises:
        ValueError: if the tables are not those of the runs in the bundle.
    """
    series = _one_table(bundle, tables)
    points, seeds, half_terms = (series[name].to_numpy() for name in ("point", *INDEX))
    bad: dict[tuple[int, int], Failure] = {}
    for name in series.column_names[1 + len(INDEX) :]:
        values = series[name].to_numpy()  # a null becomes NaN
        odd = ~np.isfinite(values)
        if not odd.any():
            continue
        if name in SHARES or name not in NAMES:
            odd &= ~(np.isnan(values) & pc.is_valid(series[name]).to_numpy())
        elif name in FLOWS:
            odd &= half_terms != 0
        for row in np.flatnonzero(odd).tolist():
            run = int(points[row]), int(seeds[row])
            reason = f"{name} is {series[name][row].as_py()} at half-term {half_terms[row]}"
            bad.setdefault(run, Failure(*run, reason))
    if bad:
        good = [run not in bad for run in zip(points.tolist(), seeds.tolist(), strict=True)]
        series = series.filter(pa.array(good))
    return series, [bad[run] for run in sorted(bad)]


def _one_table(bundle: Bundle, tables: Sequence[Any]) -> Table:
    for table in tables:
        if not isinstance(table, pa.Table):
            raise ValueError(f"the run function returned a {type(table).__name__} where a pyarrow.Table is expected")  # noqa: TRY004
    names = [*INDEX, *(name for name in tables[0].column_names if name not in INDEX)]
    schema = pa.schema([(name, INDEX.get(name, pa.float64())) for name in names])
    for table in tables:
        if set(table.column_names) < set(INDEX) or not table.select(names).schema.equals(schema):
            raise ValueError(
                f"the run function returned columns {table.schema.to_string()!r};"
                f" expected are {list(INDEX)} and float64"
            )
    series = pa.concat_tables([table.select(names).replace_schema_metadata(None) for table in tables])
    points = np.repeat([task.point for task in bundle], [table.num_rows for table in tables])
    series = series.add_column(0, "point", pa.array(points, pa.int64()))
    if series["seed"].null_count or series["half_term"].null_count or _runs_of(points, series) != _asked_of(bundle):
        raise ValueError("the run function returned rows for other seeds than those of its task")
    return series


def _runs_of(points: Any, series: Table) -> set[tuple[int, int]]:
    """Return the runs that have rows; rows of a run are consecutive, so that only the first of each is read."""
    seeds = series["seed"].to_numpy()
    starts = np.flatnonzero(np.r_[True, (points[1:] != points[:-1]) | (seeds[1:] != seeds[:-1])][: len(points)])
    return set(zip(points[starts].tolist(), seeds[starts].tolist(), strict=True))


def _asked_of(bundle: Bundle) -> set[tuple[int, int]]:
    return {(task.point, seed) for task in bundle for seed in task.seeds}


def packed(tables: Sequence[Table]) -> bytes:
    """Return tables as one Arrow IPC stream; empty if there are no tables."""
    if not tables:
        return b""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, tables[0].schema) as stream:
        for table in tables:
            stream.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()
