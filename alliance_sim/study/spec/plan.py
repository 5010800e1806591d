"""From points to tasks: which runs there are, under which keys, and how many go over the seam at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import alliance_sim
from alliance_sim.study.spec.environment import digest_of
from alliance_sim.study.spec.environment import environment as current
from alliance_sim.study.spec.tasks import Bundle, Task, runs_in

if TYPE_CHECKING:
    from alliance_sim.study.spec.study_spec import Study

RUNS_A_TASK = 50
"""At least so many runs go over the seam at a time, of several points where each has few."""


SHAPES_NUMBERS = ("declarations", "engine", "mesa_model")
"""Packages whose sources shape outcomes; read as files, because a process that only plans does not import Numba."""


@cache
def model_version() -> str:
    """Return the library's version with a digest of every source that shapes outcomes: other versions are not mixed."""
    library = Path(alliance_sim.__file__).parent
    sha = hashlib.sha256()
    for path in sorted(path for package in SHAPES_NUMBERS for path in (library / package).rglob("*.py")):
        sha.update(path.read_bytes())
    return f"{alliance_sim.__version__}+{sha.hexdigest()[:12]}"


type Done = NDArray[np.bool_]
"""Which runs are done: shape (points, seeds a point). A million take a megabyte."""


def planned(study: Study, done: Done | None = None, runs_a_task: int = RUNS_A_TASK) -> Iterator[Task]:
    """The tasks of a study, point after point, each made when it is asked for.

    Args:
        study: what is to be run.
        done: runs that are left out.
        runs_a_task: a point with twice so many is shared between several tasks, none of them smaller.
    """
    if done is not None and done.all():
        return
    copies = study.points.copies if study.luck == "paired" else None
    for point, digest in enumerate(study.points.digests()):
        seeds = study.seeds_at(point)
        if done is not None:
            seeds = [seeds[place] for place in np.flatnonzero(~done[point]).tolist()]
        if not seeds:
            continue
        keys = run_keys(study, digest, seeds, 0 if copies is None else int(copies[point]))
        scenario = study.scenario_data(point)
        parts = max(1, len(seeds) // runs_a_task)
        edges = [len(seeds) * part // parts for part in range(parts + 1)]
        for first, last in pairwise(edges):
            yield Task(point, tuple(seeds[first:last]), tuple(keys[first:last]), scenario)


def bundled(tasks: Iterable[Task], runs_a_bundle: int = RUNS_A_TASK) -> Iterator[Bundle]:
    """Tasks of few runs together, until there are enough to be worth the way."""
    bundle: Bundle = ()
    for task in tasks:
        bundle += (task,)
        if runs_in(bundle) >= runs_a_bundle:
            yield bundle
            bundle = ()
    if bundle:
        yield bundle


def bundles(study: Study, done: Done, workers: int) -> Iterator[Bundle]:
    """All that is left to do. Where it is too little for fifty runs each time, all workers get their share of it."""
    fair = bundle_size(int(done.size - done.sum()), workers)
    return bundled(planned(study, done, fair), fair)


def bundle_size(runs: int, workers: int) -> int:
    """How many runs go over the seam at a time."""
    return max(1, min(RUNS_A_TASK, -(-runs // (2 * workers))))


def run_keys(
    study: Study,
    digest: str,
    seeds: range | list[int] | tuple[int, ...],
    copy: int = 0,
    environment: str | None = None,
) -> list[str]:
    """The key of each run of a point.

    A point that repeats an earlier one has runs of its own: ``copy`` tells them apart, so that no key stands for two.

    Args:
        study: whose runs they are.
        digest: the hash of the point's scenario.
        seeds: one a run.
        copy: which repetition of an earlier point this is.
        environment: the digest of the environment in which they are made; None for that of this process, empty for
            keys that are the same everywhere.
    """
    made_in = digest_of(current()) if environment is None else environment
    kept = ",".join(study.keep)
    content = f"{digest} {model_version()} {study.half_terms} {study.at} {kept} {copy} {made_in and f'{made_in} '}"
    begun = hashlib.blake2b(content.encode("ascii"), digest_size=16)
    keys: list[str] = []
    for seed in seeds:
        sha = begun.copy()
        sha.update(b"%d" % seed)
        keys.append(sha.hexdigest())
    return keys
