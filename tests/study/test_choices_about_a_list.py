"""A study states the choices about its list of schools as configs and the command line do."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from alliance_sim.config import load_configuration
from alliance_sim.declarations.list_choices import LAYOUT_NAMES, LIST_CHOICES, MISSING_PUPILS
from alliance_sim.declarations.roster import Roster
from alliance_sim.reporting.export.study_toml import study_text
from alliance_sim.schools import read_schools
from alliance_sim.schools.choices import ListOptions
from alliance_sim.schools.layouts import LAYOUTS
from alliance_sim.schools.missing_pupils import MissingPupils
from alliance_sim.study import Study
from alliance_sim.study.errors import StudyError
from alliance_sim.study.execution.reproduce import reproduce
from alliance_sim.study.execution.run_task import configuration_of
from alliance_sim.study.spec.json_schema import json_schema
from alliance_sim.study.storage.manifest import read_manifest
from alliance_sim.study.storage.rebuild import rebuild_study

LIST = "Kura,Roll,Area,Type\n" + "".join(
    f"School {at},{60 + 7 * at},{'North' if at % 2 else 'South'},{'Secondary' if at > 7 else 'Primary'}\n"
    for at in range(12)
)
GROUPS = "name,alliance\n" + "".join(f"School {at},{'ABC'[at % 3]}\n" for at in range(12))
CHOSEN = """[schools]
file = "lists/roll.csv"
where = ["Roll >= 67"]
phase = "primary"
groups = "own.csv"
farthest = 9
mix_phases = true
missing_pupils = "capacity"
pupils_per_teacher = { primary = 18, secondary = 15 }
anonymise = true
[schools.columns]
name = "Kura"
pupils = "Roll"
phase = "Type"
"""
SMALL = 'seeds = 1\nhalf_terms = 2\nkeep = ["trust"]\n'


@pytest.fixture
def chosen(write):
    """Write the list and its groups, and return the study with choices about it."""
    write(LIST, "lists/roll.csv")
    write(GROUPS, "own.csv")
    return CHOSEN


def roster_of(study: Study, point: int = 0) -> Roster:
    """Return the schools that a worker reads for a point."""
    roster = configuration_of(json.loads(json.dumps(study.scenario_data(point))))[1]
    assert roster is not None
    return roster


def test_every_choice_of_python_can_be_stated_in_configs_and_studies():
    assert set(LIST_CHOICES) == set(ListOptions.__annotations__) - {"alliance_size"}
    assert list(LAYOUT_NAMES) == [layout.key for layout in LAYOUTS]
    assert list(MISSING_PUPILS) == [str(one) for one in MissingPupils]


def test_a_study_reads_its_list_as_it_chooses(study, chosen):
    expected = read_schools(
        "lists/roll.csv", columns={"name": "Kura", "pupils": "Roll", "phase": "Type"}, where="Roll >= 67",
        phase="primary", groups="own.csv", pupils_per_teacher={"primary": 18, "secondary": 15}, anonymise=True,
    ).roster  # fmt: skip
    found = roster_of(study(SMALL + chosen))
    assert found.digest == expected.digest
    assert (found.schools, found.alliances) == (7, 3)
    assert all(name.startswith("School ") for name in found.name)


@pytest.mark.parametrize(
    ("choice", "schools"),
    [
        ("where = 'Roll < 100'", 6),
        ('phase = "secondary"', 4),
        ('groups = "Area"', 12),
        ("anonymise = true", 12),
        ("pupils_per_teacher = 5", 12),
    ],
)
def test_each_choice_changes_the_schools_and_so_the_hash_of_the_study(study, chosen, choice, schools):
    columns = '[schools.columns]\nname = "Kura"\npupils = "Roll"\nphase = "Type"\n'
    plain = study(f'{SMALL}[schools]\nfile = "lists/roll.csv"\n{columns}')
    other = study(f'{SMALL}[schools]\nfile = "lists/roll.csv"\n{choice}\n{columns}')
    assert roster_of(other).schools == schools
    assert other.hash != plain.hash


def test_configs_have_the_same_table_and_the_study_comes_first(study, write, chosen):
    table = '[schools]\nphase = "secondary"\npupils_per_teacher = 10\n'
    write(f'question = "Which?"\n{table}[columns]\nname = "Kura"\npupils = "Roll"\nphase = "Type"\n', "mine.toml")
    of_config = study(SMALL + 'base = "mine.toml"\nschools = "lists/roll.csv"\n')
    assert roster_of(of_config).schools == 4
    of_study = study(SMALL + 'base = "mine.toml"\n[schools]\nfile = "lists/roll.csv"\nphase = "primary"\n')
    assert roster_of(of_study).schools == 8
    assert int(roster_of(of_study).teachers.sum()) > 8 * 60 / 10


def test_variants_may_choose_for_themselves(study, chosen):
    text = (
        '[schools]\nfile = "lists/roll.csv"\ncolumns = { name = "Kura", pupils = "Roll" }\n'
        '[variants.areas]\nbase = "baseline"\nschools = { groups = "Area" }\n'
        '[variants.own]\nbase = "baseline"\nschools = { groups = "own.csv" }\n'
    )
    found = study(SMALL + text)
    assert [roster_of(found, point).alliances for point in (0, 1)] == [2, 3]


def test_the_manifest_records_the_choices_and_a_resumed_sweep_honours_them(study, chosen):
    asked = study(SMALL + chosen)
    asked.run("out", workers=1)
    manifest = read_manifest(Path("out"))
    (variant,) = manifest.variants
    assert variant.columns == {"name": "Kura", "pupils": "Roll", "phase": "Type"}
    assert variant.schools["groups"] == "own.csv"
    assert variant.schools["where"] == ["Roll >= 67"]
    assert manifest.schools == "anonymised list"
    assert str(Path.cwd()) not in Path("out/study.json").read_text("utf-8")

    assert asked.run("out", workers=1).before == 1
    with pytest.raises(StudyError, match="of the study before it was changed; give another folder"):
        study(SMALL + chosen.replace("Roll >= 67", "Roll >= 80")).run("out", workers=1)

    # Files that the study names are read beside the list.
    with pytest.raises(StudyError, match=r"own\.csv: there is no such file.*beside its list"):
        reproduce(Path("out"), None, Path("lists/roll.csv"))
    Path("lists/own.csv").write_text(GROUPS, "utf-8")
    assert reproduce(Path("out"), None, Path("lists/roll.csv")) == (1, [])

    # The exported study repeats the choices.
    Path("again").mkdir()
    Path("again/again.toml").write_text(study_text(manifest), "utf-8")
    Path("again", manifest.schools or "").write_text(LIST, "utf-8")
    Path("again/own.csv").write_text(GROUPS, "utf-8")
    assert Study.load("again/again.toml").hash == asked.hash
    assert rebuild_study(Path("out"), manifest, Path("lists/roll.csv")).hash == asked.hash


BAD = {
    "unknown": ('layot = "gias"', "schools.layot: there is no choice 'layot' about a list; did you mean 'layout'?"),
    "layout": ('layout = "gia"', 'schools.layout is "gia", but must be gias, nces, nz, scotland, ni or plain'),
    "condition": ('where = "Roll"', 'schools.where is "Roll", but must be a condition or a list of conditions'),
    "number": ('where = "Roll < many"', "schools.where is 'Roll < many', but < needs a number"),
    "distance": ("farthest = 0", "schools.farthest is 0, but must be kilometres from 0.1 to 20,000"),
    "switch": ('anonymise = "yes"', 'schools.anonymise is "yes", but must be true or false'),
    "ratios": ("pupils_per_teacher = { secondary = 3 }", "schools.pupils_per_teacher has no primary, but must be"),
    "field": ('columns = { pupls = "Roll" }', "lists of schools have no field 'pupls'; did you mean 'pupils'?"),
    "title": ("columns = { pupils = 3 }", "schools.columns.pupils is 3, but must be the title of a column"),
    "groups": ('groups = "nowhere.csv"', "nowhere.csv: there is no such file, and no such column"),
    "results": ('attainment = "nowhere.csv"', "nowhere.csv: there is no such file"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_choice_that_is_not_allowed_is_refused_with_its_line(refused, chosen, case):
    line, sentence = BAD[case]
    columns = '[schools.columns]\nname = "Kura"\npupils = "Roll"\n' if "columns" not in line else ""
    (problem,) = refused(f'question = "Why?"\n[schools]\nfile = "lists/roll.csv"\n{line}\n{columns}')
    assert sentence in str(problem)
    if case not in ("groups", "results"):
        assert problem.line == 4


def test_a_table_of_choices_needs_its_file(refused):
    (problem,) = refused('question = "Why?"\nseeds = 2\n[schools]\nphase = "primary"\n')
    assert 'schools.file is missing; give the path of a list, such as file = "schools.csv"' in str(problem)


def test_choices_of_a_variant_need_a_list(refused):
    (problem,) = refused('question = "Why?"\n[variants.one]\nschools = { phase = "primary" }\n')
    assert 'variants.one.schools has no effect, since the study has no list; add schools = "FILE"' in str(problem)


def test_the_schema_knows_the_choices(chosen):
    jsonschema = pytest.importorskip("jsonschema")
    document = tomllib.loads('question = "Why?"\n' + chosen)
    jsonschema.validate(document, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"schools": {"file": "x.csv", "layout": "gia"}}, json_schema())


def test_a_config_keeps_its_choices_when_it_is_saved_without_folders(write, chosen):
    table = 'phase = "primary"\ngroups = "own.csv"\nattainment = ["a.csv"]\n'
    write(f'question = "Which?"\n[schools]\n{table}', "mine.toml")
    configuration = load_configuration("mine.toml")
    assert configuration.schools["groups"] == Path("own.csv")
    write(configuration.to_toml(), "elsewhere/again.toml")
    again = load_configuration("elsewhere/again.toml")
    assert again.hash == configuration.hash
    files = [Path("elsewhere/own.csv"), Path("elsewhere/a.csv")]
    assert again.schools == {"phase": "primary", "groups": files[0], "attainment": files[1:]}
