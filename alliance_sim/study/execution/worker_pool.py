"""Worker processes under watch, alike on this machine and inside the workers of a cluster.

Whatever happens to a bundle, exactly one outcome comes home for each of its runs, and only the guilty run fails: its
neighbours are lived again, one by one.
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
"""So often a run whose worker dies is tried before it is to blame: a worker may be killed from outside."""
DEATHS_AT_START, SECONDS_TO_START, SECONDS_BETWEEN_LOOKS = 20, 600.0, 0.05
_always: Callable[[], bool] = lambda: True  # noqa: E731
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take.

    Attributes:
        seconds: since the worker's last sign of life. A bundle that gives none is lived again run by run.
        memory: bytes that a worker may hold in memory; None for no limit.
    """

    seconds: float = 3600.0
    memory: int | None = None


class _Trouble(Exception):  # noqa: N818 - nothing that anybody sees
    def __init__(self, reason: str, *, certain: bool) -> None:
        self.reason, self.certain = reason, certain


class _Worker:
    """One worker process; whoever is told of its trouble finds it dead."""

    def __init__(self, run: str) -> None:
        # A session of its own: Ctrl-C is not for it, and all that a run starts ends with it.
        self._line, theirs = socket.socketpair()
        with theirs:
            self.process: Any = subprocess.Popen(  # noqa: S603 - our own interpreter
                command(run), stdin=theirs.fileno(), env=_ONE_THREAD | os.environ, start_new_session=True
            )
        self.begun, self.wanted = False, _always
        threading.Thread(target=self.process.wait, daemon=True).start()  # so that no zombie is left of an idle one

    def begin(self) -> None:
        """Wait until it has imported the run function."""
        if not self.begun and (told := self._answer(Limits(SECONDS_TO_START))[0])["said"] == "unimportable":
            raise RunFunctionError(told["why"])
        self.begun = True

    def live(self, bundle: Bundle, limits: Limits) -> Outcome:
        """Have it live a bundle."""
        self._line.settimeout(limits.seconds)
        with suppress(OSError):  # a worker that is dead or deaf shows when it should answer
            self._line.sendall(frame([(task.point, task.seeds, task.scenario) for task in bundle]))
        while (answer := self._answer(limits))[0]["said"] == "alive":
            pass
        header, body = answer
        return Outcome((body,) if body else (), tuple(Failure(**told) for told in header["failures"]))

    def _answer(self, limits: Limits) -> tuple[dict[str, Any], bytes]:
        deadline = time.monotonic() + limits.seconds
        told, rest = LENGTHS.unpack(self._read(LENGTHS.size, limits, deadline))
        return json.loads(self._read(told, limits, deadline)), self._read(rest, limits, deadline)

    def _read(self, size: int, limits: Limits, deadline: float) -> bytes:
        found = bytearray()
        self._line.settimeout(SECONDS_BETWEEN_LOOKS)
        while len(found) < size:
            with suppress(TimeoutError, ConnectionError):
                found += self._line.recv(size - len(found)) or self._dead("died", certain=False)
            if not self.wanted():
                self.end()
                raise EngineLostError("nobody waits for these runs any more")
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
        """Kill it, and all that it started; returns how it ended."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        code = self.process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def close(self) -> None:
        """End it and let go of its line."""
        self.end()
        self._line.close()


def _remedy(run: Task, reason: str) -> str:
    """What to do about a run whose worker process was ended by a wrong access to memory."""
    own = run.scenario.get("mechanisms")
    if not own or not any(name in reason for name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGABRT")):
        return ""
    names = ", ".join(str(one["name"]) for one in cast("list[dict[str, object]]", own))
    which = f"in the run of point {run.point}, seed {run.seeds[0]} with the mechanism {names}"
    return f" {which}; sweep again with --careful, which also checks the columns before each of its rules"


class WorkerPool:
    """The worker processes of one run function; any number of threads may ask at once."""

    def __init__(self, run: str, limits: Limits) -> None:
        self.run, self.limits = run, limits
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._lock = threading.Lock()
        self._dismissed = False

    def live(self, bundle: Bundle, wanted: Callable[[], bool] = _always) -> Outcome:
        """Live a bundle, as long as it is wanted; failures are part of the outcome.

        Raises:
            RunFunctionError: if the run function cannot be imported.
            EngineLostError: if workers die before they begin, or nobody waits for them any more.
        """
        for deaths in range(1, DEATHS_ALONE + 1):
            with self._worker(wanted) as worker:
                try:
                    return worker.live(bundle, self.limits)
                except _Trouble as found:
                    trouble = found
            if len(alone := one_by_one(bundle)) > 1:
                return together(self.live((run,), wanted) for run in alone)
            if trouble.certain or deaths == DEATHS_ALONE:
                return Outcome((), (Failure.of(bundle[0], trouble.reason + _remedy(bundle[0], trouble.reason)),))
        raise AssertionError

    @contextmanager
    def _worker(self, wanted: Callable[[], bool]) -> Generator[_Worker]:
        """One that is alive, has begun, and belongs to nobody else."""
        for start in range(1, DEATHS_AT_START + 1):
            with self._lock:
                if self._dismissed:
                    raise EngineLostError("the sweep has ended")
                worker = self._idle.pop() if self._idle else _Worker(self.run)
                self._busy.add(worker)
                worker.wanted = wanted
            try:
                worker.begin()
                if worker.process.poll() is None:
                    yield worker
                    return
            except _Trouble as death:
                if start == DEATHS_AT_START:
                    raise EngineLostError(f"worker processes die before they begin: {death.reason}") from death
            finally:
                self._give_back(worker)

    def _give_back(self, worker: _Worker) -> None:
        if not (alive := worker.begun and worker.process.poll() is None):
            worker.close()
        with self._lock:
            self._busy.discard(worker)
            if alive and not self._dismissed:
                self._idle.append(worker)
            elif alive:
                worker.close()

    def dismiss(self) -> None:
        """End all workers at once; whoever waits for one lets go of it."""
        with self._lock:
            self._dismissed = True
            for worker in self._busy:
                worker.end()
            for worker in self._idle:
                worker.close()
            self._idle = []


_crews: dict[tuple[int, str, Limits], WorkerPool] = {}


def run_bundle_here(
    bundle: Bundle, run: str, limits: Limits, planned_in: dict[str, str], wanted: Callable[[], bool] = _always
) -> Outcome:
    """Live a bundle in a crew of this process: what is sent to executors and clusters.

    Raises:
        EnvironmentDiffersError: if the environment is not the one in which the bundle was planned.
    """
    if different := differences(planned_in, environment()):
        raise EnvironmentDiffersError(
            f"the worker on {platform.node()} has other numerical libraries or another processor than the machine that "
            f"plans the sweep ({different}); install the same versions everywhere, and where processors differ set "
            "NUMBA_CPU_NAME=generic on all machines"
        )
    whose = (os.getpid(), run, limits)  # a forked process must not ask the workers of its parent
    if whose not in _crews and _crews.setdefault(whose, crew := WorkerPool(run, limits)) is crew:
        atexit.register(crew.dismiss)
    return _crews[whose].live(bundle, wanted)
