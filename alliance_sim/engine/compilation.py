"""Compile rules and loops with Numba: rules are inlined into the loops that call them, loops are cached on disk.

Numba's disk cache checks only the file of the loop, so a change to a rule in another file would be ignored. Here a
cached loop is valid only for the exact text of its file and of every file of this library that it imports.
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
"""``njit`` without its declared types, which lack half of its options."""

quotient: Any = np.divide
"""``quotient(a, b)`` is a / b for b that cannot be 0.

# perf: compiled ``/`` tests for 0 each time, which prevents vectorization.
"""

_HERE = Path(__file__).parents[1]
_IMPORT = re.compile(r"^from alliance_sim((?:\.\w+)*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)


@cache
def _imported_by(path: Path) -> tuple[Path, ...]:
    """Return the files of this library that a file imports."""
    return tuple(_files_named(path.read_text(encoding="utf-8")))


def _files_named(text: str) -> Iterator[Path]:
    for package, names in _IMPORT.findall(text):
        module = _HERE.joinpath(*package.split(".")[1:])
        for file in (module.with_suffix(".py"), *(module / f"{name}.py" for name in re.findall(r"\w+", names))):
            if file.is_file():
                yield file


@cache
def stamp_of(path: Path) -> str:
    """Return a SHA-256 over a file and every file of this library that it imports, directly or indirectly."""
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
    """Compile a short pure function of numbers, inlined into the loops that call it; ``.py_func`` is the Python."""
    return _njit(forceinline=True, _nrt=False)(function)


def step[F: Callable[..., Any]](function: F) -> F:
    """Compile a part of a loop, inlined into it; only compiled code calls it, and it must not allocate arrays.

    # perf: a call that is not inlined passes every column, at four times the cost of the work; without a Python wrapper
    # it compiles in half the time.
    """
    return _njit(forceinline=True, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def loop[F: Callable[..., Any]](function: F) -> F:
    """Compile a loop that Python calls; it releases the interpreter lock and is cached on disk if possible.

    Set ``NUMBA_CACHE_DIR`` to a writable folder if the default one is not.
    """
    try:
        dispatcher = _njit(cache=True, nogil=True, no_cfunc_wrapper=True)(function)
    except RuntimeError:
        # Neither the library's nor the user's folder is writable: compile at each start.
        return _njit(nogil=True, no_cfunc_wrapper=True)(function)
    # Numba has no public option for this; a test edits a rule and checks that the loop is recompiled.
    dispatcher._cache._cache_file._source_stamp = stamp_of(Path(function.__code__.co_filename))
    return dispatcher
