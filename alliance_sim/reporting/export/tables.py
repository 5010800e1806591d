"""Write the tables of a study as CSV or Parquet files, a batch of points at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.csv

from alliance_sim.study.storage.arrow import Table, pa, pc, pq
from alliance_sim.study.storage.manifest import Manifest
from alliance_sim.study.storage.snapshot import Snapshot, whole_table

ROWS_AT_ONCE = 2_000_000
RUNS = ("key", "point", "seed", "status", "reason")
write_csv: Any = pyarrow.csv


def results_in_order(snapshot: Snapshot, points: Table, manifest: Manifest) -> Iterator[Table]:
    """Yield ``Results.frame`` in batches of points, so that it need not fit into memory."""
    seeds = manifest.seeds if isinstance(manifest.seeds, int) else len(manifest.seeds)
    rows_a_point = seeds * (1 if manifest.at == "end" else manifest.half_terms + 1)
    batch = max(1, ROWS_AT_ONCE // rows_a_point)
    for first in range(0, manifest.points, batch):
        here = (pc.field("point") >= first) & (pc.field("point") < first + batch)
        yield whole_table(snapshot, points, manifest.keep, here)


def write_tables(tables: Iterator[Table], path: Path) -> None:
    """Write all tables to one file, CSV or Parquet according to its suffix."""
    writer: Any = None
    try:
        for table in tables:
            rows = _for_csv(table) if path.suffix == ".csv" else table
            if writer is None:
                writer = _writer(path, rows.schema)
            writer.write_table(rows)
    finally:
        if writer is not None:
            writer.close()


def _writer(path: Path, schema: Any) -> Any:
    if path.suffix == ".csv":
        return write_csv.CSVWriter(path, schema, write_options=write_csv.WriteOptions(quoting_style="needed"))
    return pq.ParquetWriter(path, schema, compression="zstd")


def _for_csv(table: Table) -> Table:
    """Return a table with nulls for NaN, and lists as text."""
    columns: dict[str, Any] = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_floating(column.type):
            column = pc.if_else(pc.is_nan(column), None, column)
        elif pa.types.is_list(column.type):
            column = pa.array([str(value) for value in column.to_pylist()], pa.string())
        columns[name] = column
    return pa.table(columns)


def write_rows(rows: Sequence[dict[str, str]], path: Path) -> None:
    """Write rows to a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as text:
        file = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        file.writeheader()
        file.writerows(rows)
