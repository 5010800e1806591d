"""Messages about refused input: a sentence with the place and a remedy, or the same as JSON."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from typing import Any

from alliance_sim.validation import one_line

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; ``FAILED`` means that some of the work failed, as listed."""

EXTRAS = (
    dict.fromkeys(("SALib", "duckdb", "filelock", "psutil"), "study")
    | dict.fromkeys(("matplotlib", "jinja2"), "report")
    | dict.fromkeys(("solara", "ipyvue", "ipyvuetify", "starlette", "uvicorn"), "app")
    | {"distributed": "cluster"}
)
"""Packages that the core does without, and the extra of ``pyproject.toml`` that brings each."""


class Refusal(Exception):  # noqa: N818 - an input refused, no error of the program
    """Raised for input that cannot be used. Each problem has a ``sentence`` and further details."""

    def __init__(self, *sentences: str, problems: Sequence[dict[str, Any]] = (), code: int = REFUSED) -> None:
        self.sentences = tuple(map(one_line, sentences))
        self.problems = list(problems) or [{"sentence": sentence} for sentence in self.sentences]
        self.code = code
        super().__init__("\n".join(self.sentences))

    def to_dict(self) -> dict[str, Any]:
        """Return the document for ``--json``."""
        many = len(self.sentences)
        error = self.sentences[0] if many == 1 else f"{many} problems were found"
        return {"error": error, "problems": self.problems}


def refusal_of(error: Exception, command: str) -> Refusal | None:
    """Return the refusal that corresponds to an exception, or None for a fault of the program itself.

    Args:
        error: the exception.
        command: the command, such as ``alliance-sim run``, whose help the message points to.
    """
    if isinstance(error, Refusal):
        return error
    if hasattr(error, "format_message"):  # an option or a command that Typer does not understand
        return _refused_words(error, command)
    if isinstance(error, ModuleNotFoundError) and (package := (error.name or "").partition(".")[0]) in EXTRAS:
        extra = EXTRAS[package]
        return Refusal(f"{command} needs the package {package}; install it with pip install 'alliance-sim[{extra}]'")
    return _refused_file(error) or _refused_by_machine(error)


def _refused_by_machine(error: Exception) -> Refusal | None:
    if isinstance(error, OSError):
        return Refusal(_file_problem(error))
    if isinstance(error, MemoryError):
        return Refusal("not enough memory; reduce the number or size of schools, the seeds or the half-terms")
    return None


def _refused_file(error: Exception) -> Refusal | None:
    # Imported here so that --help stays fast.
    from alliance_sim.config import ConfigError
    from alliance_sim.declarations.module import MechanismError
    from alliance_sim.schools import SchoolListError
    from alliance_sim.study.errors import StudyError

    if isinstance(error, ConfigError):
        return Refusal(*map(str, error.problems), problems=[format_problem(problem) for problem in error.problems])
    if isinstance(error, StudyError):
        return Refusal(str(error))
    if isinstance(error, MechanismError):  # a failed run, as in a sweep
        return Refusal(str(error), code=FAILED)
    if isinstance(error, SchoolListError):
        place = {"file": error.path, "line": error.line, "column": error.column}
        return Refusal(str(error), problems=[{"sentence": error.trouble} | place])
    return None


def format_problem(problem: Any) -> dict[str, Any]:
    """Return a problem of a config as a dictionary for JSON."""
    document = {"sentence": problem.sentence, "file": problem.file, "line": problem.line, "name": problem.name}
    return document | {"given": problem.given, "allowed": problem.allowed, "suggestion": problem.suggestion or None}


def _refused_words(error: Any, command: str) -> Refusal:
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", None) or command
    message = " ".join(str(error.format_message()).split()).rstrip(".")
    message = message[:1].lower() + message[1:]
    return Refusal(f"{command}: {message}; see {command} --help")


_REMEDIES: dict[int | None, Callable[[str], str]] = {
    errno.ENOSPC: lambda where: f"the disk is full{where}; free some space, or give --out another disk",
    errno.EDQUOT: lambda where: f"the disk quota is used up{where}; free some space, or give --out another disk",
    errno.EFBIG: lambda where: f"the file would grow larger than this system allows{where}; give --out another disk",
    errno.EACCES: lambda where: f"permission is denied{where}; give a place that you may read and write",
    errno.EPERM: lambda where: f"permission is denied{where}; give a place that you may read and write",
    errno.EROFS: lambda where: f"the disk is read-only{where}; give --out a place that you may write to",
    errno.EISDIR: lambda where: f"a folder has the name of a file{where}; move it away, or give another place",
    errno.ENOTDIR: lambda where: f"a file has the name of a folder{where}; move it away, or give another place",
    errno.EEXIST: lambda where: f"a file has the name of a folder{where}; move it away, or give another place",
    errno.ENOLCK: lambda where: f"this file system has no locks{where}; give a place on another one",
    errno.ENOSYS: lambda where: f"this file system has no locks{where}; give a place on another one",
    errno.ENAMETOOLONG: lambda where: f"the name is too long{where}; give a shorter one",
}


def _file_problem(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in _REMEDIES:
        return _REMEDIES[error.errno](where)
    return f"a file cannot be read or written{where}: {error.strerror or error}; check that the place exists"
