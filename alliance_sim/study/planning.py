"""From points to tasks: which runs there are, under which keys, and how many go over the seam at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import alliance_sim
from alliance_sim.study.tasks import Task

if TYPE_CHECKING:
    from alliance_sim.study.studies import Study

RUNS_A_TASK = 50
"""At least so many replicates go over the seam at a time, where a point has that many."""


ROOMS = (
    "acquaintance.py", "boundaries.py", "chance.py", "compilation.py", "half_term.py", "lifetime.py", "lots.py",
    "measures.py", "model.py", "outcomes.py", "parameters.py", "policy.py", "population.py", "recording.py",
    "roster.py", "rows.py", "schedule.py", "settings.py", "state.py", "stretch.py",
)  # fmt: skip
"""The rooms, beside the mechanisms, that shape a number. Those that hold compiled code are not imported for this: a
process that only plans need not pay for a compiler."""


@cache
def model_version() -> str:
    """The library's version, and a stamp of every room that shapes a number: results of another are not mixed in."""
    house = Path(alliance_sim.__file__).parent
    sha = hashlib.sha256()
    for path in (*(house / room for room in ROOMS), *sorted((house / "mechanisms").glob("*.py"))):
        sha.update(path.read_bytes())
    return f"{alliance_sim.__version__}+{sha.hexdigest()[:12]}"


def planned(study: Study, done: Container[str] = ()) -> Iterator[Task]:
    """The tasks of a study, point after point, each made when it is asked for.

    Args:
        study: what is to be run.
        done: keys of runs that are left out.
    """
    copies = study.points.copies if study.luck == "paired" else None
    for point, digest in enumerate(study.points.digests()):
        copy = 0 if copies is None else int(copies[point])
        seeds = study.seeds_at(point)
        keys = run_keys(study, digest, seeds, copy)
        if done:
            left = [(seed, key) for seed, key in zip(seeds, keys, strict=True) if key not in done]
            seeds, keys = [seed for seed, _ in left], [key for _, key in left]
        if not seeds:
            continue
        scenario = study.scenario_data(point)
        parts = max(1, len(seeds) // RUNS_A_TASK)
        edges = [len(seeds) * part // parts for part in range(parts + 1)]
        for first, last in pairwise(edges):
            yield Task(point, tuple(seeds[first:last]), tuple(keys[first:last]), scenario)


def run_keys(study: Study, digest: str, seeds: range | list[int] | tuple[int, ...], copy: int = 0) -> list[str]:
    """The key of each run of a point.

    A point that repeats an earlier one has runs of its own: ``copy`` tells them apart, so that no key stands for two.
    """
    kept = ",".join(study.keep)
    content = f"{digest} {model_version()} {study.half_terms} {study.at} {kept} {copy} "
    begun = hashlib.blake2b(content.encode("ascii"), digest_size=16)
    keys: list[str] = []
    for seed in seeds:
        sha = begun.copy()
        sha.update(b"%d" % seed)
        keys.append(sha.hexdigest())
    return keys


def task_count(study: Study) -> int:
    """How many tasks there are where nothing is done yet."""
    return len(study.points) * max(1, study.seeds_a_point // RUNS_A_TASK)
