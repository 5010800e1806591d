"""A hundred thousand runs of sixty half-terms are questioned in under a second."""

from __future__ import annotations

import hashlib
import os
import time
import zlib
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliance_sim.study import Results
from alliance_sim.study.spec.study_spec import cores
from alliance_sim.study.storage.checksums import name_with_digest
from alliance_sim.study.storage.parts import CRC32, RUNS, RUNS_SCHEMA, SERIES, STUDY
from alliance_sim.study.storage.store import open_store

RUNS_A_PART, PARTS, ROWS = 1_000, 100, 61
ASKED = (
    'seeds = 100\nhalf_terms = 60\nkeep = ["sharing", "jpd", "trust", "practice", "attainment"]\n'
    '[design]\n"policy.competition" = { from = 0.0, to = 1.0, steps = 1000 }\n'
)


@pytest.mark.slow
def test_a_group_query_over_a_hundred_thousand_runs_takes_less_than_a_second(study):
    asked = study(ASKED)
    with open_store(Path("out"), asked):
        pass
    generator = np.random.default_rng(1)
    for part in range(PARTS):
        number = part * RUNS_A_PART + np.arange(RUNS_A_PART)
        point, seed = number // 100, number % 100 + 1
        kept = {name: generator.random(RUNS_A_PART * ROWS) for name in asked.keep}
        half_term = np.tile(np.arange(ROWS, dtype=np.int32), RUNS_A_PART)
        series = pa.table({"point": point.repeat(ROWS), "seed": seed.repeat(ROWS), "half_term": half_term} | kept)
        name = f"{part + 1:07d}-00000000"
        path, marked = Path("out/parts") / (name + SERIES), {STUDY: asked.hash}
        pq.write_table(series.replace_schema_metadata(marked), path, compression="zstd")
        content = path.read_bytes()
        constants = {"status": "done", "reason": None, "traceback": None, "series": path.name}
        constants |= {"series_bytes": len(content), "series_sha256": hashlib.sha256(content).hexdigest()}
        rows = {name: pa.array([value] * RUNS_A_PART) for name, value in constants.items()}
        keys = pa.array([f"{one:032x}" for one in number])
        table = pa.table(rows | {"key": keys, "point": point, "seed": seed}).select(RUNS_SCHEMA.names).cast(RUNS_SCHEMA)
        sink = pa.BufferOutputStream()
        pq.write_table(table.replace_schema_metadata(marked | {CRC32: f"{zlib.crc32(content):08x}"}), sink)
        runs = sink.getvalue().to_pybytes()
        (Path("out/parts") / name_with_digest(name, runs, RUNS)).write_bytes(runs)
    results = Results.open("out")
    question = (
        'select "policy.competition" as competition, half_term, avg(sharing) as sharing, stddev(trust) as trust '
        "from results group by all order by all"
    )
    files = [str(path) for path in Path("out/parts").glob("*.series.parquet")]
    bare = duckdb.connect()
    bare.execute(f"create view results as select * from read_parquet({files}) join 'out/points.parquet' using (point)")
    took, at_least = [], []
    for _ in range(7):
        started = time.perf_counter()
        answer = results.query(question)
        took.append(time.perf_counter() - started)
        started = time.perf_counter()
        bare.execute(question).df()
        at_least.append(time.perf_counter() - started)
    print(f"seconds: {min(took):.2f} at best, {sorted(took)[3]:.2f} in the middle; DuckDB alone {min(at_least):.2f}")
    assert len(answer) == 1_000 * ROWS
    assert min(took) < 3.0 * min(at_least)
    if os.getloadavg()[0] < cores():  # on a busy machine a second is not a second
        assert min(took) < 1.0
