"""Competition: rivalry between schools, the effect of practice on attainment, and the league table (B1, C28, A6)."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import teachers_of
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import World


@rule
def rivalry(competition: float, rank: float, other_rank: float) -> float:
    """R = C·(1 − |rank_i − rank_j|): rivalry is strongest between neighbours in the league table (A6, C28)."""
    return competition * (1.0 - abs(rank - other_rank))


@rule
def attainment(intake: float, effect: float, practice_gained: float, practice_sd: float, noise: float) -> float:
    """A = x + τ·(q̄ − q̄_0)/practice_sd + noise: attainment in pupil SD (MODEL 4, D8)."""
    return intake + effect * practice_gained / practice_sd + noise


@loop
def publish_results(world: World, context: Context) -> None:
    """Compute each school's attainment once a year, then its rank from 0 (highest) to 1 (lowest)."""
    schools, teachers = world.schools, world.teachers
    school_count = schools.id.size
    for school in range(school_count):
        first, last = teachers_of(world, school)
        practice = 0.0
        for teacher in range(first, last):
            for area in range(teachers.practice.shape[1]):
                practice += teachers.practice[teacher, area]
        practice /= (last - first) * teachers.practice.shape[1]
        noise = context.settings.attainment.noise_sd * random_streams.normal(
            context.seed, random_streams.RESULTS_DAY, context.half_term, schools.id[school]
        )
        schools.attainment[school] = attainment(
            schools.intake[school],
            context.settings.attainment.effect,
            practice - world.system.initial_practice[0],
            context.settings.population.practice_sd,
            noise,
        )
    rank_schools(world, context.settings)


@loop
def rank_schools(world: World, settings: Settings) -> None:
    """Set each school's place in the league table, from 0 (highest) to 1 (lowest)."""
    schools = world.schools
    school_count = schools.id.size
    for place, school in enumerate(np.argsort(-schools.attainment, kind="mergesort")):
        schools.rank[school] = place / (school_count - 1) if school_count > 1 else 0.0
