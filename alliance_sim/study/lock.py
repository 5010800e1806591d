"""One writer at a time. The lock dies with its process, and a process that is forked or spawned does not inherit it."""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from alliance_sim.study.trouble import StudyError

NAME = "writer.lock"
_FLOCK = "hhqqi4x"
_held: set[Path] = set()
"""Record locks belong to a process, so a second sweep in the same one would be let in."""


@contextmanager
def only_writer(folder: Path) -> Generator[None]:
    """Be the only one who writes into a folder.

    Raises:
        StudyError: if another sweep does.
    """
    path = folder.resolve() / NAME
    taken = StudyError(f"{folder}: another sweep is writing here; wait for it to end, or give another folder")
    if path in _held:  # asked before the file is opened: closing it would let go of the lock that this process has
        raise taken
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise taken from held
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
    finally:
        os.close(descriptor)


def writer_of(folder: Path) -> int | None:
    """The process that writes into a folder, None where there is none; asking changes nothing."""
    path = folder.resolve() / NAME
    if path in _held:
        return os.getpid()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, process = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None if kind == fcntl.F_UNLCK else process
