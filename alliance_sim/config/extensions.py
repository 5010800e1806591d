"""Mechanisms in users' own files: read them, run them and register their parameters and outcomes.

A config names the files. Such a file is a program that is run, so only configs and studies in files may name one; a
config that is opened in the browser page may not.
"""

from __future__ import annotations

import hashlib
import json
import keyword
import re
import stat
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from alliance_sim.config.errors import ConfigError, Problem, refusal, shown
from alliance_sim.config.extension_declaration import declaration
from alliance_sim.config.extension_imports import imported_by, versions_of
from alliance_sim.config.extension_run import run_file
from alliance_sim.config.files import SourceFile
from alliance_sim.declarations.module import Module
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS, Parameter, Value
from alliance_sim.limits import LARGEST_CONFIG

type Compiler = Callable[[Module, str, Iterable[Path]], tuple[str, Module]]
COMPILER: list[Compiler] = []
"""The compiler of rules, registered by ``alliance_sim.extending``, so that planning does not import Numba."""
KEY = "mechanisms"
"""The key of a config that names such files."""


@dataclass(frozen=True)
class Mechanism:
    """A mechanism in a user's file. Workers receive its text, so they need not have the file.

    Attributes:
        path: the path of the file when it was read.
        text: the content of the file.
        planned: its digest where its runs were planned, on this machine or another; empty for none.
    """

    path: Path
    text: str
    planned: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """The name of its file, of its table in a config and of its ``Module``."""
        return self.path.stem

    @cached_property
    def text_digest(self) -> str:
        """SHA-256 of its text."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @property
    def digest(self) -> str:
        """SHA-256 over its text, the versions of packages that it imports, and the values that its rules use.

        Raises:
            ConfigError: as ``module`` does.
        """
        _ = self.module
        return _DIGESTS[self._key]

    @property
    def _key(self) -> str:
        return f"{self.name} {self.text_digest}"

    @cached_property
    def module(self) -> Module:
        """Its declaration; the file is run for it, once per process.

        Raises:
            ConfigError: if it cannot be run, or does not declare a mechanism.
        """
        return _load_module(self)

    @property
    def defaults(self) -> dict[str, Value]:
        """Defaults of its parameters, by dotted name."""
        return {parameter.name: parameter.default for parameter in self.module.parameters}

    def __deepcopy__(self, memo: dict[int, Any]) -> Mechanism:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Mechanism, (self.path, self.text, self.planned)


def find_mechanisms(files: list[SourceFile]) -> tuple[tuple[Mechanism, ...], list[Problem]]:
    """Read and run the mechanisms that the files of a chain name.

    Args:
        files: the chain, the config itself first.

    Returns:
        The mechanisms, each once, those of extended files first; and the problems of those that were refused.
    """
    found: dict[str, Mechanism] = {}
    problems: list[Problem] = []
    for file in reversed(files):
        names = file.document.get(KEY)
        for place, name in enumerate(cast("list[Any]", names) if isinstance(names, list) else []):
            if not isinstance(name, str):
                continue  # the schema refuses it
            try:
                mechanism = read_mechanism(Path(file.shown_as).parent / name, *file.place((KEY, place)))
                _ = mechanism.module  # runs the file, which may be refused
                known = found.setdefault(mechanism.name, mechanism)
                if known.text_digest != mechanism.text_digest:
                    sentence = f"there are two mechanisms called {mechanism.name} ({known.path} and {mechanism.path})"
                    raise refusal(*file.place((KEY, place)), f"{sentence}; rename one of the files")
            except ConfigError as error:
                problems += error.problems
    return tuple(found.values()), problems


def without_consequences(
    problems: Iterable[Problem], files: list[SourceFile], own: tuple[Mechanism, ...]
) -> list[Problem]:
    """Return problems without those that follow from a refused mechanism, whose table is then unknown.

    Args:
        problems: all problems.
        files: the chain of files.
        own: the mechanisms that were not refused.
    """
    named = [name for file in files if isinstance(names := file.document.get(KEY), list) for name in names]
    refused = {Path(name).stem for name in named if isinstance(name, str)} - {mechanism.name for mechanism in own}
    return [problem for problem in problems if not problem.name or problem.name.partition(".")[0] not in refused]


def refuse_mechanisms(files: list[SourceFile]) -> list[Problem]:
    """Return a problem for each untrusted file that names mechanisms, which are never run."""
    sentence = "a config that is opened in the page cannot bring mechanisms, which are programs; start the page with it"
    return [
        Problem(*file.place((KEY,)), KEY, "", "no mechanisms", "", f"{sentence}: alliance-sim serve CONFIG")
        for file in files
        if KEY in file.document
    ]


def read_mechanism(path: Path, source: str, line: int | None) -> Mechanism:
    """Read a mechanism's file without running it.

    Args:
        path: the path of the file.
        source: the file that names it, for messages.
        line: the line on which that file names it.

    Raises:
        ConfigError: if it cannot be read, or its name cannot be that of a table.
    """
    name = path.stem
    if path.suffix != ".py" or not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        given = shown(path.name or str(path))
        sentence = f"a mechanism's file is called like a table, in small letters, such as open_doors.py; {given} is not"
        raise refusal(source, line, sentence)
    if name in (*GROUPS, "question", "extends", "events", "columns", KEY):
        raise refusal(source, line, f"the model has a table {name} of its own; call the mechanism's file otherwise")
    try:
        kind = path.stat()
        data = path.read_bytes() if stat.S_ISREG(kind.st_mode) and kind.st_size <= LARGEST_CONFIG else b"\0"
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    except (OSError, ValueError) as error:  # a path may contain a NUL or a lone surrogate
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        sentence = f"the mechanism {shown(str(path))} cannot be read ({reason}); give its path relative to"
        raise refusal(source, line, f"{sentence} the file that names it") from None
    if "\0" in text:
        raise refusal(source, line, f"the mechanism {shown(str(path))} is no Python file in UTF-8 of sensible size")
    return Mechanism(path.resolve(), text)


_LOADED: dict[str, Module] = {}
"""Declarations of the mechanisms that this process has run, by name and digest of the text."""
_DIGESTS: dict[str, str] = {}
"""Their digests, by the same keys."""
_REGISTERED: dict[str, Mechanism] = {}
"""Mechanisms whose tables are registered, by name."""
REGISTERED_OUTCOMES: dict[str, Outcome] = {}
"""Outcomes of registered mechanisms, by name."""


def known_mechanisms() -> tuple[Mechanism, ...]:
    """Return the users' mechanisms that this process has run, one of each name."""
    return tuple(_REGISTERED.values())


def _load_module(mechanism: Mechanism) -> Module:
    key = mechanism._key  # pyright: ignore[reportPrivateUsage]
    if key not in _LOADED:
        versions = versions_of(imported_by(mechanism.text, mechanism.path))
        declared = declaration(mechanism.path, run_file(mechanism.path, mechanism.text))
        _DIGESTS[key], _LOADED[key] = _compile_with_checks(mechanism, declared, versions)
    if mechanism.planned not in ("", _DIGESTS[key]):
        why = "a package that it imports has another version, or a value that it computes as it is imported differs"
        sentence = f"the mechanism is not what it was as its runs were planned: {why}"
        raise refusal(str(mechanism.path), None, f"{sentence}; install the same packages on both machines")
    module = _LOADED[key]
    if _REGISTERED.get(mechanism.name) != mechanism:
        _REGISTERED[mechanism.name] = mechanism
        _register(mechanism.name, module.parameters, module.outcomes)
    return module


def _compile_with_checks(mechanism: Mechanism, module: Module, versions: dict[str, str]) -> tuple[str, Module]:
    """Return its digest, and its ``Module`` with rules and measures compiled with bounds checks."""
    compiler = COMPILER[0]  # registered by the module from which the file imported ``Module``
    return compiler(module, json.dumps([mechanism.text, versions]), _library_files(mechanism.text))


def _library_files(text: str) -> list[Path]:
    """Return the files of this library that a mechanism's text names."""
    names = sorted(set(re.findall(r"alliance_sim(?:\.\w+)+", text)))
    modules = [sys.modules[name] for name in names if name in sys.modules]
    return [Path(module.__file__) for module in modules if module.__file__]


def _register(name: str, parameters: Iterable[Parameter], outcomes: Iterable[Outcome]) -> None:
    """Register a table with its parameters and outcomes, in place of an earlier one of the same name."""
    parameters = tuple(parameters)
    for known in [known for known in PARAMETERS.registered if known.startswith(f"{name}.")]:
        del PARAMETERS.registered[known]
    GROUPS.registered[name] = (f"The mechanism {name}, of a user's own file", parameters)
    PARAMETERS.registered.update({parameter.name: parameter for parameter in parameters})
    REGISTERED_OUTCOMES.update({outcome.name: outcome for outcome in outcomes})


def declared_by(mechanism: Mechanism) -> dict[str, Any]:
    """Return the declarations of a mechanism for a manifest, so that results can be read without running it."""
    return {
        "name": mechanism.name,
        "digest": mechanism.digest,
        "parameters": [asdict(parameter) for parameter in mechanism.module.parameters],
        "outcomes": [asdict(outcome) for outcome in mechanism.module.outcomes],
    }


def register_outcomes(declarations: Iterable[Mapping[str, Any]]) -> None:
    """Register parameters and outcomes of the mechanisms in a manifest, unless their files were run here.

    Args:
        declarations: as ``declared_by`` returns them.

    Raises:
        TypeError, KeyError: if they are not in that form.
    """
    for one in declarations:
        if one["name"] not in _REGISTERED:
            parameters = [
                Parameter(**{name: _as_tuple(value) for name, value in each.items()}) for each in one["parameters"]
            ]
            _register(one["name"], parameters, [Outcome(**each) for each in one["outcomes"]])


def _as_tuple(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


def rebuild_mechanisms(manifests: list[dict[str, str]]) -> tuple[Mechanism, ...]:
    """Return the mechanisms that ``mechanisms_manifest`` described."""
    return tuple(Mechanism(Path(one["path"]), one["text"], one.get("digest", "")) for one in manifests)


def mechanisms_manifest(mechanisms: tuple[Mechanism, ...]) -> list[dict[str, str]]:
    """Return mechanisms as plain data, for workers."""
    return [{"name": one.name, "path": str(one.path), "text": one.text, "digest": one.digest} for one in mechanisms]
