"""Published results set where each school starts."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from alliance_sim.schools import SchoolListError, read_schools
from alliance_sim.schools.attainment_effects import components
from alliance_sim.schools.attainment_tables import Results, read_results

SCHOOLS = "id,name,pupils,phase,la_code,establishment_number\n" + "".join(
    f"{n},School {n},200,Primary,936,{2000 + n}\n" for n in range(1, 9)
)
KS2 = "RECTYPE,LEA,ESTAB,URN,SCHNAME,TELIG,PTRWM_EXP\n"


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(SCHOOLS, "utf-8")
    return file


def written(tmp_path, name: str, text: str):
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def test_a_share_becomes_the_quantile_of_the_normal_distribution(tmp_path):
    table = read_results([written(tmp_path, "a.csv", KS2 + "1,936,2001,1,A,29,50%\n1,936,2002,2,B,40,100\n")])
    half, full = table.results
    assert half.value == pytest.approx(0)
    assert half.sampling == pytest.approx(0.25 / (29 * NormalDist().pdf(0) ** 2))
    assert full.value == pytest.approx(NormalDist().inv_cdf(40.5 / 41))  # half a pupil below all


def test_codes_for_withheld_results_are_counted_and_other_text_is_named(tmp_path):
    rows = "1,936,1,1,A,9,SUPP\n1,936,2,2,B,30,NA\n1,936,3,3,C,30,\n1,936,4,4,D,30,many\n3,936,,,Authority,999,70%\n"
    table = read_results([written(tmp_path, "a.csv", KS2 + rows)])
    assert not table.results
    assert table.withheld == {"SUPP": 1, "NA": 1, "blank": 1}
    assert table.unreadable == ("many (a.csv, line 5)",)


def test_a_key_stage_4_table_is_read_and_its_share_preferred(tmp_path):
    header = "RECTYPE,LEA,ESTAB,URN,SCHNAME,TPUP,ATT8SCR,P8MEA,PTL2BASICS_94\n"
    table = read_results([written(tmp_path, "a.csv", header + "1,936,4001,7,A,100,46.1,LOWCOV,NE\n")])
    assert table.withheld == {"NE": 1}
    points = header.replace("PTL2BASICS_94", "OTHER")
    (found,) = read_results([written(tmp_path, "b.csv", points + "1,936,4001,7,A,100,46,0.1,NE\n")]).results
    assert (found.phase, found.value, found.sampling) == ("secondary", 2.3, 0.01)


def year(values: dict[int, str]) -> str:
    return KS2 + "".join(f"1,936,{2000 + urn},{urn},S,50,{value}\n" for urn, value in values.items())


SHARES = {1: "40%", 2: "50%", 3: "60%", 4: "70%", 5: "80%", 6: "90%"}


def test_one_year_is_shrunk_by_the_assumed_share_of_noise_and_the_report_says_so(path, tmp_path):
    found = read_schools(path, attainment=written(tmp_path, "a.csv", year(SHARES)))
    roster = found.roster
    assert roster.results is not None
    assert roster.intake is not None
    assert roster.intake_sd is not None
    known = np.isfinite(roster.results)
    assert roster.name == tuple(f"School {n}" for n in range(1, 9))
    assert known.tolist() == [True] * 6 + [False] * 2
    assert np.isnan(roster.intake[~known]).all()
    assert roster.results[known].mean() == pytest.approx(0, abs=1e-6)
    assert np.all(np.diff(roster.results[known]) > 0)
    ratio = roster.intake[known] / roster.results[known]
    assert ratio == pytest.approx(0.66, abs=0.12)  # fewer successes are a little noisier
    said = " ".join(found.report.sentences())
    assert "with one year the noise of single cohorts cannot be estimated, so 34% of the variance" in said
    assert "attainment at the start of 2 schools" in said
    assert "attainment and league place (6 schools)" in said


def test_equal_years_leave_nothing_to_shrink_but_sampling(path, tmp_path):
    files = [written(tmp_path, f"{when}.csv", year(SHARES)) for when in (1, 2, 3)]
    roster = read_schools(path, attainment=files).roster
    assert roster.intake is not None
    assert roster.results is not None
    assert np.nanmin(roster.intake[:6] / roster.results[:6]) > 0.93


def test_results_from_before_a_school_became_an_academy_are_found_by_its_number(path, tmp_path):
    rows = year(SHARES).replace(",2001,1,", ",2001,999,")
    found = read_schools(path, attainment=written(tmp_path, "a.csv", rows))
    assert found.roster.results is not None
    assert np.isfinite(found.roster.results[0])
    assert any("earlier years of 1 school by authority" in sentence for sentence in found.report.sentences())


def test_components_of_variance_are_recovered_from_simulated_years():
    rng = np.random.default_rng(8)
    lasting, cohort, sampling = 0.08, 0.02, 0.03
    start = rng.normal(0, np.sqrt(lasting), 3000)
    by_school = {
        at: [
            Results(at, None, str(when), "primary", x + rng.normal(0, np.sqrt(cohort + sampling)), sampling)
            for when in range(1 + at % 3)
        ]
        for at, x in enumerate(start)
    }
    found = components(by_school)
    assert found.estimated
    assert found.lasting == pytest.approx(lasting, rel=0.15)
    assert found.cohort == pytest.approx(cohort, rel=0.3)
    assert found.noise_share == pytest.approx(0.05 / 0.13, rel=0.15)


def test_phases_are_standardised_apart(tmp_path):
    schools = "id,name,pupils,phase\n" + "".join(
        f"{n},S{n},300,{'Primary' if n < 5 else 'Secondary'}\n" for n in range(1, 9)
    )
    ks4 = "RECTYPE,URN,TPUP,PTL2BASICS_94\n" + "".join(f"1,{n},150,{n * 5 + 40}%\n" for n in range(5, 9))
    roster = read_schools(
        written(tmp_path, "list.csv", schools),
        attainment=[
            written(tmp_path, "ks2.csv", year(dict(zip(range(1, 5), ("20%", "30%", "40%", "50%"), strict=True)))),
            written(tmp_path, "ks4.csv", ks4),
        ],
    ).roster
    assert roster.results is not None
    primary = np.array([int(name[1:]) < 5 for name in roster.name])
    assert roster.results[primary].mean() == pytest.approx(0, abs=1e-6)
    assert roster.results[~primary].mean() == pytest.approx(0, abs=1e-6)


def test_attainment_in_pupil_sd_is_taken_as_it_is(path, tmp_path):
    rows = "id,attainment\n" + "".join(f"{n},{n / 10}\n" for n in range(1, 9))
    roster = read_schools(path, attainment=written(tmp_path, "a.csv", rows)).roster
    assert roster.intake == pytest.approx(np.arange(1, 9) / 10 - 0.45)
    assert roster.intake_sd == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("text", ["URN,SCHNAME\n1,A\n", "SCHNAME,PTRWM_EXP\nA,50%\n", "", "PK\x03\x04"])
def test_a_table_without_results_is_refused(path, tmp_path, text):
    with pytest.raises(SchoolListError) as refusal:
        read_schools(path, attainment=written(tmp_path, "a.csv", text))
    assert "a.csv" in str(refusal.value)


def test_a_list_without_results_has_no_known_attainment(path):
    roster = read_schools(path).roster
    assert roster.intake is None
    assert roster.results is None


def test_surreys_results_start_its_schools(shared):
    data = shared / "data"
    found = read_schools(data / "surrey_schools_gias_2022.csv", attainment=data / "surrey_ks2_2017_2019.csv")
    roster = found.roster
    assert roster.intake is not None
    assert roster.results is not None
    both = np.isfinite(roster.intake) & np.isfinite(roster.results)
    assert both.sum() > 150
    assert np.corrcoef(roster.intake[both], roster.results[both])[0, 1] > 0.8
    assert 0.2 < np.nanstd(roster.intake) < 0.4
    infants = np.array(["Infant" in name for name in roster.name])
    assert np.isnan(roster.intake[infants]).all()  # they have no Key Stage 2
    said = " ".join(found.report.sentences())
    assert "SUPP" in said
    assert "removed by shrinkage" in said
