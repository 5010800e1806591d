"""The error for a list of schools that cannot be used."""

from __future__ import annotations


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
