"""From points to tasks: which runs are left to do, and how many of them are sent to a worker at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from alliance_sim.study.spec.study_spec import StudySpec
from alliance_sim.study.spec.tasks import Bundle, Task, runs_in

RUNS_PER_TASK = 50
"""The least number of runs sent at a time; they come from several points where each point has few."""

type Done = NDArray[np.bool_]
"""Which runs are done: shape (points, seeds per point). A million runs take one megabyte."""


def plan_tasks(study: StudySpec, done: Done | None = None, runs_per_task: int = RUNS_PER_TASK) -> Iterator[Task]:
    """Yield the tasks of a study, point after point.

    Args:
        study: the study to run.
        done: runs to leave out.
        runs_per_task: a point with at least twice as many runs is split into several tasks, none of them smaller.

    Yields:
        Each task as soon as it is requested, so that a large study needs little memory.
    """
    if done is not None and done.all():
        return
    copies = study.points.copies if study.points_share else None
    for point, digest in enumerate(study.points.digests()):
        seeds = study.seeds_at(point)
        if done is not None:
            seeds = [seeds[place] for place in np.flatnonzero(~done[point]).tolist()]
        if not seeds:
            continue
        keys = study.run_keys(digest, seeds, 0 if copies is None else int(copies[point]))
        scenario = study.scenario_data(point)
        parts = max(1, len(seeds) // runs_per_task)
        edges = [len(seeds) * part // parts for part in range(parts + 1)]
        for first, last in pairwise(edges):
            yield Task(point, tuple(seeds[first:last]), tuple(keys[first:last]), scenario)


def bundle_tasks(tasks: Iterable[Task], runs_per_bundle: int = RUNS_PER_TASK) -> Iterator[Bundle]:
    """Yield bundles of consecutive tasks with at least ``runs_per_bundle`` runs each; the last may have fewer."""
    bundle: Bundle = ()
    for task in tasks:
        bundle += (task,)
        if runs_in(bundle) >= runs_per_bundle:
            yield bundle
            bundle = ()
    if bundle:
        yield bundle


def plan_bundles(study: StudySpec, done: Done, workers: int) -> Iterator[Bundle]:
    """Yield bundles of all runs that are left, small enough for every worker to get a share."""
    size = bundle_size(int(done.size - done.sum()), workers)
    return bundle_tasks(plan_tasks(study, done, size), size)


def bundle_size(runs: int, workers: int) -> int:
    """Return how many runs are sent at a time: two bundles a worker or more, of at most ``RUNS_PER_TASK`` runs."""
    return max(1, min(RUNS_PER_TASK, -(-runs // (2 * workers))))
