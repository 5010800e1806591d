"""Columns, rows, layouts and further files are chosen without a change of the list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alliance_sim import Scenario
from alliance_sim.cli import main
from alliance_sim.config import ConfigError
from alliance_sim.declarations.list_columns import LIST_COLUMNS
from alliance_sim.schools import SchoolListError, read_schools
from alliance_sim.schools.choices import parse_columns
from alliance_sim.schools.layouts import LAYOUTS, TITLES

OWN_TITLES = (
    "Kura,Tamariki 2023,Rohe,Kind\nAsh,210,North,Primary\nBeech,180,North,Post-primary\nCedar,90,South,Primary\n"
)
COLUMNS = {"name": "Kura", "pupils": "Tamariki 2023", "alliance": "Rohe", "phase": "Kind"}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a list with titles of its own."""
    path = tmp_path / "own.csv"
    path.write_text(OWN_TITLES, "utf-8")
    return path


def test_columns_are_chosen_by_title(own):
    found = read_schools(own, columns=COLUMNS)
    assert found.roster.name == ("Ash", "Beech", "Cedar")
    assert found.report.read_as == COLUMNS
    assert read_schools(own, columns='name=Kura,pupils="Tamariki 2023"').report.pupils == 480
    with pytest.raises(SchoolListError, match=r"found: Kura, Tamariki 2023.*--columns name="):
        read_schools(own)


def test_titles_with_commas_and_signs_can_be_chosen():
    text = 'pupils="Roll, July (total) = all",name=School name, or campus'
    assert parse_columns(text) == {"pupils": "Roll, July (total) = all", "name": "School name, or campus"}


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"pupls": "Kura"}, "'pupls'"),
        ("Kura", "must be fields and titles"),
        ({"name": "Kura", "town": "Kura"}, "one title to two fields"),
        ({"name": "Kur", "pupils": "Tamariki 2023"}, "no such column .* did you mean Kura"),
    ],
)
def test_wrong_choices_are_refused_with_what_there_is(own, columns, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_schools(own, columns=columns)


def test_a_column_can_be_left_unread(own):
    own.write_text("name,pupils,status\nAsh,20,?\nBeech,30,x\n", "utf-8")
    with pytest.raises(SchoolListError, match="no school is open"):
        read_schools(own)
    assert read_schools(own, columns={"status": "none"}).report.taken == 2


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Rohe = north", "Ash Beech"),
        ("Rohe != North", "Cedar Damson Elm"),
        ("Tamariki 2023 >= 180", "Ash Beech Damson"),
        ("Kura = *e*", "Beech Cedar Elm"),
        ("Kura = Ash | Cedar", "Ash Cedar"),
        (["Rohe = South", "tamariki_2023 < 200"], "Cedar Elm"),
        ("alliance = South", "Cedar Damson Elm"),
    ],
)
def test_rows_are_chosen_by_conditions(own, where, names):
    own.write_text(OWN_TITLES + "Damson,500,South,Primary\nElm,60,South,Primary\n", "utf-8")
    found = read_schools(own, columns=COLUMNS, where=where)
    assert sorted(found.roster.name) == names.split()
    assert any("of 5 rows, the" in remark for remark in found.report.remarks)


def test_conditions_that_no_row_meets_are_refused_with_what_there_is(own):
    with pytest.raises(SchoolListError, match=r"no row has Rohe = East \(the column holds North and South\)"):
        read_schools(own, columns=COLUMNS, where="Rohe = East")
    with pytest.raises(SchoolListError, match=r"--where Roh: there is no such column .* did you mean Rohe"):
        read_schools(own, columns=COLUMNS, where="Roh = East")
    with pytest.raises(ValueError, match="must be a column, a sign and a value"):
        read_schools(own, columns=COLUMNS, where="North")
    with pytest.raises(ValueError, match="needs a number"):
        read_schools(own, columns=COLUMNS, where="Rohe > North")


def test_a_phase_is_chosen_by_its_words_or_codes(own):
    assert set(read_schools(own, columns=COLUMNS, phase="primary").roster.name) == {"Ash", "Cedar"}
    own.write_text(
        "URN,EstablishmentName,NumberOfPupils,PhaseOfEducation (code)\n1,A,20,2\n2,B,30,4\n3,C,30,3\n", "utf-8"
    )
    found = read_schools(own, phase="primary")
    assert set(found.roster.name) == {"A", "C"}
    assert found.report.phases == {"Primary": 1, "Middle deemed primary": 1}
    own.write_text("name,pupils\nA,20\nB,30\n", "utf-8")
    with pytest.raises(SchoolListError, match=r"no column of phases.*--columns phase="):
        read_schools(own, phase="primary")


def test_a_strict_reading_refuses_what_would_be_a_warning(own):
    own.write_text("name,pupils,is_it_closed\nAsh,20,no\nBeech,30,yes\n", "utf-8")
    assert any("no column is read as status" in warning for warning in read_schools(own).report.warnings)
    with pytest.raises(SchoolListError, match=r"with --strict this list is refused: .* is_it_closed may hold it"):
        read_schools(own, strict=True)
    assert read_schools(own, strict=True, columns={"status": "none"}).report.taken == 2
    own.write_text("name,pupils\nAsh,20\nBeech,c. 30\n", "utf-8")
    assert read_schools(own).roster.pupils.tolist() == [20, 30]
    with pytest.raises(SchoolListError, match=r"an approximate number: Beech \(line 3\): pupils c. 30"):
        read_schools(own, strict=True)


def test_files_are_joined_on_the_schools_number(own, tmp_path):
    register, census = tmp_path / "register.csv", tmp_path / "census.csv"
    register.write_text("URN,EstablishmentName,Town\n100,Ash,Dale\n200,Beech,Hill\n300,Cedar,Hill\n", "utf-8")
    census.write_bytes("urn;NumberOfPupils;Town\n0100;210;Elsewhere\n200.0;180;\n999;1;\n".encode("utf-16"))
    found = read_schools(register, join=[census])
    assert found.roster.pupils.tolist() == [210, 180]
    assert found.report.left_out_by_reason == {"no pupils": 1}
    assert set(found.roster.alliance_name) <= {"around Dale", "around Hill"}
    assert any("2 of 3 rows are in it" in remark for remark in found.report.remarks)
    census.write_text("key,NumberOfPupils\n100,210\n200,180\n", "utf-8")
    with pytest.raises(SchoolListError, match=r"no column of schools' numbers in common .* --on TITLE"):
        read_schools(register, join=[census])
    with pytest.raises(SchoolListError, match=r"--on Key: there is no such column \(found: URN"):
        read_schools(register, join=[census], on="Key")
    census.write_text("URN,NumberOfPupils\n100,210\n100,211\n200,180\n", "utf-8")
    assert any("several rows for URN" in warning for warning in read_schools(register, join=census).report.warnings)


def test_titles_may_be_in_a_config(own, tmp_path, capsys):
    config = tmp_path / "mine.toml"
    config.write_text('question = "?"\n[columns]\nname = "Kura"\npupils = "Tamariki 2023"\n', "utf-8")
    child = tmp_path / "child.toml"
    child.write_text('question = "?"\nextends = "mine.toml"\n[columns]\nalliance = "Rohe"\n', "utf-8")
    scenario = Scenario.load(child)
    assert dict(scenario.configuration.columns) == {"name": "Kura", "pupils": "Tamariki 2023", "alliance": "Rohe"}
    (tmp_path / "again.toml").write_text(scenario.to_toml(), "utf-8")
    assert Scenario.load(tmp_path / "again.toml").configuration.columns == scenario.configuration.columns
    assert main(["run", str(child), "--schools", str(own), "--half-terms", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["school_list"]
    assert report["read_as"] == {"name": "Kura", "pupils": "Tamariki 2023", "alliance": "Rohe"}
    study = tmp_path / "study.toml"
    study.write_text('question = "?"\nbase = "child.toml"\nschools = "own.csv"\nseeds = 1\nhalf_terms = 1\n', "utf-8")
    assert main(["check", str(study)]) == 0


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ('[columns]\npupls = "Roll"', "did you mean 'pupils'"),
        ("[columns]\npupils = 3", "must be the title of a column"),
        ('columns = "Roll"', "must be a table of titles"),
    ],
)
def test_wrong_titles_in_a_config_are_refused_with_their_line(tmp_path, table, sentence):
    path = tmp_path / "mine.toml"
    path.write_text(f'question = "?"\n{table}\n', "utf-8")
    with pytest.raises(ConfigError, match=sentence) as refusal:
        Scenario.load(path)
    assert refusal.value.problems[0].line in (2, 3)


def test_options_of_the_command_are_repeated_in_its_record(own, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["--columns", 'name=Kura,pupils="Tamariki 2023",alliance=Rohe', "--where", "Rohe = North", "--strict"]
    assert main(["run", "baseline", "--schools", str(own), "--half-terms", "1", "--out", str(out), *words]) == 0
    command = json.loads((out / "provenance.json").read_text("utf-8"))["command"]
    assert """--columns 'name="Kura",pupils="Tamariki 2023",alliance="Rohe"'""" in command
    assert "--where 'Rohe = North'" in command
    assert command.rstrip().endswith("--strict")
    capsys.readouterr()
    assert main(["schools", str(own), "--columns", "name=Kuras"]) == 2
    assert main(["schools", str(own), "--layout", "wales"]) == 2
    assert main(["run", "baseline", "--phase", "primary"]) == 2
    heard = capsys.readouterr().err
    assert "must be gias, nces, nz, scotland, ni or plain" in heard
    assert "--phase needs --schools" in heard
    assert "Traceback" not in heard


REGISTERS = {
    "gias": "URN,EstablishmentName,EstablishmentStatus (name),NumberOfPupils\n1,A,Open,20\n2,B,Open,30\n",
    "nces": "NCESSCH,SCH_NAME,LEA_NAME,SY_STATUS,SY_STATUS_TEXT,TOTAL,FTE,SCHOOL_LEVEL,LCITY,LATCOD,LONCOD\n"
    "010000500870,A,X,1,Currently operational,20,2.5,Elementary,Ash,34.26,-86.2\n"
    "010000500871,B,X,8,Re-opened,30,3.49,High,Ash,34.27,-86.21\n"
    "010000500879,C,X,2,Closed,-1,-1,High,Ash,34.27,-86.21\n",
    "nz": "School_Id,Org_Name,Add1_City,Org_Type,Authority,Col_Id,Col_Name,Latitude,Longitude,Total\n"
    "1,A,Ash,Contributing,State,9,Tahi,-36.8,174.7,20\n2,B,Ash,Full Primary,State,9,Tahi,-36.9,174.8,30\n",
    "scotland": "SeedCode,LA Name,School Name,School Type,PostCode,Pupil roll,FTE teachers,GridRefEasting,"
    "GridRefNorthing\n"
    "5200017,X,A,Primary,ZZ1 1AA,20,2.5,394000,806000\n5200025,X,B,Secondary,ZZ1 1AB,30,3.4,394100,806100\n",
    "ni": "De ref,School Name,Postcode,Institution Type,Total pupils\n"
    "101-0255,A,BT1 1AA,Primary,20\n1AB-0001,B,BT1 1AB,Post-primary,30\n",
    "plain": "name,pupils\nA,20\nB,30\n",
}


@pytest.mark.parametrize("key", REGISTERS)
def test_registers_are_read_in_their_own_layouts(tmp_path, key):
    path = tmp_path / "list.csv"
    path.write_text(REGISTERS[key], "utf-8")
    found, chosen = read_schools(path), read_schools(path, layout=key)
    assert next(layout for layout in LAYOUTS if layout.key == key).title == found.report.layout
    assert sorted(found.roster.name) == ["A", "B"]
    assert sorted(found.roster.pupils.tolist()) == [20, 30]
    assert chosen.roster.digest == found.roster.digest
    assert found.report.warnings == ()
    if key in ("nces", "scotland"):
        assert sorted(found.roster.teachers.tolist()) == [2, 3]


def test_every_field_is_declared_and_has_titles():
    assert tuple(TITLES) == tuple(LIST_COLUMNS)
    for layout in LAYOUTS:
        assert set(layout.columns) <= set(TITLES)
        assert layout.lacks or layout.key == "plain"
