"""Mechanisms in users' own files: a config names one, it is read, and what it declares becomes known.

Such a file is a program, and who names it runs it. So only configs and studies in files may name one; a config that is
handed to the browser view may not.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import keyword
import os
import re
import stat
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from alliance_sim.config.errors import ConfigError, Problem, refusal, shortened, shown
from alliance_sim.config.extension_imports import imported_by, refuse_what_is_local, versions_of, watched
from alliance_sim.config.files import SourceFile
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import NAMES, Outcome
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS, Parameter, Value
from alliance_sim.files import clear_leftovers, write_whole
from alliance_sim.limits import LARGEST_CONFIG

CALLED = "MECHANISM"
"""The name under which a file holds its ``Module``."""
type Compiler = Callable[[Module, str, Iterable[Path]], tuple[str, Module]]
COMPILER: list[Compiler] = []
"""Compiles the rules of a mechanism; ``alliance_sim.extending`` registers it, so planning does without Numba."""
NAMED_BY = "mechanisms"
"""The key of a config that names such files."""


@dataclass(frozen=True)
class Mechanism:
    """A mechanism in a user's file. It travels as text, so that a worker without the file has the same one.

    Attributes:
        path: where it lay when it was read.
        text: what it said.
        planned: the digest that it had where its runs were planned, on this machine or another; empty for none.
    """

    path: Path
    text: str
    planned: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """What it is called: as its file, as its table in a config, and as its ``Module``."""
        return self.path.stem

    @cached_property
    def text_digest(self) -> str:
        """SHA-256 of its text."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @property
    def digest(self) -> str:
        """SHA-256 of its text, the versions of packages that it imports, and the values that its rules use.

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
        """What it declares; its file is run for that, once a process.

        Raises:
            ConfigError: if it cannot be run, or does not declare a mechanism.
        """
        return _learnt(self)

    @property
    def defaults(self) -> dict[str, Value]:
        """Its parameters, by dotted name, with their defaults."""
        return {parameter.name: parameter.default for parameter in self.module.parameters}

    def __deepcopy__(self, memo: dict[int, Any]) -> Mechanism:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Mechanism, (self.path, self.text, self.planned)


def named_in(files: list[SourceFile]) -> tuple[tuple[Mechanism, ...], list[Problem]]:
    """The mechanisms that the files of a chain name, each once, those of what is extended first; and what is wrong."""
    found: dict[str, Mechanism] = {}
    problems: list[Problem] = []
    for file in reversed(files):
        names = file.document.get(NAMED_BY)
        for place, name in enumerate(cast("list[Any]", names) if isinstance(names, list) else []):
            if not isinstance(name, str):
                continue  # which the schema complains about
            try:
                mechanism = read_mechanism(Path(file.shown_as).parent / name, *file.place((NAMED_BY, place)))
                _ = mechanism.module  # what does not run is not among them
                known = found.setdefault(mechanism.name, mechanism)
                if known.text_digest != mechanism.text_digest:
                    sentence = f"there are two mechanisms called {mechanism.name} ({known.path} and {mechanism.path})"
                    raise refusal(*file.place((NAMED_BY, place)), f"{sentence}; rename one of the files")
            except ConfigError as error:
                problems += error.problems
    return tuple(found.values()), problems


def without_consequences(
    problems: Iterable[Problem], files: list[SourceFile], own: tuple[Mechanism, ...]
) -> list[Problem]:
    """Problems without those that follow from a mechanism that was refused: that its table is unknown."""
    named = [name for file in files if isinstance(names := file.document.get(NAMED_BY), list) for name in names]
    refused = {Path(name).stem for name in named if isinstance(name, str)} - {mechanism.name for mechanism in own}
    return [problem for problem in problems if (problem.name or "").partition(".")[0] not in refused]


def refused_in(files: list[SourceFile]) -> list[Problem]:
    """That files which somebody handed in name mechanisms, which nobody shall run for it."""
    sentence = "a config that is opened in the page cannot bring mechanisms, which are programs; start the page with it"
    return [
        Problem(*file.place((NAMED_BY,)), NAMED_BY, "", "no mechanisms", "", f"{sentence}: alliance-sim serve CONFIG")
        for file in files
        if NAMED_BY in file.document
    ]


def read_mechanism(path: Path, source: str, line: int | None) -> Mechanism:
    """The text of a mechanism's file, which is not run yet.

    Args:
        path: where it lies.
        source: the file that names it, and
        line: the line on which it does, for the sentences.

    Raises:
        ConfigError: if it cannot be read or its name is none for a table.
    """
    name = path.stem
    if path.suffix != ".py" or not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        sentence = (
            f"a mechanism's file is called like a table, in small letters, such as open_doors.py; {shown(path.name)}"
        )
        raise refusal(source, line, f"{sentence} is not")
    if name in (*GROUPS, "question", "extends", "events", NAMED_BY):
        raise refusal(source, line, f"the model has a table {name} of its own; call the mechanism's file otherwise")
    try:
        kind = path.stat()
        data = path.read_bytes() if stat.S_ISREG(kind.st_mode) and kind.st_size <= LARGEST_CONFIG else b"\0"
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    except (OSError, ValueError) as trouble:  # a path may hold a NUL, or half of a letter
        reason = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else str(trouble)
        sentence = f"the mechanism {shown(str(path))} cannot be read ({reason}); give its path relative to"
        raise refusal(source, line, f"{sentence} the file that names it") from None
    if "\0" in text:
        raise refusal(source, line, f"the mechanism {shown(str(path))} is no Python file in UTF-8 of sensible size")
    return Mechanism(path.resolve(), text)


_LEARNT: dict[str, Module] = {}
"""What was declared by the mechanisms that this process has run, by name and digest."""
_DIGESTS: dict[str, str] = {}
"""Their digests, likewise."""
_KNOWN: dict[str, Mechanism] = {}
"""Those whose tables can be looked up, by name."""
REGISTERED_OUTCOMES: dict[str, Outcome] = {}
"""The outcomes that they add, by name."""


def known_mechanisms() -> tuple[Mechanism, ...]:
    """The mechanisms in users' files that this process has run, one of each name."""
    return tuple(_KNOWN.values())


def _learnt(mechanism: Mechanism) -> Module:
    key = mechanism._key  # pyright: ignore[reportPrivateUsage]
    if key not in _LEARNT:
        versions = versions_of(imported_by(mechanism.text, mechanism.path))
        declared = _declared_by(mechanism, _run(mechanism))
        _DIGESTS[key], _LEARNT[key] = _compiled_with_checks(mechanism, declared, versions)
    if mechanism.planned not in ("", _DIGESTS[key]):
        why = "a package that it imports has another version, or a value that it computes as it is imported differs"
        sentence = f"the mechanism is not what it was as its runs were planned: {why}"
        raise refusal(str(mechanism.path), None, f"{sentence}; install the same packages on both machines")
    module = _LEARNT[key]
    if _KNOWN.get(mechanism.name) != mechanism:
        _KNOWN[mechanism.name] = mechanism
        _look_up(mechanism.name, module.parameters, module.outcomes)
    return module


def _compiled_with_checks(mechanism: Mechanism, module: Module, versions: dict[str, str]) -> tuple[str, Module]:
    """Its digest, and its ``Module`` with rules and measures that check every index."""
    compiler = COMPILER[0]  # the file itself imported what registers it: without that it has no ``Module``
    return compiler(module, json.dumps([mechanism.text, versions]), _library_files_in(mechanism.text))


def _library_files_in(text: str) -> list[Path]:
    """The files of this library that a mechanism's text names."""
    names = sorted(set(re.findall(r"alliance_sim(?:\.\w+)+", text)))
    modules = [sys.modules[name] for name in names if name in sys.modules]
    return [Path(module.__file__) for module in modules if module.__file__]


def _look_up(name: str, parameters: Iterable[Parameter], outcomes: Iterable[Outcome]) -> None:
    """Let a table, its parameters and outcomes be looked up; what was declared under its name before is forgotten."""
    parameters = tuple(parameters)
    for known in [known for known in PARAMETERS.looked_up if known.startswith(f"{name}.")]:
        del PARAMETERS.looked_up[known]
    GROUPS.looked_up[name] = (f"The mechanism {name}, of a user's own file", parameters)
    PARAMETERS.looked_up.update({parameter.name: parameter for parameter in parameters})
    REGISTERED_OUTCOMES.update({outcome.name: outcome for outcome in outcomes})


def declared_by(mechanism: Mechanism) -> dict[str, Any]:
    """What results tell of a mechanism: all that it declares, so that they can be read without running it."""
    return {
        "name": mechanism.name,
        "digest": mechanism.digest,
        "parameters": [asdict(parameter) for parameter in mechanism.module.parameters],
        "outcomes": [asdict(outcome) for outcome in mechanism.module.outcomes],
    }


def register_outcomes(told: Iterable[Mapping[str, Any]]) -> None:
    """Make what results tell of mechanisms known, unless their files were run here.

    Raises:
        TypeError, KeyError: if it is not as ``declared_by`` told it.
    """
    for one in told:
        if one["name"] not in _KNOWN:
            parameters = [
                Parameter(**{name: _tupled(value) for name, value in each.items()}) for each in one["parameters"]
            ]
            _look_up(one["name"], parameters, [Outcome(**each) for each in one["outcomes"]])


def _tupled(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


def _run(mechanism: Mechanism) -> ModuleType:
    """Run its file. From where it lies, if it is still the same there: compiled code is then kept beside it."""
    path = mechanism.path
    try:
        same = path.read_text(encoding="utf-8") == mechanism.text
    except (OSError, UnicodeDecodeError):
        same = False
    path = path if same else _copy_of(mechanism)
    # A name of its own for each text: a process that reads an edited file does not mix up the two.
    spec = importlib.util.spec_from_file_location(f"mechanism_{mechanism.name}_{mechanism.text_digest[:12]}", path)
    if spec is None or spec.loader is None:
        raise refusal(str(path), None, "Python does not know how to run the mechanism's file; call it something.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        with watched(path, mechanism.text):
            spec.loader.exec_module(module)
        refuse_what_is_local(module, path)
    except ConfigError:
        del sys.modules[spec.name]
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as trouble:  # whatever a user's program may raise, SystemExit among it
        del sys.modules[spec.name]
        raise refusal(str(path), _line_of(trouble, path), _not_importable(trouble)) from trouble
    return module


def _line_of(trouble: BaseException, path: Path) -> int | None:
    if isinstance(trouble, SyntaxError) and trouble.filename == str(path):
        return trouble.lineno
    rows = [row for row in traceback.extract_tb(trouble.__traceback__) if row.filename == str(path)]
    return rows[-1].lineno if rows else None


def _not_importable(trouble: BaseException) -> str:
    """Why a mechanism's file cannot be run, and what to do."""
    reason = trouble.msg if isinstance(trouble, SyntaxError) else str(trouble)
    raised = shortened(f"{type(trouble).__name__}: {reason}" if reason else type(trouble).__name__)
    match trouble:
        case SystemExit():
            return f"the mechanism ends Python as it is imported ({raised}); remove the call of sys.exit there"
        case ModuleNotFoundError():
            return f"the mechanism cannot be run ({raised}); install the package, or correct its name"
        case ImportError():
            return f"the mechanism cannot be run ({raised}); correct what it imports there"
        case _:
            return f"the mechanism cannot be run ({raised}); mend it there"


def _copy_of(mechanism: Mechanism) -> Path:
    """Its text in a file of this machine: on a worker that has no such file, or where it was edited since."""
    folder = Path(tempfile.gettempdir()) / f"alliance_sim-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise refusal(str(folder), None, "this folder for mechanisms belongs to somebody else; remove it")
    path = folder / mechanism.text_digest / f"{mechanism.name}.py"
    path.parent.mkdir(exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != mechanism.text:
        clear_leftovers(path.parent)
        write_whole(path, mechanism.text)
    return path


def _declared_by(mechanism: Mechanism, ran: ModuleType) -> Module:
    """Its ``Module``, if it is a sound one."""
    module: object = getattr(ran, CALLED, None)
    if not isinstance(module, Module):
        trouble = f"the file declares no mechanism; write {CALLED} = Module(name=…, …) at its end"
    elif module.name != mechanism.name:
        trouble = f"the mechanism is called {module.name!r}, but its file {mechanism.name!r}; call both alike"
    else:
        trouble = next(chain(_unsound_parameters(module), _unsound_rules(module)), "")
        if not trouble:
            return module
    raise refusal(str(mechanism.path), None, trouble)


def _unsound_parameters(module: Module) -> Iterator[str]:
    names = [parameter.name for parameter in module.parameters]
    for name in names:
        if name.partition(".")[0] != module.name or not name.partition(".")[2].isidentifier():
            yield f"the parameter {name!r} must be called {module.name}.something"
    if len(set(names)) < len(names):
        yield "two of its parameters have the same name; rename one"
    if not module.switches or not set(module.switches) <= set(names):
        given = ", ".join(module.switches) or "none"
        yield f"its switches ({given}) must be some of its own parameters, which are 0 or false while it is off"
    for parameter in module.parameters:
        if parameter.name in module.switches and parameter.default:
            yield f"{parameter.name} switches it on, so its default must be 0 or false"


def _unsound_rules(module: Module) -> Iterator[str]:
    for moment, rule in module.rules.items():
        if not isinstance(cast("object", moment), Phase) or not hasattr(rule, "targetoptions"):
            yield f"its rules must be compiled loops, each at a Phase; {rule!r} at {moment!r} is not (use @loop)"
    for outcome, measure in module.outcomes.items():
        if outcome.name in NAMES:
            yield f"the model has an outcome {outcome.name!r} of its own; call this one otherwise"
        if not hasattr(measure, "targetoptions"):
            yield f"the measure of {outcome.name!r} must be a compiled loop (use @loop)"


def rebuild_mechanisms(told: list[dict[str, str]]) -> tuple[Mechanism, ...]:
    """The mechanisms that ``mechanisms_manifest`` told of."""
    return tuple(Mechanism(Path(one["path"]), one["text"], one.get("digest", "")) for one in told)


def mechanisms_manifest(mechanisms: tuple[Mechanism, ...]) -> list[dict[str, str]]:
    """Mechanisms as plain data, for workers."""
    return [{"name": one.name, "path": str(one.path), "text": one.text, "digest": one.digest} for one in mechanisms]
