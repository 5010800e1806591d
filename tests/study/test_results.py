"""Results: what was swept, as a table, in SQL, and as effects."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from alliance_sim.study import Results
from alliance_sim.study.errors import StudyError
from alliance_sim.study.execution.sweep import sweep
from alliance_sim.study.storage.manifest import sealed
from alliance_sim.study.storage.status import status, verified
from alliance_sim.study.storage.store import open_store

RUNS = '''
import pyarrow as pa

def simulate(task):
    """Trust moves practice by 2 a unit, competition by -1; seed 3 has half a unit more; nothing changes in time."""
    values, rows = task.scenario["values"], task.scenario["half_terms"] + 1
    seeds = [seed for seed in task.seeds for _ in range(rows)]
    effect = 2.0 * values["trust.initial"] - values["policy.competition"]
    practice = [effect + 0.5 * (seed == 3) for seed in seeds]
    half_terms = list(range(rows)) * len(task.seeds)
    return pa.table({"seed": pa.array(seeds, pa.int64()), "half_term": pa.array(half_terms, pa.int32()),
                     "practice": practice})
'''
ASKED = (
    'seeds = 3\nhalf_terms = 2\nkeep = ["practice"]\n[design]\n'
    '"trust.initial" = [0.3, 0.5]\n"policy.competition" = [0.0, 0.25, 1.0]\n'
)


@pytest.fixture
def results(study, tmp_path, monkeypatch):
    (tmp_path / "invented_effects.py").write_text(RUNS)
    monkeypatch.syspath_prepend(tmp_path)
    sweep(study(ASKED), Path("out"), run="invented_effects:simulate", workers=2)
    return Results.open("out")


def test_the_frame_has_a_row_a_run_and_half_term(results):
    frame = results.frame()
    assert list(frame) == ["trust.initial", "policy.competition", "point", "seed", "half_term", "practice"]
    assert len(frame) == 6 * 3 * 3
    assert frame.equals(frame.sort_values(["point", "seed", "half_term"], ignore_index=True))
    assert frame.iloc[0].tolist() == [0.3, 0.0, 0, 1, 0, pytest.approx(0.6)]
    assert frame.iloc[-1].tolist() == [0.5, 1.0, 5, 3, 2, pytest.approx(0.5)]


def test_an_effect_is_paired_and_averaged_over_the_other_factors(results):
    (trust,) = results.effect("trust.initial", on="practice").contrasts
    assert (trust.level, trust.against, trust.seeds) == (0.5, 0.3, 3)
    assert [trust.difference, trust.low, trust.high] == pytest.approx([0.4] * 3)
    competition = results.effect("policy.competition", on="practice")
    assert competition.frame()["difference"].tolist() == pytest.approx([-0.25, -1.0])


def test_questions_in_sql(results):
    asked = 'select "policy.competition" as c, avg(practice) as p from results group by c order by c'
    assert results.query(asked)["p"].tolist() == pytest.approx([0.8 + 0.5 / 3 - c for c in (0.0, 0.25, 1.0)])
    assert results.query("select count(*) as n from runs where status = 'done'")["n"].tolist() == [18]
    assert results.query("select count(*) as n from points")["n"].tolist() == [6]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('secret.txt')",
        "copy points to 'stolen.csv'",
        "attach 'other.db'",
        "set enable_external_access = true",
        "install httpfs",
        "selekt 1",
        "select nothing from results",
    ],
)
def test_sql_that_asks_for_more_is_refused(results, sql):
    Path("secret.txt").write_text("hush")
    before = sorted(Path().rglob("*"))
    with pytest.raises(StudyError, match="the question cannot be answered"):
        results.query(sql)
    assert sorted(Path().rglob("*")) == before


def test_unknown_names_are_refused_with_the_nearest(results):
    with pytest.raises(StudyError, match=r"does not vary trust\.inital; did you mean trust\.initial\?"):
        results.effect("trust.inital", on="practice")
    with pytest.raises(StudyError, match="does not keep sharing; it keeps practice"):
        results.effect("trust.initial", on="sharing")


def test_a_folder_without_results_is_refused():
    with pytest.raises(StudyError, match="no results of a study lie here"):
        Results.open("/")


def test_results_of_simulated_runs(study):
    loaded = study(
        'seeds = 2\nhalf_terms = 3\nkeep = ["trust", "sharing"]\n[set]\n"population.schools" = 6\n'
        '"population.teachers_median" = 4\n[design]\n"trust.initial" = [0.3, 0.6]\n'
    )
    ended = loaded.run("real", workers=1)
    assert (ended.done, ended.failed) == (4, 0)
    frame = Results.open("real").frame()
    assert frame[frame["half_term"] == 0]["sharing"].isna().all()
    assert Results.open("real").effect("trust.initial", on="trust").contrasts[0].difference > 0.1


PAIR = 'seeds = 2\nhalf_terms = 1\nkeep = ["practice"]\n[design]\n"trust.initial" = [0.3, 0.5]\n'


def constant_of(part):
    """An outcome that says which part it comes from."""
    return lambda values, seed: {"practice": 100.0 * part + seed}


def test_a_run_that_failed_and_was_tried_again_comes_out_once(study, written, write_part):
    asked = study(PAIR)
    results = written(asked, lambda values, seed: None if seed == 2 else {"practice": 1.0})
    write_part(results.folder, asked, 2, [(0, 2)], lambda values, seed: None)
    write_part(results.folder, asked, 3, [(0, 2)], constant_of(3))
    assert results.frame()[["point", "seed", "half_term", "practice"]].values.tolist() == [
        [0, 1, 0, 1.0], [0, 1, 1, 1.0], [0, 2, 0, 302.0], [0, 2, 1, 302.0], [1, 1, 0, 1.0], [1, 1, 1, 1.0],
    ]  # fmt: skip
    runs = results.runs()
    assert runs[["point", "seed", "status"]].values.tolist() == [
        [0, 1, "done"], [0, 2, "done"], [1, 1, "done"], [1, 2, "failed"],
    ]  # fmt: skip
    assert results.query("select count(*) as n from runs")["n"].tolist() == [4]
    assert results.query("select count(*) as n from results")["n"].tolist() == [6]
    assert results.failures()[["point", "seed", "reason"]].values.tolist() == [[1, 2, "it rained"]]
    assert verified(results.folder) == []


def test_of_a_run_that_is_there_twice_the_later_is_read(study, written, write_part):
    """As when a part that was set aside is put back."""
    asked = study(PAIR)
    results = written(asked, constant_of(1))
    write_part(results.folder, asked, 2, [(0, 2), (1, 1)], constant_of(2))
    write_part(results.folder, asked, 3, [(1, 1)], lambda values, seed: None)  # what is done stays done
    ends = results.query("select point, seed, practice from results where half_term = 1 order by all")
    assert ends.values.tolist() == [[0, 1, 101], [0, 2, 202], [1, 1, 201], [1, 2, 102]]
    assert results.frame()["practice"].tolist() == [101, 101, 202, 202, 201, 201, 102, 102]
    assert results.query("select count(*) as n from runs where status = 'done'")["n"].tolist() == [4]
    assert results.effect("trust.initial", on="practice").contrasts[0].difference == pytest.approx(0.0 - 0.5 + 0.5)
    assert any("2 runs are there twice" in sentence for sentence in verified(results.folder))


def test_damaged_parts_are_never_left_out_in_silence(study, written, write_part):
    asked = study(PAIR)
    results = written(asked, constant_of(1))
    write_part(results.folder, asked, 2, [(0, 1)], constant_of(2))
    (series,) = (results.folder / "parts").glob("0000002*.series.parquet")
    series.write_bytes(series.read_bytes()[:-10])
    for ask in (
        results.frame, results.failures, results.runs, lambda: results.query("select 1"),
        lambda: results.effect("trust.initial", on="practice"),
    ):  # fmt: skip
        with pytest.raises(StudyError, match=r"0000002-.*: its series have .* bytes where .*; sweep again"):
            ask()
    found = status(results.folder)
    assert (found.damaged, found.done) == (1, 4)
    assert any("its series have" in sentence for sentence in verified(results.folder))


def test_nothing_is_done_yet(study, write_part):
    asked = study(PAIR)
    with open_store(Path("new"), asked):
        pass
    results = Results.open("new")
    assert results.frame().empty
    assert list(results.frame()) == ["trust.initial", "point", "seed", "half_term", "practice"]
    assert results.query("select count(*) as n, max(practice) as p from results")["n"].tolist() == [0]
    (contrast,) = results.effect("trust.initial", on="practice").contrasts
    assert math.isnan(contrast.difference)
    assert contrast.seeds == 0


@pytest.mark.parametrize("sql", ["", "  ", ";", "-- nothing", "select 1; select 2", "create table t (n int)", "\udcff"])
def test_what_is_no_single_select_is_refused(study, written, sql):
    results = written(study(PAIR), constant_of(1))
    with pytest.raises(StudyError, match="the question cannot be answered"):
        results.query(sql)


def test_the_results_themselves_cannot_be_written_over(study, written):
    results = written(study(PAIR), constant_of(1))
    (series,) = (results.folder / "parts").glob("*.series.parquet")
    before = series.read_bytes()
    for how in ("(format csv)", "(format csv, use_tmp_file false)", "(format parquet, use_tmp_file false)"):
        with pytest.raises(StudyError, match="it must be one select"):
            results.query(f"copy (select 1) to '{series}' {how}")
    with pytest.raises(StudyError, match="the question cannot be answered"):
        results.query("select * from sound")  # a variable in this library
    with pytest.raises(StudyError, match="the question cannot be answered"):
        results.query(f"select * from read_parquet('{results.folder}/points.parquet')")
    assert series.read_bytes() == before


def test_a_question_may_be_an_odd_one(study, written):
    results = written(study(PAIR), constant_of(1))
    assert results.query("from results select max(practice) as p")["p"].tolist() == [102]
    assert len(results.query("describe results")) == 5
    assert len(results.query("with late as (select * from results where half_term = 1) select * from late")) == 4


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("study.json", "{}", "no results of a study lie here"),
        ("study.json", "[1, 2]", "no results of a study lie here"),
        ("points.parquet", "no table", "points.parquet: it cannot be read"),
    ],
)
def test_a_damaged_manifest_is_refused(study, written, name, content, message):
    folder = written(study(PAIR), constant_of(1)).folder
    (folder / name).write_text(content)
    with pytest.raises(StudyError, match=message):
        Results.open(folder)


def test_an_account_that_was_changed_is_found_out(study, written):
    folder = written(study(PAIR), constant_of(1)).folder
    assert verified(folder) == []
    document = json.loads((folder / "study.json").read_text())
    document["variants"][0]["values"]["trust.gain"] = 0.1
    (folder / "study.json").write_bytes(sealed(document))
    assert any("study.json or points.parquet is not as it was written" in sentence for sentence in verified(folder))


def test_a_folder_that_may_only_be_read_is_read(study, written):
    results = written(study(PAIR), constant_of(1))
    before = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*")}
    for path in [*Path("out").rglob("*"), Path("out")]:
        path.chmod(0o555)
    try:
        assert len(results.frame()) == 8
        assert status(Path("out")).done == 4
        assert verified(Path("out")) == []
        assert {path: path.stat().st_mtime_ns for path in Path("out").rglob("*")} == before
    finally:
        for path in [Path("out"), *Path("out").rglob("*")]:
            path.chmod(0o755)
