"""Repeated runs have the stored results, and forged results are found."""

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
    """Change trust in one half-term of one run, and update the digests."""
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


def test_repeated_runs_have_the_stored_results(study, capsys):
    study(SMALL).run("out", workers=1)
    seen: list[tuple[int, int]] = []
    assert reproduce(Path("out"), 5, None, lambda done, total: seen.append((done, total))) == (5, [])
    assert seen == [(number, 5) for number in range(1, 6)]
    assert reproduce(Path("out"), 1000)[0] == 12
    assert main(["verify", "out", "--deep", "--runs", "all"]) == 0
    assert "12 of them were repeated, with the same results to the last byte." in " ".join(
        capsys.readouterr().out.split()
    )


def test_the_old_option_for_the_number_of_runs_is_accepted(study, capsys):
    study(SMALL).run("out", workers=1)
    assert main(["verify", "out", "--deep", "--worlds", "2", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["repeated"] == 2
    assert "note: --worlds is the old form" in printed.err


def test_a_forged_value_is_found_even_if_digests_match(study, capsys):
    study(SMALL).run("out", workers=1)
    forge(Path("out"))
    assert verified(Path("out")) == []
    many, wrong = reproduce(Path("out"), 1000)
    assert many == 12
    assert len(wrong) == 1
    assert "trust is 0." in wrong[0]
    assert "at half-term 5, but 0." in wrong[0]
    assert wrong[0].endswith(" when repeated")
    assert main(["verify", "out", "--deep", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["wrong"] == wrong
    assert document["repeated"] == 12


def test_only_the_end_is_compared_if_only_the_end_is_recorded(study):
    study(SMALL.replace("[set]", 'at = "end"\n[set]', 1)).run("out", workers=1)
    assert reproduce(Path("out")) == (12, [])


def test_runs_of_another_model_are_not_repeated(study, monkeypatch):
    study(SMALL).run("out", workers=1)
    document = json.loads(Path("out/study.json").read_text())
    Path("out/study.json").write_bytes(sealed(document | {"model": "0.0.9+abc"}))
    with pytest.raises(
        StudyError, match=r"were simulated by the model 0\.0\.9\+abc, but this is .*; install that version"
    ):
        reproduce(Path("out"))


def test_the_list_of_schools_must_be_given_and_unchanged(study):
    shutil.copy(shipped_configs()["baseline"].parent / "example_schools.csv", "schools.csv")
    asked = study('seeds = 1\nhalf_terms = 2\nkeep = ["trust"]\nschools = "schools.csv"\n')
    asked.run("out", workers=1)
    with pytest.raises(StudyError, match=r"came from the list schools\.csv; give its path"):
        reproduce(Path("out"))
    assert reproduce(Path("out"), None, Path("schools.csv")) == (1, [])
    lines = Path("schools.csv").read_bytes().splitlines(keepends=True)
    Path("fewer.csv").write_bytes(b"".join(lines[:-1]))
    with pytest.raises(StudyError, match="it is not the list of schools as it was"):
        reproduce(Path("out"), None, Path("fewer.csv"))
