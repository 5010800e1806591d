"""A sweep: what is not done yet goes to the engine, what comes home is committed, whatever happens in between."""

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

RUN = "alliance_sim.study.execution.run_task:live"
SECONDS_A_PART, RUNS_A_PART, BYTES_A_PART = 5.0, 5_000, 4_000_000
"""A part is committed after so long or so many runs, few files to read and little to lose; or so much to hold."""
FAILURES_TOLD = 20

type Progress = Callable[[int, int], None]
"""Called with the runs committed and the runs in all."""


@dataclass
class Sweep:
    """How a sweep ended.

    Attributes:
        runs: how many the study asks for.
        before: how many were done when it began.
        done, failed: how many were committed now.
        first_failures: the first of them that failed.
        quarantine: damaged parts that were found, whose runs were lived again.
        restored: files beside the parts that were missing or damaged, and were written again.
        interrupted: whether somebody stopped it.
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
        """Add what was committed."""
        for bundle, outcome in found:
            self.failed += len(outcome.failures)
            self.done += runs_in(bundle) - len(outcome.failures)
            self.first_failures += outcome.failures[: FAILURES_TOLD - len(self.first_failures)]


def sweep(
    study: StudySpec,
    out: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    stopping: Callable[[], None] | None = None,
    run: str = RUN,
    at_stage: AtStage = no_stage,
    accept_environment: bool = False,
) -> Sweep:
    """Live every run of a study that is not done yet in ``out``.

    Args:
        study: what to run.
        out: where the results lie or shall lie.
        workers: processes on this machine, unless somebody else does the work.
        scheduler: the address of a Dask scheduler.
        executor: any other executor.
        progress: called after each commit.
        stopping: told once when somebody stops the sweep, which then waits for what is under way.
        run: the run function, ``"module:function"``.
        at_stage: told of each stage of each commit.
        accept_environment: resume in another environment than the one before.

    Raises:
        StudyError: if ``out`` cannot be written by us now.
        EnvironmentChangedError: if the environment is another one, and is not accepted.
        EnvironmentDiffersError: if a worker has another environment.
        EngineLostError: if whoever lives the runs is gone; what was committed stays.
        RunFunctionError: if the run function cannot be imported.
    """
    with store.opened(out, study, at_stage) as shelf, _stopped_gently(stopping) as stop:
        finished = shelf.finished()
        ended = Sweep(study.runs, before=int(finished.sum()), quarantine=shelf.quarantine, restored=shelf.restored)
        if progress:
            progress(ended.before, ended.runs)
        if ended.before == ended.runs:
            return ended
        shelf.enter_environment(ended.before, accepted=accept_environment)
        with _engine(study, run, workers, scheduler, executor) as engine:
            waiting: list[tuple[Bundle, Outcome]] = []
            since, runs, size = time.monotonic(), 0, 0
            try:
                left = plan_bundles(study, finished, engine.workers())
                for bundle, outcome in executors.lived(left, engine, stop):
                    waiting.append((bundle, outcome))
                    runs += runs_in(bundle)
                    size += sum(map(len, outcome.series))
                    if runs >= RUNS_A_PART or size > BYTES_A_PART or time.monotonic() - since > SECONDS_A_PART:
                        _commit(shelf, waiting, ended, progress)
                        since, runs, size = time.monotonic(), 0, 0
            finally:
                _commit(shelf, waiting, ended, progress)
        ended.interrupted = stop()
        return ended


def _commit(shelf: store.Store, waiting: list[tuple[Bundle, Outcome]], ended: Sweep, progress: Progress | None) -> None:
    if waiting:
        found = list(waiting)
        waiting.clear()
        shelf.add(found)
        ended.count(found)
        if progress:
            progress(ended.before + ended.done + ended.failed, ended.runs)


def _engine(
    study: StudySpec, run: str, workers: int, scheduler: str | None, executor: Executor | None
) -> AbstractContextManager[executors.Engine]:
    asked = study.limits
    limits = Limits(memory=asked.memory_a_run)
    if asked.seconds_a_run is not None:
        limits = Limits(asked.seconds_a_run, asked.memory_a_run)
    if scheduler is not None:
        return cluster(run, scheduler, limits)
    if executor is not None:
        return executors.executor(run, executor, workers, limits)
    return executors.processes(run, workers, limits)


@contextmanager
def _stopped_gently(told: Callable[[], None] | None) -> Generator[Callable[[], bool]]:
    """Ctrl-C lets what is under way come home; a second one stops at once."""
    asked = tells = 0

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise KeyboardInterrupt

    def stopped() -> bool:
        nonlocal tells
        if asked and told and not tells:
            tells = 1
            told()
        return asked > 0

    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before: dict[int, Any] = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
