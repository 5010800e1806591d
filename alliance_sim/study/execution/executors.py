"""The seam between a sweep and whoever lives its runs: bundles go out a few at a time, and each comes home once.

An engine is a function that takes a bundle and gives a future of its outcome. On this machine worker processes under
watch do the work; an executor or a cluster is asked to keep the same watch at its end.
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
"""Bundles a worker that are out at a time: enough that none waits, few enough that a million need little memory."""
ASKED = 5
"""So often a bundle is asked that the engine itself fails with: a cluster may give up one whose workers were killed."""
SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True, slots=True)
class Engine:
    """Whoever lives runs.

    Attributes:
        ask: takes a bundle, gives a future of its outcome.
        workers: how many bundles can be lived at a time; of a cluster it may change. It raises ``EngineLostError`` if
            the engine is gone.
        recalls: whether a bundle that nobody has begun can be told from one that is under way, and called back.
    """

    ask: Callable[[Bundle], Future[Outcome]]
    workers: Callable[[], int]
    recalls: bool = True


@contextmanager
def processes(run: str, workers: int, limits: Limits) -> Generator[Engine]:
    """Worker processes on this machine."""
    crew = WorkerPool(run, limits)
    threads = ThreadPoolExecutor(workers, thread_name_prefix="worker")  # each waits for one process
    try:
        yield Engine(lambda bundle: threads.submit(crew.live, bundle), lambda: workers)
    finally:
        crew.dismiss()
        threads.shutdown(cancel_futures=True)


@contextmanager
def executor(run: str, pool: Executor, workers: int, limits: Limits) -> Generator[Engine]:
    """Any executor whose workers have this library: ``mpi4py.futures``, a cluster's."""
    yield Engine(lambda bundle: pool.submit(run_bundle_here, bundle, run, limits, environment()), lambda: workers)


def lived(bundles: Iterable[Bundle], engine: Engine, stopping: Callable[[], bool]) -> Iterator[tuple[Bundle, Outcome]]:
    """Every bundle with its outcome, as they come home; after ``stopping`` no new ones go out.

    Raises:
        RunFunctionError: if the run function cannot be imported.
        EnvironmentDiffersError: if a worker has another environment.
        EngineLostError: if whoever lives the runs is gone.
    """
    left, out = iter(bundles), dict[Future[Outcome], tuple[Bundle, int]]()
    while True:
        ahead = engine.workers() * AHEAD
        while len(out) < ahead and not stopping() and (bundle := next(left, None)) is not None:
            out[_asked(engine, bundle)] = bundle, 1
        if stopping() and engine.recalls:
            out = {future: asked for future, asked in out.items() if not future.cancel()}
        if not out:
            return
        for home in wait(out, timeout=SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED).done:
            bundle, times = out.pop(home)
            try:
                outcome = home.result()
            except (RunFunctionError, EngineLostError, EnvironmentDiffersError):
                raise
            except (BrokenExecutor, CancelledError) as broken:
                raise _loss(engine, broken) from broken
            except Exception as trouble:
                if times < ASKED:
                    out[_asked(engine, bundle)] = bundle, times + 1
                    continue
                reason = f"{type(trouble).__name__}: {' '.join(str(trouble).split())[:500]}"
                outcome = Outcome((), tuple(Failure.of(alone, reason) for alone in one_by_one(bundle)))
            yield bundle, outcome


def _asked(engine: Engine, bundle: Bundle) -> Future[Outcome]:
    try:
        return engine.ask(bundle)
    except RuntimeError as broken:  # broken, or shut down by whoever made it
        raise _loss(engine, broken) from broken


def _loss(engine: Engine, broken: Exception) -> EngineLostError:
    engine.workers()  # knows best what is gone
    why = " ".join(str(broken).split()).rstrip(".") or type(broken).__name__
    return EngineLostError(f"the executor is broken ({why}); make a new one and start the sweep again to go on")
