"""What a caller of the library gave: how a refusal says it, and the checks that many rooms share."""

from __future__ import annotations

import math
import numbers
import reprlib
import unicodedata
from typing import Any, cast

LONGEST = 80
"""Letters of a value that a refusal shows."""


def said(value: object) -> str:
    """A value as its caller wrote it, on one line and never long."""
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        value = cast("Any", value).tolist()
    told = one_line(" ".join(reprlib.repr(value).split()))
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"


def one_line(text: str) -> str:
    """The text with a dot for each line break, control character and half of a letter."""
    if text.isprintable():
        return text
    spaces = {letter: " " for letter in text if unicodedata.category(letter) == "Zs"}  # only the plain one is printable
    return "".join(letter if letter.isprintable() else spaces.get(letter, "·") for letter in text)


def is_number(value: object) -> bool:
    """Whether it is one real number; True and False are none."""
    return not isinstance(value, bool) and isinstance(value, numbers.Real)


def number(what: str, value: Any, low: float, high: float) -> float:
    """A number from ``low`` to ``high``, or a refusal that calls it ``what``.

    Raises:
        TypeError: if it is no number.
        ValueError: if it is out of bounds.
    """
    allowed = format_bounds(low, high)
    if not is_number(value):
        raise TypeError(f"{what} is {said(value)}, but must be a number, {allowed}")
    if not low <= value <= high:
        raise ValueError(f"{what} is {said(value)}, but must be {allowed}")
    return float(value)


def whole_number(what: str, value: Any, low: int, high: float = math.inf) -> int:
    """A whole number from ``low`` to ``high`` (2.0 will do), or a refusal that calls it ``what``.

    Raises:
        TypeError: if it is no number.
        ValueError: if it is out of bounds or has a fraction.
    """
    allowed = f"a whole number, {format_bounds(low, high)}"
    if not is_number(value):
        raise TypeError(f"{what} is {said(value)}, but must be {allowed}")
    if not low <= value <= high or value != value // 1:
        raise ValueError(f"{what} is {said(value)}, but must be {allowed}")
    return int(value)


def format_bounds(low: float, high: float) -> str:
    """``0 to 1``, ``2 or more``."""
    if math.isinf(high):
        return f"{low:g} or more"
    return f"{low:g} to {high:,}" if isinstance(high, int) else f"{low:g} to {high:.3g}"
