"""Published lists, which are not part of the repository: what is read agrees with counts of the rows by hand."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from alliance_sim.schools import SchoolListError, read_schools

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="published lists are not part of the repository (../shared/data)"
)


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows as the standard library reads them."""
    data = (DATA / name).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_surreys_register_agrees_with_its_rows():
    rows = rows_of("surrey_schools_gias_2022.csv")
    used = [
        row for row in rows if row["EstablishmentStatus (name)"].startswith("Open") and row["NumberOfPupils"].strip()
    ]
    found = read_schools(DATA / "surrey_schools_gias_2022.csv")
    report, roster = found.report, found.roster
    assert (report.rows, report.taken, report.pupils) == (len(rows), len(used), 86_381) == (531, 276, 86_381)
    assert (
        report.phases
        == dict(Counter(row["PhaseOfEducation (name)"] for row in used))
        == {"Primary": 274, "All-through": 2}
    )
    assert report.left_out_by_reason == {"closed": 247, "no pupils": 8}
    assert dict(zip(roster.urn.tolist(), roster.pupils.tolist(), strict=True)) == {
        int(row["URN"]): int(row["NumberOfPupils"]) for row in used
    }
    assert dict(zip(roster.urn.tolist(), roster.name, strict=True)) == {
        int(row["URN"]): " ".join(row["EstablishmentName"].split()) for row in used
    }
    assert roster.east.astype(float).sum() * 1000 == pytest.approx(sum(float(row["Easting"]) for row in used), rel=1e-6)
    assert report.warnings == ()


@pytest.mark.parametrize("column", ["Town", "Trusts (name)", "TypeOfEstablishment (name)"])
def test_rows_of_surrey_are_chosen_as_by_hand(column):
    rows = rows_of("surrey_schools_gias_2022.csv")
    used = [
        row for row in rows if row["EstablishmentStatus (name)"].startswith("Open") and row["NumberOfPupils"].strip()
    ]
    value = Counter(row[column] for row in used if row[column]).most_common(1)[0][0]
    chosen = [row for row in used if " ".join(row[column].split()).casefold() == " ".join(value.split()).casefold()]
    found = read_schools(DATA / "surrey_schools_gias_2022.csv", where=f"{column} = {value}", phase="primary")
    primary = [row for row in chosen if row["PhaseOfEducation (name)"] in ("Primary", "Middle deemed primary")]
    assert sorted(found.roster.urn.tolist()) == sorted(int(row["URN"]) for row in primary)


@pytest.mark.parametrize("year", ["2016/17", "2017/18", "2018/19"])
def test_a_year_of_results_is_a_list_of_schools(year):
    rows = rows_of("surrey_ks2_2017_2019.csv")
    used = {
        int(row["URN"]): int(row["TOTPUPS"])
        for row in reversed(rows)
        if row["academic_year"] == year and row["URN"].strip().isdigit() and row["TOTPUPS"].strip(" 0").isdigit()
    }
    found = read_schools(DATA / "surrey_ks2_2017_2019.csv", where=f"academic_year = {year}")
    assert len(used) > 100
    assert dict(zip(found.roster.urn.tolist(), found.roster.pupils.tolist(), strict=True)) == used


def test_several_years_in_one_file_are_named_as_duplicates():
    report = read_schools(DATA / "surrey_ks2_2017_2019.csv").report
    rows = rows_of("surrey_ks2_2017_2019.csv")
    assert report.rows == len(rows)
    assert report.left_out_by_reason["duplicate URN"] > 100
    assert report.taken <= len({row["URN"] for row in rows})


def test_results_are_joined_to_the_register():
    found = read_schools(DATA / "surrey_schools_gias_2022.csv", join=DATA / "surrey_ks2_2017_2019.csv")
    assert any("surrey_ks2_2017_2019.csv was joined on URN" in remark for remark in found.report.remarks)
    assert any("several rows for URN" in warning for warning in found.report.warnings)
    assert found.report.taken >= 276


def test_a_table_of_other_things_is_refused():
    with pytest.raises(SchoolListError, match=r"no column of a list of schools \(found: years, share_surviving"):
        read_schools(DATA / "england_federation_survival.csv")
