"""What a mechanism's file may take from outside: the library, Python's own modules and installed packages.

All else that it would import or read is in no digest: an edited helper file would give the results of the old one. So
a mechanism is one file.
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


@cache
def _installed_in() -> tuple[str, ...]:
    """The folders of Python's own modules and of installed packages."""
    paths = sysconfig.get_paths()
    found = [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    with suppress(AttributeError):  # some virtual environments have no such function
        found += [*site.getsitepackages(), site.getusersitepackages()]
    found += [each for each in sys.path if Path(each).name in ("site-packages", "dist-packages")]
    return tuple({os.path.realpath(each) + os.sep for each in found} | {os.path.realpath(_LIBRARY) + os.sep})


def is_local(path: str) -> bool:
    """Whether a file is neither Python's own, nor an installed package's, nor this library's."""
    return not os.path.realpath(path).startswith(_installed_in())


def imported_by(text: str, path: Path) -> tuple[str, ...]:
    """The packages that a mechanism's text imports, beside Python's own modules and this library.

    Args:
        text: the file's content.
        path: the file, for the refusal.

    Raises:
        ConfigError: if it imports a local file, with the line.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()  # refused with its line as it is run
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
        if spec is None and loaded is not None:  # __main__ and its like
            return True
        if spec is not None:
            places = [spec.origin] if spec.origin and spec.has_location else list(spec.submodule_search_locations or ())
            return any(is_local(place) for place in places)
    beside = path.parent / top
    return beside.with_suffix(".py").is_file() or beside.is_dir()


def versions_of(packages: tuple[str, ...]) -> dict[str, str]:
    """The installed version of each package, by the name under which it is imported."""
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
    """What is looked for while a mechanism's file runs."""

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
    """Python's audit hook: called for each file that is opened; it cannot be taken away again."""
    if not _watches or event != "open":
        return
    watch, (name, _, flags) = _watches[-1], arguments
    if watch.thread != threading.get_ident() or not isinstance(name, str | bytes | os.PathLike) or not _reads(flags):
        return
    path = os.path.realpath(os.fsdecode(name))  # pyright: ignore[reportUnknownArgumentType]
    if path == os.path.realpath(watch.path) or not is_local(path) or path.startswith(_MADE_BY_SYSTEM):
        return
    if Path(path).is_dir():  # Numba looks whether it can write beside the file
        return
    stem, file = Path(watch.path).stem, Path(path)
    if file.parent.name == "__pycache__" and file.name.startswith((f"{stem}.", f"mechanism_{stem}")):
        return
    line, importing = _asked_from(watch.path)
    if line is None or (importing and not path.endswith((".py", ".pyc"))):
        return  # an installed package reads its settings as it is imported
    name = f"{file.name.partition('.')[0]}.py" if path.endswith(".pyc") else file.name
    watch.refuse(line, f"{'imports' if importing else 'reads'} {shown(name)}, a local file, as it is imported")


def _reads(flags: Any) -> bool:
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY and not flags & os.O_CREAT


def _asked_from(path: str) -> tuple[int | None, bool]:
    """The line of the mechanism that is running, and whether it is importing something."""
    frame: FrameType | None = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    importing = False
    while frame is not None and frame.f_code.co_filename != path:
        importing |= frame.f_code.co_filename == "<frozen importlib._bootstrap>"
        frame = frame.f_back
    return (frame.f_lineno if frame is not None else None), importing


class _Unwritten(StringIO):
    """Standard output while a mechanism is imported: refuses what is written."""

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
            line, _ = _asked_from(self._watch.path)
            sentence = "the mechanism writes to standard output as it is imported; remove the print there"
            self._watch.refused = refusal(self._watch.path, line, sentence)
        return len(text)


@contextmanager
def watched(path: Path, text: str) -> Generator[None]:
    """Refuse what a mechanism's file does while it runs and a digest does not cover.

    Raises:
        ConfigError: if it imports or reads a local file, however that is written, or prints.
    """
    _ = imported_by(text, path)
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_audit)
    watch, before = _Watch(str(path)), set(sys.modules)
    _watches.append(watch)
    try:
        with redirect_stdout(_Unwritten(watch)):
            yield
    finally:
        _watches.remove(watch)
        if watch.refused is not None:
            raise watch.refused from None
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and is_local(file) and os.path.realpath(file) != os.path.realpath(path):
            raise refusal(str(path), None, f"the mechanism imports {shown(Path(file).name)}, a local file; {REMEDY}")


def refuse_what_is_local(ran: ModuleType, path: Path) -> None:
    """Look whether a mechanism holds modules or functions of other local files, however it came by them.

    Raises:
        ConfigError: if it does.
    """
    for name, value in vars(ran).items():
        function = getattr(value, "py_func", value)
        code = getattr(function, "__code__", None)
        file = getattr(value, "__file__", None) if isinstance(value, ModuleType) else getattr(code, "co_filename", None)
        if file and not file.startswith("<") and is_local(file) and os.path.realpath(file) != os.path.realpath(path):
            what = f"the mechanism takes {name} from {shown(Path(file).name)}, which is a local file"
            raise refusal(str(path), None, f"{what}; {REMEDY}")
