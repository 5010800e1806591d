"""What a list knows about its schools is used, and what it does not know is named."""

from __future__ import annotations

import pytest

from alliance_sim.schools import read_schools

GIAS = (
    "URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),OpenDate,CloseDate,NumberOfPupils,"
    "SchoolCapacity,PercentageFSM,OfstedRating (name),Trusts (name),Postcode\n"
)
ROWS = (
    "1,Elm Junior School,Closed,Primary,,31-03-2022,352,360,,,,ZZ1 1AA\n"
    "2,Elm Infant School,Closed,Primary,,31-03-2022,150,180,,,,ZZ1 1AA\n"
    "3,Old Elm Junior School,Closed,Primary,,31-08-1999,90,,,,,ZZ1 1AA\n"
    "11,Elm Junior Academy,Open,Primary,01-04-2022,,,300,5.0,Good,HOPE TRUST,ZZ1 1AA\n"
    "12,New School,Open,Primary,01-09-2021,,,60,,,HOPE TRUST,ZZ9 1AA\n"
    "13,Oak School,Open,Primary,,,210,210,10.0,Outstanding,HOPE TRUST,ZZ1 1AB\n"
    "14,High School,Open,Secondary,,,1000,,20.0,Good,,ZZ1 1AC\n"
    "15,Hill School,Open,Primary,,,100,,40.0,,,ZZ1 1AC\n"
)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(GIAS + ROWS, "utf-8")
    return file


def pupils(path, choice):
    roster = read_schools(path, missing_pupils=choice).roster
    return dict(zip(roster.urn.tolist(), roster.pupils.tolist(), strict=True))


def test_schools_without_pupils_are_left_out_and_the_choice_is_named(path):
    assert pupils(path, "leave-out") == {13: 210, 14: 1000, 15: 100}
    said = " ".join(read_schools(path).report.sentences())
    assert "2 open schools have no pupils in the list, 2 of them in a trust: left out" in said
    assert "the pupils of 1 predecessors and the capacity of 2" in said


def test_the_pupils_of_the_school_before_are_used_else_the_capacity(path):
    assert pupils(path, "predecessor") == {11: 352, 12: 60, 13: 210, 14: 1000, 15: 100}
    assert pupils(path, "capacity") == {11: 300, 12: 60, 13: 210, 14: 1000, 15: 100}
    found = read_schools(path, missing_pupils="predecessor")
    assert next(group.schools for group in found.report.groups if group.kind == "trust") == 3
    assert found.report.rows == found.report.taken + len(found.report.left_out) == 8
    said = " ".join(found.report.sentences())
    assert "predecessors (Elm Junior Academy 352); their capacity (New School 60)" in said


def test_the_shared_list_of_a_predecessor(shared):
    found = read_schools(shared / "lists" / "predecessor_pupils.csv", missing_pupils="predecessor")
    assert dict(zip(found.roster.urn.tolist(), found.roster.pupils.tolist(), strict=True))[900101] == 352
    assert {group.name: group.schools for group in found.report.groups}["HOPE TRUST"] == 2


def test_surreys_new_academies_have_predecessors(shared):
    found = read_schools(shared / "data" / "surrey_schools_gias_2022.csv", missing_pupils="predecessor")
    assert found.report.taken == 284
    roster = found.roster
    frimley = roster.urn.tolist().index(148435)
    assert roster.pupils[frimley] == 337  # those of 125152, which closed the day before


@pytest.mark.parametrize(
    ("ratio", "teachers"),
    [(20, [10, 50, 5]), ("england", [10, 60, 5]), ({"primary": 10, "secondary": 20}, [21, 50, 10])],
)
def test_pupils_per_teacher_may_differ_by_phase(path, ratio, teachers):
    roster = read_schools(path, pupils_per_teacher=ratio).roster
    assert [roster.teachers[roster.urn.tolist().index(urn)] for urn in (13, 14, 15)] == teachers


@pytest.mark.parametrize("ratio", [{"secondary": 16}, {"primary": 20, "nursery": 8}, {"primary": 0}, "wales"])
def test_bad_ratios_are_refused(path, ratio):
    with pytest.raises((TypeError, ValueError), match="pupils_per_teacher"):
        read_schools(path, pupils_per_teacher=ratio)


def test_numbers_of_teachers_that_a_list_gives_stay(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("name,pupils,teachers,phase\nA,100,9,Secondary\nB,100,,Secondary\nC,,10,Primary\n", "utf-8")
    roster = read_schools(file, pupils_per_teacher={"primary": 20, "secondary": 10}).roster
    known = dict(zip(roster.name, zip(roster.pupils.tolist(), roster.teachers.tolist(), strict=True), strict=True))
    assert known == {"A": (100, 9), "B": (100, 10), "C": (200, 10)}


def test_free_school_meals_and_ofsted_are_labels_that_outcomes_can_be_split_by(path):
    roster = read_schools(path).roster
    labels = {urn: {name: values[at] for name, values in roster.labels.items()} for at, urn in enumerate(roster.urn)}
    assert {name: labels[13][name] for name in ("phase", "ofsted")} == {"phase": "Primary", "ofsted": "Outstanding"}
    assert labels[13]["fsm"].startswith("lowest third (to ")  # the band says where it ends
    assert labels[15]["fsm"].startswith("highest third (over ")
    assert labels[15]["ofsted"] == "not known"


def test_the_report_tells_data_from_what_is_computed_or_sampled(path):
    known = read_schools(path).report.known
    assert known.data == {"pupils": 3, "Ofsted's judgement": 2, "free school meals": 3}
    assert known.computed == {"teachers": "20 pupils per teacher"}
    assert known.sampled[0] == "attainment at the start"
    assert "trust" in known.sampled


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"missing_pupils": "guess"}, "missing_pupils"),
        ({"farthest": 0}, "farthest"),
        ({"farthest": float("nan")}, "farthest"),
        ({"groups": 7}, "groups"),
        ({"attainment": [3]}, "attainment"),
        ({"nearest": 3}, "no option 'nearest'"),
    ],
)
def test_senseless_options_are_refused(path, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        read_schools(path, **options)
