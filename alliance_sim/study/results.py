"""Results of a study, read from its folder: tables, questions in SQL, effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_sim.configuration.suggestions import nearest
from alliance_sim.study.arrow import Table, pa, pc, pq
from alliance_sim.study.damage import damage_of
from alliance_sim.study.parts import DONE, parts_in
from alliance_sim.study.store import POINTS, document_in, run_rows
from alliance_sim.study.trouble import StudyError

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.study.effects import Effect

ORDER = ("point", "seed", "half_term")


@dataclass(frozen=True)
class Results:
    """What lies in a folder that ``sweep`` wrote into; reading changes nothing, and may be done while it runs.

    Attributes:
        folder: where they lie.
        about: the study, as it was written down: question, name, runs, seeds, half_terms, keep, varies …
    """

    folder: Path
    about: dict[str, Any]

    @staticmethod
    def open(folder: str | Path) -> Results:
        """The results in a folder.

        Raises:
            StudyError: if none lie there.
        """
        return Results(Path(folder), document_in(Path(folder)))

    @property
    def factors(self) -> list[str]:
        """What differs between points: ``variant`` where several worlds stand side by side, then what is varied."""
        return [name for name in pq.read_schema(self.folder / POINTS).names if name != "point"]

    def table(self) -> Table:
        """As ``frame``, an Arrow table."""
        series = [pq.read_table(path).replace_schema_metadata(None) for path in self._series()]
        if not series:
            kept = {name: pa.float64() for name in self.about["keep"]}
            series = [
                pa.schema({"point": pa.int64(), "seed": pa.int64(), "half_term": pa.int32()} | kept).empty_table()
            ]
        rows = pa.concat_tables(series).sort_by([(name, "ascending") for name in ORDER])
        points = pq.read_table(self.folder / POINTS).replace_schema_metadata(None)
        design = points.select(self.factors).take(pc.index_in(rows["point"], value_set=points["point"]))
        for name in ORDER:
            design = design.append_column(name, rows[name])
        for name in self.about["keep"]:
            design = design.append_column(name, rows[name])
        return design

    def frame(self) -> pd.DataFrame:
        """One row a run and half-term: the design's columns, ``point``, ``seed``, ``half_term``, the kept outcomes.

        Sorted by point, seed, half-term; the same bytes whoever did the work, and in whatever order.
        """
        frame: pd.DataFrame = self.table().to_pandas()
        return frame

    def failures(self) -> pd.DataFrame:
        """One row a run that failed: ``point``, ``seed``, ``reason``, ``traceback``."""
        rows = run_rows(self.folder, ["point", "seed", "status", "reason", "traceback"])
        failed = rows.filter(pc.not_equal(rows["status"], DONE)).drop_columns(["status"])
        frame: pd.DataFrame = failed.sort_by([("point", "ascending"), ("seed", "ascending")]).to_pandas()
        return frame

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to a question in SQL (DuckDB), put to the files where they lie.

        Views: ``results`` as in ``frame`` (``"policy.competition"`` in double quotes), ``points``, ``runs``. Nothing
        can be written, and no other file or address be read.

        Raises:
            StudyError: if it is no SQL that can be answered.
        """
        import duckdb

        with duckdb.connect(":memory:") as asked:
            series, runs = [str(path) for path in self._series()], [str(part.runs) for part in self._parts()]
            asked.execute("SET enable_progress_bar = false")
            points = str(self.folder / POINTS)
            self._views(asked, series, runs, points)
            asked.execute(f"SET allowed_paths = {[*series, *runs, points]!r}".replace('"', "'"))
            asked.execute("SET enable_external_access = false")
            asked.execute("SET lock_configuration = true")
            try:
                frame: pd.DataFrame = asked.execute(sql).df()
            except duckdb.Error as trouble:
                raise StudyError(f"the question cannot be answered: {' '.join(str(trouble).split())}") from trouble
        return frame

    def _views(self, asked: Any, series: list[str], runs: list[str], points: str) -> None:
        asked.execute(f"CREATE VIEW points AS SELECT * FROM read_parquet({_text(points)})")  # noqa: S608 - our own files
        if not runs:
            asked.register("runs", run_rows(self.folder, ["key", "point", "seed", "status", "reason"]))
        else:
            asked.execute(f"CREATE VIEW runs AS SELECT * FROM read_parquet({_texts(runs)})")  # noqa: S608
        if not series:
            asked.register("results", self.table())
            return
        design = "".join(f'points."{name}", ' for name in self.factors)
        kept = ", ".join(f'series."{name}"' for name in [*ORDER, *self.about["keep"]])
        asked.execute(
            f"CREATE VIEW results AS SELECT {design}{kept} FROM read_parquet({_texts(series)}) AS series "  # noqa: S608
            "JOIN points ON series.point = points.point"
        )

    def effect(self, factor: str, *, on: str, last: int = 12) -> Effect:
        """What a factor does to an outcome over the last two years, world by paired world.

        Args:
            factor: one of ``factors``.
            on: a kept outcome.
            last: how many half-terms at the end are averaged.

        Raises:
            StudyError: if the study does not vary the factor or keep the outcome.
        """
        from alliance_sim.study.effects import effect_of

        _known(factor, self.factors, "vary", "varies", self.about["name"])
        _known(on, self.about["keep"], "keep", "keeps", self.about["name"])
        return effect_of(self, factor, on, last)

    def _parts(self) -> list[Any]:
        whole = self.about["hash"]
        return [part for part in parts_in(self.folder) if damage_of(part, whole, thorough=False) is None]

    def _series(self) -> list[Path]:
        return [part.series for part in self._parts() if part.series.exists()]


def _known(name: str, known: Sequence[str], do: str, does: str, study: str) -> None:
    if name in known:
        return
    meant = nearest(name, known)
    hint = f"; did you mean {meant}?" if meant else f"; it {does} {', '.join(known) or 'nothing'}"
    raise StudyError(f"the study {study} does not {do} {name}{hint}")


def _text(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"


def _texts(paths: list[str]) -> str:
    return "[" + ", ".join(map(_text, paths)) + "]"
