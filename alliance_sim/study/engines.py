"""The seam between a sweep and whoever lives its runs: tasks go out a few at a time, and each comes home once.

An engine is a function that takes a task and gives a future of its outcome. On this machine worker processes under
watch do the work; an executor or a cluster is asked to keep the same watch at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from alliance_sim.study.supervision import Crew, CrewDismissedError, Limits, live_here
from alliance_sim.study.tasks import EngineLostError, Failure, Outcome, RunFunctionError, Task

type Ask = Callable[[Task], Future[Outcome]]

AHEAD = 2
"""Tasks a worker that are out at a time: enough that none waits, few enough that a million runs need little memory."""


@contextmanager
def processes(run: str, workers: int, limits: Limits) -> Generator[tuple[Ask, int]]:
    """Worker processes on this machine."""
    crew = Crew(run, limits)
    threads = ThreadPoolExecutor(workers, thread_name_prefix="worker")  # each waits for one process
    try:
        yield (lambda task: threads.submit(crew.live, task)), workers * AHEAD
    finally:
        crew.dismiss()
        threads.shutdown(cancel_futures=True)


@contextmanager
def executor(run: str, pool: Executor, ahead: int, limits: Limits) -> Generator[tuple[Ask, int]]:
    """Any executor whose workers have this library: ``mpi4py.futures``, a cluster's."""
    yield (lambda task: pool.submit(live_here, task, run, limits)), ahead


@contextmanager
def cluster(run: str, address: str, limits: Limits) -> Generator[tuple[Ask, int]]:
    """A running Dask cluster, by the address of its scheduler.

    Raises:
        EngineLostError: if nobody answers there.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise EngineLostError(
            "--scheduler needs Dask; install it with: pip install 'alliance-sim[cluster]'"
        ) from missing
    try:
        client: Any = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as nobody:
        raise EngineLostError(f"no scheduler answers at {address}; is it running, and the address right?") from nobody
    with client:
        workers = max(1, sum(client.ncores().values()))
        with executor(run, client.get_executor(pure=False), workers * AHEAD, limits) as engine:
            yield engine


def lived(tasks: Iterable[Task], ask: Ask, ahead: int, stopping: Callable[[], bool]) -> Iterator[tuple[Task, Outcome]]:
    """Every task with its outcome, as they come home; after ``stopping`` no new ones go out.

    Raises:
        RunFunctionError: if the run function cannot be imported.
        EngineLostError: if whoever lives the runs is gone.
    """
    left, out = iter(tasks), dict[Future[Outcome], Task]()
    while True:
        while len(out) < ahead and not stopping() and (task := next(left, None)) is not None:
            out[ask(task)] = task
        if not out:
            return
        for home in wait(out, timeout=0.5, return_when=FIRST_COMPLETED).done:
            task = out.pop(home)
            yield task, _outcome(home, task)


def _outcome(home: Future[Outcome], task: Task) -> Outcome:
    try:
        return home.result()
    except (RunFunctionError, CrewDismissedError, EngineLostError):
        raise
    except BrokenExecutor as broken:
        raise EngineLostError(f"the executor broke ({broken}); start the sweep again to go on") from broken
    except Exception as trouble:  # an engine's own: the runs are told as failed, and tried again next time
        reason = f"{type(trouble).__name__}: {' '.join(str(trouble).split())[:500]}"
        return Outcome((), tuple(Failure(seed, reason) for seed in task.seeds))
