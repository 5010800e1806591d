"""Finding a config by name or path, and reading it: a small UTF-8 text file that holds TOML, or a clear refusal."""

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
    """One config file: where it lies, how its user calls it, and what it says."""

    path: Path
    shown_as: str
    text: str
    document: dict[str, Any]
    in_memory: bool = False
    """Whether its path is a name only, and never looked at."""

    @cached_property
    def _line_numbers(self) -> LineNumbers:
        return LineNumbers(self.text)

    def place(self, path: KeyPath) -> tuple[str, int | None]:
        """The file and the line of a key; of something that is missing at the top, the first line."""
        return self.shown_as, self._line_numbers.of(path) or (1 if len(path) == 1 else None)


def shipped_configs() -> Mapping[str, Path]:
    """The configs that come with the library, by name. They lie inside it when installed, beside it in a clone."""
    return _shipped("configs")


def shipped_studies() -> Mapping[str, Path]:
    """The studies that come with the library, by name."""
    return _shipped("configs/studies")


def _shipped(place: str) -> Mapping[str, Path]:
    for folder in (_PACKAGE / place, _PACKAGE.parent / place):
        if folder.is_dir():
            return {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return {}


TOLD_FIRST = ("baseline", "collaborative", "competitive", "cosy_club", "isolated", "route128", "silicon_valley")
"""The worlds that people begin with; a sentence has no room for all that are shipped."""


def list_names(shipped: Iterable[str]) -> str:
    """What is shipped, for a sentence."""
    names = list(shipped)
    first = [name for name in names if name in TOLD_FIRST] or names
    more = f", and {len(names) - len(first)} more that `alliance-sim configs` lists" if len(first) < len(names) else ""
    return ", ".join(first) + more


@dataclass(frozen=True)
class Shelf:
    """What kind of file is looked for, and those of the kind that come with the library."""

    what: str
    several: str
    shipped: Callable[[], Mapping[str, Path]]


CONFIGS = Shelf("config", "configs", shipped_configs)
STUDIES = Shelf("study", "studies", shipped_studies)


def found(
    name_or_path: str | Path,
    *,
    said_by: SourceFile | None = None,
    key: KeyPath = ("extends",),
    shelf: Shelf = CONFIGS,
) -> tuple[Path, str]:
    """The file that is meant, and how to call it: a shipped name first, else a path.

    Args:
        name_or_path: a shipped name, or a path.
        said_by: the file that says so; the path is then relative to it.
        key: under which key it says so.
        shelf: what is looked for.
    """
    shipped = shelf.shipped()
    if isinstance(name_or_path, str) and name_or_path in shipped:
        path = shipped[name_or_path]
        return path, str(path)
    if not str(name_or_path):
        raise refusal(shelf.what, None, f"its name is empty; shipped {shelf.several}: {list_names(shipped)}")
    path = Path(name_or_path) if said_by is None else Path(said_by.shown_as).parent / name_or_path
    origin, line = (str(name_or_path), None) if said_by is None else said_by.place(key)
    saying = "" if said_by is None else f"{key[0]} {shown(str(name_or_path))}, but "
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        sentence = saying + _missing(str(name_or_path), path, shelf)
        raise refusal(origin, line, sentence, given=str(name_or_path), allowed="a shipped name or a file") from None
    except (OSError, ValueError) as trouble:
        reason = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else str(trouble)
        sentence = (
            f"{saying}{shown(str(path))} cannot be opened ({reason}); give a {shelf.what}'s name or a file's path"
        )
        raise refusal(shortened(origin), line, sentence) from None
    if stat.S_ISDIR(kind):
        raise refusal(origin, line, f"{saying}{shown(str(path))} is a directory; give the path of a .toml file in it")
    if not stat.S_ISREG(kind):
        sentence = f"{saying}{shown(str(path))} is no regular file; save the {shelf.what} as a file first"
        raise refusal(origin, line, sentence)
    return path, str(path)


def _missing(name: str, path: Path, shelf: Shelf) -> str:
    shipped = shelf.shipped()
    beside = path.with_name(path.name + ".toml") if path.name else path
    meant = str(beside) if beside.is_file() else nearest(Path(name).stem.lower(), shipped)
    hint = f"did you mean {shown(meant)}? " if meant else ""
    looks_like_path = name.endswith(".toml") or Path(name).name != name
    what = (
        f"there is no file {shown(name)}"
        if looks_like_path
        else f"there is no {shelf.what} or file called {shown(name)}"
    )
    return f"{what}; {hint}shipped {shelf.several}: {list_names(shipped)}"


def read(path: Path, shown_as: str) -> SourceFile:
    """Reads a config file.

    Raises:
        ConfigError: if it cannot be read, or is not a TOML text.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_CONFIG + 1)
            size = max(len(data), path.stat().st_size)
    except OSError as trouble:
        raise refusal(shown_as, None, f"the file cannot be read ({trouble.strerror}); check its permissions") from None
    return source_of(data, shown_as, path, size)


def source_of(data: bytes, shown_as: str, path: Path, size: int = 0, *, in_memory: bool = False) -> SourceFile:
    """The config that these bytes hold; no file is touched.

    Args:
        data: the bytes, or as many of them as show that there are too many.
        shown_as: what sentences call the file.
        path: the file's path, as the configuration will report it.
        size: the number of bytes, where ``data`` is cut short.
        in_memory: whether the path is a name only.

    Raises:
        ConfigError: if it is too large, or is not a TOML text.
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
    except UnicodeDecodeError as trouble:
        line = data.count(b"\n", 0, trouble.start) + 1
        letter = data[trouble.start : trouble.start + 1].decode("cp1252", errors="replace")
        sentence = (
            f"the file is not UTF-8 (byte 0x{data[trouble.start]:02X}, perhaps a Latin-1 “{letter}”); save it as UTF-8"
        )
        raise refusal(shown_as, line, sentence) from None
    return text.replace("\r\n", "\n")


def _parsed(text: str, shown_as: str) -> dict[str, Any]:
    line, reason = too_large(text)
    if reason:
        raise refusal(shown_as, line, reason)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        line, sentence = _told(str(trouble), text)
        raise refusal(shown_as, line, sentence) from None
    except RecursionError:
        line = next((n for n, row in enumerate(text.split("\n"), 1) if max(map(row.count, "[{")) > 100), None)
        raise refusal(shown_as, line, "brackets nest too deep; a config never needs more than three levels") from None
    except ValueError:  # Python refuses to read numbers of more than 4,300 digits
        line = next((n for n, row in enumerate(text.split("\n"), 1) if _has_endless_number(row)), None)
        raise refusal(shown_as, line, "a number has thousands of digits; write a sensible one") from None


def _has_endless_number(row: str) -> bool:
    return any(len(digits) >= 4300 for digits in re.findall(r"[0-9_]+", row))


_HINTS = (
    ("Cannot overwrite", "", "the name is given twice; keep one of them"),
    ("Cannot declare", "", "the table is opened twice; join the two"),
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
"""What the parser says, what the line looks like, and what to do about it; the first that fits."""


def _told(message: str, text: str) -> tuple[int, str]:
    """The line and the sentence for a syntax error; the parser puts ``(at line 3, column 7)`` at the end."""
    lines = text.split("\n")
    spot = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    number = int(spot[1]) if spot else len(text.rstrip().split("\n"))
    said = message[: message.rfind(" (at ")] if " (at " in message else message
    row = lines[number - 1] if number <= len(lines) else ""
    hint = next(hint for says, looks, hint in _HINTS if says in said and re.search(looks, row))
    column = f" at column {spot[2]}" if spot else " at the end of the file"
    return number, f"not valid TOML ({shortened(said)}{column}): {hint}"
