"""Compile the rules of users' mechanisms with bounds checks, and report their run-time errors in one sentence.

The loops of the core do not check row numbers. For a user's rule, every compiled function that it calls, including
helpers of the core, is compiled again with bounds checks. An index past the end of a column is then an error of the
mechanism instead of a segmentation fault.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any, cast

import numpy as np
from numba import njit
from numba.core.dispatcher import Dispatcher
from numba.core.errors import NumbaError

from alliance_sim.declarations.module import MechanismError, Module
from alliance_sim.engine.compilation import Compiled, kept_under, stamp_of
from alliance_sim.validation import format_given, one_line

_njit: Any = njit
_LONGEST_REASON = 160
_NOT_FOR_NJIT = ("nopython", "boundscheck")


def compile_module(module: Module, content: str, library: Iterable[Path]) -> tuple[str, Module]:
    """Compile the rules and measures of a user's module with bounds checks.

    Args:
        module: the module as declared in its file.
        content: the text of the file and the versions of what it imports.
        library: files of this library that the file imports.

    Returns:
        A digest of everything that determines the rules, and the module with compiled rules and measures.
    """
    functions = {phase.name: rule for phase, rule in module.rules.items()}
    functions |= {f"measure of {outcome.name}": measure for outcome, measure in module.outcomes.items()}
    values = json.dumps([content, fingerprint_of(functions)])
    digest = hashlib.sha256(values.encode("utf-8", "surrogatepass")).hexdigest()
    sources = [Path(__file__), *library]
    stamp = hashlib.sha256(" ".join([digest, *map(stamp_of, sources)]).encode("ascii")).hexdigest()
    rules = {phase: compiled_with_bounds_checks(rule, stamp) for phase, rule in module.rules.items()}
    measures = {outcome: compiled_with_bounds_checks(measure, stamp) for outcome, measure in module.outcomes.items()}
    return digest, replace(module, rules=rules, outcomes=measures)


def compiled_with_bounds_checks(function: Any, stamp: str) -> Any:
    """Return a copy of a compiled function that checks every index, as do all compiled functions that it calls.

    Args:
        function: a Numba dispatcher of a user's file.
        stamp: determines, with the code of the function, whether cached machine code is still valid.
    """
    with kept_under(stamp, f"own-{function.__module__}") as kept:
        return _twin_of(function, {}, {}, cache=kept)


def _twin_of(function: Any, twins: dict[int, Any], globals_of: dict[int, dict[str, Any]], *, cache: bool) -> Any:
    if id(function) in twins:
        return twins[id(function)]
    python: FunctionType = function.py_func
    known = python.__globals__
    # The copies of all functions of a file share one copy of its globals, so that they call each other.
    copied_globals = globals_of.setdefault(id(known), dict(known))
    copied = FunctionType(python.__code__, copied_globals, python.__name__, python.__defaults__)
    copied.__kwdefaults__, copied.__qualname__ = python.__kwdefaults__, python.__qualname__
    copied.__module__, copied.__doc__ = python.__module__, python.__doc__
    options = {name: value for name, value in function.targetoptions.items() if name not in _NOT_FOR_NJIT}
    cells = [CellType() for _ in python.__closure__ or ()]
    if cells:
        copied = FunctionType(python.__code__, copied_globals, python.__name__, python.__defaults__, tuple(cells))
        copied.__kwdefaults__, copied.__qualname__, copied.__module__ = (
            python.__kwdefaults__,
            python.__qualname__,
            python.__module__,
        )
    twin = twins[id(function)] = _njit(**options, boundscheck=True, **({"cache": True} if cache else {}))(copied)
    for name in _names_in(python.__code__):
        if isinstance(known.get(name), Dispatcher | Compiled):
            copied_globals[name] = _twin_of(known[name], twins, globals_of, cache=False)
    for cell, had in zip(cells, python.__closure__ or (), strict=True):
        held = had.cell_contents
        compiled = isinstance(held, Dispatcher | Compiled)
        cell.cell_contents = _twin_of(held, twins, globals_of, cache=False) if compiled else held
    return twin


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the global and attribute names that a function and its inner functions use."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def fingerprint_of(functions: Mapping[str, Any]) -> str:
    """Return a SHA-256 over the globals, closures and defaults that compiled functions use.

    Compiled code contains such values as constants, so cached code is valid only for them.
    """
    sha, seen = hashlib.sha256(), set[int]()
    for name, function in sorted(functions.items()):
        for line in _captured(name, function, seen):
            sha.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return sha.hexdigest()


def _captured(name: str, value: Any, seen: set[int]) -> Iterator[str]:
    match value:
        case Dispatcher() | Compiled() | FunctionType():
            function = cast("FunctionType", getattr(value, "py_func", value))
            if id(function) in seen:
                return
            seen.add(id(function))
            yield f"{name}: function {function.__module__ if _is_of_engine(function) else ''}.{function.__qualname__}"
            if _is_of_engine(function):
                return  # the stamp covers its text and thus its values
            names = sorted(set(_names_in(function.__code__)))
            cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
            captured = {each: function.__globals__[each] for each in names if each in function.__globals__}
            captured |= {each: cell.cell_contents for each, cell in cells}
            captured |= {"defaults": function.__defaults__, "keywords": function.__kwdefaults__}
            for each, each_value in captured.items():
                yield from _captured(f"{name}.{each}", each_value, seen)
        case np.ndarray():
            array = cast("np.ndarray[Any, Any]", value)
            digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
            yield f"{name}: array {array.dtype.descr} {array.shape} {digest}"
        case Enum() | ModuleType() | type():
            yield f"{name}: {getattr(value, '__module__', '')}.{getattr(value, '__name__', value)}"
        case tuple() | list():
            yield f"{name}: {type(value).__qualname__} of {len(cast('list[Any]', value))}"
            for place, each in enumerate(cast("list[Any]", value)):
                yield from _captured(f"{name}[{place}]", each, seen)
        case dict():
            yield f"{name}: dict of {len(cast('dict[Any, Any]', value))}"
            for key, each in cast("dict[Any, Any]", value).items():
                yield from _captured(f"{name}[{key!r}]", each, seen)
        case None | bool() | int() | float() | complex() | str() | bytes() | np.generic():
            yield f"{name}: {type(value).__qualname__} {value!r}"
        case _:
            yield f"{name}: a {type(value).__module__}.{type(value).__qualname__}"


def _is_of_engine(function: FunctionType) -> bool:
    return Path(function.__code__.co_filename).is_relative_to(Path(__file__).parent)


def failure_of(error: Exception, who: str, rule: Any, when: str, declared: tuple[bool, bool]) -> MechanismError:
    """Return the error of a rule as an error of its mechanism.

    Args:
        error: the exception of Numba or of the rule.
        who: name of the mechanism.
        rule: the rule or measure that raised it.
        when: the phase and half-term, in words.
        declared: whether the module declares ``uses_modifiers`` and ``request_log``.
    """
    file = Path(rule.py_func.__code__.co_filename)
    place = f"the mechanism {who}: {rule.py_func.__name__}, {when},"
    if isinstance(error, NumbaError):
        line = _line_in(error, file)
        where = f"{file}, line {line}" if line else str(file)
        return MechanismError(one_line(f"{where}: {place} cannot be compiled: {_typing(error, file, line, declared)}"))
    if isinstance(error, IndexError):
        why = "an index is past the end of a column; compare the row numbers that the rule uses with the column's size"
        return MechanismError(one_line(f"{file}: {place} was stopped: {why}"))
    if isinstance(error, KeyError):
        what = f"{format_given(error.args[0]) if error.args else 'a name'} is no parameter of the table that it reads"
        return MechanismError(one_line(f"{file}: {place} was stopped: {what}; declare it in parameters=(…)"))
    raised = f"{type(error).__name__}: {format_given(str(error))}" if str(error) else type(error).__name__
    return MechanismError(one_line(f"{file}: {place} was stopped by {raised}; correct the rule"))


def _typing(error: NumbaError, file: Path, line: int | None, declared: tuple[bool, bool]) -> str:
    text = str(error)
    source = _source_line(file, line)
    if "readonly array" in text:
        shows = f" ({source})" if source else ""
        return f"it writes to a column that own rules may only read{shows}; write to another column"
    if re.search(r"Unknown attribute '\w+' of type none", text):
        options = (("modifiers", "uses_modifiers", declared[0]), ("request_log", "request_log", declared[1]))
        for name, option, has in options:
            if not has and (name in source or name in file.read_text("utf-8")):
                return f"it uses world.{name}, which needs {option}=True in Module(…); add it"
    lines = [each.strip() for each in text.splitlines() if each.strip()]
    reason = next((each for each in lines if not each.startswith(("Failed in nopython", "- Resolution"))), text)
    reason = re.sub(r"\x1b\[[0-9;]*m", "", reason)
    shows = f" in: {source}" if source else ""
    return f"{reason[:_LONGEST_REASON]}{shows}; use what Numba supports"


def _line_in(error: NumbaError, file: Path) -> int | None:
    found = re.findall(rf'{re.escape(file.name)}"?,? (?:\(|line )(\d+)', re.sub(r"\x1b\[[0-9;]*m", "", str(error)))
    return int(found[-1]) if found else None


def _source_line(file: Path, line: int | None) -> str:
    try:
        return file.read_text("utf-8").splitlines()[line - 1].strip()[:80] if line else ""
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


type Checked = Callable[..., Any]
"""A compiled function of a user's file whose every index is checked."""
