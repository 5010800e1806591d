"""How rules and loops are compiled: rules melt into the loops that call them, loops are kept on disk.

Numba's disk cache looks only at the file of the loop, so an edited rule in another file would be ignored and yesterday's
model would run. Here a cached loop is valid only for the exact text of every compiled room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba import njit

_HERE = Path(__file__).parent
_ROOMS = ("chance.py", "parameters.py", "state.py", "settings.py", "population.py", "measures.py", "half_term.py")


@cache
def rooms_stamp() -> str:
    """SHA-256 over the text of every room that holds compiled code or what it is compiled from."""
    sha = hashlib.sha256()
    for path in (*(_HERE / name for name in _ROOMS), *sorted((_HERE / "mechanisms").glob("*.py"))):
        sha.update(path.read_bytes())
    return sha.hexdigest()


def rule[F: Callable[..., Any]](function: F) -> F:
    """A short pure function of numbers for one tie or person; ``.py_func`` is the plain Python."""
    return njit(function)  # type: ignore[no-any-return]


def loop[F: Callable[..., Any]](function: F) -> F:
    """A loop over rows that Python calls: kept on disk, and it lets other threads run beside it."""
    dispatcher = njit(cache=True, nogil=True)(function)
    # Numba has no public way to widen what the cache watches; a test edits a rule and looks for the change.
    dispatcher._cache._cache_file._source_stamp = rooms_stamp()  # noqa: SLF001
    return dispatcher  # type: ignore[no-any-return]
