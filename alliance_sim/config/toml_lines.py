"""On which line a key stands.

The standard library's TOML parser does not say. So the text is cut into statements (``outline.py``), each of which the
same parser reads. Only done when there is something to report.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any, cast

from alliance_sim.config.outline import statements

KeyPath = tuple[str | int, ...]
"""The way to a value: ``("events", 1, "set", "policy.funding")``."""

_DEEPEST = 6


class LineNumbers:
    """The lines of a TOML text that parses."""

    def __init__(self, text: str) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._tables: dict[KeyPath, int] = {}  # arrays of tables, and how many of them were opened so far
        self._table: KeyPath = ()
        for line, statement, opens_table in _statements(text):
            if opens_table:
                self._table = self._opened(statement)
                for length in range(1, len(self._table) + 1):
                    self._lines.setdefault(self._table[:length], line)
            else:
                for path in _paths(statement):
                    self._lines.setdefault(self._table + path, line)

    def of(self, path: KeyPath) -> int | None:
        """The line of a key, or of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return None

    def _opened(self, statement: dict[str, Any]) -> KeyPath:
        """The path of the table that a header opens; a table inside ``[[events]]`` belongs to the latest event."""
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
    """Each statement of the text: the line on which it begins, what it holds, and whether it opens a table."""
    for line, statement in statements(text):
        try:
            held = tomllib.loads(statement)
        except (ValueError, RecursionError):
            continue  # of a text that does not parse; its keys are reported without a line
        yield line, held, statement.lstrip().startswith("[")


def _paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every key inside a value, outermost first."""
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
