"""Schools, coordinators and teachers as agents that look at rows (INTERFACE)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mesa import Agent

from alliance_sim import Coordinator, School, Teacher


def tied(model, teacher: int = 0) -> int:
    """The row of a teacher whom this teacher knows."""
    return int(model.world.ties.partner[model.world.teachers.tie_offsets[teacher]])


def test_they_are_mesas_agents(model):
    for agents, kind in ((model.schools, School), (model.coordinators, Coordinator), (model.teachers, Teacher)):
        assert isinstance(agents[0], kind)
        assert isinstance(agents[0], Agent)
        assert agents[0].model is model


def test_sequences(model):
    schools = model.schools
    assert len(schools) == 6
    assert [school.row for school in schools] == list(range(6))
    assert schools[-1] is schools[5]
    assert schools[1:3] == [schools[1], schools[2]]
    assert [school.row for school in reversed(schools)] == [5, 4, 3, 2, 1, 0]
    assert schools[2] in schools
    assert schools.index(schools[4]) == 4
    assert len(model.coordinators) == 2
    assert len(model.teachers) == model.world.schools.teacher_offsets[-1]
    for out in (6, -7):
        with pytest.raises(IndexError, match=f"there is no row {out}: rows go from 0 to 5"):
            schools[out]


def test_trust_in_another_teacher_is_their_row(model):
    partner = tied(model)
    model.world.ties.trust[model.world.teachers.tie_offsets[0]] = 0.625
    assert model.teachers[0].trust_in(partner) == 0.625
    assert model.teachers[0].trust_in(model.teachers[partner]) == 0.625
    assert math.isnan(model.teachers[0].trust_in(0))


def test_a_tie_reads_and_writes_its_row(model):
    partner = tied(model)
    tie = model.teachers[0].tie_to(partner)
    assert tie.partner is model.teachers[partner]
    assert tie.back.partner is model.teachers[0]
    tie.trust = 0.75
    assert model.world.ties.trust[model.world.teachers.tie_offsets[0]] == 0.75
    assert model.teachers[0].trust_in(partner) == 0.75
    assert tie.back.trust != 0.75
    with pytest.raises(KeyError, match="teacher 0 has no tie to teacher 0"):
        model.teachers[0].tie_to(0)


def test_a_teacher_reads_and_writes_a_row(model):
    teacher = model.teachers[3]
    teacher.fatigue = 0.5
    teacher.practice = [1.0, 1.25, 1.5, 1.75, 2.0]
    assert model.world.teachers.fatigue[3] == 0.5
    assert model.world.teachers.practice[3].tolist() == [1.0, 1.25, 1.5, 1.75, 2.0]
    model.world.teachers.practice[3] = 1.0
    assert teacher.practice.tolist() == [1.0] * 5
    assert teacher in teacher.school.teachers
    assert isinstance(teacher.fatigue, float)
    assert isinstance(teacher.subject, int)


def test_written_values_take_effect(model_of):
    """A head whose trust in the neighbours stays at zero lowers that of the staff."""
    plain, cut = model_of(), model_of()
    for other in cut.schools[0].partners:
        cut.schools[0].set_trust_in(other, 0.0)
    plain.step()
    cut.step()
    assert cut.outcomes.loc[1, "trust"] < plain.outcomes.loc[1, "trust"]
    assert cut.outcomes.loc[1, "head_trust"] < plain.outcomes.loc[1, "head_trust"]


def test_a_school_and_its_head(model):
    school = model.schools[1]
    assert school.name == "School 2"
    assert school.urn is None
    assert school.position is None
    assert school.alliance == 0
    assert school.partners == [model.schools[0], model.schools[2]]
    assert school.pupils == 20 * len(school.teachers)
    assert school.fatigue == 0.0
    school.set_trust_in(2, 0.25)
    assert school.trust_in(2) == school.trust_in(model.schools[2]) == 0.25
    assert model.schools[2].trust_in(1) != 0.25
    assert math.isnan(school.trust_in(1))
    assert math.isnan(school.trust_in(4))
    with pytest.raises(KeyError, match="not in its alliance"):
        school.set_trust_in(4, 0.5)
    with pytest.raises(ValueError, match="must be 0 to 1"):
        school.set_trust_in(2, 1.5)


def test_a_coordinator(model):
    coordinator = model.coordinators[1]
    assert coordinator.alliance == 1
    assert coordinator.schools == model.schools[3:6]
    assert (coordinator.present, coordinator.capacity) == (True, 12)
    coordinator.capacity = 0
    model.step()
    assert coordinator.brokered == 0
    assert model.coordinators[0].brokered > 0


@pytest.mark.parametrize(
    ("who", "what", "value"),
    [
        ("schools", "rank", 1.5),
        ("schools", "rank", -0.1),
        ("schools", "pupils", -1),
        ("teachers", "fatigue", -0.5),
        ("teachers", "fatigue", math.nan),
        ("teachers", "practice", [1.0, 1.0, -1.0, 1.0, 1.0]),
        ("teachers", "years", 256),
        ("coordinators", "credibility", 1.01),
        ("coordinators", "capacity", 41),
    ],
)
def test_what_is_out_of_bounds_is_refused(model, who, what, value):
    agent = getattr(model, who)[0]
    before = np.copy(getattr(agent, what))
    with pytest.raises(ValueError, match=f"{what} is .*, but must be"):
        setattr(agent, what, value)
    assert np.array_equal(getattr(agent, what), before)


@pytest.mark.parametrize(("column", "value"), [("trust", 1.2), ("level", 5), ("level", 0), ("given", -1.0)])
def test_a_ties_bounds(model, column, value):
    tie = model.teachers[0].ties[0]
    with pytest.raises(ValueError, match=f"{column} is {value}, but must be"):
        setattr(tie, column, value)


@pytest.mark.parametrize(
    ("who", "what"),
    [("schools", "alliance"), ("schools", "attainment"), ("teachers", "subject"), ("coordinators", "brokered")],
)
def test_what_follows_from_the_run_cannot_be_set(model, who, what):
    with pytest.raises(AttributeError, match="cannot be set"):
        setattr(getattr(model, who)[0], what, 0)


def test_a_level_that_is_written_is_written_for_both(model):
    tie = model.teachers[0].ties[0]
    tie.level = 3
    assert tie.back.level == 3


@pytest.mark.parametrize("what", ["fatigue", "practice"])
def test_infinity_is_no_amount(model, what):
    with pytest.raises(ValueError, match="must be"):
        setattr(model.teachers[0], what, math.inf)


def test_a_fraction_is_no_count(model):
    with pytest.raises(ValueError, match="whole"):
        model.coordinators[0].capacity = 2.7


def numbers(model) -> list[int]:
    return [agent.unique_id for look in (model.schools, model.coordinators, model.teachers) for agent in look]


@pytest.mark.parametrize("first", ["none", "a teacher", "the last school", "backwards", "model.agents"])
def test_ids_do_not_depend_on_the_order_of_access(model, first):
    """Schools, then coordinators, then teachers, from 1."""
    if first == "a teacher":
        assert model.teachers[7].unique_id == 1 + 6 + 2 + 7
    elif first == "the last school":
        assert model.schools[-1].unique_id == 6
    elif first == "backwards":
        assert [model.teachers[row].unique_id for row in (9, 3, 5)] == [18, 12, 14]
        assert model.coordinators[1].unique_id == 8
    elif first == "model.agents":
        assert len(model.agents) == 6 + 2 + len(model.teachers)
    assert numbers(model) == list(range(1, 1 + 6 + 2 + len(model.teachers)))


@pytest.mark.parametrize("accessed", ["none", "a few", "teachers"])
def test_all_agents_stand_in_order(model, accessed):
    if accessed == "a few":
        assert model.teachers[4].school.partners
    elif accessed == "teachers":
        assert len(list(model.teachers)) == len(model.teachers)
    assert [agent.unique_id for agent in model.agents] == list(range(1, 1 + 6 + 2 + len(model.teachers)))
    assert next(iter(model.agents)) is model.schools[0]
    assert [len(model.agents_by_type[kind]) for kind in (School, Coordinator)] == [6, 2]
    assert list(model.agents_by_type[Teacher]) == list(model.teachers)


@pytest.mark.parametrize(
    "accessed",
    [
        False,
        True,
    ],
)
def test_types_stand_in_order(model, accessed):
    if accessed:
        assert model.teachers[0].row == 0
    assert model.agent_types == [School, Coordinator, Teacher]
    assert list(model.agents_by_type) == [School, Coordinator, Teacher]


def test_all_agents_are_in_order_even_after_access_in_reverse(model):
    for look in (model.teachers, model.coordinators, model.schools):
        assert len(list(look)) == len(look)
    assert [agent.unique_id for agent in model.agents] == list(range(1, 1 + 6 + 2 + len(model.teachers)))


def test_agents_are_created_on_first_access(model):
    model.run_for(3)
    assert not any(model.teachers.is_created(row) for row in range(len(model.teachers)))
    assert model.teachers[2].row == 2
    assert [row for row in range(len(model.teachers)) if model.teachers.is_created(row)] == [2]


def test_agents_cannot_be_taken_out_or_put_in(model):
    with pytest.raises(NotImplementedError, match="a teacher cannot be removed during a run"):
        model.teachers[0].remove()
    with pytest.raises(AttributeError, match="cannot be set"):
        model.agents = []


def test_agents_have_a_readable_repr(model):
    assert repr(model.schools[2]) == "<School 2>"
    assert repr(model.teachers[5]) == "<Teacher 5>"
    assert "level 1" in repr(model.teachers[0].ties[0])


def test_names_urns_and_places_of_a_list(small):
    from alliance_sim import AllianceModel, Scenario
    from alliance_sim.declarations.roster import Roster

    roster = Roster(
        id=np.array([101, 102], np.uint32),
        alliance=np.zeros(2, np.int32),
        teachers=np.array([2, 3], np.int32),
        pupils=np.array([45, 61], np.int32),
        east=np.array([500.5, np.nan], np.float32),
        north=np.array([150.25, np.nan], np.float32),
        urn=np.array([101, 102], np.int64),
        name=("St Mary's", "Hill Top"),
        alliance_name=("The Downs",),
    )
    model = AllianceModel(Scenario().with_roster(roster), rng=1)
    assert [school.name for school in model.schools] == ["St Mary's", "Hill Top"]
    assert [school.urn for school in model.schools] == [101, 102]
    assert [school.position for school in model.schools] == [(500.5, 150.25), None]
    assert [school.pupils for school in model.schools] == [45, 61]
    model.step()
    assert model.outcomes_by_school["urn"].tolist() == [101, 102] * 2
    assert set(model.outcomes_by_alliance["name"]) == {"The Downs"}
