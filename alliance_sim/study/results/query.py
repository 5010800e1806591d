"""SQL queries on the files of a study, confined to these files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alliance_sim.study.errors import StudyError
from alliance_sim.study.storage.arrow import Table, pa
from alliance_sim.study.storage.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd

EXAMPLE = "select half_term, avg(trust) from results group by half_term order by half_term"


def run_query(sql: str, snapshot: Snapshot, points: Table, empty: Table) -> pd.DataFrame:
    """Return the result of one ``select``.

    DuckDB is confined: it may read the files of series and no others, it writes nothing (no temporary files either),
    and the query cannot lift these limits. The files are verified before DuckDB reads them, and those that have changed
    meanwhile are verified again afterwards.

    Args:
        sql: the query.
        snapshot: the parts to read.
        points: one row per point.
        empty: the empty ``results`` table, used if no run is done yet.

    Raises:
        StudyError: if the text is not a single ``select``, DuckDB refuses it, or files have changed.
    """
    import duckdb

    with duckdb.connect(":memory:") as connection:
        for setting in ("enable_progress_bar", "python_enable_replacements", "autoinstall_known_extensions"):
            connection.execute(f"SET {setting} = false")
        connection.execute("SET temp_directory = ''")
        try:
            _views(connection, snapshot, points, empty)
        except duckdb.Error as trouble:
            snapshot.refuse_changes()
            raise StudyError(f"the series cannot be read: {' '.join(str(trouble).split())}") from trouble
        paths = ", ".join(_text(str(path)) for _, path in snapshot.series)
        connection.execute(f"SET allowed_paths = [{paths}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise StudyError(f"the question cannot be answered: it must be one select, as in {EXAMPLE!r}")
            frame: pd.DataFrame = connection.execute(statements[0]).df()
        except TypeError as trouble:  # characters that UTF-8 cannot encode
            raise StudyError("the question cannot be answered: it is no text") from trouble
        except duckdb.Error as trouble:
            snapshot.refuse_changes()
            raise StudyError(f"the question cannot be answered: {' '.join(str(trouble).split())}") from trouble
    snapshot.refuse_changes()
    return frame


def _views(connection: Any, snapshot: Snapshot, points: Table, empty: Table) -> None:
    connection.register("points", points)
    connection.register("runs", snapshot.runs.select(["key", "point", "seed", "status", "reason", "traceback"]))
    if not snapshot.series:
        connection.register("results", empty)
        return
    files = "[" + ", ".join(_text(str(path)) for _, path in snapshot.series) + "]"
    design = "".join(f"points.{_name(name)}, " for name in points.column_names if name != "point")
    kept = ", ".join(f"series.{_name(name)}" for name in empty.column_names if name not in points.column_names)
    chosen = f"{design}series.point, {kept}"
    where = ""
    if snapshot.superseded:
        connection.register("superseded_", _superseded(snapshot))
        where = (
            " WHERE NOT EXISTS (FROM superseded_ AS old WHERE old.file = series.filename "
            "AND old.point = series.point AND old.seed = series.seed)"
        )
    connection.execute(
        f"CREATE VIEW results AS SELECT {chosen} FROM read_parquet({files}, filename = true) AS series "  # noqa: S608
        f"JOIN points ON series.point = points.point{where}"
    )


def _superseded(snapshot: Snapshot) -> Table:
    tables = [
        table.append_column("file", pa.array([str(snapshot.parts[number].series)] * table.num_rows, pa.string()))
        for number, table in snapshot.superseded.items()
    ]
    return pa.concat_tables(tables)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
