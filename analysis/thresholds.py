"""Thresholds of patterns, claims and exact checks, read from ``thresholds.toml``.

The history of that file shows when each was set.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alliance_sim.statistics import Interval
from alliance_sim.statistics.verdicts import ABOVE, BELOW, Verdict, equal_within, holds

FILE = Path(__file__).with_name("thresholds.toml")
WITHIN = "within"
SIDES = (ABOVE, BELOW, WITHIN)


class ThresholdError(Exception):
    """A check and the file of thresholds do not fit; the message says which, and what to do."""


@dataclass(frozen=True)
class Threshold:
    """What the interval of an effect must satisfy.

    Attributes:
        side: ``above``, ``below`` or ``within``. There is no default.
        value: the threshold; for ``within``, the largest distance from zero.
        secondary: whether the check is reported without counting toward the verdict.
    """

    side: str
    value: float
    secondary: bool = False

    def judge(self, interval: Interval) -> Verdict:
        """Judge an interval: holds, does not hold, or cannot be decided.

        Args:
            interval: the effect, in the threshold's unit.
        """
        if self.side == WITHIN:
            return Verdict(str(equal_within(interval, self.value)))
        return Verdict(str(holds(interval, self.value, ABOVE if self.side == ABOVE else BELOW)))

    def beyond(self, effect: float) -> float:
        """Return how far an effect is on the side on which the check holds; negative on the other side."""
        if self.side == WITHIN:
            return self.value - abs(effect)
        return effect - self.value if self.side == ABOVE else self.value - effect

    def sentence(self, *, percent: bool = False) -> str:
        """Return the threshold in words, such as ``over 3`` or ``within ±10 %``."""
        number = f"{100 * self.value:.3g} %" if percent else f"{self.value:.3g}"
        words = {ABOVE: "over ", BELOW: "under ", WITHIN: "within ±"}
        return f"{words[self.side]}{number}".replace("-", "−")


def thresholds_of(section: str, number: int | str) -> Mapping[str, Threshold]:
    """Return the thresholds of a pattern, claim or exact check, by the key of each effect.

    Args:
        section: ``pattern``, ``claim``, ``exact`` or ``discovery``.
        number: its number or id.

    Raises:
        ThresholdError: if the file has none.
    """
    found = read_thresholds(FILE).get(section, {}).get(str(number))
    if not found:
        raise ThresholdError(f"{FILE.name} has no thresholds for {section} {number}; add [{section}.{number}]")
    return found


@cache
def read_thresholds(file: Path) -> Mapping[str, Mapping[str, Mapping[str, Threshold]]]:
    """Read a file of thresholds: by section, by number or id, by key.

    Raises:
        ThresholdError: if the file is not as described at its top.
    """
    try:
        tables: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThresholdError(f"{file.name} is not TOML: {error}") from error
    found: dict[str, dict[str, dict[str, Threshold]]] = {}
    for section, numbers in tables.items():
        for number, entries in (numbers if isinstance(numbers, dict) else {section: numbers}).items():
            place = f"[{section}.{number}]"
            if not isinstance(entries, dict):
                raise ThresholdError(f"{file.name}, {place}: {entries!r} is not a table of checks")
            checks = {key: _threshold(f"{file.name}, {place} {key}", entry) for key, entry in entries.items()}
            found.setdefault(section, {})[number] = checks
    return found


def _threshold(place: str, entry: object) -> Threshold:
    """Turn an entry such as ``{ above = 3.0, secondary = true }`` into a threshold."""
    if not isinstance(entry, dict):
        raise ThresholdError(f"{place}: write it as {{ above = 3.0 }}, with above, below or within")
    given: dict[str, Any] = entry
    sides = [side for side in SIDES if side in given]
    if len(sides) != 1 or set(given) - {*SIDES, "secondary"}:
        raise ThresholdError(f"{place}: give one of {', '.join(SIDES)}, and secondary where it does not count")
    value, secondary = given[sides[0]], given.get("secondary", False)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(secondary, bool):
        raise ThresholdError(f"{place}: {sides[0]} must be a number, and secondary true or false")
    if sides[0] == WITHIN and not value > 0:
        raise ThresholdError(f"{place}: within must be more than 0")
    return Threshold(sides[0], float(value), secondary)
