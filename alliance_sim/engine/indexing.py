"""Ranges of rows that belong to an entity.

# perf: row numbers are unsigned, which skips Numba's wraparound test at each access.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.parameters import DEFAULTS
from alliance_sim.engine.compilation import step
from alliance_sim.engine.state import World

USUAL_AREAS: Any = DEFAULTS["population.practice_areas"]
"""The default number of practice areas.

# perf: compilers unroll loops over a constant number of areas, which halves their time.
"""

Row: Any = np.uint64
"""A row number in compiled code. Add ``Row(1)``, not 1: mixed with signed numbers it becomes a float."""


@step
def alliance_teachers(world: World, alliance: int) -> tuple[int, int]:
    """Return the rows of an alliance's teachers: the first, and the one after the last."""
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    return Row(world.schools.teacher_offsets[first]), Row(world.schools.teacher_offsets[last])


@step
def teachers_of(world: World, school: int) -> tuple[int, int]:
    """Return the rows of a school's teachers: the first, and the one after the last."""
    return Row(world.schools.teacher_offsets[school]), Row(world.schools.teacher_offsets[np.int64(school) + 1])


@step
def alliance_ties(world: World, start: int, end: int) -> tuple[int, int]:
    """Return the rows of all ties of teachers ``start`` to ``end`` - 1: the first, and the one after the last.

    # perf: one long loop over ties is faster than a short loop for each teacher.
    """
    return Row(world.teachers.tie_offsets[start]), Row(world.teachers.tie_offsets[end])


@step
def ties_of(world: World, teacher: int) -> tuple[int, int, int]:
    """Return the rows of a teacher's ties: the first, the first external one, and the one after the last."""
    teachers = world.teachers
    first, last = teachers.tie_offsets[teacher], teachers.tie_offsets[Row(teacher) + Row(1)]
    return Row(first), Row(teachers.external_tie_start[teacher]), Row(last)


@step
def external_ties(world: World, teacher: int) -> tuple[int, int]:
    """Return the rows of a teacher's external ties: the first, and the one after the last."""
    return Row(world.teachers.external_tie_start[teacher]), Row(world.teachers.tie_offsets[Row(teacher) + Row(1)])


@step
def largest_school(world: World, alliance: int) -> int:
    """Return the row of the school with most teachers in an alliance, the first of several."""
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    largest, most = first, 0
    for school in range(first, last):
        start, end = teachers_of(world, school)
        if end - start > most:
            largest, most = school, end - start
    return largest


@step
def in_range(row: int, first: int, after: int) -> bool:
    """Return whether ``first`` <= row < ``after``, in one unsigned comparison."""
    return bool(np.uint32(row) - np.uint32(first) < np.uint32(after) - np.uint32(first))
