"""Format names, numbers and lists for readers; terminal, charts and page use the same functions."""

from __future__ import annotations

import math
import re


def title(name: str) -> str:
    """Format the name of a config as a title: ``cosy_club`` as Cosy Club, ``route128`` as Route 128."""
    words = re.sub(r"(?<=[a-zA-Z])(?=\d)", " ", re.sub(r"[_\s-]+", " ", name)).split()
    return " ".join(word[0].upper() + word[1:] for word in words) or name


def format_numbers(*values: float | None, signed: bool = False) -> tuple[str, ...]:
    """Format numbers that are read together with the same number of decimals.

    Args:
        *values: the numbers; undefined ones (None, NaN, infinite) become a dash.
        signed: whether positive numbers have a plus sign.

    Returns:
        Texts with three significant figures of the largest number, but at most three decimals; with two significant
        figures where all are below 0.01. Negative numbers have a minus sign, not a hyphen.
    """
    largest = max((abs(value) for value in values if value is not None and math.isfinite(value)), default=0.0)
    magnitude = math.floor(math.log10(largest)) if largest else 2
    places = min(max(0, 2 - magnitude), 3) if magnitude >= -2 else 1 - magnitude
    form = f",.{places}f" if places < 10 else ".1e"
    return tuple(_format_number(value, form, signed) for value in values)


def format_estimate(value: float, low: float, high: float, *, signed: bool = True) -> tuple[str, str, str]:
    """Format an estimate and the limits of its interval with the same decimals; no number but zero looks like zero.

    Args:
        value: the estimate.
        low: the lower limit; NaN if there is none.
        high: the upper limit.
        signed: whether positive numbers have a plus sign.

    Returns:
        Texts as of ``format_numbers``; a number that would be rounded to zero is ``<0.001``, or ``>−0.001``.
    """
    numbers = (value, low, high)
    texts = format_numbers(*numbers, signed=signed)
    decimals = max((len(text.partition(".")[2]) for text in texts if "e" not in text), default=0)
    least = "0." + "0" * (decimals - 1) + "1" if decimals else "1"

    def shown(number: float, text: str) -> str:
        if not math.isfinite(number) or number == 0.0 or any(digit in text for digit in "123456789"):
            return text
        return f"<{least}" if number > 0.0 else f">−{least}"

    first, second, third = map(shown, numbers, texts)
    return first, second, third


def _format_number(value: float | None, form: str, signed: bool) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{value:{'+' if signed else ''}{form}}"
    if not any(digit in text for digit in "123456789"):
        return text.lstrip("+-")  # zero has no sign
    return text.replace("-", "−")


def format_parameter(value: object) -> str:
    """Format the value of a parameter: yes and no for switches, lists with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(format_parameter(part) for part in value)  # pyright: ignore[reportUnknownVariableType]
    return f"{value:g}" if isinstance(value, float) else str(value)


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def spell_number(number: int, noun: str = "") -> str:
    """Spell a count: ``two runs``, ``one run``, ``1,200 runs``."""
    word = NUMBERS[number] if 0 <= number < len(NUMBERS) else f"{number:,}"
    return f"{word} {noun}{'' if number == 1 else 's'}" if noun else word


def count_noun(number: int, noun: str) -> str:
    """Format a count in figures: ``1 alliance``, ``1,200 alliances``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def format_years(half_terms: int) -> str:
    """Spell a duration: ``ten years``, ``one year``, ``eight half-terms``."""
    years, rest = divmod(half_terms, 6)
    return spell_number(half_terms, "half-term") if rest or not years else spell_number(years, "year")


def join_words(parts: list[str], last: str = "and") -> str:
    """Join parts of a sentence: ``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
