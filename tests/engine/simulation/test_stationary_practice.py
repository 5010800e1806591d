"""Solo innovation that balances depreciation, and trust that is frozen: values that follow from others (MODEL 4)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.derived import effective_values, stationary_innovation
from alliance_sim.declarations.parameters import DEFAULTS, PARAMETERS
from alliance_sim.engine.settings import settings_record

NO_HELP = {
    "help.contacts": 0,
    "coordinator.present": False,
    "reciprocity.enabled": False,
    "population.practice_alliance": 0.0,
    "population.practice_school": 0.0,
}


def test_stationary_innovation_by_hand():
    """ρ = 1 − 1/3: η_s = .3²/(2/3)² = .2025, and p_solo = .008 · 5 · (2/3)/.3² = .2963."""
    chance, step = stationary_innovation(DEFAULTS)
    assert step == pytest.approx(0.2025)
    assert chance == pytest.approx(0.008 * 5 * (2 / 3) / 0.09)


def test_the_declared_defaults_are_the_derived_values():
    chance, step = stationary_innovation(DEFAULTS)
    assert round(chance, 4) == PARAMETERS["practice.solo_rate"].default == 0.2963
    assert round(step, 4) == PARAMETERS["practice.solo_step"].default == 0.2025


def test_a_chance_above_one_is_one_and_the_mean_is_kept_all_the_same():
    """σ_q .1: p would be .04 · (2/3)/.01 = 2.67; with p = 1 the step is .04/(2/3) = .06."""
    assert stationary_innovation(DEFAULTS | {"population.practice_sd": 0.1}) == pytest.approx((1.0, 0.06))


@given(ceiling=st.floats(1.1, 10), depreciation=st.floats(0, 0.1), areas=st.integers(1, 50), spread=st.floats(0.05, 1))
def test_innovation_returns_what_depreciation_takes_from_a_mean_of_one(ceiling, depreciation, areas, spread):
    """Of K areas one gains p·η_s·(1 − 1/Q_max) a half-term, and each loses δ_q."""
    values = DEFAULTS | {
        "practice.ceiling": ceiling, "practice.depreciation": depreciation, "population.practice_areas": areas,
        "population.practice_sd": spread,
    }  # fmt: skip
    chance, step = stationary_innovation(values)
    assert 0.0 <= chance <= 1.0
    assert chance * step * (1 - 1 / ceiling) / areas == pytest.approx(depreciation, abs=1e-12)


def test_at_a_ceiling_of_one_no_teacher_innovates():
    assert stationary_innovation(DEFAULTS | {"practice.ceiling": 1.0}) == (0.0, 0.0)


def test_values_given_for_solo_innovation_count_only_without_stationarity():
    given_ = DEFAULTS | {"practice.solo_rate": 0.9, "practice.solo_step": 0.7}
    derived, own = (settings_record(given_ | {"practice.stationary": on})["practice"] for on in (True, False))
    assert (derived["solo_rate"][0], derived["solo_step"][0]) == pytest.approx((0.008 * 5 * 2 / 3 / 0.09, 0.2025))
    assert (own["solo_rate"][0], own["solo_step"][0]) == (0.9, 0.7)
    assert effective_values(given_)["practice.solo_rate"] == pytest.approx(0.2963, abs=5e-5)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_system_without_help_keeps_the_mean_and_spread_of_its_practice(seed):
    """Forty years: the mean stays within 2 %, and the spread between teachers and areas within 10 %."""
    model = AllianceModel(Scenario(**NO_HELP), rng=seed)
    spread = model.world.teachers.practice.std()
    model.run_for(240)
    assert model.outcomes["sharing"].iloc[1:].sum() == model.outcomes["home_sharing"].iloc[1:].sum() == 0
    assert model.outcomes["practice"].between(0.98, 1.02).all()
    assert model.world.teachers.practice.std() == pytest.approx(spread, rel=0.1)


def test_without_help_and_stationarity_practice_falls():
    """The former rule of version 1: a small chance of innovation does not balance depreciation."""
    changes = NO_HELP | {"practice.stationary": False, "practice.solo_rate": 0.02, "practice.solo_step": 0.2}
    model = AllianceModel(Scenario(**changes), rng=1)
    model.run_for(60)
    assert model.outcomes["practice"].iloc[-1] < 0.8


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"policy.competition": 1.0, "outcome.betrayal": 0.2, "outcome.misfortune": 0.1},
        {"challenge.rate": 0.6, "power.purse": 0.8, "power.veto": 0.4, "policy.hub_push": 0.3},
    ],
    ids=["core", "harsh", "modules"],
)
def test_frozen_trust_does_not_change_in_a_whole_run(changes):
    model = AllianceModel(Scenario(**changes, **{"trust.frozen": True}), rng=1)
    ties, heads = model.world.ties.trust.copy(), model.world.head_ties.trust.copy()
    model.run_for(30)
    assert np.array_equal(model.world.ties.trust, ties)
    assert np.array_equal(model.world.head_ties.trust, heads)
    assert model.outcomes["sharing"].iloc[-1] > 0
    assert model.outcomes["trust"].nunique() == 1


def test_trust_that_is_not_frozen_changes_in_the_same_run():
    free, frozen = (AllianceModel(Scenario(**{"trust.frozen": on}), rng=1) for on in (False, True))
    assert np.array_equal(free.world.ties.trust, frozen.world.ties.trust)
    for model in (free, frozen):
        model.run_for(6)
    assert not np.array_equal(free.world.ties.trust, frozen.world.ties.trust)
