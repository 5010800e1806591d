"""With any parameters within their bounds and any events, all columns stay within theirs (Hypothesis)."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.derived import DERIVED
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, LEVELS, PARAMETERS, Parameter

HALF_TERMS = 12
SMALL = {
    "population.schools": (2, 7),
    "population.alliance_size": (2, 4),
    "population.subjects": (1, 3),
    "population.practice_areas": (1, 4),
    "population.teachers_median": (1, 8),
    "population.boundary_ties": (0, 3),
}
SHARES = (
    "mutual_trust",
    "reciprocity",
    "refusals",
    "betrayals",
    "one_wayness",
    "donor_share",
    "uphill",
    "collaboration",
)
ALWAYS = (
    "sharing", "jpd", "practice", "practice_min", "practice_sd", "frontier", "fatigue", "attainment", "attainment_gap",
    "alliances", "intellectual_capital", "asked", "home_sharing", "home_jpd",
)  # fmt: skip
WITH_TIES = ("trust", "head_trust", "mutual_trust", "level", "collaboration")
LONGEST_WAIT = 53 * np.log(2)
"""The largest exponential draw that a uniform number of 53 bits can give."""


def values(parameter: Parameter) -> st.SearchStrategy:
    """Any value that a user may give."""
    low, high = SMALL.get(parameter.name, parameter.bounds)
    if parameter.kind == "switch":
        return st.booleans()
    if parameter.kind == "choice":
        return st.sampled_from(parameter.choices)
    if parameter.kind == "count":
        return st.integers(int(low), int(high))
    if parameter.kind == "levels":
        sampled = st.lists(st.floats(low, high), min_size=LEVELS, max_size=LEVELS, unique=True)
        return sampled.map(lambda numbers: tuple(sorted(numbers)))
    return st.floats(low, high)


small = {name: values(PARAMETERS[name]) for name in SMALL}
others = {name: values(parameter) for name, parameter in PARAMETERS.items() if name not in {*SMALL, *DERIVED}}
scenarios = st.fixed_dictionaries(small, optional=others)
events = st.lists(
    st.tuples(
        st.integers(0, HALF_TERMS - 1),
        st.fixed_dictionaries({}, optional={name: values(PARAMETERS[name]) for name in CHANGED_BY_EVENTS}),
    ),
    max_size=3,
)


def assert_within_bounds(model: AllianceModel, most_practice: float) -> None:
    world = model.world
    ties, people, coordinators = world.ties, world.teachers, world.coordinators
    for trust in (ties.trust, world.head_ties.trust, coordinators.credibility, world.schools.rank):
        assert ((trust >= 0) & (trust <= 1)).all()
    assert ((people.practice >= 0) & (people.practice <= most_practice)).all()
    assert ((ties.level >= 1) & (ties.level <= 4)).all()
    assert_array_equal(ties.level, ties.level[ties.twin])
    assert_array_equal(ties.owed, -ties.owed[ties.twin])
    for amount in (ties.given, people.fatigue, coordinators.strain):
        assert ((amount >= 0) & np.isfinite(amount)).all()
    assert not people.load.any()
    assert ((coordinators.brokered >= 0) & (coordinators.brokered <= coordinators.capacity)).all()
    assert np.isfinite(world.schools.attainment).all()
    for part in ("developed", "betrayed", "uphill"):
        assert (getattr(world.schools, part) <= world.schools.given).all()
    assert (world.schools.home_developed <= world.schools.home_given).all()
    assert (world.external_offers.count <= np.diff(world.external_offers.offsets)).all()


def assert_outcomes_make_sense(model: AllianceModel) -> None:
    outcomes, world = model.outcomes, model.world
    assert outcomes[list(ALWAYS)].iloc[1:].notna().all(axis=None)
    if (world.teachers.external_tie_start > world.teachers.tie_offsets[:-1]).any():
        assert outcomes[list(WITH_TIES)].notna().all(axis=None)
    for name in SHARES:
        assert outcomes[name].dropna().between(-1e-9, 1 + 1e-9).all(), name
    for name in ("trust", "head_trust", "social_capital"):
        assert outcomes[name].dropna().between(0, 1).all(), name
    assert (outcomes["jpd"].iloc[1:] <= outcomes["sharing"].iloc[1:]).all()
    assert (outcomes["home_jpd"].iloc[1:] <= outcomes["home_sharing"].iloc[1:]).all()
    assert (outcomes["practice_min"] <= outcomes["practice"] + 1e-9).all()
    assert (outcomes["practice"] <= outcomes["frontier"] + 1e-6).all()
    assert (outcomes["practice"] <= outcomes["intellectual_capital"] + 1e-6).all()
    assert (outcomes["attainment_gap"] >= 0).all()
    assert not np.isinf(outcomes.to_numpy()).any()


@settings(deadline=None, max_examples=150)
@given(chosen=scenarios, changes=events, seed=st.integers(0, 2**64 - 1))
def test_columns_and_outcomes_stay_within_bounds(chosen, changes, seed):
    gain, ratio = (chosen.get(name, PARAMETERS[name].default) for name in ("trust.gain", "trust.loss_ratio"))
    assume(gain * ratio < 1)
    model = AllianceModel(Scenario(**chosen), rng=seed)
    practice = model.simulation.settings["practice"]  # solo_step may be derived
    step, ceiling = max(float(practice["jpd_step"]), float(practice["solo_step"])), float(practice["ceiling"])
    most = max(float(model.world.teachers.practice.max()), ceiling + step * LONGEST_WAIT)
    for half_term in range(HALF_TERMS):
        for when, policy in changes:
            if when == half_term:
                model.change_policy(policy)
        model.step()
        assert_within_bounds(model, most * (1 + 1e-6))
    assert_outcomes_make_sense(model)


@settings(deadline=None, max_examples=25)
@given(chosen=scenarios, seed=st.integers(0, 2**64 - 1), threads=st.integers(2, 4))
def test_any_run_is_the_same_on_any_number_of_threads(fingerprint, chosen, seed, threads):
    gain, ratio = (chosen.get(name, PARAMETERS[name].default) for name in ("trust.gain", "trust.loss_ratio"))
    assume(gain * ratio < 1)
    model, shared = AllianceModel(Scenario(**chosen), rng=seed), AllianceModel(Scenario(**chosen), rng=seed)
    shared.threads = threads
    model.run_for(8)
    shared.run_for(8)
    assert fingerprint(model) == fingerprint(shared)
