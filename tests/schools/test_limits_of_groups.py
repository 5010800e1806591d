"""Groups formed by distance keep the limits that the report states."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.schools import read_schools
from alliance_sim.schools.distance_groups import distance_groups
from alliance_sim.schools.map_projection import project

PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=50)


def width(points, members) -> float:
    return max((math.dist(points[a], points[b]) for a, b in combinations(members, 2)), default=0.0)


@settings(max_examples=150, deadline=None)
@given(PLACES, st.integers(2, 9), st.floats(0.5, 80))
def test_every_school_is_in_one_group_and_no_group_is_wider_than_the_limit(places, about, farthest):
    points = np.array(places, float)
    found = distance_groups(points, [], about, farthest)
    assert sorted(at for group in found for at in group) == list(range(len(places)))
    assert max(width(points, group) for group in found) <= farthest + 1e-9


@settings(max_examples=150, deadline=None)
@given(PLACES, st.integers(2, 9), st.floats(0.5, 80))
def test_a_school_is_alone_only_where_larger_groups_can_spare_none(places, about, farthest):
    points = np.array(places, float)
    found = distance_groups(points, [], about, farthest)
    group_of = {at: group for group in found for at in group}
    for group in found:
        if len(group) == 1:
            near = [at for at in group_of if at != group[0] and math.dist(points[at], points[group[0]]) <= farthest]
            assert all(len(group_of[at]) == 2 for at in near)


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 20), st.integers(2, 20), st.integers(2, 8))
def test_islands_stay_islands(north, south, about):
    points = np.array([(0.1 * at, 0.0) for at in range(north)] + [(0.1 * at, 90.0) for at in range(south)])
    for group in distance_groups(points, [], about, 15.0):
        assert len({points[at][1] for at in group}) == 1


def test_sizes_differ_where_a_gap_is_wide_even_within_the_limit():
    points = np.array([(0.2 * at, 0.0) for at in range(7)] + [(8 + 0.2 * at, 0.0) for at in range(5)])
    assert sorted(map(len, distance_groups(points, [], 6, 15.0))) == [5, 7]


@settings(max_examples=60, deadline=None)
@given(PLACES, st.integers(2, 9))
def test_pairs_stay_together(places, about):
    points = np.repeat(np.array(places, float), 2, axis=0)
    pairs = [(2 * at, 2 * at + 1) for at in range(len(places))]
    for group in distance_groups(points, pairs, about, 15.0):
        assert all((at ^ 1) in group for at in group)


HEADER = "id,name,pupils,phase,alliance,east_km,north_km,town,postcode\n"


def read(tmp_path, rows: str, **options):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + rows, "utf-8")
    return read_schools(path, **options)


def members(found) -> list[set[str]]:
    return [set(group.members) for group in found.report.groups]


def test_far_clusters_are_not_mixed(shared):
    found = read_schools(shared / "lists" / "two_far_clusters.csv")
    assert sorted(group.schools for group in found.report.groups) == [5, 7]
    assert max(group.width_km for group in found.report.groups) < 1


def test_a_school_beyond_the_limit_stays_on_its_own_and_is_named(tmp_path):
    rows = "".join(f"{n},S{n},100,,,{n},0,,\n" for n in range(1, 5)) + "9,Lighthouse,30,,,90,0,,\n"
    found = read(tmp_path, rows)
    assert found.roster.alliance_name[-1] == "Lighthouse (on its own)"
    assert any("On their own" in sentence and "15 km: Lighthouse" in sentence for sentence in found.report.sentences())
    assert len(read(tmp_path, rows, farthest=100).report.groups) == 1


def test_phases_are_apart_unless_asked(tmp_path):
    rows = "".join(f"{n},P{n},100,Primary,,{n},0,,\n" for n in range(1, 5))
    rows += "".join(f"{n},H{n},900,Secondary,,{n},0,,\n" for n in range(5, 9))
    assert {frozenset(name[0] for name in group) for group in members(read(tmp_path, rows))} == {
        frozenset("P"),
        frozenset("H"),
    }
    mixed = members(read(tmp_path, rows, mix_phases=True, alliance_size=8))
    assert len(mixed) == 1


def test_the_only_school_of_its_phase_joins_another_phase_and_is_named(tmp_path):
    rows = "".join(f"{n},P{n},100,Primary,,{n},0,,\n" for n in range(1, 5)) + "9,High,900,Secondary,,2,0,,\n"
    found = read(tmp_path, rows)
    assert members(found) == [{"P1", "P2", "P3", "P4", "High"}]
    assert found.report.grouping.mixed == ("High",)


def test_infant_and_junior_schools_of_one_site_or_name_are_one_group(tmp_path):
    rows = "".join(f"{n},Elm {n} Primary,100,,,{(n % 3) * 6},{n // 3 * 6},,\n" for n in range(1, 9))
    rows += "21,St Ann's Infant School,90,,,3,3,,\n22,St Ann’s CofE Junior School,180,,,4,3,,\n"
    rows += "23,Meadow Infant School,90,,,9,9,,ZZ1 1AA\n24,Hill Junior School,180,,,9.1,9,,ZZ1 1AA\n"
    found = read(tmp_path, rows, alliance_size=3)
    assert set(found.report.grouping.pairs) == {
        ("St Ann's Infant School", "St Ann’s CofE Junior School"),
        ("Meadow Infant School", "Hill Junior School"),
    }


def test_infant_and_junior_schools_of_one_name_far_apart_are_no_pair(tmp_path):
    rows = "1,St Ann's Infant School,90,,,0,0,,\n2,St Ann's Junior School,180,,,8,0,,\n3,A,50,,,0,1,,\n4,B,50,,,8,1,,\n"
    assert not read(tmp_path, rows).report.grouping.pairs


def test_no_trust_takes_a_school_that_is_not_its_own(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "URN,EstablishmentName,NumberOfPupils,Trusts (name),Easting,Northing\n"
        "1,A,20,OAK,500000,100000\n2,B,20,OAK,500100,100000\n3,C,20,,500050,100000\n",
        "utf-8",
    )
    assert {group.name: group.kind for group in read_schools(path).report.groups} == {
        "OAK": "trust",
        "C (on its own)": "alone",
    }


def test_the_report_tells_given_groups_from_invented_ones(tmp_path):
    rows = "1,A,20,,North,0,0,,\n2,B,20,,North,0,3,,\n3,C,20,,,1,0,,\n4,D,20,,,1,4,,\n"
    found = read(tmp_path, rows)
    assert [(group.invented, group.width_km) for group in found.report.groups] == [(False, 3.0), (True, 4.0)]
    said = " ".join(found.report.sentences())
    assert "1 group of 2 schools is invented here" in said
    assert "The widest group formed by distance is “near C”, 4.0 km across" in said


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [((51.5, -0.1), (51.5, -0.0), 6.92), ((-36.85, 174.76), (-41.29, 174.78), 493.7), ((0, 179.9), (0, -179.9), 22.24)],
)
def test_degrees_become_kilometres(one, other, km):
    places = np.array([one, other])
    east_north = project(places[:, 0], places[:, 1])
    assert math.dist(*east_north) == pytest.approx(km, rel=0.002)


def test_latitude_and_longitude_are_used_for_groups(tmp_path):
    path = tmp_path / "list.csv"
    rows = [(f"N{n}", 55 + n / 1000, -1.5) for n in range(4)] + [(f"S{n}", 51 + n / 1000, -1.5) for n in range(4)]
    path.write_text("name,pupils,latitude,longitude\n" + "".join(f"{n},50,{a},{o}\n" for n, a, o in rows), "utf-8")
    found = read_schools(path)
    assert {frozenset(name[0] for name in group) for group in members(found)} == {frozenset("N"), frozenset("S")}
    assert not any("no coordinates" in sentence for sentence in found.report.sentences())


def test_surrey_keeps_its_limits(shared):
    found = read_schools(shared / "data" / "surrey_schools_gias_2022.csv")
    formed = [group for group in found.report.groups if group.invented]
    assert max(group.width_km for group in formed) <= 15
    assert max(group.width_km for group in read_schools(
        shared / "data" / "surrey_schools_gias_2022.csv", farthest=8
    ).report.groups if group.kind == "nearness") <= 8  # fmt: skip
    alliance = {name: group.name for group in found.report.groups for name in group.members}
    rest = {name for group in formed for name in group.members}
    both = [pair for pair in (*found.report.grouping.pairs, *found.report.grouping.pairs_apart) if {*pair} <= rest]
    assert len(both) > 5
    assert all(alliance[one] == alliance[other] for one, other in both)
