"""Choices about rows and columns work together with groups, missing pupils, ratios and anonymous names."""

from __future__ import annotations

import json

import pytest

from alliance_sim.schools import SchoolListError, read_schools

REGISTER = """URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),LA (name),Postcode,Easting,\
Northing,OpenDate,CloseDate,SchoolCapacity,Partnership area
1,Ash Primary School,Open,Primary,Surrey,GU1 1AA,500000,150000,,,240,North
2,Beech Primary School,Open,Primary,Surrey,GU1 2BB,501000,150000,,,240,South
3,Cedar Primary Academy,Open,Primary,Surrey,GU1 3CC,502000,150000,01-09-2021,,300,North
4,Cedar Primary School,Closed,Primary,Surrey,GU1 3CC,502000,150000,,31-08-2021,300,North
5,Elm High School,Open,Secondary,Surrey,GU1 5EE,503000,150000,,,900,South
6,Fir Primary School,Open,Primary,Kent,ME1 6FF,570000,160000,,,240,North
7,Hazel Primary School,Open,Primary,Surrey,GU1 7HH,504000,150000,,,200,South
"""
CENSUS = "URN;NOR\n1;1.206\n2;210\n4;330\n5;1.100\n6;180\n7;c. 190\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "register.csv").write_text(REGISTER, "utf-8")
    (tmp_path / "census.csv").write_text(CENSUS, "utf-8")
    return tmp_path / "register.csv", tmp_path / "census.csv"


def test_groups_and_predecessors_are_found_among_the_chosen_rows_of_joined_files(files):
    register, census = files
    found = read_schools(
        register, join=census, where="LA (name) = Surrey", phase="primary", groups="Partnership area",
        missing_pupils="predecessor",
    )  # fmt: skip
    pupils = dict(zip(found.roster.name, found.roster.pupils.tolist(), strict=True))
    assert pupils == {
        "Ash Primary School": 1206,
        "Beech Primary School": 210,
        "Cedar Primary Academy": 330,
        "Hazel Primary School": 190,
    }
    assert {group.name: group.schools for group in found.report.groups} == {"North": 2, "South": 2}
    assert not any(group.invented for group in found.report.groups)
    assert found.report.read_as["alliance"] == "Partnership area"
    assert "Partnership area" not in found.report.unread
    assert not any("alliance" in warning for warning in found.report.warnings)
    text = " ".join(found.report.sentences())
    assert "5 with LA (name) = Surrey and phase primary were chosen" in text
    assert "Cedar Primary Academy 330" in text


def test_a_column_of_groups_keeps_its_own_meaning(files):
    register, census = files
    found = read_schools(register, join=census, groups="LA (name)", farthest=5)
    assert "Surrey" in {group.name for group in found.report.groups}
    by_phase = read_schools(register, join=census, groups="PhaseOfEducation (name)")
    assert by_phase.report.phases == {"Primary": 4, "Secondary": 1}


def test_a_column_of_groups_may_come_from_a_joined_file(files, tmp_path):
    register, census = files
    (tmp_path / "hubs.csv").write_text("URN,Hub of 2024\n1,A\n2,A\n5,B\n7,B\n6,B\n", "utf-8")
    found = read_schools(register, join=[census, tmp_path / "hubs.csv"], groups="Hub of 2024")
    assert {group.name: group.schools for group in found.report.groups} == {"A": 2, "B": 3}


def test_anonymous_lists_name_no_school_in_any_part_of_the_report(files, tmp_path):
    register, census = files
    twice = REGISTER + "8,Hazel Primary School,Open,Primary,Surrey,GU1 7HH,504000,150000,,,200,South\n"
    register.write_text(twice, "utf-8")
    census.write_text(CENSUS + "8;100\n", "utf-8")
    options = {"join": census, "where": "EstablishmentName != Fir*", "missing_pupils": "predecessor"}
    named = read_schools(register, **options)
    assert any("Hazel Primary School" in warning for warning in named.report.warnings)
    hidden = read_schools(register, **options, anonymise=True)
    text = json.dumps(hidden.report.to_dict()) + " ".join(hidden.report.sentences())
    for word in ("Hazel", "Fir", "Cedar", "census"):
        assert word not in text
    assert "can be seen without --anonymise" in text
    assert sorted(hidden.roster.pupils.tolist()) == sorted(named.roster.pupils.tolist())


def test_a_strict_list_is_refused_for_warnings_that_anonymous_names_hide(files):
    register, census = files
    with pytest.raises(SchoolListError, match="with --strict this list is refused"):
        read_schools(register, join=census, strict=True, anonymise=True)


def test_ratios_by_phase_count_only_the_numbers_that_a_row_gives(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "name,pupils,teachers,phase\nAsh,200,10,Primary\nBeech,200,n/a,Primary\nElm,800,many,Secondary\n"
        "Fir,-,50,Secondary\n",
        "utf-8",
    )
    found = read_schools(path, pupils_per_teacher="primary=20,secondary=16", mix_phases=True)
    sizes = zip(found.roster.pupils.tolist(), found.roster.teachers.tolist(), strict=True)
    assert dict(zip(found.roster.name, sizes, strict=True)) == {
        "Ash": (200, 10),
        "Beech": (200, 10),
        "Elm": (800, 50),
        "Fir": (800, 50),
    }
