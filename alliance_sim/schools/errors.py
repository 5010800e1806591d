"""The error for a list of schools that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence


class SchoolListError(ValueError):
    """A list cannot be used; the message is one sentence with the place and a remedy.

    Attributes:
        path: the file.
        trouble: the problem and its remedy.
        line: the line; None where the problem concerns the file.
        column: the column; None where the problem concerns no column.
    """

    def __init__(self, path: object, trouble: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(path, trouble, line, column)
        self.path = str(path)
        self.trouble = trouble
        self.line = line
        self.column = column

    def __str__(self) -> str:
        """Return the sentence."""
        place = visible(self.path, 300)
        place += f", line {self.line}" if self.line is not None else ""
        place += f", column {visible(self.column)}" if self.column is not None else ""
        return f"{place}: {self.trouble}."


def visible(text: str, longest: int = 60) -> str:
    """Return text for a message, on one line and without control characters, cut after ``longest`` characters."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: longest + 1])
    shown = " ".join(shown.split())
    return shown if len(text) <= longest else f"{shown[:longest]}…"


def first_few(parts: Sequence[str], most: int = 10) -> str:
    """Join the first parts and the number of the others: ``3, 7, 12 and 5 more``."""
    if len(parts) <= most:
        return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
    return f"{', '.join(parts[:most])} and {len(parts) - most:,} more"
