"""Restrict the imports of a user's mechanism to the library, the standard library and installed packages.

A digest covers the mechanism's own file only. If it could import other local files, an edited helper would be mistaken
for the old one, so a mechanism must be one file.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import site
import sys
import sysconfig
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from io import StringIO
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Never

from alliance_sim.config.errors import ConfigError, refusal, shown

REMEDY = "a mechanism is one file, so that results depend on nothing else; copy what it needs into it"
_LIBRARY = Path(__file__).parents[1]
_MADE_BY_SYSTEM = ("/dev/", "/proc/", "/sys/", "/etc/")
_COMPILER = "alliance_sim.engine.compilation"


@cache
def _installed_in() -> tuple[str, ...]:
    """Return the folders of the standard library, installed packages and this library."""
    paths = sysconfig.get_paths()
    found = [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    with suppress(AttributeError):  # some virtual environments have no such function
        found += [*site.getsitepackages(), site.getusersitepackages()]
    found += [each for each in sys.path if Path(each).name in ("site-packages", "dist-packages")]
    return tuple({os.path.realpath(each) + os.sep for each in found} | {os.path.realpath(_LIBRARY) + os.sep})


def is_local(path: str) -> bool:
    """Return whether a file belongs neither to the standard library, nor to an installed package or this library."""
    return not os.path.realpath(path).startswith(_installed_in())


def imported_by(text: str, path: Path) -> tuple[str, ...]:
    """Return the installed packages that a mechanism imports.

    Args:
        text: the content of its file.
        path: the path of its file.

    Raises:
        ConfigError: if it imports a local file; it names the line.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()  # running the file reports the line
    packages: set[str] = set()
    for node in ast.walk(tree):
        for name in _names_of(node, path):
            if _is_local_module(name, path):
                what = f"the mechanism imports {shown(name)}, which is a local file and no installed package"
                raise refusal(str(path), getattr(node, "lineno", None), f"{what}; {REMEDY}")
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top != "alliance_sim":
                packages.add(top)
    return tuple(sorted(packages))


def _names_of(node: ast.AST, path: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.level:
            written = f"from {'.' * node.level}{node.module or ''} import {node.names[0].name}"
            raise refusal(str(path), node.lineno, f"the mechanism imports a local file ({written}); {REMEDY}")
        yield node.module or ""


def _is_local_module(name: str, path: Path) -> bool:
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or top == "alliance_sim":
        return False
    with suppress(ImportError, ValueError, AttributeError):
        loaded = sys.modules.get(top)
        spec = loaded.__spec__ if loaded is not None else importlib.util.find_spec(top)
        if spec is None and loaded is not None:  # such as __main__
            return True
        if spec is not None:
            places = [spec.origin] if spec.origin and spec.has_location else list(spec.submodule_search_locations or ())
            return any(is_local(place) for place in places)
    beside = path.parent / top
    return beside.with_suffix(".py").is_file() or beside.is_dir()


def versions_of(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the installed version of each package, by the name under which it is imported."""
    found: dict[str, str] = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            names = metadata.packages_distributions().get(package, [])
            found[package] = " ".join(sorted(f"{name} {metadata.version(name)}" for name in set(names)))
    return found


@dataclass
class _Watch:
    """The state of the checks while a mechanism's file runs."""

    path: str
    thread: int = field(default_factory=threading.get_ident)
    refused: ConfigError | None = None

    def refuse(self, line: int | None, what: str) -> Never:
        """Refuse what the file does, naming its line."""
        self.refused = self.refused or refusal(self.path, line, f"the mechanism {what}; {REMEDY}")
        raise self.refused


_watches: list[_Watch] = []
_hooked: list[bool] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Check each file that is opened; Python cannot remove an audit hook once it is added."""
    if not _watches or event != "open":
        return
    watch, (name, _, flags) = _watches[-1], arguments
    if watch.thread != threading.get_ident() or not isinstance(name, str | bytes | os.PathLike) or not _reads(flags):
        return
    path = os.path.realpath(os.fsdecode(name))  # pyright: ignore[reportUnknownArgumentType]
    if path == os.path.realpath(watch.path) or not is_local(path) or path.startswith(_MADE_BY_SYSTEM):
        return
    if Path(path).is_dir():  # Numba tests whether it can write beside the file
        return
    stem, file = Path(watch.path).stem, Path(path)
    if file.parent.name == "__pycache__" and file.name.startswith((f"{stem}.", f"mechanism_{stem}")):
        return
    line, importing = _calling_line(watch.path)
    if line is None or (importing and not path.endswith((".py", ".pyc"))):
        return  # installed packages may read settings when they are imported
    name = f"{file.name.partition('.')[0]}.py" if path.endswith(".pyc") else file.name
    watch.refuse(line, f"{'imports' if importing else 'reads'} {shown(name)}, a local file, as it is imported")


def _reads(flags: Any) -> bool:
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY and not flags & os.O_CREAT


def _calling_line(path: str) -> tuple[int | None, bool]:
    """Return the line of the mechanism that is running, None while it is compiled, and whether it imports a module."""
    frame: FrameType | None = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    importing = False
    while frame is not None and frame.f_code.co_filename != path:
        if frame.f_globals.get("__name__") == _COMPILER:  # it tidies its folders of machine code
            return None, importing
        importing |= frame.f_code.co_filename == "<frozen importlib._bootstrap>"
        frame = frame.f_back
    return (frame.f_lineno if frame is not None else None), importing


class _RefusingOutput(StringIO):
    """Standard output while a mechanism is imported; it refuses writes."""

    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    @property
    def buffer(self) -> Never:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Refuse bytes written to standard output."""
        self.write("\0")
        raise OSError("standard output is not available while a mechanism is imported")

    def write(self, text: str) -> int:
        """Refuse text written to standard output."""
        if text and self._watch.refused is None:
            line, _ = _calling_line(self._watch.path)
            sentence = "the mechanism writes to standard output as it is imported; remove the print there"
            self._watch.refused = refusal(self._watch.path, line, sentence)
        return len(text)


@contextmanager
def watched(path: Path, text: str) -> Generator[None]:
    """Refuse actions of a mechanism's file that its digest does not cover, while the block runs.

    Args:
        path: the path of its file.
        text: the content of its file.

    Raises:
        ConfigError: if it imports or reads a local file in any way, or prints.
    """
    _ = imported_by(text, path)
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_audit)
    watch, before = _Watch(str(path)), set(sys.modules)
    _watches.append(watch)
    try:
        with redirect_stdout(_RefusingOutput(watch)):
            yield
    finally:
        _watches.remove(watch)
        if watch.refused is not None:
            raise watch.refused from None
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and is_local(file) and os.path.realpath(file) != os.path.realpath(path):
            raise refusal(str(path), None, f"the mechanism imports {shown(Path(file).name)}, a local file; {REMEDY}")


def refuse_local_contents(module: ModuleType, path: Path) -> None:
    """Refuse a mechanism that contains modules or functions of other local files.

    Args:
        module: the module that its file defined.
        path: the path of its file.

    Raises:
        ConfigError: if it does.
    """
    for name, value in vars(module).items():
        function = getattr(value, "py_func", value)
        code = getattr(function, "__code__", None)
        file = getattr(value, "__file__", None) if isinstance(value, ModuleType) else getattr(code, "co_filename", None)
        if file and not file.startswith("<") and is_local(file) and os.path.realpath(file) != os.path.realpath(path):
            what = f"the mechanism takes {name} from {shown(Path(file).name)}, which is a local file"
            raise refusal(str(path), None, f"{what}; {REMEDY}")
