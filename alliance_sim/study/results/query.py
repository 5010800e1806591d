"""Questions in SQL, put to the files of a study where they lie, and to nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alliance_sim.study.errors import StudyError
from alliance_sim.study.storage.arrow import Table, pa
from alliance_sim.study.storage.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd

EXAMPLE = "select half_term, avg(trust) from results group by half_term order by half_term"


def run_query(sql: str, snapshot: Snapshot, points: Table, empty: Table) -> pd.DataFrame:
    """The answer to one ``select``.

    DuckDB is shut in: it may read the files of series and no other, write nothing, not even what does not fit into
    memory, and the question cannot open it again. It reads files that were compared with their checksums before, and
    are compared again after it has read them, where they changed meanwhile.

    Args:
        sql: the question.
        snapshot: the parts that it is put to.
        points: one row a point.
        empty: what ``results`` is where nothing is done yet.

    Raises:
        StudyError: if it is no single ``select``, or cannot be answered, or files changed.
    """
    import duckdb

    with duckdb.connect(":memory:") as asked:
        for setting in ("enable_progress_bar", "python_enable_replacements", "autoinstall_known_extensions"):
            asked.execute(f"SET {setting} = false")
        asked.execute("SET temp_directory = ''")
        try:
            _views(asked, snapshot, points, empty)
        except duckdb.Error as trouble:
            snapshot.refuse_changes()
            raise StudyError(f"the series cannot be read: {' '.join(str(trouble).split())}") from trouble
        paths = ", ".join(_text(str(path)) for _, path in snapshot.series)
        asked.execute(f"SET allowed_paths = [{paths}]")
        asked.execute("SET enable_external_access = false")
        asked.execute("SET lock_configuration = true")
        try:
            statements = asked.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise StudyError(f"the question cannot be answered: one select is asked for, as in {EXAMPLE!r}")
            frame: pd.DataFrame = asked.execute(statements[0]).df()
        except TypeError as trouble:  # letters that no text can have
            raise StudyError("the question cannot be answered: it is no text") from trouble
        except duckdb.Error as trouble:
            snapshot.refuse_changes()
            raise StudyError(f"the question cannot be answered: {' '.join(str(trouble).split())}") from trouble
    snapshot.refuse_changes()
    return frame


def _views(asked: Any, snapshot: Snapshot, points: Table, empty: Table) -> None:
    asked.register("points", points)
    asked.register("runs", snapshot.runs.select(["key", "point", "seed", "status", "reason", "traceback"]))
    if not snapshot.series:
        asked.register("results", empty)
        return
    files = "[" + ", ".join(_text(str(path)) for _, path in snapshot.series) + "]"
    design = "".join(f"points.{_name(name)}, " for name in points.column_names if name != "point")
    kept = ", ".join(f"series.{_name(name)}" for name in empty.column_names if name not in points.column_names)
    chosen = f"{design}series.point, {kept}"
    where = ""
    if snapshot.superseded:
        asked.register("superseded_", _superseded(snapshot))
        where = (
            " WHERE NOT EXISTS (FROM superseded_ AS old WHERE old.file = series.filename "
            "AND old.point = series.point AND old.seed = series.seed)"
        )
    asked.execute(
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
