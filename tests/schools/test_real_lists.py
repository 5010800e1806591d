"""Small lists that real ones were cut down to: each stands for a kind. Names are invented."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.schools import SchoolList, SchoolListError, read_schools

LISTS = Path(__file__).parent / "lists"
REGISTER = {
    "name": "EstablishmentName", "pupils": "NumberOfPupils", "teachers": "teachers", "town": "Town",
    "postcode": "Postcode", "id": "URN", "east_km": "Easting", "north_km": "Northing",
}  # fmt: skip
GROUPED = pytest.mark.skipif(
    importlib.util.find_spec("alliance_sim.schools.group_keys") is None, reason="codes do not distinguish groups yet"
)


def sizes(found: SchoolList) -> dict[str, int]:
    counts = np.bincount(found.roster.alliance).tolist()
    return dict(zip(found.roster.alliance_name, counts, strict=True))


def pupils(found: SchoolList) -> dict[str, int]:
    return dict(zip(found.roster.name, found.roster.pupils.tolist(), strict=True))


def warned(found: SchoolList) -> str:
    return " ".join(found.report.warnings)


def in_register_form(name: str, tmp_path: Path) -> Path:
    """Return a plain list with the register's titles, its rows numbered where they are not."""
    data = (LISTS / name).read_bytes().decode("utf-8-sig")
    delimiter = ";" if ";" in data else ","
    lines, numbered = [], 0
    for line in data.splitlines():
        fields = line.split(delimiter)
        if "name" in fields:
            titles = [REGISTER.get(field, field) for field in fields]
            lines.append(delimiter.join(titles if "URN" in titles else ["URN", *titles]))
            width = len(fields)
        elif len(fields) > 1 and fields[1].strip() and fields[0] not in ("Total", ""):
            numbered += 1
            lines.append(
                delimiter.join(fields if "id" in data.partition("\n")[0] else [str(900_000 + numbered), *fields])
            )
        else:
            lines.append(delimiter.join([*[""] * bool(lines), *fields]))
    assert width > 1
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(params=["plain", "register"])
def form(request: pytest.FixtureRequest, tmp_path: Path):
    """Return a function that reads a plain list as it is, and under the register's titles."""
    if request.param == "plain":
        return lambda name: read_schools(LISTS / name)
    return lambda name: read_schools(in_register_form(name, tmp_path))


def test_every_list_is_tested():
    named = Path(__file__).read_text("utf-8")
    assert len(list(LISTS.glob("*.csv"))) == 21
    assert [path.name for path in LISTS.glob("*.csv") if f'"{path.name}"' not in named] == []


def test_words_for_nothing_are_no_trust():
    found = read_schools(LISTS / "r_write_csv_na.csv")
    assert found.report.groups_by_kind["trust"] == [2]
    assert not {"NA", "around NA"} & set(found.roster.alliance_name)
    assert sizes(found)["HOPE TRUST"] == 2
    assert found.report.gaps_by_reason == {"no coordinates": 1}


def test_a_point_between_thousands_is_no_decimal_point(form):
    found = form("thousand_dot_000.csv")
    assert pupils(found) == {"Ash": 1000, "Beech": 2000, "Cedar": 980}
    assert [note.detail for note in found.report.left_out] == ["pupils 1.00"]
    assert "1.000 was read as 1000" in " ".join(found.report.remarks)


def test_status_is_read_from_codes():
    found = read_schools(LISTS / "status_code_only.csv")
    assert pupils(found) == {"Ash Primary School": 210, "Cherry Primary School": 205}
    assert found.report.left_out_by_reason == {"closed": 1, "proposed to open": 1}


def test_without_a_status_a_close_date_closes_a_school():
    found = read_schools(LISTS / "close_date_only.csv")
    assert (found.report.taken, found.report.pupils) == (2, 415)
    assert [note.detail for note in found.report.left_out] == ["close date 31-08-2012"]
    assert any("CloseDate" in remark for remark in found.report.remarks)


def test_titles_that_r_has_changed_are_read():
    found = read_schools(LISTS / "r_mangled_headers.csv")
    assert (found.report.taken, found.report.pupils) == (4, 750)
    assert sizes(found)["HOPE TRUST"] == 2
    assert found.report.read_as["status"] == "EstablishmentStatus..name."


def test_columns_of_a_plain_list_are_read_in_the_register_too():
    found = read_schools(LISTS / "gias_plus_alliance.csv")
    assert sizes(found) == {"Hub North": 2, "Hub South": 2}
    assert found.report.teachers == 130


def test_columns_of_the_register_are_read_in_a_plain_list_too():
    found = read_schools(LISTS / "plain_plus_easting.csv")
    assert found.report.layout == "plain"
    assert sizes(found)["HOPE TRUST"] == 2
    assert found.roster.east.tolist() == pytest.approx([400.0, 400.1, 400.2, 400.3])


@GROUPED
def test_entries_of_a_tilde_list_are_compared():
    assert sorted(read_schools(LISTS / "federation_tilde.csv").report.groups_by_kind["federation"]) == [2]


@GROUPED
def test_codes_tell_groups_of_one_name_apart():
    assert sorted(sizes(read_schools(LISTS / "two_federations_one_name.csv")).values()) == [2, 2]


@GROUPED
def test_one_code_is_one_group_however_it_is_spelled():
    assert read_schools(LISTS / "trust_name_variants.csv").report.groups_by_kind["trust"] == [2]


@GROUPED
def test_groups_do_not_reach_across_a_gap():
    assert sorted(sizes(read_schools(LISTS / "two_far_clusters.csv")).values()) == [5, 7]


def test_a_school_without_pupils_is_named_or_takes_its_predecessors():
    report = read_schools(LISTS / "predecessor_pupils.csv").report
    assert "Elm Junior School" in " ".join(report.sentences())
    assert report.taken == 3 or report.pupils > 630


def test_unquoted_commas_in_the_last_column_lose_no_school():
    found = read_schools(LISTS / "linked_establishments.csv")
    assert (found.report.taken, found.report.pupils) == (4, 1238)
    assert [note.line for note in found.report.gaps] == [4, 5]


def test_a_file_in_two_encodings_is_decoded_line_by_line():
    found = read_schools(LISTS / "mixed_encodings.csv")
    assert set(found.roster.name) == {"Ash School", "Beech School", "Cedar School", "Café School"}
    assert sizes(found)["FIERTÉ TRUST"] == 2
    assert "lines 3 and 5" in warned(found)


def test_teachers_may_be_full_time_equivalents(form):
    found = form("fte_some.csv")
    assert found.roster.teachers.tolist() == [11, 10, 8, 9]
    assert not found.report.left_out


def test_a_total_is_no_school(form):
    found = form("total_row.csv")
    assert (found.report.taken, found.report.pupils) == (3, 600)
    assert [note.name for note in found.report.left_out] == ["Total"]


@pytest.mark.parametrize("name", ["degrees_as_km.csv", "degrees_in_gias.csv"])
def test_degrees_are_not_taken_for_kilometres_or_metres(name):
    found = read_schools(LISTS / name)
    assert "look like degrees" in warned(found)
    assert "--columns longitude=" in warned(found)
    assert np.isnan(found.roster.east).all() or np.ptp(found.roster.north) > 5
    with pytest.raises(SchoolListError, match=r"with --strict .* look like degrees"):
        read_schools(LISTS / name, strict=True)


def test_a_school_that_is_there_twice_is_named(form):
    found = form("same_school_two_rows.csv")
    assert "Ash Primary School (lines 2 and 3)" in warned(found)


def test_rows_above_the_header_are_passed_over_and_named(form):
    found = form("title_rows.csv")
    assert pupils(found) == {"Ash": 210, "Beech": 200, "Cedar": 190}
    assert any("the header is on line 5" in remark for remark in found.report.remarks)


def test_identifiers_with_letters_are_kept_and_schools_numbered_in_order(form):
    found = form("ni_ids.csv")
    assert found.roster.id.tolist() == [0, 1, 2]
    assert found.report.numbered
    assert "1AB0427" in " ".join(found.report.remarks)
