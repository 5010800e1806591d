"""What is done with the schools of a list after it has been read: the options behind ``read_schools``."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict, cast

from alliance_sim.schools.grouping import FARTHEST_KM
from alliance_sim.schools.missing_pupils import MissingPupils
from alliance_sim.schools.teacher_ratios import checked_ratios
from alliance_sim.validation import format_given, number, whole_number

type Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


@dataclass(frozen=True)
class Treatment:
    """What is done with the schools of a list.

    Attributes:
        alliance_size: approximate number of schools in an alliance that is formed by distance.
        ratios: pupils per teacher, by phase.
        groups: a column of the list, or a file of groups; None for the groups that the list names.
        farthest: the greatest distance between two schools of a group formed by distance, in kilometres.
        mix_phases: whether primary, secondary and special schools may form one group.
        attainment: tables of published results.
        missing_pupils: what to do with open schools without pupils.
        anonymise: whether names and numbers are replaced.
        phrase: a phrase that changes the replacements.
    """

    alliance_size: int
    ratios: Mapping[str, float]
    groups: str | None = None
    farthest: float = FARTHEST_KM
    mix_phases: bool = False
    attainment: tuple[str, ...] = ()
    missing_pupils: MissingPupils = MissingPupils.LEAVE_OUT
    anonymise: bool = False
    phrase: str = field(default="", repr=False)


class TreatmentOptions(TypedDict, total=False):
    """Further options of ``read_schools``, described there."""

    farthest: float
    mix_phases: bool
    attainment: Paths | None
    missing_pupils: str
    anonymise: bool | str


def checked_treatment(
    alliance_size: int,
    pupils_per_teacher: object,
    groups: str | os.PathLike[str] | None = None,
    options: TreatmentOptions | None = None,
) -> Treatment:
    """Return the options of ``read_schools``, checked.

    Raises:
        TypeError: if one has the wrong type, or there is no such option.
        ValueError: if one is out of bounds or not known.
    """
    given: TreatmentOptions = options or {}
    if unknown := next((name for name in given if name not in TreatmentOptions.__annotations__), None):
        names = ", ".join(TreatmentOptions.__annotations__)
        raise TypeError(f"read_schools has no option {unknown!r}; further options are {names}")
    missing_pupils = given.get("missing_pupils", MissingPupils.LEAVE_OUT)
    known = [str(choice) for choice in MissingPupils]
    if missing_pupils not in known:
        shown = format_given(missing_pupils)
        raise ValueError(f"missing_pupils is {shown}, but must be {', '.join(known[:-1])} or {known[-1]}")
    farthest = given.get("farthest", FARTHEST_KM)
    if farthest != math.inf:
        farthest = number("farthest", farthest, 0.1, 20_000.0)
    attainment, anonymise = given.get("attainment"), given.get("anonymise", False)
    tables = [attainment] if isinstance(attainment, str | os.PathLike) else list(attainment or ())
    for name, path in [("groups", groups), *(("attainment", table) for table in tables)]:
        if path is not None and not isinstance(cast("object", path), str | os.PathLike):
            raise TypeError(f"{name} is {format_given(path)}, but must be the path of a CSV file")
    return Treatment(
        whole_number("alliance_size", alliance_size, 2),
        checked_ratios(pupils_per_teacher),
        None if groups is None else os.fspath(groups),
        farthest,
        given.get("mix_phases", False),
        tuple(os.fspath(table) for table in tables),
        MissingPupils(missing_pupils),
        bool(anonymise),
        anonymise if isinstance(anonymise, str) else "",
    )
