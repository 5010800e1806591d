"""A study: a question, the points to put it to, and the runs at each of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from alliance_sim.config.extensions import mechanisms_manifest
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.study.spec.load import read_study
from alliance_sim.study.spec.points import Points
from alliance_sim.study.spec.schema import At, LimitsTable, Luck
from alliance_sim.study.spec.tasks import Task

if TYPE_CHECKING:
    from alliance_sim.study.execution.sweep import Sweep

_BYTES = {"MB": 10**6, "GB": 10**9}


@dataclass(frozen=True)
class Limits:
    """When a run is given up: seconds and bytes, None where there is no limit."""

    seconds_a_run: float | None = None
    memory_a_run: int | None = None

    @classmethod
    def of(cls, table: LimitsTable) -> Self:
        """From what a file says: ``"500 MB"`` is five hundred million bytes."""
        written = table.memory_a_run
        memory = None if written is None else round(float(written[:-2]) * _BYTES[written[-2:]])
        return cls(table.seconds_a_run, memory)


@dataclass(frozen=True)
class Study:
    """A checked study. Every point of it can be run.

    Attributes:
        question: what its author wants to know.
        name: what it is called: the file's name without its ending.
        points: the points, in the order of their numbers.
        seeds: how many worlds each point has, or their seeds.
        half_terms: how long a world lives.
        keep: the outcomes that are kept, in the order in which they are declared.
        at: whether they are kept every half-term or at the end.
        luck: whether all points share their seeds.
        schools: the list of real schools, if there is one.
        limits: when a run is given up.
        chain: the files that it came from: its own first, then what that extends, and so on.
    """

    question: str
    name: str
    points: Points
    seeds: int | tuple[int, ...]
    half_terms: int
    keep: tuple[str, ...]
    at: At
    luck: Luck
    schools: Path | None
    limits: Limits
    chain: tuple[Path, ...]

    @staticmethod
    def load(name_or_path: str | Path) -> Study:
        """The study of this name that is shipped, or of this file.

        Raises:
            ConfigError: with everything that is wrong with it.
        """
        read = read_study(name_or_path)
        table = read.table
        return Study(
            question=table.question,
            name=read.chain[0].stem,
            points=read.points,
            seeds=table.seeds if isinstance(table.seeds, int) else tuple(table.seeds),
            half_terms=table.half_terms,
            keep=tuple(sorted(table.keep, key=lambda name: NAMES.index(name) if name in NAMES else len(NAMES))),
            at=table.at,
            luck=table.luck,
            schools=read.schools,
            limits=Limits.of(table.limits),
            chain=read.chain,
        )

    def run(
        self,
        out: str | Path,
        *,
        workers: int | None = None,
        scheduler: str | None = None,
        executor: Executor | None = None,
        told: Callable[[int, int], None] | None = None,
        stopping: Callable[[], None] | None = None,
        accept_environment: bool = False,
    ) -> Sweep:
        """Live every run that is not done yet in the folder ``out``; what failed before is tried again.

        Args:
            out: where the results lie or shall lie.
            workers: processes on this machine, or of the executor; None: one a core.
            scheduler: the address of a running Dask scheduler, which then does the work.
            executor: any ``concurrent.futures.Executor`` whose workers have this library.
            told: called after each commit, with the runs committed and the runs in all.
            stopping: called once when Ctrl-C stops the sweep, which then waits for what is under way.
            accept_environment: resume a sweep that was started with other versions of the numerical libraries, or for
                another processor.

        Raises:
            StudyError: if another sweep writes there, or other things lie there.
            EnvironmentChangedError: if it was started in another environment, and this one is not accepted.
            EnvironmentDiffersError: if a worker on another machine has another environment.
        """
        from alliance_sim.study.execution.sweep import sweep

        return sweep(
            self,
            Path(out),
            workers=workers or cores(),
            scheduler=scheduler,
            executor=executor,
            told=told,
            stopping=stopping,
            accept_environment=accept_environment,
        )

    @property
    def seeds_a_point(self) -> int:
        """How many runs each point has."""
        return self.seeds if isinstance(self.seeds, int) else len(self.seeds)

    @property
    def runs(self) -> int:
        """How many runs there are in all."""
        return len(self.points) * self.seeds_a_point

    def seeds_at(self, point: int) -> range | tuple[int, ...]:
        """The seeds of a point: the same for all, or with independent luck the next ones in turn."""
        if not isinstance(self.seeds, int):
            return self.seeds
        first = 1 if self.luck == "paired" else 1 + point * self.seeds
        return range(first, first + self.seeds)

    def tasks(self) -> Iterator[Task]:
        """What is to be run, point after point, each task made when it is asked for."""
        from alliance_sim.study.spec.plan import planned

        return planned(self)

    def scenario_data(self, point: int) -> dict[str, object]:
        """What goes over the seam about a point: all that shapes its worlds, and what to keep of them."""
        from alliance_sim.study.spec.plan import model_version

        scenario = self.points[point].scenario
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in scenario.values.items()}
        schools = None
        if self.schools is not None:
            schools = {"path": str(self.schools.resolve()), "digest": self.points.roster_digest(scenario.values)}
        return {
            "question": self.question,
            "name": scenario.name,
            "values": values,
            "events": [event.told for event in scenario.events],
            "schools": schools,
            "mechanisms": mechanisms_manifest(scenario.mechanisms),
            "half_terms": self.half_terms,
            "keep": list(self.keep),
            "at": self.at,
            "model": model_version(),
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 over every run that there is: two studies of one hash have the same rows in the same order.

        The environment does not count, so that results can be read and resumed elsewhere.
        """
        from alliance_sim.study.spec.plan import run_keys

        sha = hashlib.sha256(repr((self.keep, self.at, self.half_terms, self.luck, self.seeds)).encode("ascii"))
        for digest in self.points.digests():
            sha.update(run_keys(self, digest, (0,), environment="")[0].encode("ascii"))
        return sha.hexdigest()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
