"""Outcomes split by what a list knows about its schools: phase, Ofsted's judgement, free school meals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.outcomes import NAMES, SCHOOL_COLUMNS
from alliance_sim.declarations.roster import Roster

SPLIT_OUTCOMES = tuple(NAMES[column] for column in SCHOOL_COLUMNS)
"""Names of the outcomes that can be split, in the order of the columns."""
_BY_SCHOOL = "attainment"
"""The outcome in which each school counts once, as it does for the system; in the others each teacher counts once."""


NOT_KNOWN = "not known"
RANKS = ("lowest", "middle", "highest", "outstanding", "good", "requires", "inadequate", "special", "serious")
"""First words of values in their order, where it is not the alphabet's."""
SPLITS = {"phase": "phase", "ofsted": "Ofsted's judgement", "fsm": "free school meals"}
"""The labels by which outcomes are split, in words."""


@dataclass(frozen=True)
class SchoolGroup:
    """Schools with the same value of a label.

    Attributes:
        split: the label: ``phase``, ``ofsted`` or ``fsm``.
        name: its value.
        schools, teachers: how many there are.
    """

    split: str
    name: str
    schools: int
    teachers: int


def groups_of(roster: Roster | None) -> tuple[SchoolGroup, ...]:
    """Return the groups by which outcomes can be split; none where a label has one value, or schools are sampled."""
    found: list[SchoolGroup] = []
    for split, values in (roster.labels if roster is not None else {}).items():
        names = sorted(set(values), key=lambda name: (name == NOT_KNOWN, _rank(name), name))
        if roster is None or len(names) < 2:
            continue
        for name in names:
            rows = np.array([value == name for value in values])
            found.append(SchoolGroup(split, name, int(rows.sum()), int(roster.teachers[rows].sum())))
    return tuple(found)


def _rank(name: str) -> int:
    first = name.casefold().split(maxsplit=1)[:1]
    return RANKS.index(first[0]) if first and first[0] in RANKS else len(RANKS)


def split_means(by_school: NDArray[np.floating], roster: Roster) -> NDArray[np.float64]:
    """Return the mean of each outcome over the schools of each group.

    Schools count by their teachers, and in attainment once each. Schools without a value are left out.

    Args:
        by_school: outcomes, shape (half-terms, schools, outcomes of the model).
        roster: the schools.

    Returns:
        Shape (half-terms, groups, outcomes that can be split); NaN where no school has a value.
    """
    groups = groups_of(roster)
    values = by_school[:, :, SCHOOL_COLUMNS].astype(np.float64)
    weights = np.repeat(roster.teachers.astype(np.float64)[:, np.newaxis], len(SCHOOL_COLUMNS), axis=1)
    weights[:, SPLIT_OUTCOMES.index(_BY_SCHOOL)] = 1.0
    found = np.full((len(values), len(groups), len(SCHOOL_COLUMNS)), np.nan)
    for place, group in enumerate(groups):
        rows = np.array([value == group.name for value in roster.labels[group.split]])
        known = np.where(np.isnan(values[:, rows]), 0.0, weights[rows])
        total = known.sum(axis=1)
        summed = (known * np.nan_to_num(values[:, rows])).sum(axis=1)
        np.divide(summed, total, out=found[:, place], where=total > 0)
    return found
