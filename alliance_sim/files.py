"""Atomic writes of files and folders, used wherever the library writes to disk.

The name of a temporary file identifies the process that created it: a digest of the machine, the process id and the
start time of the process. Only temporary files of dead processes of this machine are removed, never by age.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import secrets
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

UNFINISHED, PARTIAL = ".unfinished", ".partial"
"""Suffixes of temporary files and of temporary folders."""
LONGEST_STEM = 100
"""Bytes of the final name in a temporary name; most file systems allow 255 in all."""
MOVES = ".moves.json"
"""A file in a temporary folder whose files are being moved up, with their names and inode numbers."""

_TEMPORARY = re.compile(
    r"^\..*\.(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-(?P<start>\d+)-[0-9a-f]{8}"
    rf"(?P<kind>{re.escape(UNFINISHED)}|{re.escape(PARTIAL)})$",
    re.DOTALL,
)

type AtStage = Callable[[str], None]
"""A callback for each stage of a write; tests kill the process there."""


def no_stage(_: str) -> None:
    """Do nothing at a stage."""


def write_atomically(
    path: Path, content: str | bytes | memoryview, *, durable: bool = False, at_stage: AtStage = no_stage
) -> None:
    """Write a file atomically: readers find the new content or the previous one.

    Args:
        path: the file.
        content: bytes, or text to be written as UTF-8 with its line ends unchanged.
        durable: whether to flush file and folder to the disk, so that the file survives a loss of power.
        at_stage: called at each stage.

    Raises:
        OSError: if the file cannot be written; it names ``path``, and the temporary file is removed.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary = path.with_name(temporary_name(path.name, UNFINISHED))
    try:
        at_stage("before writing")
        with temporary.open("xb") as file:
            file.write(data)
            at_stage("written")
            if durable:
                file.flush()
                os.fsync(file.fileno())
        at_stage("before the rename")
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)
        raise
    at_stage("renamed")
    if durable:
        sync_folder(path.parent)
    at_stage("done")


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk, where the system supports it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows cannot open folders
        if os.name == "nt":
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def atomic_folder(out: Path) -> Generator[Path]:
    """Provide a temporary folder that becomes ``out`` if the block ends without an exception, and is removed otherwise.

    A new folder is filled beside its final place and renamed. An existing empty folder may be a mount point or the
    working directory; the temporary folder is then inside it, and the files are moved up.

    Args:
        out: an absolute path of a new or empty folder (call ``clear_leftovers`` first).
    """
    created = [folder for folder in reversed(out.parents) if not folder.exists()]
    inside = out.exists()
    hidden = temporary_name(out.name, PARTIAL)
    staging = out / hidden if inside else out.with_name(hidden)
    moved: list[Path] = []
    try:
        staging.mkdir(parents=True)
        yield staging
        if inside:
            _move_up(staging, out, moved)
        else:
            staging.rename(out)  # fails where another process has filled the folder meanwhile
    except BaseException as error:
        shutil.rmtree(staging, ignore_errors=True)
        for path in moved:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        for folder in reversed(created):
            with suppress(OSError):  # not empty: another process uses it
                folder.rmdir()
        if isinstance(error, OSError) and error.filename:  # the temporary name means nothing to the user
            error.filename = str(error.filename).replace(str(staging), str(out))
        raise


def _move_up(staging: Path, out: Path, moved: list[Path]) -> None:
    files = sorted(staging.iterdir())
    write_atomically(staging / MOVES, json.dumps({path.name: path.stat().st_ino for path in files}))
    for path in files:
        moved.append(out / path.name)
        path.replace(out / path.name)
    (staging / MOVES).unlink()
    staging.rmdir()


def clear_leftovers(folder: Path) -> None:
    """Remove the temporary files and folders in ``folder`` that dead processes of this machine left.

    Files that such a process had already moved up from its temporary folder are removed as well, since the result is
    incomplete.
    """
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if _is_leftover(path.name):
                with suppress(OSError):
                    _remove(path)


def _remove(path: Path) -> None:
    if path.name.endswith(PARTIAL):
        if not path.is_dir() or path.is_symlink():
            return
        with suppress(OSError, ValueError, AttributeError):
            for name, inode in json.loads((path / MOVES).read_text("utf-8")).items():
                final = path.parent / Path(name).name
                if not (path / name).exists() and final.is_file() and final.stat().st_ino == inode:
                    final.unlink()
        shutil.rmtree(path)
    elif path.is_file() and not path.is_symlink():
        path.unlink()


def temporary_name(name: str, kind: str) -> str:
    """Return a unique hidden name for a temporary file, short enough for every file system.

    Args:
        name: the final name.
        kind: ``UNFINISHED`` or ``PARTIAL``.
    """
    stem = name.encode("utf-8", "surrogateescape")[:LONGEST_STEM].decode("utf-8", "ignore")
    return f".{stem}.{_machine()}-{os.getpid()}-{_start_of(os.getpid())}-{secrets.token_hex(4)}{kind}"


def is_temporary(name: str) -> bool:
    """Return whether a name is a temporary name of ``write_atomically`` or ``atomic_folder``."""
    return _TEMPORARY.match(name) is not None


def _is_leftover(name: str) -> bool:
    """Return whether a name is a temporary name of a dead process of this machine."""
    found = _TEMPORARY.match(name)
    if found is None or found["machine"] != _machine():
        return False
    return _start_of(int(found["process"])) != int(found["start"])


@cache
def _machine() -> str:
    """Return eight digits for this machine and container, within which process ids are valid."""
    known = [platform.node()]
    with suppress(OSError):
        known.append(Path("/etc/machine-id").read_text("ascii"))
    with suppress(OSError):
        known.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:8]


def _start_of(process: int) -> int | None:
    """Return the start time of a process in ticks of the system's clock; None where there is no such process."""
    with suppress(OSError, IndexError, ValueError):
        # Ticks since boot do not change when the clock is set, unlike a time of day.
        return int(Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19])
    try:
        import psutil
    except ImportError:  # without the extra study: nothing is known, so nothing is removed
        return -1
    try:
        return round(psutil.Process(process).create_time())
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:
        return -1
