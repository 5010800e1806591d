"""Mesa's own tools: AgentSet, DataCollector, batch_run, pickling, deep copies, views."""

from __future__ import annotations

import copy
import gc
import multiprocessing
import pickle
import subprocess
import sys
import weakref

import mesa
import numpy as np
import pytest
from mesa import DataCollector

from alliance_sim import AllianceModel, School, Teacher


def test_select_get_and_agg(model):
    teachers = model.agents_by_type[Teacher]
    model.world.teachers.fatigue[:] = np.arange(len(teachers))
    tired = teachers.select(lambda teacher: teacher.fatigue >= 3)
    assert [teacher.row for teacher in tired] == list(range(3, len(teachers)))
    assert teachers.get("fatigue") == list(range(len(teachers)))
    assert teachers.agg("fatigue", max) == len(teachers) - 1
    assert len(model.agents.select(agent_type=School)) == 6


def test_group_by(model):
    by_subject = model.agents_by_type[Teacher].groupby("subject").count()
    subjects, counts = np.unique(model.world.teachers.subject, return_counts=True)
    assert by_subject == dict(zip(subjects.tolist(), counts.tolist(), strict=True))


def test_set_writes_rows(model):
    model.agents_by_type[Teacher].set("fatigue", 0.25)
    assert (model.world.teachers.fatigue == 0.25).all()
    model.agents_by_type[School].select(lambda school: school.alliance == 1).set("rank", 0.5)
    assert (model.world.schools.rank[3:] == 0.5).all()


def test_do_and_shuffle_do(model):
    seen = []
    model.agents_by_type[School].do(lambda school: seen.append(school.row))
    assert seen == list(range(6))
    seen.clear()
    model.agents_by_type[School].shuffle_do(lambda school: seen.append(school.row))
    assert sorted(seen) == list(range(6))
    ordered = model.agents_by_type[School].sort("rank", ascending=True)
    assert [school.rank for school in ordered] == sorted(model.world.schools.rank.tolist())


def test_shuffling_agents_does_not_change_results(model_of):
    plain, shuffled = model_of(), model_of()
    for _ in range(5):
        shuffled.agents.shuffle(inplace=True)
        plain.step()
        shuffled.step()
    assert plain.outcomes.equals(shuffled.outcomes)


def test_a_data_collector_of_ones_own(model):
    collector = DataCollector(
        model_reporters={"trust": lambda model: model.outcomes["trust"].iloc[-1]},
        agent_reporters={"row": "row", "name": lambda agent: getattr(agent, "name", None)},
        agenttype_reporters={Teacher: {"fatigue": "fatigue", "practice": lambda teacher: teacher.practice.mean()}},
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    assert collector.get_model_vars_dataframe()["trust"].tolist() == model.outcomes["trust"].iloc[1:].tolist()
    agents = collector.get_agent_vars_dataframe()
    assert len(agents) == 3 * len(model.agents)
    assert agents.loc[(3, 1), "name"] == "School 1"
    teachers = collector.get_agenttype_vars_dataframe(Teacher)
    last = teachers.loc[3]
    assert last["fatigue"].tolist() == model.world.teachers.fatigue.tolist()
    np.testing.assert_allclose(last["practice"], model.world.teachers.practice.mean(axis=1), rtol=1e-6)
    assert last.index.tolist() == [teacher.unique_id for teacher in model.teachers]


@pytest.fixture
def own_start_method():
    """``batch_run`` sets how processes start, for everybody after it."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


@pytest.mark.usefixtures("own_start_method")
def test_batch_run_over_dotted_names(small):
    results = mesa.batch_run(
        AllianceModel,
        small | {"trust.initial": [0.3, 0.6], "scenario": "silicon_valley"},
        rng=[1, 2],
        max_steps=6,
        number_processes=1,
        data_collection_period=1,
        display_progress=False,
    )
    assert len(results) == 2 * 2 * 7
    assert {(row["trust.initial"], row["rng"]) for row in results} == {(0.3, 1), (0.3, 2), (0.6, 1), (0.6, 2)}
    model = AllianceModel("silicon_valley", rng=2, **small | {"trust.initial": 0.6})
    model.run_for(6)
    mine = [row["trust"] for row in results if (row["trust.initial"], row["rng"]) == (0.6, 2)]
    assert mine == model.outcomes["trust"].tolist()


def futures(model: AllianceModel, other: AllianceModel) -> bool:
    """Return whether both continue identically."""
    model.run_for(9)
    other.run_for(9)
    same = all(
        np.array_equal(one, two, equal_nan=one.dtype.kind == "f")
        for table, twin in zip(filter(None, model.world), filter(None, other.world), strict=True)
        for one, two in zip(table, twin, strict=True)
    )
    return same and model.outcomes.equals(other.outcomes) and model.outcomes_by_school.equals(other.outcomes_by_school)


@pytest.mark.parametrize("accessed", ["none", "a few", "all"])
@pytest.mark.parametrize(
    "way", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["copy", "pickle"]
)
def test_a_copy_continues_identically(model, accessed, way):
    model.run_for(4)
    if accessed == "a few":
        assert model.teachers[3].school.partners
    elif accessed == "all":
        assert len(model.agents) > 8
    twin = way(model)
    assert twin.time == 4
    assert futures(model, twin)
    assert twin.teachers[3].model is twin
    assert twin.scenario.model is twin
    assert [agent.unique_id for agent in twin.agents] == [agent.unique_id for agent in model.agents]


def test_a_copy_of_a_changed_policy_keeps_the_change(model):
    model.change_policy({"policy.funding": 0.9})
    twin = copy.deepcopy(model)
    assert twin.policy["policy.funding"] == 0.9
    assert futures(model, twin)


def test_a_copy_is_its_own(model):
    """What happens to the copy, to its agents or to its policy does not happen to the original, nor the other way."""
    assert model.teachers[0].fatigue == 0.0
    twin = copy.deepcopy(model)
    twin.teachers[0].fatigue = 5.0
    twin.change_policy({"policy.competition": 1.0})
    twin.run_for(3)
    assert model.teachers[0].fatigue == 0.0
    assert model.policy["policy.competition"] == 0.5
    assert (model.time, len(model.outcomes)) == (0, 1)
    model.teachers[0].fatigue = 2.0
    assert twin.teachers[0].fatigue != 2.0


def test_a_copys_steps_are_its_own(model):
    twin = copy.deepcopy(model)
    twin.step()
    twin.step()
    model.step()
    assert (model.time, twin.time) == (1, 2)


@pytest.mark.parametrize("accessed", [False, True])
def test_a_model_without_references_is_freed(model_of, accessed):
    model = model_of()
    model.run_for(2)
    if accessed:
        assert len(model.agents) > 8
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_letting_go_of_agents_leaves_the_columns(model):
    """Mesa's views do so with a model they replace."""
    assert len(model.agents) > 8
    model.remove_all_agents()
    model.step()
    assert len(model.outcomes) == 2


def test_a_whole_run_gives_no_warning():
    """With every warning an error, from import to frames and copies."""
    program = """
import copy, pickle
from alliance_sim import AllianceModel, Scenario
model = AllianceModel("silicon_valley", rng=1, **{"population.schools": 6, "population.alliance_size": 3})
model.run_for(7)
len(model.agents); model.outcomes; model.outcomes_by_alliance; model.outcomes_by_school
model.datacollector.get_model_vars_dataframe()
pickle.loads(pickle.dumps(copy.deepcopy(model))).step()
print("done")
"""
    found = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert (found.stdout, found.stderr, found.returncode) == ("done\n", "", 0)
