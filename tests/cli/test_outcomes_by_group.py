"""Outcomes are split by phase, Ofsted's judgement and free school meals, and each table tells data from simulation."""

import json

import numpy as np
import pandas as pd
import pytest

from alliance_sim import AllianceModel, Scenario, compare, read_schools
from alliance_sim.comparison.groups import BY_GROUP
from alliance_sim.engine.simulation.splits import SPLIT_OUTCOMES, groups_of

JUDGEMENTS = ("Good", "Outstanding", "Requires improvement", "")
LIST = "name,pupils,phase,Ofsted rating,FSM\n" + "".join(
    f"S{at},{60 + 9 * at},{'Secondary' if at % 4 == 3 else 'Primary'},{JUDGEMENTS[at % 4]},{3 * at}\n"
    for at in range(12)
)


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "known.csv"
    path.write_text(LIST, "utf-8")
    return path


@pytest.fixture
def model(listed):
    schools = read_schools(listed, columns={"ofsted": "Ofsted rating", "fsm": "FSM"}, mix_phases=True)
    model = AllianceModel(Scenario.load("baseline").with_roster(schools.roster), rng=3)
    model.run_for(6)
    return model


def test_outcomes_of_groups_are_means_of_their_schools_by_teachers(model):
    frame = model.outcomes_by_group
    assert list(frame["split"].unique()) == ["phase", "ofsted", "fsm"]
    last = frame[frame["half_term"] == 6].set_index(["split", "group"])
    by_school = model.outcomes_by_school.query("half_term == 6").copy()
    by_school["teachers"] = model.roster.teachers
    for (split, group), row in last.iterrows():
        members = by_school[by_school[split] == group]
        assert row["schools"] == len(members)
        assert row["teachers"] == members["teachers"].sum()
        known = members.dropna(subset=["trust"])
        assert row["trust"] == pytest.approx(np.average(known["trust"], weights=known["teachers"]), rel=1e-5)
        assert row["attainment"] == pytest.approx(members["attainment"].mean(), rel=1e-5)
    assert list(last.loc["ofsted"].index) == ["Outstanding", "Good", "Requires improvement", "not known"]
    bands = list(last.loc["fsm"].index)
    assert [band.split()[0] for band in bands] == ["lowest", "middle", "highest"]
    assert bands[0] == "lowest third (to 11 %)"


def test_each_table_says_which_columns_are_data(model):
    frame = model.outcomes_by_group
    assert frame.attrs["data"] == ["split", "group", "schools", "teachers"]
    assert frame.attrs["simulated"] == list(SPLIT_OUTCOMES)
    assert "no statement about any school" in frame.attrs["note"]
    assert set(frame["basis"]) == {"simulated"}


def test_schools_without_a_list_cannot_be_split():
    model = AllianceModel(**{"population.schools": 4, "population.teachers_median": 3})
    with pytest.raises(ValueError, match="outcomes cannot be split"):
        _ = model.outcomes_by_group
    assert groups_of(None) == groups_of(model.roster) == ()


def test_differences_of_groups_do_not_depend_on_workers_and_leave_all_others_as_they_are(model):
    pair = [Scenario.load(name).with_roster(model.roster) for name in ("baseline", "isolated")]
    found = compare(pair, seeds=3, half_terms=3, workers=1)
    assert found.group_differences_frame().equals(
        compare(pair, seeds=3, half_terms=3, workers=2).group_differences_frame()
    )
    assert len(found.group_differences) == len(BY_GROUP) * (2 + 4 + 3)
    for one in found.group_differences:
        assert not one.difference.low_simultaneous > one.difference.low
    plain = [scenario.with_roster(_without_labels(model.roster)) for scenario in pair]
    assert np.array_equal(
        compare(plain, seeds=3, half_terms=3, workers=1).values, found.values, equal_nan=True
    )  # recording schools changes no byte


def _without_labels(roster):
    from dataclasses import replace

    return replace(roster, labels={})


def test_run_and_compare_show_and_write_the_tables(say, listed, tmp_path):
    columns = ("--columns", 'ofsted="Ofsted rating",fsm=FSM', "--mix-phases")
    command = ("run", "baseline", "--half-terms", "3", "--schools", listed, *columns)
    heard = say(*command, "--out", tmp_path / "run", "--csv")
    assert heard.code == 0
    shown = " ".join(heard.out.split())
    assert "by Ofsted's judgement" in shown
    assert "Groups and numbers of schools are data of the list; the outcomes, at the end of the run" in shown
    frame = pd.read_csv(tmp_path / "run" / "outcomes_by_group.csv")
    assert set(frame["basis"]) == {"simulated"}
    document = json.loads(say(*command, "--json").out)["outcomes_by_group"]
    assert document["data"] == ["split", "group", "schools", "teachers"]
    assert len(document["rows"]) == 9

    out = tmp_path / "comparison"
    heard = say("compare", "baseline", "isolated", *command[2:], "--seeds", "2", "--out", out)
    assert "differences by phase, Ofsted's judgement and free school meals" in " ".join(heard.out.split())
    page = (out / "comparison.html").read_text("utf-8")
    assert "Data, from the list: the groups and the numbers of schools. Simulated: all differences" in page
    assert "Isolated minus Baseline, by Ofsted" in page
    assert set(pd.read_csv(out / "differences_by_group.csv")["basis"]) == {"simulated"}
