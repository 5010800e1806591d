"""Compile rules and loops with Numba: rules are inlined into the loops that call them, loops are cached on disk.

Numba's disk cache checks only the file of the loop, so a change to a rule in another file would be ignored. Here a
cached loop is valid only for the exact text of its file and of every file of this library that it imports.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import cache, update_wrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

import numpy as np
from numba import config as numba_config
from numba import njit, types

from alliance_sim.engine.linked_code import LinkedCompiler

_config: Any = numba_config
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
    found, waiting = {Path(__file__), path}, [Path(__file__), path]
    while waiting:
        new = set(_imported_by(waiting.pop())) - found
        found |= new
        waiting += new
    sha = hashlib.sha256()
    for file in sorted(found):
        sha.update(file.read_bytes())
    return sha.hexdigest()


_LINKED: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": LinkedCompiler}
INLINED: Any = {"forceinline": True, "_nrt": False}
"""Options of what is inlined into loops; it must not allocate arrays.

# perf: a call that is not inlined passes every column, at four times the cost of the work.
"""

INLINED_HOOK: Any = INLINED | _LINKED
"""Options of the implementations that ``numba.extending.overload`` chooses among."""


def _linked(function: Callable[..., Any]) -> Any:
    """Return options for a function that only compiled code calls; a user's function may also call into Python."""
    return _LINKED if function.__module__.startswith("alliance_sim.") else {}


def rule[F: Callable[..., Any]](function: F) -> F:
    """Compile a short pure function of numbers, inlined into the loops that call it; ``.py_func`` is the Python."""
    return cast("F", Compiled(function, _njit(**INLINED)(function), _njit(**INLINED, **_linked(function))(function)))


def step[F: Callable[..., Any]](function: F) -> F:
    """Compile a part of a loop, inlined into it; only compiled code calls it, and it must not allocate arrays."""
    return _njit(**{**INLINED, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, **_linked(function)})(function)


class Compiled:
    """A function that is compiled once for calls from Python, and once for calls from compiled code.

    # perf: Python needs a wrapper that takes every column apart, and machine code. Most functions are only called from
    # compiled code, for which neither is made.

    Args:
        function: the Python, kept as ``py_func``.
        from_python: what Python calls.
        from_compiled: what compiled code calls.
    """

    def __init__(self, function: Callable[..., Any], from_python: Any, from_compiled: Any) -> None:
        update_wrapper(self, function)
        self.py_func, self._from_python, self._from_compiled = function, from_python, from_compiled

    def __call__(self, *arguments: Any) -> Any:
        """Call the function compiled for Python."""
        return self._from_python(*arguments)

    def __reduce__(self) -> str:
        return self.py_func.__qualname__

    @property
    def targetoptions(self) -> dict[str, Any]:
        """Numba's options of the function that Python calls."""
        return self._from_python.targetoptions

    @property
    def stats(self) -> Any:
        """Where machine code of the function that Python calls is kept, and how often it was read or written."""
        return self._from_python.stats

    @property
    def _numba_type_(self) -> Any:
        """What Numba sees where compiled code names the function."""
        return types.Dispatcher(self._from_compiled)


def loop(function: Callable[..., Any]) -> Any:
    """Compile a loop over rows that Python calls; other threads run meanwhile, and machine code is kept on disk.

    Where no folder can be written (``kept_under``), the loop is compiled at each start.
    """
    with kept_under(stamp_of(Path(function.__code__.co_filename)), function.__module__) as kept:
        from_python = _njit(cache=kept, nogil=True, no_cfunc_wrapper=True)(function)
    return Compiled(function, from_python, _njit(**_linked(function))(function))


@contextmanager
def kept_under(stamp: str, name: str) -> Generator[bool]:
    """Keep what is compiled in the block in a folder of its own for each stamp, so that no other source's code is read.

    The folder is inside the first of these that can be written: ``NUMBA_CACHE_DIR``, the library's ``__pycache__``,
    the user's cache.

    Args:
        stamp: a digest of all that decides what the machine code does.
        name: of the module; only its newest folders are kept.

    Yields:
        Whether machine code can be kept.
    """
    before: str = _config.CACHE_DIR
    folder = _writable_folder(before, f"{name}-{stamp[:16]}")
    if folder is None:
        yield False
        return
    _config.CACHE_DIR = str(folder)
    try:
        yield True
    finally:
        _config.CACHE_DIR = before


NEWEST_KEPT = 4
"""Folders of one module that stay: those of other stamps serve who goes back to an earlier source."""


@cache
def _writable_folder(chosen: str, name: str) -> Path | None:
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    for root in [Path(chosen)] if chosen else [_HERE / "__pycache__", user / "alliance-sim"]:
        folder = root / name
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=folder).close()
            folder.touch()
            _remove_old(root, name.rpartition("-")[0])
            return folder
    return None


def _remove_old(root: Path, name: str) -> None:
    folders = [path for path in root.glob(f"{name}-*") if re.fullmatch(f"{re.escape(name)}-[0-9a-f]{{16}}", path.name)]
    for path in sorted(folders, key=lambda path: path.stat().st_mtime)[:-NEWEST_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
