"""What a sweep will take, before it is started: worlds, time and disk, judged by a few runs that are really lived."""

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
    """What is to be expected.

    Attributes:
        points, runs: how many there are.
        sampled: how many runs were lived to find out.
        cpu_a_run: processor seconds that a run takes.
        bytes_a_run: what its rows take on disk.
    """

    points: int
    runs: int
    sampled: int
    cpu_a_run: float
    bytes_a_run: float

    def seconds(self, workers: int) -> float:
        """How long so many workers take, if each has a core of its own."""
        return self.runs * self.cpu_a_run / max(1, min(workers, self.runs))

    @property
    def bytes(self) -> float:
        """What all rows take on disk."""
        return self.runs * self.bytes_a_run


def foresee(study: StudySpec) -> Estimate:
    """Lives a few runs of a few points, spread over the design, and counts up from them.

    Compiling the rules, where that is still to be done, is not counted.
    """
    from alliance_sim.comparison.parallel import prepare
    from alliance_sim.study.execution.run_task import live

    prepare(study.points.fully_switched_on())
    spent, lived, size = 0.0, 0, 0
    begun = time.monotonic()
    for point in _spread(len(study.points)):
        task = sample_task(study, point)
        before = time.process_time()
        table = live(task)
        spent += time.process_time() - before
        lived += len(task.seeds)
        size += written(table)
        if time.monotonic() - begun > LONGEST_SAMPLE:
            break
    return Estimate(len(study.points), study.runs, lived, spent / lived, size / lived)


def sample_task(study: StudySpec, point: int) -> Task:
    """The first few runs of a point."""
    seeds = study.seeds_at(point)[:SAMPLED_SEEDS]
    return Task(point, tuple(seeds), ("",) * len(seeds), study.scenario_data(point))


def _spread(points: int) -> list[int]:
    """A few points, from the first to the last."""
    return sorted(set(np.linspace(0, points - 1, SAMPLED_POINTS).round().astype(int).tolist()))


def written(table: pa.Table) -> int:  # pyright: ignore[reportUnknownParameterType]
    """Bytes that a table takes as Parquet, without what every file has once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sizes: list[int] = []
    for part in (table, table.slice(0, 0)):
        sink = pa.BufferOutputStream()
        pq.write_table(part, sink, compression="zstd")
        sizes.append(sink.getvalue().size)
    return sizes[0] - sizes[1]
