"""Results: what was swept, as a table, in SQL, and as effects."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_sim.study import Results
from alliance_sim.study.sweeping import sweep
from alliance_sim.study.trouble import StudyError

RUNS = '''
import pyarrow as pa

def live(task):
    """Trust moves practice by 2 a unit, competition by -1; seed 3 is half a unit luckier; nothing moves in time."""
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
    sweep(study(ASKED), Path("out"), run="invented_effects:live", workers=2)
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


def test_results_of_real_worlds(study):
    told = study(
        'seeds = 2\nhalf_terms = 3\nkeep = ["trust", "sharing"]\n[set]\n"population.schools" = 6\n'
        '"population.teachers_median" = 4\n[design]\n"trust.initial" = [0.3, 0.6]\n'
    )
    ended = told.run("real", workers=1)
    assert (ended.done, ended.failed) == (4, 0)
    frame = Results.open("real").frame()
    assert frame[frame["half_term"] == 0]["sharing"].isna().all()
    assert Results.open("real").effect("trust.initial", on="trust").contrasts[0].difference > 0.1
