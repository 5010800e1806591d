"""Populations too large for row numbers or memory are refused before anything is allocated."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.config import ConfigError, load_configuration, machine_memory, memory_needed, resources
from alliance_sim.config.resources import MOST_ROWS, refuse_misfits, size_of
from alliance_sim.declarations.parameters import DEFAULTS
from alliance_sim.declarations.roster import TEACHERS_A_SCHOOL, Roster
from alliance_sim.engine.simulation.initialization import starts
from alliance_sim.engine.simulation.network import tie_tables

LONELY = DEFAULTS | {"population.boundary_ties": 0, "population.subjects": 1}


def schools(teachers: list[int], alliance: list[int] | None = None) -> Roster:
    many = len(teachers)
    alliance = [0] * many if alliance is None else alliance
    return Roster(
        id=np.arange(many, dtype=np.uint32),
        alliance=np.array(alliance, np.int32),
        teachers=np.array(teachers, np.int32),
        pupils=np.array(teachers, np.int32),
        east=np.full(many, np.nan, np.float32),
        north=np.full(many, np.nan, np.float32),
        urn=np.zeros(many, np.int64),
        name=tuple(f"School {number}" for number in range(many)),
        alliance_name=tuple(f"Alliance {number}" for number in range(max(alliance) + 1)),
        source="county.csv",
    )


@pytest.fixture
def endless_memory(monkeypatch):
    monkeypatch.setattr(resources, "machine_memory", lambda: 1e18)


def test_ties_counted_by_hand():
    """Of 2, 5 and 3 teachers: the larger of two schools has a tie for each teacher, and each tie a twin."""
    size = size_of(LONELY, schools([2, 5, 3]))
    assert (size.teachers, size.ties, size.head_ties) == (10, 2 * (5 + 3 + 5), 9)
    assert size_of(LONELY | {"population.boundary_ties": 4}, schools([2, 5, 3])).ties == 26 + 4 * 10
    separate = size_of(LONELY, schools([2, 5, 3, 7], [0, 0, 1, 1]))
    assert (separate.ties, separate.head_ties, separate.largest_staff, separate.largest_ties) == (10 + 14, 8, 10, 14)


def test_the_count_is_that_of_the_simulation():
    sizes = [3, 9, 4, 4, 12, 7]
    roster = schools(sizes, [0, 0, 0, 1, 1, 1])
    no_ties = np.empty((0, 2), np.int64)
    ties, _, _ = tie_tables(starts(np.array([3, 3])), starts(np.array(sizes)), 1, no_ties)
    assert len(ties.trust) == size_of(LONELY, roster).ties


def test_the_expected_count_is_near_the_sampled_one():
    changes = {"population.schools": 600, "population.alliance_size": 6, "population.teachers_spread": 0.8}
    model = AllianceModel(rng=1, record="system", **changes)
    expected = size_of(model.scenario.configuration.values)
    assert len(model.world.teachers.id) == pytest.approx(expected.teachers, rel=0.1)
    assert len(model.world.ties.trust) == pytest.approx(expected.ties, rel=0.1)


@pytest.mark.usefixtures("endless_memory")
def test_the_last_tie_that_can_be_numbered_and_the_first_that_cannot():
    """Two schools of 4,095 in one alliance have 8,190 ties; across the boundary, each teacher has as many as given."""
    pair, fits = schools([4095, 4095]), (MOST_ROWS - 8190) // 8190
    refuse_misfits(LONELY | {"population.boundary_ties": fits}, pair)
    with pytest.raises(ConfigError, match="the limit is 2,147,483,647 of either"):
        refuse_misfits(LONELY | {"population.boundary_ties": fits + 1}, pair)


@pytest.mark.usefixtures("endless_memory")
def test_a_list_with_too_many_ties_is_refused_whatever_the_memory():
    """2,000 schools of 4,000 teachers in one alliance: 2 · 4,000 · 2,000 · 1,999/2 inside, and 2 · 8 million across."""
    crowded = schools([4000] * 2000)
    with pytest.raises(ConfigError) as refusal:
        Scenario().with_roster(crowded)
    said = str(refusal.value)
    assert said.startswith("county.csv: 2,000 schools are too many here: about 8,000,000 teachers would have")
    assert "about 16,008,000,000 ties, and the limit is 2,147,483,647 of either" in said
    assert "give fewer schools or smaller groups of them, raise population.pupils_per_teacher, or lower" in said
    assert "population.alliance_size or population.boundary_ties" in said
    assert "\n" not in said


@pytest.mark.usefixtures("endless_memory")
def test_more_teachers_than_can_be_numbered_are_refused_though_they_had_no_ties():
    lone = schools([TEACHERS_A_SCHOOL - 1] * 600_000, list(range(600_000)))
    assert size_of(LONELY, lone).ties == 0
    with pytest.raises(ConfigError, match=r"about 2,457,000,000 teachers would have about 0 ties"):
        refuse_misfits(LONELY, lone)


@pytest.mark.usefixtures("endless_memory")
@pytest.mark.parametrize(
    ("changes", "blamed"),
    [
        ({"population.schools": 10_000_000, "population.boundary_ties": 20}, "population.schools"),
        ({"population.schools": 1_000_000, "population.alliance_size": 1000}, "population.schools"),
        ({"population.alliance_size": 1000, "population.schools": 2000, "population.teachers_median": 200}, ""),
    ],
)
def test_sampled_schools_with_too_many_ties_are_refused_whatever_the_memory(changes, blamed):
    if not blamed:  # about 2,000 · 227 · 999 · 1.28 ties: a quarter of what can be numbered
        assert load_configuration("baseline", changes).values["population.alliance_size"] == 1000
        return
    with pytest.raises(ConfigError) as refusal:
        load_configuration("baseline", changes)
    (problem,) = refusal.value.problems
    assert problem.name == blamed
    assert "the limit is 2,147,483,647 of either; lower population.schools" in problem.sentence


@pytest.mark.usefixtures("endless_memory")
def test_schools_sampled_larger_than_expected_are_counted_before_initialization(monkeypatch, small_scenario):
    monkeypatch.setattr("alliance_sim.engine.simulation.simulation.sample_roster", lambda *_: schools([4000] * 2000))
    with pytest.raises(ConfigError, match="the limit is"):
        AllianceModel(small_scenario, rng=1)


@pytest.fixture
def small_scenario() -> Scenario:
    return Scenario(**{"population.schools": 4, "population.alliance_size": 2})


def test_a_list_that_does_not_fit_into_memory_is_refused(monkeypatch):
    """20,000 schools of two teachers in one group: 800 million ties, and 400 million of heads."""
    grouped = schools([2] * 20_000)
    needed = memory_needed(DEFAULTS, grouped)
    assert needed > 25 * size_of(DEFAULTS, grouped).ties > 25 * 2 * 2 * 20_000 * 19_999 / 2
    monkeypatch.setattr(resources, "machine_memory", lambda: 16e9)
    with pytest.raises(ConfigError, match=r"county\.csv: 20,000 schools .* need about .* GB of memory.*a fifth"):
        Scenario().with_roster(grouped)
    monkeypatch.setattr(resources, "machine_memory", lambda: 2 * needed)
    assert Scenario().with_roster(grouped).roster is grouped


def test_no_alliance_can_note_more_requests_than_can_be_counted():
    """As ``memory`` says: before requests across a boundary run over, ties inside the alliance do."""
    most_a_teacher = 10 + 20  # help.contacts and population.boundary_ties at their bounds
    staff = MOST_ROWS / most_a_teacher
    members = staff / (TEACHERS_A_SCHOOL - 1)
    assert staff * (members - 1) > MOST_ROWS


def test_this_machine_has_memory():
    assert machine_memory() > 1e8
