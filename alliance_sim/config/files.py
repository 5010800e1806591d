"""Locate a config or study by name or path, and read it.

A config is a small UTF-8 text file in TOML. Anything else is refused with the place and a remedy.
"""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from alliance_sim.config.errors import refusal, shortened, shown
from alliance_sim.config.outline import too_large
from alliance_sim.config.suggestions import nearest
from alliance_sim.config.toml_lines import KeyPath, LineNumbers
from alliance_sim.limits import LARGEST_CONFIG

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class SourceFile:
    """A config or study file that was read.

    Attributes:
        path: its path.
        shown_as: its name in messages, as the user gave it.
        text: its content.
        document: the parsed content.
        in_memory: whether ``path`` is only a name and is never accessed.
    """

    path: Path
    shown_as: str
    text: str
    document: dict[str, Any]
    in_memory: bool = False

    @cached_property
    def _line_numbers(self) -> LineNumbers:
        return LineNumbers(self.text)

    def place(self, path: KeyPath) -> tuple[str, int | None]:
        """Return the file and the line of a key; for a missing key at the top level, the first line."""
        return self.shown_as, self._line_numbers.of(path) or (1 if len(path) == 1 else None)


def shipped_configs() -> Mapping[str, Path]:
    """Return the paths of the configs that come with the library, by name."""
    return _shipped("configs")


def shipped_studies() -> Mapping[str, Path]:
    """Return the paths of the studies that come with the library, by name."""
    return _shipped("configs/studies")


def _shipped(place: str) -> Mapping[str, Path]:
    for folder in (_PACKAGE / place, _PACKAGE.parent / place):  # installed, or in a clone
        if folder.is_dir():
            return {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return {}


LISTED_FIRST = ("baseline", "collaborative", "competitive", "cosy_club", "isolated", "route128", "silicon_valley")
"""Configs that messages list; a sentence with all shipped configs would be too long."""


def list_names(shipped: Iterable[str]) -> str:
    """Return the names of shipped files for a sentence, with the number of those left out."""
    names = list(shipped)
    first = [name for name in names if name in LISTED_FIRST] or names
    more = f", and {len(names) - len(first)} more that `alliance-sim configs` lists" if len(first) < len(names) else ""
    return ", ".join(first) + more


@dataclass(frozen=True)
class FileKind:
    """A kind of file, with those that come with the library.

    Attributes:
        name: the kind, in the singular.
        plural: the kind, in the plural.
        shipped: returns the paths of shipped files, by name.
    """

    name: str
    plural: str
    shipped: Callable[[], Mapping[str, Path]]


CONFIGS = FileKind("config", "configs", shipped_configs)
STUDIES = FileKind("study", "studies", shipped_studies)


def locate(
    name_or_path: str | Path,
    *,
    named_in: SourceFile | None = None,
    key: KeyPath = ("extends",),
    kind: FileKind = CONFIGS,
) -> tuple[Path, str]:
    """Find a file by a shipped name or by its path.

    Args:
        name_or_path: a shipped name, or a path.
        named_in: the file that names it; a path is relative to that file.
        key: the key under which that file names it.
        kind: the kind of file.

    Returns:
        The path, and the name of the file in messages.

    Raises:
        ConfigError: if there is no such file.
    """
    shipped = kind.shipped()
    if isinstance(name_or_path, str) and name_or_path in shipped:
        path = shipped[name_or_path]
        return path, str(path)
    if not str(name_or_path):
        raise refusal(kind.name, None, f"its name is empty; shipped {kind.plural}: {list_names(shipped)}")
    path = Path(name_or_path) if named_in is None else Path(named_in.shown_as).parent / name_or_path
    origin, line = (str(name_or_path), None) if named_in is None else named_in.place(key)
    context = "" if named_in is None else f"{key[0]} {shown(str(name_or_path))}, but "
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        sentence = context + _missing(str(name_or_path), path, kind)
        raise refusal(origin, line, sentence, given=str(name_or_path), allowed="a shipped name or a file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        sentence = (
            f"{context}{shown(str(path))} cannot be opened ({reason}); give a {kind.name}'s name or a file's path"
        )
        raise refusal(shortened(origin), line, sentence) from None
    if stat.S_ISDIR(mode):
        raise refusal(origin, line, f"{context}{shown(str(path))} is a directory; give the path of a .toml file in it")
    if not stat.S_ISREG(mode):
        sentence = f"{context}{shown(str(path))} is no regular file; save the {kind.name} as a file first"
        raise refusal(origin, line, sentence)
    return path, str(path)


def _missing(name: str, path: Path, kind: FileKind) -> str:
    shipped = kind.shipped()
    beside = path.with_name(path.name + ".toml") if path.name else path
    meant = str(beside) if beside.is_file() else nearest(Path(name).stem.lower(), shipped)
    hint = f"did you mean {shown(meant)}? " if meant else ""
    looks_like_path = name.endswith(".toml") or Path(name).name != name
    what = (
        f"there is no file {shown(name)}"
        if looks_like_path
        else f"there is no {kind.name} or file called {shown(name)}"
    )
    return f"{what}; {hint}shipped {kind.plural}: {list_names(shipped)}"


def read(path: Path, shown_as: str) -> SourceFile:
    """Read a config or study file.

    Args:
        path: the file.
        shown_as: its name in messages.

    Raises:
        ConfigError: if it cannot be read, is too large, or is not valid TOML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_CONFIG + 1)
            size = max(len(data), path.stat().st_size)
    except OSError as error:
        raise refusal(shown_as, None, f"the file cannot be read ({error.strerror}); check its permissions") from None
    return source_of(data, shown_as, path, size)


def source_of(data: bytes, shown_as: str, path: Path, size: int = 0, *, in_memory: bool = False) -> SourceFile:
    """Parse the bytes of a config or study; no file is accessed.

    Args:
        data: the bytes; for a file that is too large, its beginning.
        shown_as: the name of the file in messages.
        path: the path of the file, as the configuration reports it.
        size: the number of bytes of the file, where ``data`` is its beginning.
        in_memory: whether the path is only a name.

    Raises:
        ConfigError: if it is too large, or is not valid TOML.
    """
    size = max(size, len(data))
    if size > LARGEST_CONFIG:
        sentence = f"the file has {size:,} bytes, but a config at most {LARGEST_CONFIG:,}; is it the right file?"
        raise refusal(shown_as, None, sentence)
    text = _decoded(data, shown_as)
    document = _parsed(text, shown_as)
    if not document:
        sentence = (
            'the file is empty; a config needs at least a question, such as question = "What if trust were higher?"'
        )
        raise refusal(shown_as, 1, sentence)
    return SourceFile(path, shown_as, text, document, in_memory)


def _decoded(data: bytes, shown_as: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refusal(shown_as, 1, "the file is UTF-16; save it as UTF-8")
    if (place := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, place) + 1
        raise refusal(shown_as, line, "the file holds binary data (a NUL byte); a config is a plain UTF-8 text file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        letter = data[error.start : error.start + 1].decode("cp1252", errors="replace")
        sentence = (
            f"the file is not UTF-8 (byte 0x{data[error.start]:02X}, perhaps a Latin-1 “{letter}”); save it as UTF-8"
        )
        raise refusal(shown_as, line, sentence) from None
    return text.replace("\r\n", "\n")


def _parsed(text: str, shown_as: str) -> dict[str, Any]:
    line, reason = too_large(text)
    if reason:
        raise refusal(shown_as, line, reason)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, sentence = _syntax_problem(str(error), text)
        raise refusal(shown_as, line, sentence) from None
    except RecursionError:
        line = next((n for n, row in enumerate(text.split("\n"), 1) if max(map(row.count, "[{")) > 100), None)
        raise refusal(shown_as, line, "brackets nest too deep; a config never needs more than three levels") from None
    except ValueError:  # Python refuses numbers of more than 4,300 digits
        line = next((n for n, row in enumerate(text.split("\n"), 1) if _has_endless_number(row)), None)
        raise refusal(shown_as, line, "a number has thousands of digits; write a sensible one") from None


def _has_endless_number(row: str) -> bool:
    return any(len(digits) >= 4300 for digits in re.findall(r"[0-9_]+", row))


_HINTS = (
    ("Cannot overwrite", "", "the name is given twice; keep one of them"),
    ("Cannot declare", "", "the table is there twice; join the two"),
    ("nested more than", "", "brackets nest too deep"),  # newer Pythons
    ("", r"=\s*[\d.]+\s*%", "write a share such as 0.45, not a percentage"),
    ("", r"=\s*\d+,\d+\s*(#|$)", "write decimals with a point, not a comma"),
    ("", r"=\s*(True|TRUE|False|FALSE)\b", "write true and false in lower case"),
    ("", r"=\s*\.\d", "write a zero before the point, as in 0.5"),
    ("", r"=\s*0\d", "write numbers without leading zeros"),
    ("", r"^\s*[\w.-]+\s*:", "write name = value, not name: value"),
    ("", r"=\s*(#|$)", "a value is missing after the ="),
    ("", "[“”‘’]", 'use straight quotes (")'),
    ("Invalid value", r"=\s*[A-Za-z_]", "words stand in quotes"),
    ("", r"^\s*[\w.-]+\s*$", "write name = value"),
    ("", "", "check brackets, quotes and commas there"),
)
"""A part of the parser's message, a pattern of the line, and the remedy; the first row that matches applies."""


def _syntax_problem(message: str, text: str) -> tuple[int, str]:
    """Return the line and the sentence for a syntax error.

    Args:
        message: the parser's message, with ``(at line 3, column 7)`` at its end.
        text: the text of the file.
    """
    lines = text.split("\n")
    spot = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    number = int(spot[1]) if spot else len(text.rstrip().split("\n"))
    reason = message[: message.rfind(" (at ")] if " (at " in message else message
    row = lines[number - 1] if number <= len(lines) else ""
    hint = next(hint for part, pattern, hint in _HINTS if part in reason and re.search(pattern, row))
    column = f" at column {spot[2]}" if spot else " at the end of the file"
    return number, f"not valid TOML ({shortened(reason)}{column}): {hint}"
