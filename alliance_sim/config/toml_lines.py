"""Line numbers of the keys of a TOML text.

The standard library's parser does not report them. The text is therefore split into statements (``outline.py``), and
each is parsed alone. This happens only when there is a problem to report.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any, cast

from alliance_sim.config.outline import statements

KeyPath = tuple[str | int, ...]
"""The path to a value: ``("events", 1, "set", "policy.funding")``."""

_DEEPEST = 6


class LineNumbers:
    """The lines of the keys of a valid TOML text.

    Args:
        text: the text.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._tables: dict[KeyPath, int] = {}  # number of headers so far of each array of tables
        self._table: KeyPath = ()
        for line, statement, is_header in _statements(text):
            if is_header:
                self._table = self._table_path(statement)
                for length in range(1, len(self._table) + 1):
                    self._lines.setdefault(self._table[:length], line)
            else:
                for path in _paths(statement):
                    self._lines.setdefault(self._table + path, line)

    def of(self, path: KeyPath) -> int | None:
        """Return the line of a key, or of the innermost table that contains it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return None

    def _table_path(self, statement: dict[str, Any]) -> KeyPath:
        """Return the path of a header's table; a table inside ``[[events]]`` belongs to the latest event."""
        path: KeyPath = ()
        inside: Any = statement
        while isinstance(inside, dict) and inside and len(path) < _DEEPEST:
            key, inside = next(iter(cast("dict[str, Any]", inside).items()))
            path = (*path, key)
            if isinstance(inside, list):
                self._tables[path] = self._tables.get(path, 0) + 1
                inside = None
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
        return path


def _statements(text: str) -> Iterator[tuple[int, dict[str, Any], bool]]:
    """Yield each statement of a text: its first line, its content, and whether it is a table's header."""
    for line, statement in statements(text):
        try:
            content = tomllib.loads(statement)
        except (ValueError, RecursionError):
            continue  # keys of an invalid text are reported without a line
        yield line, content, statement.lstrip().startswith("[")


def _paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of every key inside a value, outermost first."""
    if path:
        yield path
    if len(path) >= _DEEPEST:
        return
    if isinstance(value, dict):
        for key, inside in cast("dict[str, object]", value).items():
            yield from _paths(inside, (*path, key))
    elif isinstance(value, list):
        for place, inside in enumerate(cast("list[object]", value)):
            yield from _paths(inside, (*path, place))
