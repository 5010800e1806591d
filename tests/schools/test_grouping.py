"""Grouping of schools into alliances."""

from __future__ import annotations

import random
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.schools import SchoolList, read_schools
from alliance_sim.schools.spatial_clustering import balanced_sizes, near_groups, spread

HEADER = "id,name,pupils,alliance,east_km,north_km,town,postcode"


def listed(rows: list[str], alliance_size: int = 3, header: str = HEADER) -> SchoolList:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text("\n".join([header, *rows]), encoding="utf-8")
        return read_schools(path, alliance_size=alliance_size, pupils_per_teacher=20)


def members(found: SchoolList) -> dict[str, list[str]]:
    roster = found.roster
    return {
        name: [roster.name[row] for row in np.flatnonzero(roster.alliance == at)]
        for at, name in enumerate(roster.alliance_name)
    }


def test_two_villages_become_two_groups_named_by_their_middle():
    rows = [f"{n},A{n},100,,{n},0,," for n in (1, 2, 3)] + [f"{n},B{n},100,,{n + 40},0,," for n in (4, 5, 6)]
    assert members(listed(rows)) == {"near A2": ["A1", "A2", "A3"], "near B5": ["B4", "B5", "B6"]}


def test_groups_are_named_by_the_town_of_most_and_by_a_school_where_a_town_has_two():
    rows = [f"{n},A{n},100,,{n},0,Dale," for n in (1, 2, 3)] + [f"{n},B{n},100,,{n + 40},0,Dale," for n in (4, 5, 6)]
    assert list(members(listed(rows))) == ["around Dale, near A2", "around Dale, near B5"]
    rows[1] = "2,A2,100,,2,0,Upton,"
    rows[0] = "1,A1,100,,1,0,Upton,"
    assert list(members(listed(rows))) == ["around Upton", "around Dale"]


def test_a_group_of_one_joins_the_rest():
    rows = ["1,A,20,North,0,0,,", "2,B,20,north,90,0,,", "3,C,20,Alone,0,1,,", "4,D,20,,0,2,,", "5,E,20,,0,3,,"]
    found = listed(rows)
    assert members(found) == {"North": ["A", "B"], "near D": ["C", "D", "E"]}
    assert [(school.name, school.alone_in, school.alliance) for school in found.report.joined] == [
        ("C", "Alone", "near D")
    ]


def test_a_trust_comes_before_a_federation():
    header = "URN,EstablishmentName,NumberOfPupils,Trusts (name),Federations (name)"
    rows = ["1,A,20,T,F", "2,B,20,T,F", "3,C,20,,F", "4,D,20,U,F", "5,E,20,,T", "6,F,20,,T"]
    assert members(listed(rows, header=header)) == {"T": ["A", "B"], "F": ["C", "D"], "T (2)": ["E", "F"]}


def test_a_last_single_school_joins_the_nearest():
    rows = ["1,A,20,North,0,0,,", "2,B,20,North,0,1,,", "3,C,20,South,90,0,,", "4,D,20,South,90,1,,", "5,E,20,,80,0,,"]
    found = listed(rows)
    assert members(found) == {"North": ["A", "B"], "South": ["C", "D", "E"]}
    assert found.report.joined[0].alone_in == "no other school is left"
    rows[-1] = "5,E,20,,,,,"
    assert members(listed(rows))["North"] == ["A", "B", "E"]  # its position is unknown: the first of the smallest


def test_a_school_without_coordinates_goes_with_its_postcode_district_or_town():
    rows = [f"{n},A{n},20,,{n},0,Dale,ZZ1 1AA" for n in (1, 2)] + [
        f"{n},B{n},20,,{n + 40},0,Hill,ZZ2 1AA" for n in (4, 5)
    ]
    found = listed([*rows, "3,C,20,,,,Hill,ZZ1 9XX", "6,D,20,,,,hill,"])
    assert members(found) == {"around Dale": ["A1", "A2", "C"], "around Hill": ["B4", "B5", "D"]}
    assert np.isnan(found.roster.east).sum() == 2  # taken to stand there for grouping only


def test_without_any_coordinates_postcode_areas_and_towns_hold_together():
    rows = [f"{n},S{n},20,,,,,{area}{n} 1AA" for n, area in enumerate(["ZZ", "YY"] * 5, start=1)]
    rows += ["20,T20,20,,,,Dale,", "21,T21,20,,,,Dale,", "22,T22,20,,,,,", "23,T23,20,,,,Hill,"]
    found = members(listed(rows, alliance_size=6))
    assert found == {
        "postcode area ZZ": ["S1", "S3", "S5", "S7", "S9"],
        "postcode area YY": ["S2", "S4", "S6", "S8", "S10"],
        "around Dale": ["T20", "T21"],
        "around Hill": ["T22", "T23"],
    }


@pytest.mark.parametrize(
    ("schools", "about", "sizes"),
    [
        (1, 6, [1]), (2, 6, [2]), (3, 2, [3]), (5, 2, [3, 2]), (12, 6, [6, 6]), (14, 6, [7, 7]), (15, 6, [5, 5, 5]),
        (144, 6, [6] * 24), (9, 1000, [9]), (8, 6, [8]), (9, 6, [5, 4]),
    ],
)  # fmt: skip
def test_sizes_by_hand(schools, about, sizes):
    assert balanced_sizes(schools, about) == sizes


@given(st.integers(2, 5000), st.integers(2, 1000))
def test_sizes_are_balanced_and_no_school_is_alone(schools, about):
    sizes = balanced_sizes(schools, about)
    assert sum(sizes) == schools
    assert min(sizes) >= 2
    assert max(sizes) - min(sizes) <= 1


PLACES = st.tuples(st.integers(0, 60), st.integers(0, 60))


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACES, min_size=2, max_size=60), st.integers(2, 9))
def test_every_school_is_in_one_group_of_the_right_size(places, about):
    group = near_groups(np.array(places, dtype=float), about)
    assert sorted(np.bincount(group).tolist(), reverse=True) == balanced_sizes(len(places), about)


def test_groups_are_compacter_than_a_walk_that_takes_the_nearest_six():
    points = np.random.default_rng(5).normal(scale=20, size=(240, 2))
    free, greedy = list(range(240)), np.zeros(240, dtype=np.int64)
    for number in range(40):
        distances = np.hypot(*(points[free] - points[free[0]]).T)
        chosen = [free[at] for at in np.argsort(distances)[:6]]
        greedy[chosen] = number
        free = [at for at in free if at not in chosen]
    group = near_groups(points, 6)
    assert spread(points, group) < 0.5 * spread(points, greedy)
    middles = np.array([points[group == number].mean(axis=0) for number in range(40)])
    assert np.hypot(*(points - middles[group]).T).max() < 25  # no last group of the far-flung


def test_twenty_thousand_schools_are_grouped_in_seconds():
    points = np.random.default_rng(1).random((20_000, 2)) * 300
    assert np.unique(np.bincount(near_groups(points, 6))).tolist() == [6, 7]


SCHOOLS = st.tuples(
    st.sampled_from(["A", "B", "St Mary's"]), st.integers(1, 900), st.sampled_from(["", "", "North", "South", "north"]),
    st.one_of(st.just(("", "")), PLACES), st.sampled_from(["", "Dale", "Hill"]),
    st.sampled_from(["", "ZZ1 1AA", "YY22 1AA"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(SCHOOLS, min_size=2, max_size=40), st.integers(2, 7), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_rows_does_not_matter(schools, about, shuffle, numbered):
    rows = [
        (f"{n}," if numbered else "") + f"{name},{pupils},{alliance},{place[0]},{place[1]},{town},{postcode}"
        for n, (name, pupils, alliance, place, town, postcode) in enumerate(schools, start=5)
    ]
    rows = [*dict.fromkeys(rows), ("999," if numbered else "") + "Last,10,,,,,"]
    header = HEADER if numbered else HEADER.removeprefix("id,")
    first = listed(rows, about, header)
    shuffle.shuffle(rows)
    second = listed(rows, about, header)
    assert first.roster.digest == second.roster.digest
    assert first.report.groups == second.report.groups
    sizes = np.bincount(first.roster.alliance)
    assert first.roster.schools == len(rows)
    kinds = [group.kind for group in first.report.groups]
    assert all(size >= 2 or kind == "alone" for size, kind in zip(sizes, kinds, strict=True))
    assert len(set(first.roster.alliance_name)) == len(sizes)
    assert all(a < b for a, b in pairwise(zip(first.roster.alliance.tolist(), first.roster.id.tolist(), strict=True)))


def test_surrey(tmp_path, shared):
    surrey = shared / "data" / "surrey_schools_gias_2022.csv"
    found = read_schools(surrey, alliance_size=6, pupils_per_teacher=20)
    report, roster = found.report, found.roster
    assert (report.rows, report.taken) == (531, 276)  # 284 are open; eight opened after the census and have no pupils
    assert report.left_out_by_reason == {"closed": 247, "no pupils": 8}
    assert (report.pupils, report.teachers) == (86_381, 4_321)
    assert {kind: (len(sizes), sum(sizes)) for kind, sizes in report.groups_by_kind.items()} == {
        "trust": (20, 124),
        "federation": (4, 8),
        "nearness": (24, 144),
    }
    assert set(report.groups_by_kind["nearness"]) <= {5, 6, 7}
    assert max(group.width_km for group in report.groups if group.kind == "nearness") <= 15
    assert max(report.groups, key=lambda group: group.schools).name == "GLF SCHOOLS"
    assert len(report.joined) == 11

    import pandas as pd

    listed_ones = pd.read_csv(surrey, encoding="cp1252").set_index("URN")["EstablishmentName"].to_dict()
    found = dict(zip(roster.urn.tolist(), roster.name, strict=True))
    found |= {int(note.urn): note.name for note in report.left_out}
    assert found == {urn: " ".join(name.split()) for urn, name in listed_ones.items()}
    assert roster.id.tolist() == roster.urn.tolist()

    header, *rows = surrey.read_bytes().splitlines()
    random.Random(3).shuffle(rows)
    (tmp_path / "shuffled.csv").write_bytes(b"\n".join([header, *rows]))
    shuffled = read_schools(tmp_path / "shuffled.csv", alliance_size=6, pupils_per_teacher=20)
    assert shuffled.roster.digest == roster.digest
