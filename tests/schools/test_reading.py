"""A list becomes a roster: cases worked out by hand."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.declarations.roster import LARGEST_SCHOOL_ID
from alliance_sim.schools import Reason, SchoolListError, read_schools

GIAS = (
    "URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),NumberOfPupils,Trusts (name),"
    "Federations (name),Town,Postcode,Easting,Northing\n"
)
SIX = GIAS + (
    "100006,Ash,Open,Primary,210,OAK TRUST,,Dale,ZZ1 1AA,500000,200000\n"
    "100005,Beech,Open,Primary,206,Oak  Trust,,Dale,ZZ1 1AB,500500,200000\n"
    '100004,Cedar,"Open, but proposed to close",Primary,30,,,Dale,ZZ1 1AC,501000,200000\n'
    "100003,Dogwood,Open,Secondary,1000,,,Dale,ZZ1 1AD,501000,201000\n"
    "100002,Elm,Closed,Primary,100,,,Dale,ZZ1 1AE,501000,201000\n"
    "100001,Fir,Open,Primary,,,,Dale,ZZ1 1AF,501000,201000\n"
)


def test_open_schools_with_pupils_are_taken_and_the_rest_accounted_for(read_text):
    found = read_text(SIX)
    assert found.report.rows == 6
    assert found.report.taken == 4
    assert found.report.left_out_by_reason == {"closed": 1, "no pupils": 1}
    assert [(note.line, note.urn, note.name) for note in found.report.left_out] == [
        (6, "100002", "Elm"),
        (7, "100001", "Fir"),
    ]
    assert found.report.phases == {"Primary": 3, "Secondary": 1}


def test_rows_stand_alliance_after_alliance_and_by_urn(read_text):
    roster = read_text(SIX).roster
    assert roster.name == ("Dogwood", "Cedar", "Beech", "Ash")
    assert roster.urn.tolist() == roster.id.tolist() == [100003, 100004, 100005, 100006]
    assert roster.alliance.tolist() == [0, 0, 1, 1]
    assert roster.alliance_name == ("around Dale", "Oak Trust")
    assert roster.source == "list.csv"
    types = [roster.id, roster.alliance, roster.teachers, roster.pupils, roster.east, roster.north, roster.urn]
    assert [column.dtype.name for column in types] == ["uint32", *["int32"] * 3, *["float32"] * 2, "int64"]


def test_teachers_are_pupils_over_twenty_and_metres_become_kilometres(read_text):
    roster = read_text(SIX).roster
    assert roster.pupils.tolist() == [1000, 30, 206, 210]
    assert roster.teachers.tolist() == [50, 2, 10, 10]  # 50; 1.5; 10.3; 10.5, halves to the even number
    assert roster.east.tolist() == [501.0, 501.0, 500.5, 500.0]
    assert roster.north.tolist() == [201.0, 200.0, 200.0, 200.0]
    assert read_text(SIX, pupils_per_teacher=100).roster.teachers.tolist() == [10, 1, 2, 2]  # 0.3 is one all the same


def test_no_school_has_more_teachers_than_ids_can_hold(read_text):
    found = read_text("name,pupils\nHuge,90000\nSmall,10\n")
    assert found.roster.teachers.tolist() == [4095, 1]
    assert found.report.gaps_by_reason == {Reason.CAPPED_TEACHERS: 1}


def test_a_plain_list_may_give_teachers_or_pupils(read_text):
    found = read_text(
        "name,pupils,teachers,alliance\nA,100,9,North\nB,,7,North\nC,30,,South\nD,,,South\nE,40,0,South\n"
    )
    assert found.roster.name == ("A", "B", "C", "E")
    assert found.roster.teachers.tolist() == [9, 7, 2, 2]
    assert found.roster.pupils.tolist() == [100, 140, 30, 40]
    assert found.roster.alliance_name == ("North", "South")
    assert found.roster.urn.tolist() == [0, 0, 0, 0]
    assert found.roster.id.tolist() == [0, 1, 2, 3]
    assert found.report.numbered
    assert found.report.left_out_by_reason == {"no pupils": 1}


def test_ids_are_the_schools_own_unless_one_is_too_large(read_text):
    own = read_text(f"id,name,pupils\n{LARGEST_SCHOOL_ID},A,20\n7,B,20\n")
    assert own.roster.id.tolist() == [7, LARGEST_SCHOOL_ID]
    assert not own.report.numbered
    numbered = read_text(f"id,name,pupils\n{LARGEST_SCHOOL_ID + 1},A,20\n7,B,20\n")
    assert numbered.roster.id.tolist() == [0, 1]
    assert numbered.roster.urn.tolist() == [7, LARGEST_SCHOOL_ID + 1]
    assert "random numbers" in numbered.report.sentences()[-1]


def test_every_reason_for_leaving_a_row_out_is_counted_and_named(read_text):
    found = read_text(
        GIAS + "1,Good,Open,Primary,100,,,,,500000,200000\n"
        "2,Good too,OPEN,Primary,100.0,,,,,500000,200000\n"
        "1,Good again,Open,Primary,100,,,,,500000,200000\n"
        ",Nameless number,Open,Primary,100,,,,,500000,200000\n"
        "12a,Odd number,Open,Primary,100,,,,,500000,200000\n"
        "3,Later,Proposed to open,Primary,,,,,,,\n"
        "4,Silent,,Primary,100,,,,,500000,200000\n"
        "5,Secret,Open,Primary,SUPP,,,,,500000,200000\n"
        "6,Endless,Open,Primary,1e9,,,,,500000,200000\n"
        "7,Owing,Open,Primary,-5,,,,,500000,200000\n"
        "8,Infinite,Open,Primary,inf,,,,,500000,200000\n"
        "9,Short,Open\n"
        '10,"Open quote,Open,Primary,100,,,,,500000,200000\n'
        "11,Empty,Open,Primary,0,,,,,500000,200000\n"
        ",,,,,,,,,,\n"
        "\n"
    )
    assert found.report.left_out_by_reason == {
        Reason.BROKEN: 2,
        Reason.UNREADABLE_PUPILS: 2,
        Reason.UNBELIEVABLE_PUPILS: 2,
        Reason.NO_PUPILS: 1,
        Reason.DUPLICATE: 1,
        Reason.NO_NUMBER: 1,
        Reason.UNREADABLE_NUMBER: 1,
        Reason.PROPOSED: 1,
        Reason.NOT_OPEN: 1,
        Reason.BLANK: 1,
    }
    assert [note.line for note in found.report.left_out] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    said = " ".join(found.report.sentences())
    assert "Good again (1, line 4): first on line 2" in said
    assert "3 fields where the header has 11" in said
    assert "Secret (5, line 9): pupils SUPP" in said
    assert found.report.rows == 15 == found.report.taken + len(found.report.left_out)


def test_of_two_rows_with_one_urn_the_first_usable_is_kept(read_text):
    found = read_text(GIAS + "1,A,Closed,,,,,,,,\n2,B,Open,,20,,,,,,\n1,A,Open,,40,,,,,,\n01,A,Closed,,40,,,,,,\n")
    assert found.roster.pupils.tolist() == [40, 20]
    assert found.report.left_out_by_reason == {"closed": 1, "duplicate URN": 1}


def test_one_slip_of_a_quote_costs_one_row(read_text):
    rows = [f"{n},School {n},{n * 10}" for n in range(1, 9)]
    rows[2] = '3,"School 3,30'
    assert read_text("id,name,pupils\n" + "\n".join(rows)).roster.schools == 7
    rows[5] = '6,School 6","60'
    found = read_text("id,name,pupils\n" + "\n".join(rows))
    assert found.roster.id.tolist() == [1, 2, 4, 5, 7, 8]
    assert found.report.left_out_by_reason == {Reason.BROKEN: 2}


def test_a_name_over_two_lines_is_one_row(read_text):
    found = read_text('name,pupils,town\r\n"St Ann\'s\r\nSchool",100,Dale\r\nOther,50,"Dale, Upper"\r\n')
    assert found.roster.name == ("Other", "St Ann's School")
    assert not found.report.left_out


def test_names_that_a_spreadsheet_or_terminal_would_obey_are_made_harmless(read_text):
    found = read_text('name,pupils\n"=HYPERLINK(""http://x"",""y"")",100\n\x1b[31mRed,50\nPlain,40\n,30\n')
    assert found.roster.name == ("[31mRed", 'HYPERLINK("http://x","y")', "Plain", "School without a name")
    assert found.report.gaps_by_reason == {Reason.CLEANED_NAME: 2, Reason.NO_NAME: 1}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_windows_and_utf8_and_every_line_end_are_read_alike(read_text, encoding, end):
    text = GIAS + "1,St Zénobie’s,Open,Primary,100,,,,,500000,200000\n2,B,Open,Primary,100,,,,,,\n"
    found = read_text(text.replace("\n", end).encode(encoding))
    assert found.roster.name == ("St Zénobie’s", "B")
    assert found.report.encoding == encoding
    assert [gap.line for gap in found.report.gaps] == [3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_other_delimiters_are_read(read_text, delimiter):
    found = read_text("Name,PUPILS, East_km ,north_km\nA,100,1.5,2\nB,50,1,2\n".replace(",", delimiter))
    assert found.roster.east.tolist() == [1.5, 1.0]


def test_semicolons_go_with_decimal_commas(read_text):
    assert read_text("name;pupils;east_km;north_km\nA;1,206;1,5;2\nB;50;1;2\n").roster.east.tolist() == [1.5, 1.0]


def test_coordinates_that_are_no_place_are_a_gap_not_a_reason_to_go(read_text):
    text = GIAS + "".join(
        f"{n},S{n},Open,Primary,100,,,,,{east},{north}\n"
        for n, (east, north) in enumerate([(500000, 200000), (0, 0), ("x", 1), (1, ""), ("1e300", 1)], start=1)
    )
    found = read_text(text)
    assert np.isnan(found.roster.east).tolist() == [False, True, True, True, True]
    assert found.report.gaps_by_reason == {Reason.NO_COORDINATES: 2, Reason.UNREADABLE_COORDINATES: 2}


def test_consequences_of_absent_columns_are_reported(read_text):
    found = read_text("URN,EstablishmentName,NumberOfPupils\n1,A,100\n2,B,50\n")
    said = "\n".join(found.report.sentences())
    assert "There is no column EstablishmentStatus (name) (every school is taken to be open), " in said
    assert "Trusts (name) (no school is known to belong to a trust), " in said
    assert said.count("There is no column") == 1
    assert found.roster.alliance_name == ("schools of unknown place",)


def test_the_report_is_json_and_adds_up(read_text):
    report = read_text(SIX).report
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert data["rows"] == data["taken"] + len(data["left_out"])
    assert data["left_out"][0] == {"line": 6, "urn": "100002", "name": "Elm", "reason": "closed", "detail": ""}
    assert data["groups_by_kind"] == {"trust": [2], "nearness": [2]}
    assert sum(group["teachers"] for group in data["groups"]) == data["teachers"] == 72
    assert report.sentences()[1] == "Taken: 4 open schools with 1,446 pupils and 72 teachers (Primary 3, Secondary 1)."


def test_the_shipped_example_reads_as_it_was_written():
    path = Path(__file__).parents[2] / "configs" / "example_schools.csv"
    found = read_schools(path, alliance_size=6, pupils_per_teacher=20)
    assert found.report.encoding == "cp1252"
    assert (found.report.rows, found.report.taken) == (60, 53)
    assert found.report.left_out_by_reason == {"closed": 5, "no pupils": 1, "proposed to open": 1}
    assert found.report.groups_by_kind == {"trust": [6, 4], "federation": [3, 2], "nearness": [7, 7, 6, 6, 6, 6]}
    assert found.report.gaps_by_reason == {Reason.NO_COORDINATES: 1}
    assert [school.alone_in for school in found.report.joined] == ["THE SOLITARY OAK TRUST"]
    assert "St Zénobie's Catholic Primary School" in found.roster.name


def test_an_error_travels_between_processes():
    error = SchoolListError("a.csv", "it is empty; fill it", 3, "URN")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "a.csv, line 3, column URN: it is empty; fill it."


@pytest.mark.parametrize(("size", "ratio"), [(1, 20), (6, 0), (6, float("nan"))])
def test_senseless_settings_are_refused(tmp_path, size, ratio):
    with pytest.raises(ValueError, match=r"alliance_size|pupils_per_teacher"):
        read_schools(tmp_path / "none.csv", alliance_size=size, pupils_per_teacher=ratio)
