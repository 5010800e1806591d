"""Check that a population fits into 32-bit row numbers and into the memory of this machine."""

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
"""Bytes of memory where the operating system does not report them."""

ASKED_FROM = 4.0
"""Memory in GB from which ``AllianceModel`` asks: England needs less, a laptop has more."""

USABLE_SHARE = 0.8
"""Share of the memory that is left beside the operating system, Python and the libraries."""

MOST_ROWS = 2**31 - 1
"""Rows of ties, and of teachers, are numbered by signed 32-bit integers.

No other count overflows earlier: there are fewer schools and alliances than teachers, and at most one offer across a
boundary per tie.
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
"""Parameters that determine the number of teachers and ties."""

DECIDING = (*DECIDING_TIES, "population.practice_areas")
"""Parameters that determine the memory needed."""

LOWER = "lower population.schools, population.teachers_median, population.alliance_size or population.boundary_ties"
LOWER_LISTED = (
    "give fewer schools or smaller groups of them, raise population.pupils_per_teacher, or lower "
    "population.alliance_size or population.boundary_ties"
)


class Size(NamedTuple):
    """Numbers of rows of a population: expected values where schools are sampled, upper bounds where they are listed.

    Attributes:
        teachers: teachers.
        ties: directed ties between teachers.
        head_ties: directed ties between heads.
        alliances: alliances.
        largest_staff: teachers of the largest alliance.
        largest_ties: ties of the largest alliance.
    """

    teachers: float
    ties: float
    head_ties: float
    alliances: float
    largest_staff: float
    largest_ties: float


def expected_teachers(values: Mapping[str, Value]) -> float:
    """Return the expected number of teachers: the means of two log-normal distributions, weighted by schools."""
    schools, secondary = number(values, "population.schools"), number(values, "population.secondary_share")
    primary_median, secondary_median = (
        number(values, "population.teachers_median"),
        number(values, "population.secondary_median"),
    )
    median = primary_median + secondary * (secondary_median - primary_median)
    return schools * median * math.exp(number(values, "population.teachers_spread") ** 2 / 2)


def largest_of_mean(values: Mapping[str, Value]) -> float:
    """Return the ratio of teachers in an alliance of the larger kind of school to those in the mean alliance."""
    secondary = number(values, "population.secondary_share")
    medians = [number(values, "population.teachers_median")] * (secondary < 1.0)
    medians += [number(values, "population.secondary_median")] * (secondary > 0.0)
    mean = expected_teachers(values) / number(values, "population.schools")
    return max(medians) * math.exp(number(values, "population.teachers_spread") ** 2 / 2) / mean


def size_of(values: Mapping[str, Value], roster: Roster | None = None) -> Size:
    """Compute the size of a population.

    Of two schools in an alliance, the larger has one tie per teacher to the other, and each tie has a twin. The
    expected size of the larger of two log-normal schools is 1 + erf(spread / 2) times their mean.

    Args:
        values: every parameter by dotted name.
        roster: the schools; sampled where None.
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
    import numpy as np  # configs without a list of schools do not need it

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
    """Estimate the bytes that a simulation of a population needs.

    A teacher takes 60 bytes and 4 per practice area and contact; a tie takes 25, an offer across the boundary 4.
    Each thread has a buffer for the requests of the largest alliance, with 48 bytes per possible request.

    Args:
        values: every parameter by dotted name.
        roster: the schools; sampled where None.
    """
    size = size_of(values, roster)
    across, contacts = number(values, "population.boundary_ties"), number(values, "help.contacts")
    per_teacher = 60 + 4 * number(values, "population.practice_areas") + 4 * (across + contacts)
    buffers = min(os.cpu_count() or 1, size.alliances) * 48 * (size.largest_ties + size.largest_staff * contacts)
    return size.teachers * per_teacher + 25 * size.ties + buffers + 8 * size.head_ties


def too_many_rows(values: Mapping[str, Value], roster: Roster | None = None) -> str:
    """Return the reason why a population has too many teachers or ties, or an empty text."""
    size = size_of(values, roster)
    if max(size.teachers, size.ties) <= MOST_ROWS:
        return ""
    return (
        f"about {size.teachers:,.0f} teachers would have about {size.ties:,.0f} ties, and the limit is "
        f"{MOST_ROWS:,} of either"
    )


def too_much_memory(values: Mapping[str, Value], roster: Roster | None = None) -> str:
    """Return the reason why a population does not fit into the memory of this machine, or an empty text."""
    needed, memory = memory_needed(values, roster), machine_memory()
    if needed <= memory * USABLE_SHARE:
        return ""
    return (
        f"about {size_of(values, roster).teachers:,.0f} teachers need about {needed / 1e9:,.1f} GB of memory, and this "
        f"machine has {memory / 1e9:,.1f} GB, of which a fifth is reserved for other uses"
    )


def refuse_misfits(values: Mapping[str, Value], roster: Roster) -> None:
    """Refuse a roster that is too large for row numbers or for this machine.

    Args:
        values: every parameter by dotted name.
        roster: the schools.

    Raises:
        ConfigError: if it is too large; it names the parameters to lower.
    """
    reason = too_many_rows(values, roster) or too_much_memory(values, roster)
    if reason:
        lower = LOWER if roster.source == "drawn" else LOWER_LISTED
        sentence = f"{roster.schools:,} schools are too many here: {reason}; {lower}"
        raise ConfigError([Problem(roster.source, None, None, f"{roster.schools:,} schools", "", "", sentence)])


def refuse_unexpected_size(values: Mapping[str, Value], roster: Roster | None, allowed: float) -> None:
    """Refuse a population that needs more memory than the caller has agreed to.

    Args:
        values: every parameter by dotted name.
        roster: the schools; sampled where None.
        allowed: the largest accepted estimate, in GB.

    Raises:
        ConfigError: with the estimate and the argument that allows it.
    """
    needed = memory_needed(values, roster) / 1e9
    if not needed > allowed:
        return
    teachers = size_of(values, roster).teachers
    sentence = (
        f"about {teachers:,.0f} teachers need about {needed:,.1f} GB of memory, more than the {allowed:,.3g} GB that "
        f"are allowed; allow it with memory_limit={math.ceil(needed):,}, or {LOWER if roster is None else LOWER_LISTED}"
    )
    given, most = f"{needed:,.1f} GB", f"up to {allowed:,.3g} GB"
    raise ConfigError([Problem("memory_limit", None, None, given, most, "", sentence)])


def results_too_large(numbers: float) -> str:
    """Return the reason why results do not fit into memory, or an empty text.

    Args:
        numbers: the number of values, of 8 bytes each; writing them needs a second copy.
    """
    needed, memory = 16.0 * numbers, machine_memory()
    if needed <= memory * USABLE_SHARE:
        return ""
    return f"the results would need about {needed / 1e9:,.0f} GB of memory, and there are {memory / 1e9:,.0f}"


def machine_memory() -> float:
    """Return the bytes of memory of this machine."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # not on Windows
        return float(ASSUMED_MEMORY)
