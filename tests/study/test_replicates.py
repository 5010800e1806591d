"""The run function, and the estimate of a sweep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.study import Task
from alliance_sim.study.execution.estimate import Estimate, estimate_sweep
from alliance_sim.study.execution.run_task import simulate_task

SMALL = '[set]\n"population.schools" = 6\n"population.alliance_size" = 3\n"population.teachers_median" = 4\n'
"""Make runs small."""


def test_a_task_gives_the_outcomes_of_the_model(study):
    loaded = study(
        f'seeds = [4, 9]\nhalf_terms = 7\nkeep = ["trust", "sharing"]\n{SMALL}[design]\n"trust.initial" = [0.3]\n'
    )
    (task,) = loaded.tasks()
    table = simulate_task(task)
    assert table.column_names == ["seed", "half_term", "sharing", "trust"]
    assert [str(field.type) for field in table.schema] == ["int64", "int32", "double", "double"]
    assert table["seed"].to_pylist() == [4] * 8 + [9] * 8
    assert table["half_term"].to_pylist() == [*range(8), *range(8)]
    small = {"population.schools": 6, "population.alliance_size": 3, "population.teachers_median": 4}
    model = AllianceModel(Scenario(**small, **{"trust.initial": 0.3}), rng=9)
    model.run_for(7)
    for name in ("sharing", "trust"):
        np.testing.assert_array_equal(table[name].to_numpy()[8:], model.outcomes[name].to_numpy())


def test_the_end_is_the_last_row(study):
    every = study(f"seeds = 2\nhalf_terms = 3\n{SMALL}")
    (task,) = every.tasks()
    whole = simulate_task(task)
    (task,) = replace(every, at="end").tasks()
    end = simulate_task(task)
    assert end["half_term"].to_pylist() == [3, 3]
    assert end["trust"].to_pylist() == whole["trust"].to_pylist()[3::4]


def test_events_and_schools_are_part_of_a_task(study, write):
    write("name,teachers,alliance\n" + "".join(f"S{k},4,A{k % 2}\n" for k in range(6)), "schools.csv")
    text = 'seeds = 1\nhalf_terms = 12\nschools = "schools.csv"\nkeep = ["alliances", "sharing"]\n'
    plain, changed = (
        simulate_task(next(study(text + more).tasks()))
        for more in ("", '[[events]]\nyear = 1\nset = { "policy.secrecy" = 1.0 }\n')
    )
    assert plain["alliances"].to_pylist()[0] == 2
    assert plain["sharing"].to_pylist()[1:7] == changed["sharing"].to_pylist()[1:7]
    assert sum(changed["sharing"].to_pylist()[7:]) < sum(plain["sharing"].to_pylist()[7:])


def test_a_list_of_schools_that_has_changed_is_refused(study, write):
    write("name,teachers\nAsh,4\nBeech,5\n", "schools.csv")
    (task,) = study('seeds = 1\nhalf_terms = 1\nschools = "schools.csv"\n').tasks()
    write("name,teachers\nAsh,4\nBeech,6\n", "schools.csv")
    with pytest.raises(ValueError, match="is not what it was when the study was planned"):
        simulate_task(task)


def test_a_worker_with_another_model_refuses(study):
    (task,) = study(f"seeds = 1\nhalf_terms = 1\n{SMALL}").tasks()
    with pytest.raises(ValueError, match=r"planned for model 0\.0\.9, but this worker has"):
        simulate_task(replace(task, scenario={**task.scenario, "model": "0.0.9"}))


def test_the_error_of_a_run_names_its_seed_and_point(study):
    (task,) = study(f"seeds = 1\nhalf_terms = 1\n{SMALL}").tasks()
    with pytest.raises(ValueError, match="a seed must be") as caught:
        simulate_task(Task(3, (-1,), task.keys, task.scenario))
    assert caught.value.__notes__ == ["in the run of seed -1 at point 3"]


def test_the_cost_of_a_sweep_is_estimated_from_a_few_runs(study):
    loaded = study(
        f'seeds = 120\nhalf_terms = 6\nkeep = ["trust"]\n{SMALL}[design]\n"trust.initial" = {{ steps = 9 }}\n'
    )
    estimate = estimate_sweep(loaded)
    assert (estimate.points, estimate.runs) == (9, 1080)
    assert estimate.sampled == 5 * 4
    assert estimate.cpu_a_run > 0
    assert 7 * 8 * 0.5 < estimate.bytes_a_run < 7 * 8 * 4, "seven rows of eight bytes, and a little around them"


def test_more_workers_take_less_time_until_there_are_as_many_as_runs():
    seen = Estimate(points=4, runs=4, sampled=10, cpu_a_run=0.5, bytes_a_run=1000.0)
    assert [seen.seconds(workers) for workers in (1, 2, 4, 50)] == [2.0, 1.0, 0.5, 0.5]
    assert seen.bytes == 4_000
