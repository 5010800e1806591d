"""A worker process: reads tasks from its standard input, lives them, answers on its standard output.

Frames both ways: two lengths, a JSON header, Arrow bytes. Nothing is pickled. The worker ends with its parent.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

LENGTHS = struct.Struct("<IQ")
_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG


def frame(header: dict[str, Any], body: bytes = b"") -> bytes:
    """A message as it goes through the pipe."""
    told = json.dumps(header).encode()
    return b"".join((LENGTHS.pack(len(told), len(body)), told, body))


def main(parent: int, run: str) -> None:
    """Serve until the parent closes the pipe or dies."""
    _end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the sweep to hear, which lets runs end
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)  # what a run prints must not get between the answers
    try:
        live = run_function(run)
    except BaseException as error:
        _say(answers, {"said": "unimportable", "why": f"{type(error).__name__}: {error}"})
        return
    _say(answers, {"said": "ready"})
    from alliance_sim.study.answers import packed
    from alliance_sim.study.tasks import Task

    while head := questions.read(LENGTHS.size):
        asked = json.loads(questions.read(LENGTHS.unpack(head)[0]))
        task = Task(asked["point"], tuple(asked["seeds"]), tuple(asked["keys"]), asked["scenario"])
        try:
            body, bad = packed(live(task), task.seeds)
            header = {"said": "lived", "bad": bad}
        except BaseException as error:
            body, header = b"", {"said": "raised", "traceback": traceback.format_exc(), **_told(error)}
        _say(answers, header, body)


def run_function(run: str) -> Callable[[Any], Any]:
    """The function named ``"module:function"``, warmed up."""
    module, _, name = run.partition(":")
    found = importlib.import_module(module)
    live = getattr(found, name)
    getattr(found, "warm_up", lambda: None)()
    return live


def _told(error: BaseException) -> dict[str, str]:
    text = " ".join(str(error).split())[:500]
    return {"reason": f"{type(error).__name__}: {text}" if text else type(error).__name__}


def _say(answers: Any, header: dict[str, Any], body: bytes = b"") -> None:
    rest = memoryview(frame(header, body))
    while rest:
        rest = rest[answers.write(rest) :]


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
        "from alliance_sim.study.worker import main; main(int(sys.argv[2]), sys.argv[3])"
    )
    return [sys.executable, "-c", program, json.dumps(sys.path), str(os.getpid()), run]
