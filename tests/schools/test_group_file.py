"""Groups written for a list can be corrected by hand and given back."""

from __future__ import annotations

import pandas as pd
import pytest

from alliance_sim.schools import SchoolListError, read_schools
from alliance_sim.schools.group_file import group_table

ROWS = "id,name,pupils,alliance,east_km,north_km,hub\n" + "".join(
    f"{n},School {n},{50 + n},{'Oak' if n < 3 else ''},{n % 4},{n // 4},{'Even' if n % 2 == 0 else 'Odd'}\n"
    for n in range(1, 13)
)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(ROWS, "utf-8")
    return file


def table_of(found):
    roster = found.roster
    alliances = [roster.alliance_name[at] for at in roster.alliance]
    kinds = {group.name: group.kind for group in found.report.groups}
    return group_table(roster.name, roster.urn.tolist(), alliances, [kinds[name] for name in alliances])


def test_groups_given_back_are_the_same_groups_and_invented_ones_stay_so(path, tmp_path):
    first = read_schools(path)
    table_of(first).to_csv(tmp_path / "groups.csv", index=False)
    second = read_schools(path, groups=tmp_path / "groups.csv")
    assert second.roster.digest == first.roster.digest
    assert {group.name: group.invented for group in second.report.groups} == {
        group.name: group.invented for group in first.report.groups
    }
    assert {group.kind for group in second.report.groups} == {"file"}


def test_a_correction_by_hand_takes_effect(path, tmp_path):
    table = table_of(read_schools(path)).set_index("urn")
    table.loc[12, "alliance"] = "oak"
    table.to_csv(tmp_path / "groups.csv")
    oak = next(
        group for group in read_schools(path, groups=tmp_path / "groups.csv").report.groups if group.name == "Oak"
    )
    assert set(oak.members) == {"School 1", "School 2", "School 12"}


def test_schools_that_the_file_does_not_give_are_grouped_as_before(path, tmp_path):
    (tmp_path / "groups.csv").write_text(
        "school;group\nSchool 5;New\nSchool 9;New\nSchool 99;New\nschool 3;Oak\n", "utf-8"
    )
    found = read_schools(path, groups=tmp_path / "groups.csv")
    groups = {group.name: set(group.members) for group in found.report.groups}
    assert groups["New"] == {"School 5", "School 9"}
    assert groups["Oak"] == {"School 1", "School 2", "School 3"}
    assert len(found.report.grouping.ungiven) == 9
    assert found.report.grouping.unmatched == ("School 99 (line 4)",)
    assert found.roster.schools == 12


def test_a_column_of_the_list_gives_the_groups(path):
    found = read_schools(path, groups="Hub")
    assert {group.name: group.schools for group in found.report.groups} == {"Even": 6, "Odd": 6}
    assert not any(group.invented for group in found.report.groups)


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("school,colour\nSchool 1,red\n", ["line 1", "needs the columns alliance and urn", "found: school, colour"]),
        ("urn,alliance\n1,A\n1,B\n", ["line 3", "1 is in A on line 2 and in B here"]),
        ("urn,alliance\n77,A\n", ["no row names a school"]),
        ("", ["empty"]),
        ("PK\x03\x04", ["Excel workbook"]),
        ('urn,alliance\n1,"A\n', ["cannot be read", "save it again"]),
    ],
)
def test_a_bad_file_of_groups_is_refused_with_a_place_and_a_remedy(path, tmp_path, text, fragments):
    (tmp_path / "groups.csv").write_text(text, "utf-8")
    with pytest.raises(SchoolListError) as refusal:
        read_schools(path, groups=tmp_path / "groups.csv")
    assert all(fragment in str(refusal.value) for fragment in fragments)
    assert str(refusal.value).isprintable()


def test_what_is_neither_column_nor_file_is_refused(path):
    with pytest.raises(SchoolListError, match="no such file, and no such column") as refusal:
        read_schools(path, groups="Nowhere")
    assert "hub" in str(refusal.value)


def test_schools_of_one_name_are_given_in_order(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("name,pupils\nAsh,20\nAsh,30\nElm,20\nFir,20\n", "utf-8")
    groups = tmp_path / "groups.csv"
    groups.write_text("name,alliance\nAsh,One\nAsh,Two\nElm,One\nFir,Two\n", "utf-8")
    roster = read_schools(file, groups=groups).roster
    assert list(zip(roster.name, roster.alliance.tolist(), strict=True)) == [
        ("Ash", 0),
        ("Elm", 0),
        ("Ash", 1),
        ("Fir", 1),
    ]
    groups.write_text("name,alliance\nAsh,One\nElm,One\n", "utf-8")
    with pytest.raises(SchoolListError, match="2 schools of the list are called Ash"):
        read_schools(file, groups=groups)


def test_the_table_has_no_numbers_where_the_list_has_none():
    assert list(group_table(["A"], [0], ["X"], ["alone"])) == ["name", "alliance", "grouped_by"]
    assert isinstance(group_table(["A"], [5], ["X"], ["alone"]), pd.DataFrame)
