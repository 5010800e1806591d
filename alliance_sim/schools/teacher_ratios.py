"""Pupils per teacher, the same for all schools or by phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from alliance_sim.schools.errors import visible
from alliance_sim.schools.rows import MOST_PUPILS, MOST_TEACHERS, ListedSchool
from alliance_sim.schools.stages import PRIMARY, SECONDARY, SPECIAL, phases_apart
from alliance_sim.validation import number

LEAST_PUPILS = 0.01
"""Pupils per teacher; with fewer, every school would reach the largest number of teachers allowed."""

ENGLAND = {PRIMARY: 20.7, SECONDARY: 16.8, SPECIAL: 6.4}
"""Pupils per teacher in England (Department for Education, School workforce in England, November 2022)."""

type Ratios = float | Mapping[str, float] | str


def checked_ratios(given: object) -> dict[str, float]:
    """Return the ratio of each phase.

    Args:
        given: one number for all schools, ``"england"``, or a mapping with ``primary`` and, optionally, ``secondary``
            and ``special``; or one of these as a text, such as ``"primary=20,secondary=16"``.

    Raises:
        TypeError: if it is neither a number nor such a mapping or text.
        ValueError: if a number is out of bounds or a phase is not known.
    """
    if isinstance(given, str):
        return dict(ENGLAND) if given.strip() == "england" else checked_ratios(_parsed(given))
    if not isinstance(given, Mapping):
        same = number("pupils_per_teacher", cast("float", given), LEAST_PUPILS, MOST_PUPILS)
        return dict.fromkeys(ENGLAND, same)
    chosen = cast("Mapping[str, float]", given)
    unknown = [str(phase) for phase in chosen if phase not in ENGLAND]
    if unknown or PRIMARY not in chosen:
        wrong = f"{unknown[0]!r} is no phase" if unknown else "there is no ratio for primary"
        raise ValueError(f"pupils_per_teacher: {wrong}; give primary and, if you like, secondary and special")
    same = chosen[PRIMARY]
    return {
        phase: number(f"pupils_per_teacher[{phase!r}]", chosen.get(phase, same), LEAST_PUPILS, MOST_PUPILS)
        for phase in ENGLAND
    }


def _parsed(text: str) -> float | dict[str, float]:
    """Parse a ratio or ratios by phase: ``20``, ``primary=20,secondary=16``."""
    try:
        if "=" not in text:
            return float(text)
        parts = [part.partition("=") for part in text.split(",")]
        return {phase.strip(): float(ratio) for phase, _, ratio in parts}
    except ValueError:
        raise TypeError(
            f"pupils_per_teacher is {visible(text, 40)!r}, but must be a number, england, or ratios such as "
            "primary=20.7,secondary=16.8,special=6.4"
        ) from None


def with_ratios(schools: Sequence[ListedSchool], ratios: Mapping[str, float]) -> list[ListedSchool]:
    """Return the schools with teachers computed from pupils, or pupils from teachers, by the ratio of their phase.

    An all-through school has the mean of the two ratios. Numbers that the list gives stay.
    """
    if len(set(ratios.values())) == 1:
        return list(schools)
    found: list[ListedSchool] = []
    for school, phase in zip(schools, phases_apart(schools), strict=True):
        ratio = ratios.get(phase, ratios[PRIMARY])
        if "through" in school.phase.casefold():
            ratio = (ratios[PRIMARY] + ratios[SECONDARY]) / 2
        if not school.further.teachers_given:
            found.append(replace(school, teachers=min(MOST_TEACHERS, max(1, round(school.pupils / ratio)))))
        elif not school.further.pupils_given:
            found.append(replace(school, pupils=max(1, min(MOST_PUPILS, round(school.teachers * ratio)))))
        else:
            found.append(school)
    return found


def ratio_text(ratios: Mapping[str, float]) -> str:
    """Return the ratios in words: ``20 pupils per teacher``."""
    if len(set(ratios.values())) == 1:
        return f"{ratios[PRIMARY]:g} pupils per teacher"
    return " and ".join(f"{ratio:g} pupils per teacher in {phase} schools" for phase, ratio in ratios.items())
