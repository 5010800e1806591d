"""The interface between a sweep and the engines that simulate its runs.

An engine is a function that takes a bundle and returns a future of its outcome. On this machine the engine is a pool
of supervised worker processes. An executor or a cluster runs the same pool in each of its own workers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass

from alliance_sim.study.execution.worker_pool import Limits, WorkerPool, run_bundle_here
from alliance_sim.study.spec.environment import environment
from alliance_sim.study.spec.tasks import (
    Bundle,
    EngineLostError,
    EnvironmentDiffersError,
    Failure,
    Outcome,
    RunFunctionError,
    one_by_one,
)

AHEAD = 2
"""Bundles per worker that are submitted at a time: enough to keep it busy, few enough to need little memory."""
SUBMISSIONS = 5
"""How often a bundle is submitted if the engine itself fails: a cluster may drop a bundle whose workers were killed."""
SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that simulates runs.

    Attributes:
        submit: takes a bundle and returns a future of its outcome.
        workers: returns the number of bundles that are simulated at a time, which may change in a cluster. It raises
            ``EngineLostError`` if the engine is gone.
        recalls: whether a bundle that has not been started can be distinguished from one in progress, and cancelled.
    """

    submit: Callable[[Bundle], Future[Outcome]]
    workers: Callable[[], int]
    recalls: bool = True


@contextmanager
def processes(run: str, workers: int, limits: Limits) -> Generator[Engine]:
    """Open an engine of worker processes on this machine."""
    pool = WorkerPool(run, limits)
    threads = ThreadPoolExecutor(workers, thread_name_prefix="worker")  # each waits for one process
    try:
        yield Engine(lambda bundle: threads.submit(pool.simulate, bundle), lambda: workers)
    finally:
        pool.dismiss()
        threads.shutdown(cancel_futures=True)


@contextmanager
def executor(run: str, pool: Executor, workers: int, limits: Limits) -> Generator[Engine]:
    """Open an engine on any executor whose workers have this library, such as that of ``mpi4py.futures``."""
    yield Engine(lambda bundle: pool.submit(run_bundle_here, bundle, run, limits, environment()), lambda: workers)


def simulate_bundles(
    bundles: Iterable[Bundle], engine: Engine, stopping: Callable[[], bool]
) -> Iterator[tuple[Bundle, Outcome]]:
    """Yield every bundle with its outcome, in the order of completion.

    Args:
        bundles: the bundles to simulate.
        engine: the engine that simulates them.
        stopping: returns whether the sweep is stopping; no bundle is submitted after that.

    Raises:
        RunFunctionError: if the run function cannot be imported.
        EnvironmentDiffersError: if a worker has another environment.
        EngineLostError: if the engine is gone.
    """
    left, pending = iter(bundles), dict[Future[Outcome], tuple[Bundle, int]]()
    while True:
        ahead = engine.workers() * AHEAD
        while len(pending) < ahead and not stopping() and (bundle := next(left, None)) is not None:
            pending[_submit(engine, bundle)] = bundle, 1
        if stopping() and engine.recalls:
            pending = {future: submitted for future, submitted in pending.items() if not future.cancel()}
        if not pending:
            return
        for future in wait(pending, timeout=SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED).done:
            bundle, times = pending.pop(future)
            try:
                outcome = future.result()
            except (RunFunctionError, EngineLostError, EnvironmentDiffersError):
                raise
            except (BrokenExecutor, CancelledError) as broken:
                raise _loss(engine, broken) from broken
            except Exception as trouble:
                if times < SUBMISSIONS:
                    pending[_submit(engine, bundle)] = bundle, times + 1
                    continue
                reason = f"{type(trouble).__name__}: {' '.join(str(trouble).split())[:500]}"
                outcome = Outcome((), tuple(Failure.of(alone, reason) for alone in one_by_one(bundle)))
            yield bundle, outcome


def _submit(engine: Engine, bundle: Bundle) -> Future[Outcome]:
    try:
        return engine.submit(bundle)
    except RuntimeError as broken:  # broken, or shut down by its owner
        raise _loss(engine, broken) from broken


def _loss(engine: Engine, broken: Exception) -> EngineLostError:
    engine.workers()  # raises a more precise error if it knows what is gone
    why = " ".join(str(broken).split()).rstrip(".") or type(broken).__name__
    return EngineLostError(f"the executor is broken ({why}); make a new one and start the sweep again to resume")
