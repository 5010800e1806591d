"""Results for others: tables that say the same, a study that can be swept again, and a crate that explains itself."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.cli import main
from alliance_sim.reporting.export import tables
from alliance_sim.study import Results, Study

ASKED = (
    'seeds = 3\nhalf_terms = 2\nkeep = ["trust", "practice"]\n[variants.open]\n[variants.shut]\n'
    'set = { "policy.porosity" = 0.0 }\nevents = [{ year = 0.5, set = { "policy.funding" = 0.0 } }]\n'
    '[design]\n"trust.initial" = [0.3, 0.123456789012]\n"practice.jpd" = [true, false]\n"help.contacts" = [1, 2]\n'
    '"level.gate" = [[0.1, 0.35, 0.55, 0.7], [0.2, 0.4, 0.6, 0.8]]\n"trust.competition_enters" = ["loss", "additive"]\n'
)


def formula(values, seed):
    return {"trust": values["trust.initial"] / 3.0 + seed, "practice": math.nan if seed == 2 else 1.0 / seed}


def with_failure(values, seed):
    return None if seed == 3 and values["practice.jpd"] else formula(values, seed)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_tables_say_what_the_frame_says(study, written, capsys, monkeypatch, ending):
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 50)  # several stretches
    results = written(study(ASKED), with_failure)
    assert main(["export", "out", "--out", "tables", "--format", ending]) == 0
    assert "one row per run and half-term" in " ".join(capsys.readouterr().out.split())
    frame = results.frame()
    if ending == "parquet":
        pd.testing.assert_frame_equal(pd.read_parquet("tables/results.parquet"), frame)
    else:
        frame["level.gate"] = [str(gate.tolist()) for gate in frame["level.gate"]]
        read = pd.read_csv("tables/results.csv", dtype={"half_term": "int32"})
        pd.testing.assert_frame_equal(read, frame, check_dtype=False)
        runs = pd.read_csv("tables/runs.csv")
        assert (runs["status"] == "failed").sum() == 32
        assert set(runs["reason"].dropna()) == {"it rained"}


def test_columns_and_parameters_are_explained(study, written):
    written(study(ASKED), formula)
    assert main(["export", "out", "--out", "tables", "--format", "csv", "--json"]) == 0
    meanings = pd.read_csv("tables/columns.csv", keep_default_na=False)
    for table in ("results", "points", "runs"):
        here = meanings[meanings["table"] == f"{table}.csv"]
        assert here["column"].tolist() == list(pd.read_csv(f"tables/{table}.csv"))
        assert all(here["meaning"])
    first = meanings[(meanings["column"] == "trust.initial")].iloc[0]
    assert (first["symbol"], first["unit"]) == ("T0", "trust")
    parameters = pd.read_csv("tables/parameters.csv", keep_default_na=False).set_index("parameter")
    assert parameters.loc["policy.porosity", "in shut"] == "0"
    assert parameters.loc["trust.initial", "in open"] == "varied"


@pytest.mark.parametrize("random_numbers", ["common", "independent"])
def test_the_exported_study_has_the_same_runs(study, written, random_numbers):
    asked = study(f'random_numbers = "{random_numbers}"\n{ASKED}')
    written(asked, formula)
    assert main(["export", "out", "--out", "tables", "--format", "parquet", "--json"]) == 0
    again = Study.load("tables/study.toml")
    assert again.hash == asked.hash
    assert [list(again.seeds_at(point)) for point in (0, 5)] == [list(asked.seeds_at(point)) for point in (0, 5)]


@pytest.mark.parametrize("name", ["competition_and_trust", "what_matters", "real_schools"])
def test_shipped_studies_go_along_too(name, written, tmp_path, monkeypatch):
    from alliance_sim.reporting.export.study_toml import POINTS_FILE, study_points, study_text
    from alliance_sim.study.storage.points_table import read_points
    from alliance_sim.study.storage.store import open_store

    monkeypatch.chdir(tmp_path)
    asked = Study.load(name)
    with open_store(Path("out"), asked):
        pass
    manifest = Results.open("out").manifest
    Path("study.toml").write_text(study_text(manifest), "utf-8")
    Path(POINTS_FILE).write_text(study_points(manifest, read_points(Path("out"), manifest)), "utf-8")
    if asked.schools is not None:
        Path(asked.schools.name).write_bytes(asked.schools.read_bytes())
    assert Study.load("study.toml").hash == asked.hash


def test_a_crate_explains_itself(study, written, capsys):
    results = written(study(ASKED), with_failure)
    words = [
        "export",
        "out",
        "--out",
        "crate",
        "--author",
        "Ada Author",
        "--licence",
        "https://spdx.org/licenses/CC0-1.0",
    ]
    assert main([*words, "--json"]) == 0
    files = {one["name"] for one in json.loads(capsys.readouterr().out)["files"]}
    assert files == {path.name for path in Path("crate").iterdir()}
    document = json.loads(Path("crate/ro-crate-metadata.json").read_text("utf-8"))
    assert document["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    graph = {entity["@id"]: entity for entity in document["@graph"]}
    assert len(graph) == len(document["@graph"])
    assert graph["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    assert graph["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license", "author"} <= root.keys()
    assert root["license"] == {"@id": "https://spdx.org/licenses/CC0-1.0"}
    assert graph[root["author"]["@id"]]["name"] == "Ada Author"
    parts = {part["@id"] for part in root["hasPart"]}
    assert parts == files - {"ro-crate-metadata.json"}
    for name in parts:
        content = (Path("crate") / name).read_bytes()
        assert graph[name]["contentSize"] == str(len(content))
        assert graph[name]["sha256"] == hashlib.sha256(content).hexdigest()
    sweep = graph[root["mentions"]["@id"]]
    assert sweep["@type"] == "CreateAction"
    assert {"@id": "study.toml"} in sweep["object"]
    assert {"@id": "results.parquet"} in sweep["result"]
    assert results.about["model"] == graph[sweep["instrument"]["@id"]]["version"]
    measured = [graph[one["@id"]] for one in root["variableMeasured"]]
    assert {"trust", "practice", "trust.initial", "level.gate"} <= {one["name"] for one in measured}
    assert all(one["unitText"] for one in measured)
    assert "it rained" in Path("crate/report.html").read_text("utf-8")
    assert str(Path.cwd()) not in "".join(path.read_text("utf-8") for path in Path("crate").glob("*.*[nmdl]"))


def test_the_exported_study_of_a_sample_with_variants_has_the_same_seeds(study, written):
    asked = study(
        'seeds = 2\nhalf_terms = 2\nkeep = ["trust"]\nvariants = ["route128", "cosy_club"]\nmatters = { trust = 0.1 }\n'
        '[design]\nkind = "latin_hypercube"\nn = 4\n"policy.competition" = {}\n'
    )
    written(asked, lambda values, seed: {"trust": 0.5})
    assert main(["export", "out", "--out", "archive", "--format", "csv"]) == 0
    again = Study.load("archive/study.toml")
    assert again.matters == {"trust": 0.1}
    assert [again.seeds_at(point) for point in range(8)] == [asked.seeds_at(point) for point in range(8)]
    assert again.hash == asked.hash
