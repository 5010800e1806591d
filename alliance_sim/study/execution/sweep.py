"""A sweep: submit the runs that are left to an engine, and commit their outcomes part by part."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from alliance_sim.files import AtStage, no_stage
from alliance_sim.study.execution import executors
from alliance_sim.study.execution.dask_cluster import cluster
from alliance_sim.study.execution.worker_pool import Limits
from alliance_sim.study.spec.plan import plan_bundles
from alliance_sim.study.spec.tasks import Bundle, Failure, Outcome, runs_in
from alliance_sim.study.storage import store
from alliance_sim.study.storage.integrity import Damage

if TYPE_CHECKING:
    from alliance_sim.study.spec.study_spec import StudySpec

RUN = "alliance_sim.study.execution.run_task:simulate_task"
SECONDS_A_PART, RUNS_A_PART, BYTES_A_PART = 5.0, 5_000, 4_000_000
"""A part is committed when one of these is reached, so that files are few and little is lost if the sweep is killed."""
FAILURES_LISTED = 20

type Progress = Callable[[int, int], None]
"""Called with the number of committed runs and the number of all runs."""


@dataclass
class Sweep:
    """The summary of a sweep.

    Attributes:
        runs: the number of runs in the study.
        before: the number of runs that were done before the sweep was started.
        done, failed: the numbers of runs that this sweep has committed.
        first_failures: the first runs that failed.
        quarantine: damaged parts that were found; their runs were repeated.
        restored: files beside the parts that were missing or damaged, and were written again.
        interrupted: whether the sweep was stopped by a signal.
    """

    runs: int
    before: int = 0
    done: int = 0
    failed: int = 0
    first_failures: list[Failure] = field(default_factory=list[Failure])
    quarantine: list[Damage] = field(default_factory=list[Damage])
    restored: list[str] = field(default_factory=list[str])
    interrupted: bool = False

    def count(self, found: list[tuple[Bundle, Outcome]]) -> None:
        """Count the outcomes of some bundles as committed."""
        for bundle, outcome in found:
            self.failed += len(outcome.failures)
            self.done += runs_in(bundle) - len(outcome.failures)
            self.first_failures += outcome.failures[: FAILURES_LISTED - len(self.first_failures)]


def sweep(
    study: StudySpec,
    out: Path,
    *,
    workers: int = 1,
    remote: str | Executor | None = None,
    progress: Progress | None = None,
    stopping: Callable[[], None] | None = None,
    run: str = RUN,
    at_stage: AtStage = no_stage,
    accept_environment: bool = False,
    until: str | None = None,
) -> Sweep:
    """Simulate every run of a study that is not done yet in ``out``.

    Args:
        study: the study to run.
        out: the folder for the results: new, empty, or that of an earlier sweep of this study.
        workers: the number of worker processes on this machine, or of workers of the executor.
        remote: the address of a Dask scheduler, or any executor; None for this machine.
        progress: called after each commit.
        stopping: called once when a signal stops the sweep; runs in progress are completed first.
        run: the run function, ``"module:function"``.
        at_stage: called at each stage of each commit.
        accept_environment: resume in another environment than the one before.
        until: the goal of sequential runs, to be recorded; None to keep what is recorded.

    Raises:
        StudyError: if ``out`` holds anything else, or another sweep writes to it.
        EnvironmentChangedError: if the environment has changed and is not accepted.
        EnvironmentDiffersError: if a worker has another environment.
        EngineLostError: if the engine is gone; committed runs stay.
        RunFunctionError: if the run function cannot be imported.
    """
    with store.open_store(out, study, at_stage, until) as results, _stop_on_signal(stopping) as stop:
        finished = results.finished()
        ended = Sweep(study.runs, before=int(finished.sum()), quarantine=results.damaged, restored=results.restored)
        if progress:
            progress(ended.before, ended.runs)
        if ended.before < ended.runs:
            results.enter_environment(ended.before, accepted=accept_environment)
        results.quarantine_damaged()
        if ended.before == ended.runs:
            return ended
        with _engine(study, run, workers, remote) as engine:
            waiting: list[tuple[Bundle, Outcome]] = []
            since, runs, size = time.monotonic(), 0, 0
            try:
                left = plan_bundles(study, finished, engine.workers())
                for bundle, outcome in executors.simulate_bundles(left, engine, stop):
                    waiting.append((bundle, outcome))
                    runs += runs_in(bundle)
                    size += sum(map(len, outcome.series))
                    if runs >= RUNS_A_PART or size > BYTES_A_PART or time.monotonic() - since > SECONDS_A_PART:
                        _commit(results, waiting, ended, progress)
                        since, runs, size = time.monotonic(), 0, 0
            finally:
                _commit(results, waiting, ended, progress)
        ended.interrupted = stop()
        return ended


def _commit(
    results: store.Store, waiting: list[tuple[Bundle, Outcome]], ended: Sweep, progress: Progress | None
) -> None:
    if waiting:
        found = list(waiting)
        waiting.clear()
        results.add(found)
        ended.count(found)
        if progress:
            progress(ended.before + ended.done + ended.failed, ended.runs)


def _engine(
    study: StudySpec, run: str, workers: int, remote: str | Executor | None
) -> AbstractContextManager[executors.Engine]:
    limits = Limits(memory=study.limits.memory_a_run)
    if study.limits.seconds_a_run is not None:
        limits = Limits(study.limits.seconds_a_run, study.limits.memory_a_run)
    if remote is None:
        return executors.processes(run, workers, limits)
    if isinstance(remote, str):
        return cluster(run, remote, limits)
    return executors.executor(run, remote, workers, limits)


@contextmanager
def _stop_on_signal(report: Callable[[], None] | None) -> Generator[Callable[[], bool]]:
    """Complete the runs in progress after the first Ctrl-C, and stop at once after the second."""
    signals, reported = 0, False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal signals
        signals += 1
        if signals > 1:
            raise KeyboardInterrupt

    def stopped() -> bool:
        nonlocal reported
        if signals and report and not reported:
            reported = True
            report()
        return signals > 0

    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before: dict[int, Any] = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
