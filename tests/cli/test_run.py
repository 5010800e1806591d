"""``alliance-sim run``: one school system."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from alliance_sim import AllianceModel, Scenario


def test_a_short_table_is_shown(say, small):
    heard = say("run", "silicon_valley", "--half-terms", "8", *small)
    assert heard.code == 0
    assert heard.out.startswith("Silicon Valley: Where schools compete")
    assert "6 schools in 2 alliances" in heard.out
    assert [word for word in ("start", "year 1", "half-term", "seed 1") if word not in heard.out] == []
    assert max(map(len, heard.out.splitlines())) <= 80
    assert "\x1b" not in heard.out


def test_the_files_hold_the_outcomes_of_the_model(say, small, tmp_path):
    out = tmp_path / "new" / "result"
    assert say("run", "baseline", "--seed", "7", "--half-terms", "7", "--out", out, "--csv", *small).code == 0
    names = ("outcomes", "outcomes_by_alliance", "outcomes_by_school")
    expected = {f"{name}.{ending}" for name in names for ending in ("parquet", "csv")}
    expected |= {"maturity.parquet", "maturity.csv", "config.toml", "provenance.json"}
    assert {path.name for path in out.iterdir()} == expected

    changes = {"population.schools": 6, "population.alliance_size": 3, "population.teachers_median": 6}
    model = AllianceModel(Scenario.load("baseline", changes), rng=7)
    model.run_for(7)
    pd.testing.assert_frame_equal(pd.read_parquet(out / "outcomes.parquet"), model.outcomes)
    assert len(pd.read_csv(out / "outcomes.csv")) == 8
    assert len(pd.read_parquet(out / "outcomes_by_school.parquet")) == 8 * 6
    assert Scenario.load(out / "config.toml").hash == model.scenario.hash

    document = json.loads((out / "provenance.json").read_text("utf-8"))
    assert document["command"].startswith("alliance-sim run baseline --set population.schools=6")
    assert document["options"]["seed"] == 7
    assert document["configs"][0]["config_hash"] == model.scenario.hash
    assert {"alliance_sim", "python", "mesa", "numba", "numpy"} <= set(document["versions"])


def test_equal_runs_write_equal_bytes(say, small, tmp_path):
    for name in ("one", "two"):
        assert say("run", "baseline", "--half-terms", "7", "--out", tmp_path / name, "--csv", *small).code == 0
    assert bytes_in(tmp_path / "one") == bytes_in(tmp_path / "two")
    assert say("run", "baseline", "--half-terms", "7", "--seed", "2", "--out", tmp_path / "three", *small).code == 0
    one, three = ((tmp_path / name / "outcomes.parquet").read_bytes() for name in ("one", "three"))
    assert one != three


def test_an_empty_folder_is_accepted(say, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert say("run", "baseline", "--half-terms", "1", "--out", ".", *small).code == 0
    assert "outcomes.parquet" in {path.name for path in tmp_path.iterdir()}
    assert not list(tmp_path.glob(".*"))


def test_json_is_one_document(say, small):
    heard = say("run", "baseline", "--half-terms", "2", "--json", *small)
    document = json.loads(heard.out)
    assert (document["config"], document["seed"], document["half_terms"], document["schools"]) == ("baseline", 1, 2, 6)
    assert document["outcomes"]["half_term"] == [0, 1, 2]
    assert document["outcomes"]["sharing"][0] is None  # undefined in the initial state


def test_real_schools_have_names_and_numbers(say, school_list, tmp_path):
    out = tmp_path / "out"
    heard = say("run", "baseline", "--half-terms", "1", "--schools", school_list, "--out", out)
    assert heard.code == 0
    assert "4 schools in 2 alliances" in heard.out
    frame = pd.read_parquet(out / "outcomes_by_school.parquet")
    assert set(frame["urn"]) == {100001, 100002, 100003, 100004}
    assert "Ash Grange [bold]School[/bold]" in set(frame["name"])
    document = json.loads((out / "provenance.json").read_text("utf-8"))
    assert document["configs"][0]["roster"]["schools"] == 4
    assert str(tmp_path) not in json.dumps(document)


def test_a_single_alliance_is_counted_in_the_singular(say, tmp_path):
    (tmp_path / "two.csv").write_text("name,pupils\nAsh,200\nBirch,300\n")
    heard = say("run", "baseline", "--half-terms", "1", "--schools", tmp_path / "two.csv")
    assert "2 schools in 1 alliance, 25 teachers" in heard.out


def test_a_question_cannot_control_the_terminal(say, small, tmp_path):
    (tmp_path / "red.toml").write_text('question = "Is it \\u001b[31mred at 50\\u00a0%?"\n')
    for command in (("run", "--half-terms", "1", *small), ("check",)):
        heard = say(*command, tmp_path / "red.toml")
        assert heard.code == 0
        assert "Is it ·[31mred at 50 %?" in heard.out


def test_setting_the_number_of_schools_beside_a_list_is_noted(say, school_list):
    heard = say("run", "baseline", "--half-terms", "1", "--schools", school_list, "--set", "population.schools=9")
    assert heard.code == 0
    assert "setting population.schools changes nothing" in heard.err


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
