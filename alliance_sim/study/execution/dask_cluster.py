"""A running Dask cluster as an engine; its workers supervise their processes as a sweep does on one machine."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from alliance_sim.study.execution.executors import Engine
from alliance_sim.study.execution.worker_pool import Limits, run_bundle_here
from alliance_sim.study.spec.environment import environment
from alliance_sim.study.spec.tasks import Bundle, EngineLostError, Outcome

SECONDS_TO_ANSWER = 10.0
SECONDS_BETWEEN_COUNTS = 2.0


def run_bundle_remotely(bundle: Bundle, run: str, limits: Limits, planned_in: dict[str, str]) -> Outcome:
    """Simulate a bundle in a worker of the cluster, as long as the sweep that submitted it is connected."""
    from distributed import get_worker

    worker: Any = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state != "cancelled" and worker.status.name not in {"closing", "closed"}

    return run_bundle_here(bundle, run, limits, planned_in, wanted)


def _silence() -> None:
    """Leave out what Dask and its libraries log when a connection is lost: a sentence reports what matters.

    Loggers below ``distributed`` have levels of their own, so each is set. Other tasks in this process may use
    ``asyncio``, so of its records only those from Dask's thread, and of Dask's own tasks, are left out.
    """
    for name in [*logging.root.manager.loggerDict, "distributed", "tornado.application"]:
        if name.partition(".")[0] in {"distributed", "tornado"}:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if not any(isinstance(one, _NotDask) for one in logging.getLogger("asyncio").filters):
        logging.getLogger("asyncio").addFilter(_NotDask())


class _NotDask(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is not Dask's."""
        message = record.getMessage()
        return not (str(record.threadName).startswith("IO loop") or "distributed" in message or "tornado" in message)


@contextmanager
def cluster(run: str, address: str, limits: Limits) -> Generator[Engine]:
    """Connect to a Dask cluster by the address of its scheduler; TLS is configured in Dask.

    Raises:
        EngineLostError: if no scheduler answers at the address.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise EngineLostError(
            "--scheduler needs Dask; install it with: pip install 'alliance-sim[cluster]'"
        ) from missing
    _silence()
    try:
        client: Any = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except Exception as silent:  # each kind of address fails in its own way
        why = " ".join(str(silent).split())[:200]
        raise EngineLostError(
            f"no scheduler answers at {address} ({why}); is it running, and the address right?"
        ) from silent
    lost = EngineLostError(f"the scheduler at {address} is gone; start one, and the sweep again, to resume")
    counted, count = 0.0, 1

    def workers() -> int:
        """Return the number of cores of the cluster, which may still be growing."""
        nonlocal counted, count
        if client.status != "running":
            raise lost
        if time.monotonic() - counted > SECONDS_BETWEEN_COUNTS:
            try:
                cores: dict[str, int] = client.sync(client.scheduler.ncores, callback_timeout=SECONDS_TO_ANSWER)
            except Exception as trouble:
                raise lost from trouble
            counted, count = time.monotonic(), max(1, sum(cores.values()))
        return count

    pool = client.get_executor(pure=False)

    def submit(bundle: Bundle) -> Future[Outcome]:
        return pool.submit(run_bundle_remotely, bundle, run, limits, environment())

    try:
        yield Engine(submit, workers, recalls=False)
    finally:
        pool.shutdown(wait=False)  # bundles in progress end there; the sweep does not wait for them
        client.close(timeout=2)
