"""Outcomes, by hand in small models and with plain NumPy in one of default size (MODEL 7)."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.outcomes import ALLIANCE_COLUMNS, NAMES, OUTCOMES, SCHOOL_COLUMNS
from alliance_sim.engine.simulation import measures

FLOWS = (
    "sharing", "jpd", "reciprocity", "refusals", "betrayals", "donor_share", "social_capital", "uphill", "asked",
    "home_sharing", "home_jpd",
)  # fmt: skip


def measure_again(model: AllianceModel) -> dict[str, float]:
    """Return the system's outcomes of the current state, without simulating a half-term."""
    model.simulation.recorder.measure(model.world, model.simulation.settings, 1, {})
    return model.outcomes.iloc[-1].to_dict()


def shared_out(world) -> np.ndarray:
    """Who holds each tie."""
    return np.repeat(np.arange(len(world.teachers.id)), np.diff(world.teachers.tie_offsets))


@pytest.fixture(scope="module")
def simulated() -> AllianceModel:
    """A trusting baseline after two years and a half-term."""
    changes = {"trust.initial": 0.7, "policy.funding": 1.0, "policy.porosity": 0.5}
    model = AllianceModel(Scenario(**changes), rng=4)
    model.run_for(13)
    return model


def test_compiled_code_knows_each_outcome_by_the_column_that_is_declared():
    assert [getattr(measures, name.upper()) for name in NAMES] == list(range(len(NAMES)))


def test_reciprocity_and_one_wayness_by_hand(still_model_of):
    """Three given, one back: 1 − |3 − 1|/(3 + 1) = .5, from either end; 2/(4 + 1.5) is within the tolerance of .4."""
    model = still_model_of((1, 1))
    model.world.ties.given[:] = (3.0, 1.0)
    seen = measure_again(model)
    assert seen["reciprocity"] == pytest.approx(0.5)
    assert seen["one_wayness"] == 0.0
    model.world.ties.given[:] = (9.0, 0.0)
    seen = measure_again(model)
    assert seen["reciprocity"] == pytest.approx(0.0)
    assert seen["one_wayness"] == pytest.approx((9 / 10.5 - 0.4) / 0.6)


def test_trust_mutual_trust_and_social_capital_by_hand(still_model_of):
    """Of three pairs one has both over .55: two of six ties."""
    model = still_model_of((1, 1, 1))
    model.world.ties.trust[:] = 0.2
    for one, other, trust in ((0, 1, 0.9), (1, 0, 0.6), (1, 2, 0.9), (2, 1, 0.5)):
        model.teachers[one].tie_to(other).trust = trust
    model.world.ties.given[:] = 2.0
    seen = measure_again(model)
    assert seen["trust"] == pytest.approx((0.9 + 0.6 + 0.9 + 0.5 + 0.2 + 0.2) / 6)
    assert seen["mutual_trust"] == pytest.approx(2 / 6)
    assert seen["social_capital"] == pytest.approx(seen["trust"] * 1.0)


def test_trust_across_a_boundary_is_not_trust_within_alliances(still_model_of):
    model = still_model_of((1, 1, 1, 1), {"population.boundary_ties": 1}, alliance=(0, 0, 1, 1))
    model.world.ties.trust[:] = 1.0
    for one, other in ((0, 1), (1, 0), (2, 3), (3, 2)):
        model.teachers[one].tie_to(other).trust = 0.25
    assert len(model.world.ties.trust) > 4
    assert measure_again(model)["trust"] == pytest.approx(0.25)


def test_practice_frontier_and_intellectual_capital_by_hand(still_model_of):
    """(1, .5) with trust .5 in (.8, 1.2): within reach max(1, .4) and max(.5, .6); the other trusts 1: 1 and 1.2."""
    model = still_model_of((1, 1))
    model.world.teachers.practice[:] = ((1.0, 0.5), (0.8, 1.2))
    model.world.ties.trust[:] = (0.5, 1.0)
    seen = measure_again(model)
    assert seen["practice"] == pytest.approx((0.75 + 1.0) / 2)
    assert seen["practice_min"] == pytest.approx(0.75)
    assert seen["practice_sd"] == pytest.approx(0.125)
    assert seen["frontier"] == pytest.approx((1.0 + 1.2) / 2)
    assert seen["intellectual_capital"] == pytest.approx(((1.0 + 0.6) / 2 + (1.0 + 1.2) / 2) / 2)


def test_only_outcomes_of_school_means_weigh_schools_equally(still_model_of):
    """Mean practice is teachers' mean: (3 · 1 + 2)/4; lowest and spread are of school means 1 and 2."""
    model = still_model_of((3, 1))
    model.world.teachers.practice[:] = ((1, 1), (1, 1), (1, 1), (2, 2))
    seen = measure_again(model)
    assert seen["practice"] == pytest.approx(1.25)
    assert seen["practice_min"] == pytest.approx(1.0)
    assert seen["practice_sd"] == pytest.approx(0.5)


def test_tallies_by_hand(still_model_of):
    """Ten schools of one teacher: 20 acts of help: 5 joint, 2 betrayed, 4 uphill; 12 refused. The top two gave 12.

    Three requests a teacher were their own choice; at home there were six acts of help, one of them joint.
    """
    model = still_model_of((1,) * 10)
    schools = model.world.schools
    schools.given[:] = (7, 5, 1, 1, 1, 1, 1, 1, 1, 1)
    schools.developed[0], schools.betrayed[1], schools.uphill[0], schools.refused[3] = 5, 2, 4, 12
    schools.asked[:], schools.home_given[:2], schools.home_developed[1] = 3, (4, 2), 1
    schools.attainment[:] = np.arange(10)
    seen = measure_again(model)
    assert seen["sharing"] == pytest.approx(2.0)
    assert seen["jpd"] == pytest.approx(0.5)
    assert (seen["asked"], seen["home_sharing"], seen["home_jpd"]) == pytest.approx((3.0, 0.6, 0.1))
    assert seen["refusals"] == pytest.approx(12 / 32)
    assert seen["betrayals"] == pytest.approx(0.1)
    assert seen["uphill"] == pytest.approx(0.2)
    assert seen["donor_share"] == pytest.approx(12 / 20)
    assert seen["attainment"] == pytest.approx(4.5)
    assert seen["attainment_gap"] == pytest.approx((8 + 9) / 2 - (0 + 1) / 2)
    assert seen["alliances"] == 1


def test_a_share_of_zero_is_nan(still_model_of):
    model = still_model_of((1, 1))
    model.step()
    row = model.outcomes.loc[1]
    assert row["sharing"] == 0.0
    for name in ("refusals", "betrayals", "reciprocity", "donor_share", "uphill", "one_wayness", "social_capital"):
        assert np.isnan(row[name]), name


def test_outcomes_of_a_default_run_equal_a_numpy_computation(simulated):
    world, row = simulated.world, simulated.outcomes.iloc[-1]
    ties, people, schools = world.ties, world.teachers, world.schools
    holder = shared_out(world)
    inside = np.arange(len(holder)) < people.external_tie_start[holder]
    trust = ties.trust.astype(float)
    both = (trust > 0.55) & (trust[ties.twin] > 0.55)
    given, back = ties.given.astype(float), ties.given[ties.twin].astype(float)
    used = given + back >= 0.5
    one_way = np.maximum(0, np.abs(given - back) / (given + back + 1.5) - 0.4) / 0.6
    practice = people.practice.astype(float)
    sizes = np.diff(schools.teacher_offsets)
    means = np.add.reduceat(practice.mean(axis=1), schools.teacher_offsets[:-1]) / sizes
    reach = practice.copy()
    np.maximum.at(reach, holder, trust[:, None] * practice[ties.partner])
    heads = world.head_ties.trust.reshape(4, 6, 6)[:, ~np.eye(6, dtype=bool)].astype(float)
    results = np.sort(schools.attainment.astype(float))
    donors = np.sort(schools.given)
    expected = {
        "sharing": schools.given.sum() / len(people.id),
        "jpd": schools.developed.sum() / len(people.id),
        "trust": trust[inside].mean(),
        "head_trust": heads.mean(),
        "mutual_trust": both[inside].mean(),
        "reciprocity": 1 - np.abs(given - back).sum() / (given + back).sum(),
        "practice": practice.mean(),
        "practice_min": means.min(),
        "practice_sd": means.std(),
        "frontier": practice.max(axis=0).mean(),
        "level": ties.level[inside].mean(),
        "refusals": schools.refused.sum() / (schools.refused.sum() + schools.given.sum()),
        "betrayals": schools.betrayed.sum() / schools.given.sum(),
        "one_wayness": one_way[used].mean(),
        "fatigue": people.fatigue.mean(dtype=float),
        "attainment": results.mean(),
        "attainment_gap": results[-5:].mean() - results[:5].mean(),
        "donor_share": donors[-5:].sum() / donors.sum(),
        "alliances": 4,
        "social_capital": row["trust"] * row["reciprocity"],
        "intellectual_capital": reach.mean(),
        "uphill": schools.uphill.sum() / schools.given.sum(),
        "collaboration": (ties.level[inside] == 4).mean(),
        "asked": (people.asks >= 0).sum() / len(people.id),
        "home_sharing": schools.home_given.sum() / len(people.id),
        "home_jpd": schools.home_developed.sum() / len(people.id),
    }
    assert list(expected) == list(NAMES)
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, rel=1e-6, nan_ok=True), name
    assert row["jpd"] > 0
    assert row["home_sharing"] > row["home_jpd"] > 0
    assert row["one_wayness"] > 0
    assert row["collaboration"] > 0


def test_alliances_and_schools_add_up_to_the_system(simulated):
    """Means weighted by what they are means of; counts summed; the lowest of the lowest."""
    system = simulated.outcomes
    world = simulated.world
    sizes = np.diff(world.schools.teacher_offsets)
    alliance_sizes = np.add.reduceat(sizes, world.alliances.school_offsets[:-1])
    for frame, weights, many in (
        (simulated.outcomes_by_alliance, alliance_sizes, 4),
        (simulated.outcomes_by_school, sizes, 24),
    ):
        for name in (
            "sharing",
            "jpd",
            "asked",
            "home_sharing",
            "home_jpd",
            "practice",
            "fatigue",
            "intellectual_capital",
        ):
            found = frame[name].to_numpy().reshape(14, many)
            assert_allclose((found * weights).sum(axis=1) / weights.sum(), system[name], rtol=1e-5, err_msg=name)
    schools = simulated.outcomes_by_school["practice"].to_numpy().reshape(14, 24)
    assert_allclose(schools.min(axis=1), system["practice_min"], rtol=1e-5)
    assert_allclose(schools.std(axis=1), system["practice_sd"], rtol=1e-4)
    by_alliance = simulated.outcomes_by_alliance
    assert_allclose(by_alliance.groupby("half_term")["practice_min"].min(), system["practice_min"], rtol=1e-5)
    assert_allclose(
        simulated.outcomes_by_school.groupby("half_term")["attainment"].mean(), system["attainment"], rtol=1e-4
    )


def test_each_level_has_the_outcomes_defined_for_it(simulated):
    assert list(simulated.outcomes.columns) == list(NAMES)
    assert list(simulated.outcomes_by_alliance.columns) == [
        "half_term",
        "alliance",
        "name",
        *(NAMES[i] for i in ALLIANCE_COLUMNS),
    ]
    assert list(simulated.outcomes_by_school.columns) == [
        "half_term", "school", "urn", "name", "alliance", *(NAMES[i] for i in SCHOOL_COLUMNS),
    ]  # fmt: skip
    assert {OUTCOMES[i].name for i in ALLIANCE_COLUMNS} == set(NAMES) - {"alliances"}
    assert {NAMES[i] for i in SCHOOL_COLUMNS} == set(NAMES) - {
        "alliances", "practice_min", "practice_sd", "frontier", "attainment_gap", "donor_share",
    }  # fmt: skip


def test_the_initial_state_has_stocks_but_no_flows(simulated):
    first = simulated.outcomes.loc[0]
    assert first[list(FLOWS)].isna().all()
    assert first.drop([*FLOWS, "one_wayness"]).notna().all()


def test_social_capital_is_trust_times_reciprocity_at_every_level(simulated):
    for frame in (simulated.outcomes, simulated.outcomes_by_alliance, simulated.outcomes_by_school):
        assert_allclose(frame["social_capital"], frame["trust"] * frame["reciprocity"], rtol=1e-5)
