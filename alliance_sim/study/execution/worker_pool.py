"""Supervised worker processes, on this machine and in the workers of a cluster.

Each run of a bundle has exactly one outcome. If a worker fails, the runs of its bundle are repeated one by one, so that
only the failing run is recorded as failed.
"""

from __future__ import annotations

import atexit
import json
import os
import platform
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Never, cast

import psutil

from alliance_sim.study.execution.worker import LENGTHS, command, frame
from alliance_sim.study.spec.environment import differences, environment
from alliance_sim.study.spec.tasks import (
    Bundle,
    EngineLostError,
    EnvironmentDiffersError,
    Failure,
    Outcome,
    RunFunctionError,
    Task,
    one_by_one,
    together,
)

DEATHS_ALONE = 3
"""Attempts for a run whose worker dies before the run counts as failed: a worker may be killed from outside."""
DEATHS_AT_START, SECONDS_TO_START, SECONDS_BETWEEN_LOOKS = 20, 600.0, 0.05
_always: Callable[[], bool] = lambda: True  # noqa: E731
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a run.

    Attributes:
        seconds: the longest time since the worker's last heartbeat. A bundle that exceeds it is repeated run by run.
        memory: the most memory that a worker may hold, in bytes; None for no limit.
    """

    seconds: float = 3600.0
    memory: int | None = None


class _Trouble(Exception):  # noqa: N818 - caught in this module
    def __init__(self, reason: str, *, certain: bool) -> None:
        self.reason, self.certain = reason, certain


class _Worker:
    """One worker process. The process has been killed before ``_Trouble`` is raised."""

    def __init__(self, run: str) -> None:
        # A session of its own: it gets no Ctrl-C, and all processes that a run starts are killed with it.
        self._line, remote = socket.socketpair()
        with remote:
            self.process: Any = subprocess.Popen(  # noqa: S603 - our own interpreter
                command(run), stdin=remote.fileno(), env=_ONE_THREAD | os.environ, start_new_session=True
            )
        self.started, self.wanted = False, _always
        threading.Thread(target=self.process.wait, daemon=True).start()  # an idle one that ends leaves no zombie

    def start(self) -> None:
        """Wait until the process has imported the run function."""
        if not self.started and (header := self._receive(Limits(SECONDS_TO_START))[0])["message"] == "unimportable":
            raise RunFunctionError(header["why"])
        self.started = True

    def simulate(self, bundle: Bundle, limits: Limits) -> Outcome:
        """Send a bundle to the process and return its outcome."""
        self._line.settimeout(limits.seconds)
        with suppress(OSError):  # a dead worker is noticed when its reply is read
            self._line.sendall(frame([(task.point, task.seeds, task.scenario) for task in bundle]))
        while (reply := self._receive(limits))[0]["message"] == "heartbeat":
            pass
        header, body = reply
        return Outcome((body,) if body else (), tuple(Failure(**failure) for failure in header["failures"]))

    def _receive(self, limits: Limits) -> tuple[dict[str, Any], bytes]:
        deadline = time.monotonic() + limits.seconds
        head, rest = LENGTHS.unpack(self._read(LENGTHS.size, limits, deadline))
        return json.loads(self._read(head, limits, deadline)), self._read(rest, limits, deadline)

    def _read(self, size: int, limits: Limits, deadline: float) -> bytes:
        found = bytearray()
        self._line.settimeout(SECONDS_BETWEEN_LOOKS)
        while len(found) < size:
            with suppress(TimeoutError, ConnectionError):
                found += self._line.recv(size - len(found)) or self._dead("died", certain=False)
            if not self.wanted():
                self.end()
                raise EngineLostError("these runs are no longer wanted")
            if time.monotonic() > deadline:
                self._dead(f"took longer than the limit of {limits.seconds:g} seconds")
            with suppress(psutil.Error):
                if limits.memory and psutil.Process(self.process.pid).memory_info().rss > limits.memory:
                    self._dead(f"held more memory than the limit of {limits.memory / 1e6:,.0f} MB")
        return bytes(found)

    def _dead(self, why: str, *, certain: bool = True) -> Never:
        how = self.end()
        raise _Trouble(f"it {why}" if certain else f"its worker process {why} ({how})", certain=certain)

    def end(self) -> str:
        """Kill the process and all that it started, and return how it ended."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        code = self.process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def close(self) -> None:
        """End the process and close its socket."""
        self.end()
        self._line.close()


def _remedy(run: Task, reason: str) -> str:
    """Return a remedy for a run whose worker process crashed in a mechanism; empty for other runs."""
    own = run.scenario.get("mechanisms")
    if not own or not any(name in reason for name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGABRT")):
        return ""
    names = ", ".join(str(one["name"]) for one in cast("list[dict[str, object]]", own))
    which = f"in the run of point {run.point}, seed {run.seeds[0]} with the mechanism {names}"
    return f" {which}; sweep again with --careful, which also checks the columns before each of its rules"


class WorkerPool:
    """The worker processes of one run function; any number of threads may use it at once."""

    def __init__(self, run: str, limits: Limits) -> None:
        self.run, self.limits = run, limits
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._lock = threading.Lock()
        self._dismissed = False

    def simulate(self, bundle: Bundle, wanted: Callable[[], bool] = _always) -> Outcome:
        """Simulate a bundle as long as it is wanted; failed runs are part of the outcome.

        Raises:
            RunFunctionError: if the run function cannot be imported.
            EngineLostError: if workers die while they start, or the bundle is no longer wanted.
        """
        for deaths in range(1, DEATHS_ALONE + 1):
            with self._worker(wanted) as worker:
                try:
                    return worker.simulate(bundle, self.limits)
                except _Trouble as found:
                    trouble = found
            if len(alone := one_by_one(bundle)) > 1:
                return together(self.simulate((run,), wanted) for run in alone)
            if trouble.certain or deaths == DEATHS_ALONE:
                return Outcome((), (Failure.of(bundle[0], trouble.reason + _remedy(bundle[0], trouble.reason)),))
        raise AssertionError

    @contextmanager
    def _worker(self, wanted: Callable[[], bool]) -> Generator[_Worker]:
        """Reserve a worker that is alive and has started."""
        for start in range(1, DEATHS_AT_START + 1):
            with self._lock:
                if self._dismissed:
                    raise EngineLostError("the sweep has ended")
                worker = self._idle.pop() if self._idle else _Worker(self.run)
                self._busy.add(worker)
                worker.wanted = wanted
            try:
                worker.start()
                if worker.process.poll() is None:
                    yield worker
                    return
            except _Trouble as death:
                if start == DEATHS_AT_START:
                    raise EngineLostError(f"worker processes die while they start: {death.reason}") from death
            finally:
                self._give_back(worker)

    def _give_back(self, worker: _Worker) -> None:
        if not (alive := worker.started and worker.process.poll() is None):
            worker.close()
        with self._lock:
            self._busy.discard(worker)
            if alive and not self._dismissed:
                self._idle.append(worker)
            elif alive:
                worker.close()

    def dismiss(self) -> None:
        """End all workers at once; threads that wait for one raise ``EngineLostError``."""
        with self._lock:
            self._dismissed = True
            for worker in self._busy:
                worker.end()
            for worker in self._idle:
                worker.close()
            self._idle = []


_pools: dict[tuple[int, str, Limits], WorkerPool] = {}


def run_bundle_here(
    bundle: Bundle, run: str, limits: Limits, planned_in: dict[str, str], wanted: Callable[[], bool] = _always
) -> Outcome:
    """Simulate a bundle in a worker pool of this process; executors and clusters call this function.

    Raises:
        EnvironmentDiffersError: if the environment is not the one in which the bundle was planned.
    """
    if different := differences(planned_in, environment()):
        raise EnvironmentDiffersError(
            f"the worker on {platform.node()} has other numerical libraries or another processor than the machine that "
            f"plans the sweep ({different}); install the same versions everywhere, and where processors differ set "
            "NUMBA_CPU_NAME=generic on all machines"
        )
    key = (os.getpid(), run, limits)  # a forked process must not use the workers of its parent
    if key not in _pools and _pools.setdefault(key, pool := WorkerPool(run, limits)) is pool:
        atexit.register(pool.dismiss)
    return _pools[key].simulate(bundle, wanted)
