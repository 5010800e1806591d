"""Competition: who is whose rival, what practice does for pupils, and the yearly league table (B1, C28, A6)."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import teachers_of
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import World


@rule
def rivalry(competition: float, rank: float, other_rank: float) -> float:
    """R = C·(1 − |rank_i − rank_j|): neighbours in the league table are the fiercest rivals (A6, C28)."""
    return competition * (1.0 - abs(rank - other_rank))


@rule
def attainment(intake: float, effect: float, practice_gained: float, practice_sd: float, luck: float) -> float:
    """A = x + τ·(q̄ − q̄_0)/practice_sd + luck: results in pupil SD (MODEL 4, D8)."""
    return intake + effect * practice_gained / practice_sd + luck


@loop
def publish_results(world: World, settings: Settings, seed: Seed, half_term: int) -> None:
    """Once a year each school's attainment is found, then its rank: 0 the best, 1 the worst."""
    schools, teachers = world.schools, world.teachers
    many = schools.id.size
    for school in range(many):
        first, last = teachers_of(world, school)
        practice = 0.0
        for teacher in range(first, last):
            for area in range(teachers.practice.shape[1]):
                practice += teachers.practice[teacher, area]
        practice /= (last - first) * teachers.practice.shape[1]
        luck = settings.attainment.noise_sd * random_streams.normal(
            seed, random_streams.RESULTS_DAY, half_term, schools.id[school]
        )
        schools.attainment[school] = attainment(
            schools.intake[school],
            settings.attainment.effect,
            practice - world.system.initial_practice[0],
            settings.population.practice_sd,
            luck,
        )
    for place, school in enumerate(np.argsort(-schools.attainment, kind="mergesort")):
        schools.rank[school] = place / (many - 1) if many > 1 else 0.0
