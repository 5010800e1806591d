"""Checks of arguments that several packages share, and the format of values in error messages."""

from __future__ import annotations

import math
import numbers
import reprlib
import unicodedata
from typing import Any, cast

LONGEST = 80
"""Characters of a value that an error message shows."""


def format_given(value: object) -> str:
    """Format a value as its caller wrote it, on one line of at most ``LONGEST`` characters."""
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        value = cast("Any", value).tolist()
    text = one_line(" ".join(reprlib.repr(value).split()))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def one_line(text: str) -> str:
    """Replace line breaks, control characters and lone surrogates by dots."""
    if text.isprintable():
        return text
    spaces = {letter: " " for letter in text if unicodedata.category(letter) == "Zs"}  # not printable, except U+0020
    return "".join(letter if letter.isprintable() else spaces.get(letter, "·") for letter in text)


def is_number(value: object) -> bool:
    """Return whether a value is a real number; ``True`` and ``False`` are not."""
    return not isinstance(value, bool) and isinstance(value, numbers.Real)


def number(what: str, value: Any, low: float, high: float) -> float:
    """Check a number and return it as a float.

    Args:
        what: the name of the argument, for messages.
        value: the value to check.
        low: the least value allowed.
        high: the greatest value allowed.

    Raises:
        TypeError: if it is not a number.
        ValueError: if it is out of bounds.
    """
    allowed = format_bounds(low, high)
    if not is_number(value):
        raise TypeError(f"{what} is {format_given(value)}, but must be a number, {allowed}")
    if not low <= value <= high:
        raise ValueError(f"{what} is {format_given(value)}, but must be {allowed}")
    return float(value)


def whole_number(what: str, value: Any, low: int, high: float = math.inf) -> int:
    """Check a whole number and return it as an int; floats such as 2.0 are accepted.

    Args:
        what: the name of the argument, for messages.
        value: the value to check.
        low: the least value allowed.
        high: the greatest value allowed.

    Raises:
        TypeError: if it is not a number.
        ValueError: if it is out of bounds or has a fraction.
    """
    allowed = f"a whole number, {format_bounds(low, high)}"
    if not is_number(value):
        raise TypeError(f"{what} is {format_given(value)}, but must be {allowed}")
    if not low <= value <= high or value != value // 1:
        raise ValueError(f"{what} is {format_given(value)}, but must be {allowed}")
    return int(value)


def format_bounds(low: float, high: float) -> str:
    """Format bounds: ``0 to 1``, ``2 or more``."""
    if math.isinf(high):
        return f"{low:g} or more"
    return f"{low:g} to {high:,}" if isinstance(high, int) else f"{low:g} to {high:.3g}"
