"""A worker process: read bundles of tasks from a socket, simulate them, and send the outcomes back.

A frame has two lengths, a JSON header and Arrow bytes; nothing is pickled. The worker ends with its parent, and by
itself when it has been idle for a while.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from alliance_sim.study.spec.tasks import Bundle, Failure, Task, one_by_one, runs_in

LENGTHS = struct.Struct("<IQ")
SECONDS_IDLE = 1.0
SECONDS_BETWEEN_SIGNS = 0.2
_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG
_last_sign = float("inf")
_parent: socket.socket


def frame(header: object, body: bytes = b"") -> bytes:
    """Return the bytes of a message."""
    text = json.dumps(header).encode()
    return b"".join((LENGTHS.pack(len(text), len(body)), text, body))


def heartbeat() -> None:
    """Restart the time limit; a run function calls this when it starts a run, or a batch of about half a second."""
    global _last_sign  # noqa: PLW0603 - a process is one worker
    if (now := time.monotonic()) - _last_sign > SECONDS_BETWEEN_SIGNS:
        _last_sign = now
        _parent.sendall(frame({"message": "heartbeat"}))


def main(parent: int, run: str) -> None:
    """Serve bundles until the parent closes the socket, dies, or sends nothing for ``SECONDS_IDLE``."""
    global _parent, _last_sign  # noqa: PLW0603
    _end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the sweep handles Ctrl-C and lets runs end
    _parent = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    try:
        simulate = run_function(run)
    except BaseException as error:
        _parent.sendall(frame({"message": "unimportable", "why": f"{type(error).__name__}: {error}"}))
        return
    _parent.sendall(frame({"message": "ready"}))
    requests = _parent.makefile("rb")
    while _has_request() and (head := requests.read(LENGTHS.size)):
        request = json.loads(requests.read(LENGTHS.unpack(head)[0]))
        bundle = tuple(Task(point, tuple(seeds), (), scenario) for point, seeds, scenario in request)
        _last_sign = time.monotonic()
        body, failures = simulate_bundle(simulate, bundle)
        _parent.sendall(frame({"message": "outcome", "failures": [asdict(failure) for failure in failures]}, body))


def simulate_bundle(simulate: Callable[[Any], Any], bundle: Bundle) -> tuple[bytes, list[Failure]]:
    """Return the series of a bundle as an Arrow IPC stream, and the runs that raised or are not finite."""
    from alliance_sim.study.execution.task_output import checked, packed

    failures: list[Failure] = []

    def tables_of(some: Bundle) -> list[Any]:
        try:
            table, bad = checked(some, [simulate(task) for task in some])
        except BaseException as error:
            if runs_in(some) > 1:  # only the run that raised fails
                return [table for alone in one_by_one(some) for table in tables_of((alone,))]
            failures.append(Failure.of(some[0], _reason(error), traceback.format_exc()))
            return []
        failures.extend(bad)
        return [table]

    return packed(tables_of(bundle)), failures


def run_function(run: str) -> Callable[[Any], Any]:
    """Import the function named ``"module:function"``, and call ``warm_up`` of its module if there is one."""
    module, _, name = run.partition(":")
    found = importlib.import_module(module)
    simulate = getattr(found, name)
    getattr(found, "warm_up", lambda: None)()
    return simulate


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split())[:500]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _has_request() -> bool:
    return bool(select.select([_parent], [], [], SECONDS_IDLE)[0])


def _end_with(parent: int) -> None:
    """End this process with its parent: Linux kills it even in compiled code; elsewhere a thread checks each second."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def command(run: str) -> list[str]:
    """Return the command that starts a worker with the import path of this process."""
    program = (
        "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
        "from alliance_sim.study.execution.worker import main; main(int(sys.argv[2]), sys.argv[3])"
    )
    return [sys.executable, "-c", program, json.dumps(sys.path), str(os.getpid()), run]
