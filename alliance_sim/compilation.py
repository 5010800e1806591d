"""How rules and loops are compiled: rules melt into the loops that call them, loops are kept on disk.

Numba's disk cache looks only at the file of the loop, so an edited rule in another file would be ignored and the model
of yesterday would run. Here a cached loop is valid only for the exact text of every compiled room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit

_njit: Any = njit
"""Its declared types know only half of its options."""

quotient: Any = np.divide
"""``quotient(a, b)`` is a / b where b cannot be 0: compiled ``/`` would ask each time, and do one after another."""

_HERE = Path(__file__).parent
_ROOMS = (
    "acquaintance.py",
    "boundaries.py",
    "chance.py",
    "compilation.py",
    "half_term.py",
    "lots.py",
    "measures.py",
    "parameters.py",
    "population.py",
    "rows.py",
    "settings.py",
    "state.py",
    "stretch.py",
)


@cache
def rooms_stamp() -> str:
    """SHA-256 over the text of every room that holds compiled code or what it is compiled from."""
    sha = hashlib.sha256()
    for path in (*(_HERE / name for name in _ROOMS), *sorted((_HERE / "mechanisms").glob("*.py"))):
        sha.update(path.read_bytes())
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
    dispatcher._cache._cache_file._source_stamp = rooms_stamp()
    return dispatcher
