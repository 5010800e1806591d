"""Groups are distinguished by code or by name, spelled alike, and may stand in lists separated by ~."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.schools import read_schools
from alliance_sim.schools.group_keys import Written, alike, gather_groups


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St Mary’s Federation", "ST MARY'S FEDERATION"),
        ("Oak & Ash Trust", "Oak and Ash Trust"),
        ("OAK AND ASH TRUST LIMITED", "Oak & Ash  Trust Ltd."),
        ("The Meadow Federation", "Meadow Federation"),
    ],
)
def test_names_that_differ_in_spelling_alone_are_alike(one, other):
    assert alike(one) == alike(other)


@pytest.mark.parametrize(("one", "other"), [("Oak Trust", "Oaks Trust"), ("North East Trust", "North West Trust")])
def test_other_names_are_not(one, other):
    assert alike(one) != alike(other)


def groups(*written: tuple[str, str]) -> list[tuple[str, list[int]]]:
    return gather_groups([Written(*each) for each in written])


def test_a_code_joins_two_spellings_and_parts_two_groups_of_one_name():
    assert groups(("HOPE TRUST", "7"), ("HOPE LEARNING", "7")) == [("HOPE TRUST", [0, 1])]
    assert groups(("St Mary's", "501"), ("St Mary's", "777"), ("St Mary’s", "501")) == [
        ("St Mary's (501)", [0, 2]),
        ("St Mary's (777)", [1]),
    ]


def test_a_name_without_a_code_takes_the_only_code_of_that_name():
    assert groups(("Oak", "7"), ("OAK", "")) == [("Oak", [0, 1])]
    assert [members for _, members in groups(("Oak", "7"), ("Oak", "8"), ("Oak", ""))] == [[0], [1], [2]]


def test_one_entry_of_a_list_in_common_is_enough():
    assert groups(("Meadow~The Meadow", ""), ("The Meadow~Elm~Meadow", ""), ("Elm Tree", "")) == [
        ("Meadow", [0, 1]),
        ("Elm Tree", [2]),
    ]


@given(st.lists(st.tuples(st.sampled_from(["", "A", "B", "a~B", "C"]), st.sampled_from(["", "1", "2", "1~2"]))))
def test_every_row_with_a_group_is_in_exactly_one(written):
    members = [at for _, rows in groups(*written) for at in rows]
    assert sorted(members) == [at for at, (name, code) in enumerate(written) if name or code]


def membership(path):
    found = read_schools(path)
    return {group.name: set(group.members) for group in found.report.groups}


def test_the_lists_of_groups_are_read_as_expected(shared, tmp_path):
    lists = shared / "lists"
    assert membership(lists / "federation_tilde.csv")["The Meadow Federation"] == {
        "Elm Infant School",
        "Elm Junior School",
    }
    assert sorted(map(len, membership(lists / "two_federations_one_name.csv").values())) == [2, 2]
    assert membership(lists / "trust_name_variants.csv")["THE HOPE LEARNING TRUST"] == {"Ash School", "Beech School"}
    without_words = tmp_path / "list.csv"
    without_words.write_text((lists / "r_write_csv_na.csv").read_text("utf-8").replace("NA", ""), "utf-8")
    assert membership(without_words) == {
        "around Ashby": {"Ash School", "Beech School"},
        "HOPE TRUST": {"Cedar School", "Dogwood School"},
        "around Farby": {"Elm School", "Fir School"},
    }
