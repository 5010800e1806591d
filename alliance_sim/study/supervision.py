"""Worker processes under watch: restarted when they die, stopped when they take too long or too much memory.

Used alike on this machine and inside the workers of a cluster. Whatever happens to a task, exactly one outcome comes
home for each of its runs, and only the guilty run fails: its neighbours are lived again, one by one.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from alliance_sim.study.tasks import EngineLostError, Failure, Outcome, RunFunctionError, Task
from alliance_sim.study.worker import LENGTHS, command, frame

DEATHS_ALONE = 3
"""A run whose worker dies is tried so often before it is to blame: a worker may be killed from outside."""
DEATHS_AT_START = 20
SECONDS_TO_START = 600.0
SECONDS_BETWEEN_LOOKS = 0.05
SECONDS_IDLE = 2.0
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take.

    Attributes:
        seconds: of wall time. A task of many runs that takes longer is lived again run by run; a run alone fails.
        memory: bytes that a worker may hold in memory; None for no limit.
    """

    seconds: float = 3600.0
    memory: int | None = None


class CrewDismissedError(EngineLostError):
    """The sweep ended while a task was under way."""


class _Trouble(Exception):  # noqa: N818 - nothing that anybody sees
    def __init__(self, reason: str, traceback: str = "", *, certain: bool = True) -> None:
        self.reason, self.traceback, self.certain = reason, traceback, certain


class _Worker:
    """One worker process."""

    def __init__(self, run: str) -> None:
        # A session of its own: Ctrl-C at the terminal is not for the workers, and all that a run starts ends with it.
        self.process: Any = subprocess.Popen(  # noqa: S603 - our own interpreter
            command(run),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_ONE_THREAD | os.environ,
            start_new_session=True,
        )
        self.idle_since = time.monotonic()

    def begin(self) -> None:
        """Wait until it has imported the run function."""
        header, _ = self._answer(Limits(SECONDS_TO_START))
        if header["said"] == "unimportable":
            raise RunFunctionError(header["why"])

    def live(self, task: Task, limits: Limits) -> Outcome:
        """Have it live a task; raises trouble."""
        with suppress(BrokenPipeError):  # a worker that died shows as the end of its answers
            question = memoryview(frame(asdict(task)))
            while question:
                question = question[self.process.stdin.write(question) :]
        header, body = self._answer(limits)
        if header["said"] == "raised":
            raise _Trouble(header["reason"], header["traceback"])
        return Outcome((body,), tuple(Failure(seed, reason) for seed, reason in header["bad"]))

    def _answer(self, limits: Limits) -> tuple[dict[str, Any], bytes]:
        deadline = time.monotonic() + limits.seconds
        told, rest = LENGTHS.unpack(self._read(LENGTHS.size, limits, deadline))
        return json.loads(self._read(told, limits, deadline)), self._read(rest, limits, deadline)

    def _read(self, size: int, limits: Limits, deadline: float) -> bytes:
        found, pipe, poll = bytearray(), self.process.stdout.fileno(), select.poll()
        poll.register(pipe, select.POLLIN)
        while len(found) < size:
            if poll.poll(SECONDS_BETWEEN_LOOKS * 1000):
                if not (more := os.read(pipe, size - len(found))):
                    self.end()
                    raise _Trouble(f"its worker process died ({self._how_it_ended()})", certain=False)
                found += more
            self._look(limits, deadline)
        return bytes(found)

    def _look(self, limits: Limits, deadline: float) -> None:
        if time.monotonic() > deadline:
            self.end()
            raise _Trouble(f"it took longer than the limit of {limits.seconds:g} seconds")
        with suppress(psutil.Error):
            if limits.memory and psutil.Process(self.process.pid).memory_info().rss > limits.memory:
                self.end()
                raise _Trouble(f"it held more memory than the limit of {limits.memory / 1e6:,.0f} MB")

    def _how_it_ended(self) -> str:
        code = self.process.returncode
        with suppress(ValueError):
            return signal.Signals(-code).name
        return f"exit code {code}"

    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    def end(self) -> None:
        """Kill it, and all that it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End it and let go of its pipes."""
        self.end()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()


class Crew:
    """The worker processes of one run function; any number of threads may ask it at once, each gets a worker."""

    def __init__(self, run: str, limits: Limits) -> None:
        self.run, self.limits = run, limits
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._dismissed = False

    def live(self, task: Task) -> Outcome:
        """Live a task; failures are part of the outcome.

        Raises:
            RunFunctionError: if the run function cannot be imported.
            EngineLostError: if workers die before they begin, or the crew was dismissed.
        """
        for deaths in range(1, DEATHS_ALONE + 1):
            try:
                return self._ask(task)
            except _Trouble as trouble:
                if len(task.seeds) > 1:
                    return _together(self.live(alone) for alone in task.one_by_one())
                if trouble.certain or deaths == DEATHS_ALONE:
                    seed = next(iter(task.seeds))
                    return Outcome((), (Failure(seed, trouble.reason, trouble.traceback),))
        raise AssertionError

    def _ask(self, task: Task) -> Outcome:
        worker = self._worker()
        try:
            return worker.live(task, self.limits)
        finally:
            self._give_back(worker)

    def _worker(self) -> _Worker:
        trouble = ""
        for _ in range(DEATHS_AT_START):
            with self._lock:
                if self._dismissed:
                    raise CrewDismissedError("the sweep has ended")
                worker, new = (self._idle.pop(), False) if self._idle else (_Worker(self.run), True)
                self._all.add(worker)
            try:
                if new:
                    worker.begin()
            except _Trouble as death:
                trouble = death.reason
            except RunFunctionError:
                self._let_go(worker)
                raise
            if worker.alive():
                return worker
            self._let_go(worker)
        raise EngineLostError(f"worker processes die before they begin: {trouble}")

    def _give_back(self, worker: _Worker) -> None:
        worker.idle_since = time.monotonic()
        if worker.alive() and not self._dismissed:
            with self._lock:
                self._idle.append(worker)
        else:
            self._let_go(worker)

    def _let_go(self, worker: _Worker) -> None:
        worker.close()
        with self._lock:
            self._all.discard(worker)

    def dismiss(self) -> None:
        """End all workers at once."""
        with self._lock:
            self._dismissed, workers = True, list(self._all)
        for worker in workers:
            worker.end()
        for worker in self._idle:
            worker.close()

    def send_idle_home(self) -> None:
        """Now and then: end the workers that nobody has asked for a while."""
        while True:
            time.sleep(SECONDS_IDLE / 2)
            with self._lock:
                late = [worker for worker in self._idle if time.monotonic() - worker.idle_since > SECONDS_IDLE]
                self._idle = [worker for worker in self._idle if worker not in late]
            for worker in late:
                self._let_go(worker)


def _together(outcomes: Iterable[Outcome]) -> Outcome:
    found = list(outcomes)
    series = tuple(stream for outcome in found for stream in outcome.series)
    return Outcome(series, tuple(failure for outcome in found for failure in outcome.failures))


_crews: dict[tuple[int, str, Limits], Crew] = {}
_making = threading.Lock()


def live_here(task: Task, run: str, limits: Limits) -> Outcome:
    """Live a task in a crew of this process: what is sent to executors and clusters."""
    whose = (os.getpid(), run, limits)  # a forked process must not ask the workers of its parent
    with _making:
        if whose not in _crews:
            _crews[whose] = Crew(run, limits)
            threading.Thread(target=_crews[whose].send_idle_home, daemon=True).start()
    return _crews[whose].live(task)
