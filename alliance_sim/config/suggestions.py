"""Suggestions for errors: the nearest name, the share for a percentage, the number inside quotes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import cast

from alliance_sim.config.errors import shown
from alliance_sim.declarations.parameters import LEVELS, PARAMETERS, Parameter

_LONGEST_NAME = 80
_TRUE_WORDS = ("true", "yes", "on", "1")
_FALSE_WORDS = ("false", "no", "off", "0")
_FAR_BEYOND = 5
"""Multiple of the upper bound from which a number is taken for a percentage.

45 for a share means 45 %; 2 may be a slip for 0.2, and 0.02 would be a poor suggestion.
"""


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return the known word most similar to a word, or an empty string.

    Args:
        word: the word given.
        known: the words allowed.
        likeness: the least similarity, 0 to 1.
    """
    found = difflib.get_close_matches(word[:_LONGEST_NAME], known, 1, likeness)
    return found[0] if found else ""


def nearest_parameter(name: str, known: Iterable[str] = tuple(PARAMETERS)) -> str:
    """Return the parameter that an unknown dotted name probably means, or an empty string.

    A correct key in a wrong table comes first, then a slip in the key, then a slip anywhere.
    """
    known = tuple(known)
    tidy = name[:_LONGEST_NAME].strip().lower().replace("-", "_")
    if tidy in known:
        return tidy
    group, _, key = tidy.rpartition(".")
    namesakes = [one for one in known if PARAMETERS[one].key == key]
    if namesakes:
        return nearest(tidy, namesakes, 0.0)
    siblings = {PARAMETERS[one].key: one for one in known if PARAMETERS[one].group == group}
    keys = {PARAMETERS[one].key: one for one in known}
    if slip := nearest(key, siblings):
        return siblings[slip]
    if slip := nearest(key, keys, 0.75):
        return keys[slip]
    return nearest(tidy, known, 0.8)


def better_value(parameter: Parameter, given: object) -> str:
    """Return the value that was probably meant, with the reason in brackets, or an empty string."""
    match parameter.kind:
        case "switch":
            word = str(given).lower() if isinstance(given, str | int) else ""
            return "true" if word in _TRUE_WORDS else "false" if word in _FALSE_WORDS else ""
        case "choice":
            word = nearest(given.lower(), parameter.choices) if isinstance(given, str) else ""
            return word and shown(word)
        case "levels":
            return _better_levels(parameter, given)
        case _:
            return _better_number(parameter, given)


def _better_number(parameter: Parameter, given: object) -> str:
    if isinstance(given, str):
        return _number_in_text(parameter, given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        return ""
    if _suits(parameter, given):  # the only possible error is then the decimal point of a count
        return f"{int(given)} (a whole number has no point)"
    if given >= _FAR_BEYOND * parameter.bounds[1] and _could_be_percentage(parameter, given):
        return f"{_hundredth(given)} (a share, not a percentage)"
    return ""


def _number_in_text(parameter: Parameter, text: str) -> str:
    bare = text.strip().removesuffix("%").strip().replace(",", ".", 1)
    try:
        number = float(bare)
    except ValueError:
        return ""
    if text.strip().endswith("%"):
        return f"{_hundredth(number)} (a share, not a percentage)" if _suits(parameter, number / 100) else ""
    if not _suits(parameter, number):
        return ""
    reason = "a point, not a comma" if "," in text else "without quotes"
    return f"{int(number) if number.is_integer() else number} ({reason})"


def _better_levels(parameter: Parameter, given: object) -> str:
    if not isinstance(given, list | tuple):
        return ""
    items = list(cast("Iterable[object]", given))
    numbers = [item for item in items if isinstance(item, int | float) and not isinstance(item, bool)]
    if len(items) != LEVELS or len(numbers) != LEVELS or len(set(numbers)) != LEVELS:
        return ""
    if all(_suits(parameter, number) for number in numbers):
        return f"{shown(sorted(numbers))} (in increasing order)"
    shares = all(_could_be_percentage(parameter, number) for number in numbers)
    if shares and numbers == sorted(numbers) and numbers[-1] >= _FAR_BEYOND * parameter.bounds[1]:
        return f"[{', '.join(_hundredth(number) for number in numbers)}] (shares, not percentages)"
    return ""


def _suits(parameter: Parameter, number: float) -> bool:
    low, high = parameter.bounds
    return low <= number <= high and (parameter.kind != "count" or number == int(number))


def _could_be_percentage(parameter: Parameter, number: float) -> bool:
    low, high = parameter.bounds
    return high <= 1 < number and parameter.kind != "count" and low * 100 <= number <= high * 100


def _hundredth(number: float) -> str:
    return f"{number / 100:.10g}"
