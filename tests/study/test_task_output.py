"""The series of a run are complete: what is undefined by its meaning is no failure."""

from __future__ import annotations

from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.study.execution.run_task import simulate_task
from alliance_sim.study.execution.task_output import checked
from alliance_sim.study.spec.plan import plan_tasks


def test_a_study_that_keeps_every_outcome_from_the_initial_state_on_has_no_failures(study):
    small = '[set]\n"population.schools" = 4\n"population.alliance_size" = 2\n"population.teachers_median" = 3\n'
    asked = study(f"seeds = 2\nhalf_terms = 2\n{small}")
    assert set(asked.keep) == set(NAMES)
    bundle = tuple(plan_tasks(asked))
    table, failures = checked(bundle, [simulate_task(task) for task in bundle])
    assert failures == []
    assert table.num_rows == 2 * 3
