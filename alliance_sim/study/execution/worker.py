"""A worker process: reads bundles of tasks from a socket, lives them, and answers there.

Frames both ways: two lengths, a JSON header, Arrow bytes. Nothing is pickled. The worker ends with its parent, and by
itself when nobody has asked it for a while.
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
    """A message as it goes through the socket."""
    told = json.dumps(header).encode()
    return b"".join((LENGTHS.pack(len(told), len(body)), told, body))


def heartbeat() -> None:
    """Said by a run function as it begins a run, or half a second's runs: the limit of time counts from there."""
    global _last_sign  # noqa: PLW0603 - a process is one worker
    if (now := time.monotonic()) - _last_sign > SECONDS_BETWEEN_SIGNS:
        _last_sign = now
        _parent.sendall(frame({"said": "alive"}))


def main(parent: int, run: str) -> None:
    """Serve until the parent closes the socket or dies, or nobody asks."""
    global _parent, _last_sign  # noqa: PLW0603
    _end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the sweep to hear, which lets runs end
    _parent = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    try:
        live = run_function(run)
    except BaseException as error:
        _parent.sendall(frame({"said": "unimportable", "why": f"{type(error).__name__}: {error}"}))
        return
    _parent.sendall(frame({"said": "ready"}))
    questions = _parent.makefile("rb")
    while _somebody_asks() and (head := questions.read(LENGTHS.size)):
        asked = json.loads(questions.read(LENGTHS.unpack(head)[0]))
        bundle = tuple(Task(point, tuple(seeds), (), scenario) for point, seeds, scenario in asked)
        _last_sign = time.monotonic()
        body, failures = answer(live, bundle)
        _parent.sendall(frame({"said": "lived", "failures": [asdict(failure) for failure in failures]}, body))


def answer(live: Callable[[Any], Any], bundle: Bundle) -> tuple[bytes, list[Failure]]:
    """Live a bundle: its series as an Arrow IPC stream, and the runs that raised or are not finite."""
    from alliance_sim.study.execution.task_output import checked, packed

    failures: list[Failure] = []

    def lived(some: Bundle) -> list[Any]:
        try:
            table, bad = checked(some, [live(task) for task in some])
        except BaseException as error:
            if runs_in(some) > 1:  # only the guilty run fails
                return [table for alone in one_by_one(some) for table in lived((alone,))]
            failures.append(Failure.of(some[0], _reason(error), traceback.format_exc()))
            return []
        failures.extend(bad)
        return [table]

    return packed(lived(bundle)), failures


def run_function(run: str) -> Callable[[Any], Any]:
    """The function named ``"module:function"``, warmed up."""
    module, _, name = run.partition(":")
    found = importlib.import_module(module)
    live = getattr(found, name)
    getattr(found, "warm_up", lambda: None)()
    return live


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split())[:500]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _somebody_asks() -> bool:
    return bool(select.select([_parent], [], [], SECONDS_IDLE)[0])


def _end_with(parent: int) -> None:
    """Linux kills us when the parent dies, even inside compiled code; elsewhere a thread looks once a second."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def command(run: str) -> list[str]:
    """How to start a worker that finds the same modules as we do."""
    program = (
        "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
        "from alliance_sim.study.execution.worker import main; main(int(sys.argv[2]), sys.argv[3])"
    )
    return [sys.executable, "-c", program, json.dumps(sys.path), str(os.getpid()), run]
