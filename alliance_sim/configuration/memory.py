"""Whether a population fits into this machine."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from alliance_sim.configuration.resolved import number
from alliance_sim.parameters import Value

ASSUMED_MEMORY = 8 * 10**9
"""Bytes, where the operating system does not say."""

USABLE_SHARE = 0.8
"""What is left of it beside the operating system, Python and the libraries."""

DECIDING = (
    "population.schools",
    "population.teachers_median",
    "population.alliance_size",
    "population.boundary_ties",
    "population.practice_areas",
    "population.teachers_spread",
)
"""The parameters that decide how much is needed."""


def expected_teachers(values: Mapping[str, Value]) -> float:
    """How many teachers the drawn schools will have: the mean of a log-normal, times the schools."""
    schools, median = number(values, "population.schools"), number(values, "population.teachers_median")
    return schools * median * math.exp(number(values, "population.teachers_spread") ** 2 / 2)


def memory_needed(values: Mapping[str, Value]) -> float:
    """Bytes that the drawn population takes at work, about.

    A teacher is 60 bytes and 4 a practice area; a tie is 25, a request that may cross the boundary 12. Within the
    alliance a teacher has a counterpart in each other school, and three in ten have a second one. Each thread has paper
    for the requests of the largest alliance, 48 bytes for each that there could be.
    """
    schools = number(values, "population.schools")
    members = min(number(values, "population.alliance_size"), schools)
    across, contacts = number(values, "population.boundary_ties"), number(values, "help.contacts")
    ties = (members - 1) * 1.3 + across
    a_teacher = 60 + 4 * number(values, "population.practice_areas") + 25 * ties + 12 * (across + contacts)
    paper = min(os.cpu_count() or 1, schools / members) * (members / schools) * 48 * (ties + contacts)
    return expected_teachers(values) * (a_teacher + paper) + 4 * schools * members


def machine_memory() -> float:
    """Bytes of memory that this machine has."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # not on Windows
        return float(ASSUMED_MEMORY)
