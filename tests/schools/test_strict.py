"""``--strict`` refuses a list for every kind of thing that is otherwise a warning or a changed number."""

from __future__ import annotations

import pytest

from alliance_sim.schools import SchoolListError, read_schools

HEAD = "name,pupils\n"
REST = "Beech,90\nCedar,80\n"
LISTS: dict[str, tuple[str | bytes, str]] = {
    "a column that may be meant": ("name,pupils,is it closed\nAsh,20,no\nBeech,30,no\n", "may hold it"),
    "two encodings": ("name,pupils\nÄsh,20\n".encode() + "Bücher,30\nCedar,40\n".encode("cp1252"), "cp1252"),
    "another unit": (
        "name,pupils,Easting,Northing\n" + "".join(f"S{at},{90 + at},-0.{at}1,51.2{at}\n" for at in range(6)),
        "not used as coordinates",
    ),
    "twins": (f"{HEAD}Ash,20\nAsh,30\n{REST}", "more than once under one name"),
    "a name like a total": ("id,name,pupils\n1,Total Education Academy,70\n2,Ash,60\n3,Beech,50\n", "like a total"),
    "shortened numbers": ("id,name,pupils\n1.0E+05,Ash,20\n100001,Beech,30\n100002,Cedar,40\n", "shortened numbers"),
    "an unreadable row": (f"{HEAD}Ash,many\n{REST}", "unreadable pupils: Ash"),
    "an approximate number": (f"{HEAD}Ash,c. 70\n{REST}", "an approximate number: Ash"),
    "a number with a remark": (f"{HEAD}Ash,70*\n{REST}", "a number with a remark: Ash"),
    "part of a pupil": (f"{HEAD}Ash,70.5\n{REST}", "not whole: Ash"),
    "unreadable teachers": ("name,pupils,teachers\nAsh,70,some\nBeech,90,5\nCedar,80,4\n", "unreadable teachers: Ash"),
    "too many teachers": (f"{HEAD}Ash,95000\n{REST}", "more teachers than a school can have here: Ash"),
    "unreadable coordinates": (
        "name,pupils,east_km,north_km\nAsh,70,far,1\nBeech,90,1,2\nCedar,80,2,3\n", "unreadable coordinates: Ash",
    ),
    "too few fields": ("name,pupils,town,postcode\nAsh,70\nBeech,90,Dale,A1\nCedar,80,Dale,A1\n", "fields"),
}  # fmt: skip


@pytest.fixture
def written(tmp_path):
    def write(content: str | bytes, name: str = "list.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("kind", LISTS)
def test_each_kind_of_warning_is_refused_with_a_remedy(written, kind):
    content, why = LISTS[kind]
    path = written(content)
    assert read_schools(path).report.taken >= 2
    with pytest.raises(SchoolListError, match=f"with --strict this list is refused: .*(?:{why})") as refused:
        read_schools(path, strict=True)
    assert str(refused.value).endswith("; correct this, or read the list without --strict.")
    assert "\n" not in str(refused.value)


def test_a_list_in_order_is_read_with_strict(written):
    path = written("name,pupils,status\nAsh,20,Open\nBeech,30,Open\nCedar,,Closed\nTotal,50,\n")
    assert read_schools(path, strict=True).report.taken == 2


def test_rows_of_further_files_are_refused_as_well(written):
    path = written("id,name,pupils\n1,Ash,20\n2,Beech,30\n3,Cedar,40\n")
    groups = written("id,alliance\n1,A\n2,A\n9,A\n", "groups.csv")
    assert read_schools(path, groups=groups).report.taken == 3
    with pytest.raises(SchoolListError, match=r"groups\.csv: with --strict it is refused: these rows name no school"):
        read_schools(path, groups=groups, strict=True)
    census = written("id,town\n1,Dale\n1,Hill\n2,Dale\n3,Hill\n", "census.csv")
    assert read_schools(path, join=census).report.warnings
    with pytest.raises(SchoolListError, match=r"several rows for id 1"):
        read_schools(path, join=census, strict=True)


def test_columns_of_results_are_named_and_taken_for_no_trust(written):
    path = written("name,pupils,PTRWM_EXP,MAT_AVERAGE\nAsh,20,60%,104\nBeech,30,70%,103\n")
    report = read_schools(path).report
    assert any("results, such as PTRWM_EXP, are read only from a file that --attainment names" in one
               for one in report.remarks)  # fmt: skip
    assert not report.warnings
