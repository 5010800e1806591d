"""Estimate the time and disk space of a sweep from a few trial runs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alliance_sim.study.spec.tasks import Task

if TYPE_CHECKING:
    import pyarrow as pa

    from alliance_sim.study.spec.study_spec import StudySpec

SAMPLED_POINTS = 5
SAMPLED_SEEDS = 4
LONGEST_SAMPLE = 20.0
"""Seconds after which no further point is sampled."""


@dataclass(frozen=True)
class Estimate:
    """The estimated cost of a sweep.

    Attributes:
        points, runs: the numbers of points and runs in the study.
        sampled: the number of trial runs that the estimate is based on.
        cpu_a_run: the processor time of a run, in seconds.
        bytes_a_run: the disk space of a run, in bytes.
    """

    points: int
    runs: int
    sampled: int
    cpu_a_run: float
    bytes_a_run: float

    def seconds(self, workers: int) -> float:
        """Return the duration in seconds for a number of workers, each on a core of its own."""
        return self.runs * self.cpu_a_run / max(1, min(workers, self.runs))

    @property
    def bytes(self) -> float:
        """The disk space of all runs, in bytes."""
        return self.runs * self.bytes_a_run


def estimate_sweep(study: StudySpec) -> Estimate:
    """Simulate a few runs at a few points spread over the design, and extrapolate to the whole study.

    The time for compiling the rules is left out.
    """
    from alliance_sim.comparison.parallel import prepare
    from alliance_sim.study.execution.run_task import simulate_task

    prepare(study.points.fully_switched_on())
    spent, sampled, size = 0.0, 0, 0
    started = time.monotonic()
    for point in _spread(len(study.points)):
        task = sample_task(study, point)
        before = time.process_time()
        table = simulate_task(task)
        spent += time.process_time() - before
        sampled += len(task.seeds)
        size += parquet_size(table)
        if time.monotonic() - started > LONGEST_SAMPLE:
            break
    return Estimate(len(study.points), study.runs, sampled, spent / sampled, size / sampled)


def sample_task(study: StudySpec, point: int) -> Task:
    """Return a task with the first few runs of a point."""
    seeds = study.seeds_at(point)[:SAMPLED_SEEDS]
    return Task(point, tuple(seeds), ("",) * len(seeds), study.scenario_data(point))


def _spread(points: int) -> list[int]:
    """Return the numbers of a few points, evenly spaced from the first to the last."""
    return sorted(set(np.linspace(0, points - 1, SAMPLED_POINTS).round().astype(int).tolist()))


def parquet_size(table: pa.Table) -> int:  # pyright: ignore[reportUnknownParameterType]
    """Return the size of a table as Parquet in bytes, without the fixed size of an empty file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sizes: list[int] = []
    for part in (table, table.slice(0, 0)):
        sink = pa.BufferOutputStream()
        pq.write_table(part, sink, compression="zstd")
        sizes.append(sink.getvalue().size)
    return sizes[0] - sizes[1]
