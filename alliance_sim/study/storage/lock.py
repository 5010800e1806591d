"""The lock of a results folder. It ends with its process, and forked or spawned processes do not inherit it."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from alliance_sim.study.errors import StudyError

NAME = "writer.lock"
SECONDS_TO_ACQUIRE = 0.5
"""Seconds to wait: ``writer_of`` in another process may hold the lock for an instant."""
_PROCESS = 1
"""Where the process number is in the file: Windows lets no other process read the first byte, which is locked."""
_held: dict[Path, int] = {}
"""The folders' locks that this process holds; a process that is forked has another number."""


@contextmanager
def only_writer(folder: Path) -> Generator[None]:
    """Hold the lock of a folder, so that this is the only sweep that writes to it.

    Raises:
        StudyError: if another sweep holds the lock.
        OSError: if the file system has no locks, or the lock file cannot be written.
    """
    path = folder.resolve() / NAME
    taken = StudyError(f"{folder}: another sweep is writing here; wait for it to end, or give another folder")
    if _held.get(path) == os.getpid():
        raise taken
    lock = _lock(path)
    try:
        lock.acquire(timeout=SECONDS_TO_ACQUIRE)
    except Timeout as held:
        raise taken from held
    try:
        _held[path] = os.getpid()
        _note(path, str(os.getpid()))
        yield
    finally:
        if _held.get(path) == os.getpid():  # else a forked process, whose parent still holds it
            del _held[path]
            with suppress(OSError):
                _note(path, "")
            lock.release()


def writer_of(folder: Path) -> int | None:
    """Return the number of the process that writes to a folder, or None; the folder is not changed."""
    path = folder.resolve() / NAME
    if _held.get(path) == os.getpid():
        return os.getpid()
    try:
        with path.open("rb") as file:
            file.seek(_PROCESS)
            process = int(file.read(20))
    except (OSError, ValueError):
        return None
    try:
        _lock(path).acquire(timeout=0).lock.release()
    except Timeout:
        return process
    except OSError:  # it may only be read, by this user or on this machine
        return process if _is_here(process) else None
    return None  # it was killed


def _lock(path: Path) -> FileLock:
    return FileLock(path, thread_local=False, fallback_to_soft=False, poll_interval=0.02)


def _note(path: Path, process: str) -> None:
    """Write the process number into the lock file; an older one is written over."""
    with path.open("r+b", buffering=0) as file:
        file.truncate(_PROCESS)
        file.seek(_PROCESS)
        file.write(process.encode("ascii"))


def _is_here(process: int) -> bool:
    import psutil

    return psutil.pid_exists(process)
