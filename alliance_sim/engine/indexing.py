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
def staff_of(world: World, alliance: int) -> tuple[int, int]:
    """The rows of an alliance's teachers: the first, and the one after the last."""
    first, last = world.alliances.first_school[alliance], world.alliances.first_school[alliance + 1]
    return Row(world.schools.first_teacher[first]), Row(world.schools.first_teacher[last])


@step
def teachers_of(world: World, school: int) -> tuple[int, int]:
    """The rows of a school's teachers: the first, and the one after the last."""
    return Row(world.schools.first_teacher[school]), Row(world.schools.first_teacher[np.int64(school) + 1])


@step
def ties_of_staff(world: World, start: int, end: int) -> tuple[int, int]:
    """The rows of all ties of a run of teachers: the first, and the one after the last.

    A loop over them runs on where one over each teacher's few would end, and processors guess badly where loops end.
    """
    return Row(world.teachers.first_tie[start]), Row(world.teachers.first_tie[end])


@step
def ties_of(world: World, teacher: int) -> tuple[int, int, int]:
    """The rows of a teacher's ties: the first, the first across the boundary, and the one after the last."""
    teachers = world.teachers
    first, last = teachers.first_tie[teacher], teachers.first_tie[Row(teacher) + Row(1)]
    return Row(first), Row(teachers.first_outside[teacher]), Row(last)


@step
def ties_beyond(world: World, teacher: int) -> tuple[int, int]:
    """The rows of a teacher's ties across the boundary: the first, and the one after the last."""
    return Row(world.teachers.first_outside[teacher]), Row(world.teachers.first_tie[Row(teacher) + Row(1)])


@step
def is_among(row: int, first: int, after: int) -> bool:
    """Whether a row is one of a run's: one question, for what lies before the first is huge when counted from there."""
    return bool(np.uint32(row) - np.uint32(first) < np.uint32(after) - np.uint32(first))
