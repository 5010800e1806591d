"""How rules and loops are compiled: rules melt into the loops that call them, loops are kept on disk.

Numba's disk cache looks only at the file of the loop, so an edited rule in another file would be ignored and the model
of yesterday would run. Here a cached loop is valid only for the exact text of its file and of all that this imports.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit

_njit: Any = njit
"""Its declared types know only half of its options."""

quotient: Any = np.divide
"""``quotient(a, b)`` is a / b where b cannot be 0: compiled ``/`` would ask each time, and do one after another."""

_HERE = Path(__file__).parents[1]
_IMPORT = re.compile(r"^from alliance_sim((?:\.\w+)*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)


@cache
def _imported_by(path: Path) -> tuple[Path, ...]:
    """The files of this library that a file imports."""
    return tuple(_files_named(path.read_text(encoding="utf-8")))


def _files_named(text: str) -> Iterator[Path]:
    for package, names in _IMPORT.findall(text):
        room = _HERE.joinpath(*package.split(".")[1:])
        for file in (room.with_suffix(".py"), *(room / f"{name}.py" for name in re.findall(r"\w+", names))):
            if file.is_file():
                yield file


@cache
def stamp_of(path: Path) -> str:
    """SHA-256 over the text of a file and of every file of this library that it imports, at whatever remove."""
    found, waiting = {Path(__file__), path}, [path]
    while waiting:
        new = set(_imported_by(waiting.pop())) - found
        found |= new
        waiting += new
    sha = hashlib.sha256()
    for file in sorted(found):
        sha.update(file.read_bytes())
    return sha.hexdigest()


def rule[F: Callable[..., Any]](function: F) -> F:
    """A short pure function of numbers; ``.py_func`` is the plain Python. It melts into the loops that call it."""
    return _njit(forceinline=True, _nrt=False)(function)


def step[F: Callable[..., Any]](function: F) -> F:
    """Part of a loop, on rows it is given; only compiled code calls it, and it may not make arrays.

    Without melting into its loop, each call would hand over every column of the world and count references to them,
    which cost four times the work itself; without a way in from Python it compiles in half the time.
    """
    return _njit(forceinline=True, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def loop[F: Callable[..., Any]](function: F) -> F:
    """A loop over rows that Python calls: it lets other threads run beside it, and is kept on disk where that can be.

    Where nothing can be written, ``NUMBA_CACHE_DIR`` may name a folder that can.
    """
    try:
        dispatcher = _njit(cache=True, nogil=True, no_cfunc_wrapper=True)(function)
    except RuntimeError:
        # Neither the library's folder nor the user's can be written: all still works, and is compiled at each start.
        return _njit(nogil=True, no_cfunc_wrapper=True)(function)
    # Numba has no public way to widen what the cache watches; a test edits a rule and looks for the change.
    dispatcher._cache._cache_file._source_stamp = stamp_of(Path(function.__code__.co_filename))
    return dispatcher
