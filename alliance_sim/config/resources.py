"""Whether a population fits: into the row numbers of a world, and into this machine."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from alliance_sim.config.config import number
from alliance_sim.config.errors import ConfigError, Problem
from alliance_sim.declarations.parameters import Value

if TYPE_CHECKING:
    from alliance_sim.declarations.roster import Roster

ASSUMED_MEMORY = 8 * 10**9
"""Bytes, where the operating system does not say."""

USABLE_SHARE = 0.8
"""What is left of it beside the operating system, Python and the libraries."""

MOST_ROWS = 2**31 - 1
"""Rows of ties, and of teachers, are numbered in 32 bits; further ones would be counted from below zero.

Nothing else that is counted so can run over first. Schools and alliances are fewer than teachers. Offers across a
boundary are at most one a tie.
"""

DECIDING_TIES = (
    "population.schools",
    "population.teachers_median",
    "population.alliance_size",
    "population.boundary_ties",
    "population.teachers_spread",
    "population.secondary_share",
    "population.secondary_median",
)
"""The parameters that decide how many teachers and ties there are."""

DECIDING = (*DECIDING_TIES, "population.practice_areas")
"""The parameters that decide how much memory is needed."""

LOWER = "lower population.schools, population.teachers_median, population.alliance_size or population.boundary_ties"
LOWER_LISTED = (
    "give fewer schools or smaller groups of them, raise population.pupils_per_teacher, or lower "
    "population.alliance_size or population.boundary_ties"
)


class Size(NamedTuple):
    """How many rows a population has: to be expected where schools are drawn, at most where they are listed."""

    teachers: float
    ties: float
    head_ties: float
    alliances: float
    largest_staff: float
    largest_ties: float


def expected_teachers(values: Mapping[str, Value]) -> float:
    """How many teachers the drawn schools will have: the means of two log-normals, times the schools of each."""
    schools, secondary = number(values, "population.schools"), number(values, "population.secondary_share")
    primary_median, secondary_median = (
        number(values, "population.teachers_median"),
        number(values, "population.secondary_median"),
    )
    median = primary_median + secondary * (secondary_median - primary_median)
    return schools * median * math.exp(number(values, "population.teachers_spread") ** 2 / 2)


def largest_of_mean(values: Mapping[str, Value]) -> float:
    """How many times as many teachers as the mean alliance an alliance of the larger schools has."""
    secondary = number(values, "population.secondary_share")
    medians = [number(values, "population.teachers_median")] * (secondary < 1.0)
    medians += [number(values, "population.secondary_median")] * (secondary > 0.0)
    mean = expected_teachers(values) / number(values, "population.schools")
    return max(medians) * math.exp(number(values, "population.teachers_spread") ** 2 / 2) / mean


def size_of(values: Mapping[str, Value], roster: Roster | None = None) -> Size:
    """How large the population is.

    Of two schools in an alliance the larger has a tie for each of its teachers, and each tie has its twin. The larger
    of two log-normal schools has 1 + erf(spread / 2) times their mean.
    """
    across = number(values, "population.boundary_ties")
    if roster is not None:
        return _size_listed(roster, across)
    schools, teachers = number(values, "population.schools"), expected_teachers(values)
    members = min(number(values, "population.alliance_size"), schools)
    alliances = schools / members
    a_school = 1 + math.erf(number(values, "population.teachers_spread") / 2)
    ties = teachers * ((members - 1) * a_school + across)
    larger = largest_of_mean(values)
    largest_staff, largest_ties = larger * teachers / alliances, larger * ties / alliances
    return Size(teachers, ties, schools * members, alliances, largest_staff, largest_ties)


def _size_listed(roster: Roster, across: float) -> Size:
    import numpy as np  # a roster brings it along; a config alone does not need it

    order = np.lexsort((roster.teachers, roster.alliance))
    members = np.bincount(roster.alliance, minlength=roster.alliances)
    smaller = np.arange(roster.schools) - np.repeat(np.cumsum(members) - members, members)
    inside = np.bincount(roster.alliance[order], 2.0 * smaller * roster.teachers[order], roster.alliances)
    staff = np.bincount(roster.alliance, roster.teachers, roster.alliances)
    ties = inside + staff * across
    head_ties = float((members.astype(float) ** 2).sum())
    return Size(
        float(staff.sum()), float(ties.sum()), head_ties, roster.alliances, float(staff.max()), float(ties.max())
    )


def memory_needed(values: Mapping[str, Value], roster: Roster | None = None) -> float:
    """Bytes that the population takes at work, about.

    A teacher is 60 bytes, 4 a practice area and 4 a contact; a tie is 25, an offer that may cross the boundary 4. Each
    thread has paper for the requests of the largest alliance, 48 bytes for each that there could be.
    """
    size = size_of(values, roster)
    across, contacts = number(values, "population.boundary_ties"), number(values, "help.contacts")
    a_teacher = 60 + 4 * number(values, "population.practice_areas") + 4 * (across + contacts)
    paper = min(os.cpu_count() or 1, size.alliances) * 48 * (size.largest_ties + size.largest_staff * contacts)
    return size.teachers * a_teacher + 25 * size.ties + paper + 8 * size.head_ties


def too_many_rows(values: Mapping[str, Value], roster: Roster | None = None) -> str:
    """What is wrong if there are more ties or teachers than a world can number, else an empty text."""
    size = size_of(values, roster)
    if max(size.teachers, size.ties) <= MOST_ROWS:
        return ""
    return (
        f"about {size.teachers:,.0f} teachers would have about {size.ties:,.0f} ties, and a world can number "
        f"{MOST_ROWS:,} of either"
    )


def too_much_memory(values: Mapping[str, Value], roster: Roster | None = None) -> str:
    """What is wrong if the population would not fit into this machine, else an empty text."""
    needed, memory = memory_needed(values, roster), machine_memory()
    if needed <= memory * USABLE_SHARE:
        return ""
    return (
        f"about {size_of(values, roster).teachers:,.0f} teachers need about {needed / 1e9:,.1f} GB of memory, and this "
        f"machine has {memory / 1e9:,.1f} GB, of which a fifth is for everything else"
    )


def refuse_misfits(values: Mapping[str, Value], roster: Roster) -> None:
    """Refuse schools that are known one by one, and whose ties cannot be numbered or do not fit into this machine.

    Raises:
        ConfigError: with what is too much, and what to lower.
    """
    trouble = too_many_rows(values, roster) or too_much_memory(values, roster)
    if trouble:
        lower = LOWER if roster.source == "drawn" else LOWER_LISTED
        sentence = f"{roster.schools:,} schools are too many here: {trouble}; {lower}"
        raise ConfigError([Problem(roster.source, None, None, f"{roster.schools:,} schools", "", "", sentence)])


def results_too_large(numbers: float) -> str:
    """What is wrong if so many results of eight bytes, and as many again while they are written, would not fit."""
    needed, memory = 16.0 * numbers, machine_memory()
    if needed <= memory * USABLE_SHARE:
        return ""
    return f"the results would need about {needed / 1e9:,.0f} GB of memory, and there are {memory / 1e9:,.0f}"


def machine_memory() -> float:
    """Bytes of memory that this machine has."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # not on Windows
        return float(ASSUMED_MEMORY)
