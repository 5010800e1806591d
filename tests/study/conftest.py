"""Fixtures that write studies and results, and return the problems of refused studies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliance_sim.config import ConfigError, Problem
from alliance_sim.study import Results, Study
from alliance_sim.study.storage.checksums import name_with_digest
from alliance_sim.study.storage.parts import RUNS, RUNS_SCHEMA, SERIES, STUDY
from alliance_sim.study.storage.store import open_store


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a file in the working directory and return its relative path."""
    monkeypatch.chdir(tmp_path)

    def write_file(text: str, name: str = "mystudy.toml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def study(write: Callable[..., Path]) -> Callable[..., Study]:
    """Load a study from a text."""

    def loaded(text: str, name: str = "mystudy.toml") -> Study:
        return Study.load(write(f'question = "What if?"\n{text}', name))

    return loaded


@pytest.fixture
def refused(write: Callable[..., Path]) -> Callable[..., tuple[Problem, ...]]:
    """Return the problems of a study that is refused."""

    def problems(text: str) -> tuple[Problem, ...]:
        with pytest.raises(ConfigError) as caught:
            Study.load(write(text))
        for problem in caught.value.problems:
            assert "\n" not in str(problem), "a problem is one sentence on one line"
        return caught.value.problems

    return problems


type Formula = Callable[[dict[str, object], int], dict[str, float] | None]
"""Returns the outcomes of a run from a point's values (with ``variant``) and a seed; None for a failed run."""


def _write_part(folder: Path, study: Study, number: int, runs: Iterable[tuple[int, int]], formula: Formula) -> None:
    """Write one part with some runs as a sweep does, with outcomes that are constant in time."""
    rows, series = [], []
    names, half_terms = list(study.keep), range(study.half_terms + 1) if study.at != "end" else [study.half_terms]
    digests = list(study.points.digests())
    for point, seed in runs:
        found = study.points[point]
        outcomes = formula({**found.values, "variant": found.variant}, seed)
        (key,) = study.run_keys(digests[point], (seed,))
        row = {"key": key, "point": point, "seed": seed, "status": "done" if outcomes else "failed"}
        rows.append(row | ({} if outcomes else {"reason": "it rained", "traceback": ""}))
        for half_term in half_terms if outcomes else ():
            series.append({"point": point, "seed": seed, "half_term": half_term} | outcomes)
    kinds = {"point": pa.int64(), "seed": pa.int64(), "half_term": pa.int32()} | dict.fromkeys(names, pa.float64())
    name, marked = f"{number:07d}-00000000", {STUDY: study.hash}
    path = folder / "parts" / (name + SERIES)
    if series:
        pq.write_table(pa.Table.from_pylist(series, pa.schema(kinds)).replace_schema_metadata(marked), path)
        content = path.read_bytes()
        proof = {
            "series": path.name,
            "series_bytes": len(content),
            "series_sha256": hashlib.sha256(content).hexdigest(),
        }
        rows = [row | (proof if row["status"] == "done" else {}) for row in rows]
    table = pa.Table.from_pylist(rows, RUNS_SCHEMA).replace_schema_metadata(marked)
    write_runs(table, folder / "parts", name)


def write_runs(table: pa.Table, folder: Path, name: str) -> Path:
    """Write a file of runs under the name with its digest."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    content = sink.getvalue().to_pybytes()
    path = folder / name_with_digest(name, content, RUNS)
    path.write_bytes(content)
    return path


def _written(study: Study, formula: Formula, folder: str = "out") -> Results:
    """Write all runs of a study as one part, and return its results."""
    with open_store(Path(folder), study):
        pass
    every = [(point, seed) for point in range(len(study.points)) for seed in study.seeds_at(point)]
    _write_part(Path(folder), study, 1, every, formula)
    return Results.open(folder)


@pytest.fixture
def write_part() -> Callable[..., None]:
    """Return a function that writes a part without a sweep."""
    return _write_part


@pytest.fixture
def written() -> Callable[..., Results]:
    """Return a function that writes results without a sweep."""
    return _written
