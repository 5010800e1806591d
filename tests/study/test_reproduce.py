"""Worlds lived again come out the same, and what was forged is found out."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliance_sim.cli import main
from alliance_sim.config.files import shipped_configs
from alliance_sim.study.errors import StudyError
from alliance_sim.study.execution.reproduce import reproduce
from alliance_sim.study.storage.checksums import name_with_digest
from alliance_sim.study.storage.manifest import sealed
from alliance_sim.study.storage.parts import ENVIRONMENT, RUNS, STUDY, Part
from alliance_sim.study.storage.status import verified

SMALL = (
    'seeds = 3\nhalf_terms = 7\nkeep = ["sharing", "trust"]\n[set]\n"population.schools" = 6\n'
    '"population.teachers_median" = 4\n[[events]]\nyear = 0.5\nset = { "policy.funding" = 0.0 }\n'
    '[design]\n"trust.initial" = [0.3, 0.6]\n"practice.jpd" = [true, false]\n'
)


def forge(folder: Path) -> None:
    """A little more trust in one half-term of one world, and digests that fit."""
    runs = min((folder / "parts").glob("*.runs.parquet"))
    series = Part(runs).series
    table = pq.read_table(series)
    trust = table["trust"].to_numpy().copy()
    trust[5] = np.nextafter(trust[5], 1.0)
    place = table.column_names.index("trust")
    pq.write_table(table.set_column(place, "trust", pa.array(trust)), series)
    content = series.read_bytes()
    rows = pq.read_table(runs)
    for name, value in (("series_bytes", len(content)), ("series_sha256", hashlib.sha256(content).hexdigest())):
        place = rows.column_names.index(name)
        kind = rows.schema.field(name).type
        rows = rows.set_column(place, rows.schema.field(name), pa.array([value] * rows.num_rows, kind))
    rows = rows.replace_schema_metadata({name: rows.schema.metadata[name] for name in (STUDY, ENVIRONMENT)})
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink)
    content = sink.getvalue().to_pybytes()
    runs.unlink()
    runs.with_name(name_with_digest(Part(runs).name, content, RUNS)).write_bytes(content)


def test_worlds_lived_again_come_out_the_same(study, capsys):
    study(SMALL).run("out", workers=1)
    seen: list[tuple[int, int]] = []
    assert reproduce(Path("out"), 5, None, lambda done, total: seen.append((done, total))) == (5, [])
    assert seen == [(number, 5) for number in range(1, 6)]
    assert reproduce(Path("out"), 1000)[0] == 12
    assert main(["verify", "out", "--deep", "--worlds", "all"]) == 0
    assert "12 of them were repeated, with the same results to the last byte." in " ".join(
        capsys.readouterr().out.split()
    )


def test_a_forged_figure_is_found_where_digests_fit(study, capsys):
    study(SMALL).run("out", workers=1)
    forge(Path("out"))
    assert verified(Path("out")) == []
    many, wrong = reproduce(Path("out"), 1000)
    assert many == 12
    assert len(wrong) == 1
    assert "trust is 0." in wrong[0]
    assert "at half-term 5, but lived again 0." in wrong[0]
    assert main(["verify", "out", "--deep", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["wrong"] == wrong
    assert told["lived_again"] == 12


def test_only_the_end_is_compared_where_only_the_end_was_kept(study):
    study(SMALL.replace("[set]", 'at = "end"\n[set]', 1)).run("out", workers=1)
    assert reproduce(Path("out")) == (12, [])


def test_worlds_of_another_model_are_not_lived_by_this_one(study, monkeypatch):
    study(SMALL).run("out", workers=1)
    told = json.loads(Path("out/study.json").read_text())
    Path("out/study.json").write_bytes(sealed(told | {"model": "0.0.9+abc"}))
    with pytest.raises(StudyError, match=r"were lived by the model 0\.0\.9\+abc, but this is .*; install that version"):
        reproduce(Path("out"))


def test_a_list_of_schools_must_be_at_hand_and_the_same(study):
    shutil.copy(shipped_configs()["baseline"].parent / "example_schools.csv", "schools.csv")
    asked = study('seeds = 1\nhalf_terms = 2\nkeep = ["trust"]\nschools = "schools.csv"\n')
    asked.run("out", workers=1)
    with pytest.raises(StudyError, match=r"came from the list schools\.csv; say where it lies"):
        reproduce(Path("out"))
    assert reproduce(Path("out"), None, Path("schools.csv")) == (1, [])
    lines = Path("schools.csv").read_bytes().splitlines(keepends=True)
    Path("fewer.csv").write_bytes(b"".join(lines[:-1]))
    with pytest.raises(StudyError, match="it is not the list of schools as it was"):
        reproduce(Path("out"), None, Path("fewer.csv"))
