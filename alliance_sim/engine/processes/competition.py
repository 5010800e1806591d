"""Competition: rivalry between schools, the effect of practice on attainment, and local league tables (B1, C28, A6)."""

from __future__ import annotations

import math

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import teachers_of
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.sorting import sort_rows
from alliance_sim.engine.state import Floats, Ints, World

COHORTS = 7.0
"""Year groups of a school, so that a cohort has n = pupils/7 (MODEL 4)."""


@rule
def rivalry(competition: float, rank: float, other_rank: float) -> float:
    """R = C·(1 − |r_i − r_j|): rivalry is strongest between neighbours in the local league table (A6, C28)."""
    return competition * (1.0 - abs(rank - other_rank))


@rule
def attainment(intake: float, effect: float, practice_gained: float, teacher_sd: float, noise: float) -> float:
    """A = x + τ·(q̄ − q̄_0)/SD + ε: attainment in pupil SD (MODEL 4, D8).

    Args:
        intake: x, the lasting effect of the intake.
        effect: τ, attainment that one SD between teachers adds.
        practice_gained: q̄ − q̄_0, the school's mean practice minus the system's mean in the initial state.
        teacher_sd: SD between teachers of their mean practice over areas, practice_sd/√K.
        noise: ε, this year's random variation.
    """
    return intake + effect * practice_gained / teacher_sd + noise


@rule
def results_sd(cohort_sd: float, pupil_sd: float, pupils: float) -> float:
    """√(σ_c² + σ_0²/n): the SD of a school's results between years, with n = pupils/7 in a cohort."""
    return math.sqrt(cohort_sd * cohort_sd + pupil_sd * pupil_sd / max(1.0, pupils / COHORTS))


@rule
def intake_after(intake: float, drift: float, competition: float, rank: float) -> float:
    """X += ι·C·(1 − 2r): at full competition the best school of a local table gains ι a year (B1)."""
    return intake + drift * competition * (1.0 - 2.0 * rank)


@loop
def publish_results(world: World, context: Context) -> None:
    """Compute each school's attainment once a year, then its place in the local table, and the drift of intakes."""
    schools, teachers, settings = world.schools, world.teachers, context.settings
    areas = teachers.practice.shape[1]
    teacher_sd = settings.population.practice_sd / math.sqrt(areas)
    for school in range(schools.id.size):
        first, last = teachers_of(world, school)
        practice = 0.0
        for teacher in range(first, last):
            for area in range(areas):
                practice += teachers.practice[teacher, area]
        practice /= (last - first) * areas
        spread = results_sd(
            settings.attainment.cohort_sd, settings.attainment.pupil_sd, np.float64(schools.pupils[school])
        )
        noise = spread * random_streams.normal(
            context.seed, random_streams.RESULTS_DAY, context.half_term, schools.id[school]
        )
        gained = practice - world.system.initial_practice[0]
        schools.attainment[school] = attainment(
            schools.intake[school], settings.attainment.effect, gained, teacher_sd, noise
        )
    rank_schools(world, settings)
    if context.half_term > 0:
        for school in range(schools.id.size):
            schools.intake[school] = intake_after(
                np.float64(schools.intake[school]), settings.competition.intake_drift, settings.policy.competition,
                np.float64(schools.rank[school]),
            )  # fmt: skip


@loop
def rank_schools(world: World, settings: Settings) -> None:
    """Set each school's place in the local table: the share of the schools compared with it that do better.

    A school is compared with those within ``competition.reach`` where its position is known, else, or without any in
    reach, with the others of its alliance. Of equal schools the first counts as better.
    """
    schools = world.schools
    many = schools.id.size
    east, eastward, places = np.empty(many), np.empty(many, np.int64), np.empty(many, np.int64)
    for school in range(many):  # schools without a position come last
        east[school] = np.inf if np.isnan(schools.east[school]) else schools.east[school]
        eastward[school] = school
    sort_rows(east, eastward, np.empty(many), places)
    for place in range(many):
        places[eastward[place]] = place
    for school in range(many):
        better, compared = 0, 0
        if not np.isnan(schools.east[school]):
            better, compared = count_in_reach(world, eastward, places[school], settings.competition.reach)
        if compared == 0:
            alliance = schools.alliance[school]
            first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
            compared = last - first - 1
            for other in range(first, last):
                better += is_better(schools.attainment, other, school)
        schools.rank[school] = better / compared if compared > 0 else 0.0


@step
def is_better(attainment: Floats, other: int, school: int) -> bool:
    """Return whether another school does better; of equal schools the first does."""
    ahead, equal = attainment[other] > attainment[school], attainment[other] == attainment[school]
    return ahead | (equal & (other < school))


@step
def count_in_reach(world: World, eastward: Ints, place: int, reach: float) -> tuple[int, int]:
    """Return how many schools within a distance do better than one, and how many there are.

    Args:
        world: the columns.
        eastward: rows of schools from west to east.
        place: position of the school in ``eastward``.
        reach: the distance, in km.
    """
    schools, school = world.schools, eastward[place]
    better, compared = 0, 0
    for way in (-1, 1):
        other_place = place + way
        while 0 <= other_place < eastward.size:
            other = eastward[other_place]
            east = schools.east[other] - schools.east[school]
            if not abs(east) <= reach:  # also ends at schools without a position
                break
            north = schools.north[other] - schools.north[school]
            if east * east + north * north <= reach * reach:
                compared += 1
                better += is_better(schools.attainment, other, school)
            other_place += way
    return better, compared
