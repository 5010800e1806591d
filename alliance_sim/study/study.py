"""A study that can be run: its specification, its tasks and its sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from alliance_sim.study.spec.plan import plan_tasks
from alliance_sim.study.spec.study_spec import StudySpec, cores
from alliance_sim.study.spec.tasks import Task

if TYPE_CHECKING:
    from alliance_sim.study.execution.sweep import Sweep


class Study(StudySpec):
    """A checked study, every point of which can be run; the attributes are those of ``StudySpec``."""

    def run(
        self,
        out: str | Path,
        *,
        workers: int | None = None,
        scheduler: str | None = None,
        executor: Executor | None = None,
        progress: Callable[[int, int], None] | None = None,
        stopping: Callable[[], None] | None = None,
        accept_environment: bool = False,
        until: str | None = None,
    ) -> Sweep:
        """Run everything that is not done yet in the folder ``out``; runs that failed before are repeated.

        Args:
            out: the folder for the results: new, empty, or that of an earlier sweep of this study, which may have had
                fewer seeds: only the new runs are simulated.
            workers: the number of worker processes on this machine, or of workers of the executor; None for one per
                core.
            scheduler: the address of a running Dask scheduler.
            executor: any ``concurrent.futures.Executor`` whose workers have this library.
            progress: called after each commit with the number of runs committed and the number of runs in the study.
            stopping: called once when Ctrl-C stops the sweep; runs in progress are completed first.
            accept_environment: resume a sweep that was started with other versions of the numerical libraries, or for
                another processor.
            until: the goal of sequential runs, which is recorded in the manifest; ``run_until`` reaches it.

        Returns:
            A summary of the sweep: numbers of runs, failures, and damage that was found.

        Raises:
            StudyError: if another sweep writes to the folder, or it holds anything else.
            EnvironmentChangedError: if the numerical environment has changed and is not accepted.
            EnvironmentDiffersError: if a worker on another machine has another environment.
        """
        from alliance_sim.study.execution.sweep import sweep

        return sweep(
            self,
            Path(out),
            workers=workers or cores(),
            remote=scheduler if scheduler is not None else executor,
            progress=progress,
            stopping=stopping,
            accept_environment=accept_environment,
            until=until,
        )

    def tasks(self) -> Iterator[Task]:
        """Yield the tasks of the study, point after point, each made when it is requested."""
        return plan_tasks(self)
