"""The studies that come with the library, and what the command line says about studies."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from alliance_sim.cli import main
from alliance_sim.config import json_schema as config_schema
from alliance_sim.config import shipped_configs, shipped_studies
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.study import Study
from alliance_sim.study.spec.json_schema import json_schema, schema_text
from alliance_sim.study.spec.load import names_a_study
from alliance_sim.study.spec.schema import DESIGN_KEYS, StudyTable

STUDIES = Path(__file__).resolve().parents[2] / "configs" / "studies"


@pytest.mark.parametrize("name", ["competition_and_trust", "real_schools", "what_matters"])
def test_each_asks_a_question_and_can_be_run(name):
    text = shipped_studies()[name].read_text(encoding="utf-8")
    assert text.startswith("#:schema schema.json\n# ")
    study = Study.load(name)
    assert study.question.endswith("?")
    assert study.name == name
    assert next(iter(study.tasks())).point == 0


def test_no_study_is_called_like_a_config():
    assert set(shipped_studies()) == {path.stem for path in STUDIES.glob("*.toml")}
    assert not set(shipped_studies()) & set(shipped_configs())


def test_the_morris_study_explores_all_but_the_population_and_calibrated_things():
    study = Study.load("what_matters")
    assert len(study.points) == 20 * (len(study.points.design.names) + 1)
    assert {name.partition(".")[0] for name in study.points.design.names} == {
        "policy", "trust", "reciprocity", "outcome", "help", "practice", "coordinator", "fatigue",
    }  # fmt: skip


def test_the_schema_for_editors_is_up_to_date():
    assert (STUDIES / "schema.json").read_text(encoding="utf-8") == schema_text(), (
        "write it again: python -c "
        "\"from alliance_sim.study.spec.json_schema import schema_text; print(schema_text(), end='')\" "
        "> configs/studies/schema.json"
    )


def test_the_schema_tells_editors_all_keys_and_parameters():
    schema = json_schema()
    assert set(schema["properties"]) == set(StudyTable.model_fields)
    assert set(schema["properties"]["design"]["properties"]) == {*DESIGN_KEYS, *PARAMETERS}
    assert set(schema["properties"]["set"]["properties"]) == set(PARAMETERS)
    assert schema["properties"]["events"] == config_schema()["properties"]["events"]
    named = set(schema["$defs"])
    assert {one[len("#/$defs/") :] for one in references(schema)} <= named


def references(part):
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            yield from references(value)
    elif isinstance(part, list):
        for one in part:
            yield from references(one)


@pytest.mark.parametrize(
    ("text", "study"),
    [
        ('question = "Q?"\nseeds = 3\n', True),
        ('question = "Q?"\nextends = "what_matters"\n', True),
        ('question = "Q?"\nextends = "mine/study.toml"\n', True),
        ('question = "Q?"\nextends = "route128"\n', False),
        ('question = "Q?"\n[trust]\ninitial = 0.3\n', False),
        ("nonsense", False),
    ],
)
def test_a_study_and_a_config_are_distinguished_by_their_keys(write, text, study):
    write('question = "Q?"\nbase = "route128"\n', "mine/study.toml")
    assert names_a_study(str(write(text))) is study


def test_check_counts_the_runs_of_a_study(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["check", "competition_and_trust", "route128"]) == 0
    out = capsys.readouterr().out
    assert "33 points × 30 seeds = 990 runs of 60 half-terms." in out
    assert "11 values from 0 to 1" in out
    assert "0.25; 0.45; 0.7" in out
    assert "route128: valid" in out


def test_check_tells_programs_about_a_study(capsys):
    assert main(["check", "real_schools", "--json"]) == 0
    (checked,) = json.loads(capsys.readouterr().out)["configs"]
    assert (checked["study"], checked["fine"], checked["points"], checked["runs"]) == ("real_schools", True, 4, 120)
    assert checked["variants"] == ["silicon_valley", "route128", "cosy_club", "isolated"]


def test_check_refuses_a_bad_study_with_all_its_problems(capsys, write):
    path = write('question = "Q?"\nseeds = 0\n[design]\n"trust.inital" = [0.3]\n')
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "mystudy.toml, line 2: seeds is 0, but must be a whole number, 1 to 1,000,000, or a list of different seeds",
        "mystudy.toml, line 4: there is no parameter 'trust.inital'; did you mean 'trust.initial'?",
    ]


def test_a_slip_in_a_studys_name_is_set_right(capsys):
    assert main(["check", "what_maters"]) == 2
    assert 'did you mean "what_matters"?' in capsys.readouterr().err


def test_configs_lists_studies_apart(capsys):
    assert main(["configs", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in document["studies"]] == list(shipped_studies())
    assert [one["question"] for one in document["studies"]] == [
        tomllib.loads(path.read_text("utf-8"))["question"] for path in shipped_studies().values()
    ]
