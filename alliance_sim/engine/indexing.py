"""Where an entity's rows begin and end.

All are unsigned: a row number that could be negative makes compiled code ask at every look whether it counts from the
end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.declarations.parameters import DEFAULTS
from alliance_sim.engine.compilation import step
from alliance_sim.engine.state import World

USUAL_AREAS: Any = DEFAULTS["population.practice_areas"]
"""A loop over areas of practice runs for each tie. Told this number rather than a column's width, compiled code needs
no loop, in less than half the time; so such a loop stands in a step that is told the number, called for this one apart.
"""

Row: Any = np.uint64
"""A row number in compiled code. Mixed with signed numbers it would turn into a fraction: add ``Row(1)``, not 1."""


@step
def alliance_teachers(world: World, alliance: int) -> tuple[int, int]:
    """The rows of an alliance's teachers: the first, and the one after the last."""
    first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
    return Row(world.schools.teacher_offsets[first]), Row(world.schools.teacher_offsets[last])


@step
def teachers_of(world: World, school: int) -> tuple[int, int]:
    """The rows of a school's teachers: the first, and the one after the last."""
    return Row(world.schools.teacher_offsets[school]), Row(world.schools.teacher_offsets[np.int64(school) + 1])


@step
def alliance_ties(world: World, start: int, end: int) -> tuple[int, int]:
    """The rows of all ties of a run of teachers: the first, and the one after the last.

    A loop over them runs on where one over each teacher's few would end, and processors guess badly where loops end.
    """
    return Row(world.teachers.tie_offsets[start]), Row(world.teachers.tie_offsets[end])


@step
def ties_of(world: World, teacher: int) -> tuple[int, int, int]:
    """The rows of a teacher's ties: the first, the first across the boundary, and the one after the last."""
    teachers = world.teachers
    first, last = teachers.tie_offsets[teacher], teachers.tie_offsets[Row(teacher) + Row(1)]
    return Row(first), Row(teachers.external_tie_start[teacher]), Row(last)


@step
def external_ties(world: World, teacher: int) -> tuple[int, int]:
    """The rows of a teacher's ties across the boundary: the first, and the one after the last."""
    return Row(world.teachers.external_tie_start[teacher]), Row(world.teachers.tie_offsets[Row(teacher) + Row(1)])


@step
def in_range(row: int, first: int, after: int) -> bool:
    """Whether a row is one of a run's: one question, for what lies before the first is huge when counted from there."""
    return bool(np.uint32(row) - np.uint32(first) < np.uint32(after) - np.uint32(first))
