"""The initial state: agents and ties from the project's columns, practice by the description."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import normal
from benchmarks.plain_mesa.alliance import Alliance
from benchmarks.plain_mesa.coordinator import Coordinator
from benchmarks.plain_mesa.school import School
from benchmarks.plain_mesa.teacher import Teacher
from benchmarks.plain_mesa.ties import Tie

if TYPE_CHECKING:
    from alliance_sim.engine.state import World
    from benchmarks.plain_mesa.model import PlainAllianceModel

LEAST_PRACTICE = 0.05


def create_agents(model: PlainAllianceModel, world: World) -> None:
    """Create the agents and their ties, and publish the results of the year before the first."""
    columns = world.schools
    model.schools = [
        School(model, number, intake, pupils, position)
        for number, intake, pupils, position in zip(
            columns.id.tolist(),
            columns.intake.tolist(),
            columns.pupils.tolist(),
            zip(columns.east.tolist(), columns.north.tolist(), strict=True),
            strict=True,
        )
    ]
    model.alliances = [create_alliance(model, world, row) for row in range(world.alliances.age.size)]
    model.teachers = [
        Teacher(model, number, model.schools[school], [])
        for number, school in zip(world.teachers.id.tolist(), world.teachers.school.tolist(), strict=True)
    ]
    for teacher in model.teachers:
        teacher.school.teachers.append(teacher)
    for alliance in model.alliances:
        sample_practice(model, alliance)
    for school in model.schools:
        introduce_colleagues(school, model.rules.home.colleagues if model.rules.home.enabled else 0)
    create_ties(model, world)
    model.initial_practice = fmean(fmean(teacher.practice) for teacher in model.teachers)
    model.publish_results()


def create_alliance(model: PlainAllianceModel, world: World, row: int) -> Alliance:
    """Create an alliance, its coordinator and the trust between its heads."""
    first, last = world.alliances.school_offsets[row : row + 2].tolist()
    coordinators = world.coordinators
    coordinator = Coordinator(
        model,
        bool(coordinators.present[row]),
        int(coordinators.capacity[row]),
        float(coordinators.credibility[row]),
    )
    alliance = coordinator.alliance = Alliance(model.schools[first:last], coordinator)
    head_ties = iter(world.head_ties.trust[int(world.alliances.head_tie_offsets[row]) :].tolist())
    for school in alliance.schools:
        school.alliance = alliance
        school.trust_in = {other: next(head_ties) for other in alliance.schools}
        del school.trust_in[school]
    return alliance


def sample_practice(model: PlainAllianceModel, alliance: Alliance) -> None:
    """Sample practice with what teachers of an alliance and of a school have in common; a hub's teachers lead."""
    population, hub = model.rules.population, max(alliance.schools, key=lambda school: len(school.teachers))
    alliances, schools = population.practice_alliance, population.practice_school
    own = math.sqrt(1.0 - alliances - schools)

    def sampled(purpose: int, first: int, second: int, slot: int) -> float:
        return normal(model.random_key, purpose, 0, first, second, slot)

    for area in range(population.practice_areas):
        of_alliance = sampled(random_streams.PRACTICE_OF_ALLIANCE, alliance.schools[0].number, 0, area)
        for school in alliance.schools:
            of_school = sampled(random_streams.PRACTICE_OF_SCHOOL, school.number, 0, area)
            lead = population.hub_lead if school is hub else 0.0
            for teacher in school.teachers:
                of_teacher = sampled(random_streams.FIRST_PRACTICE, teacher.number, area, 0)
                spread = math.sqrt(alliances) * of_alliance + math.sqrt(schools) * of_school + own * of_teacher
                teacher.practice.append(max(LEAST_PRACTICE, 1.0 + population.practice_sd * spread) + lead)


def introduce_colleagues(school: School, many: int) -> None:
    """Give each teacher the next, the previous, the next but one … in the school's list, which is closed to a ring."""
    size = len(school.teachers)
    steps = [step for distance in range(1, size) for step in (distance, -distance)][: min(many, size - 1)]
    for place, teacher in enumerate(school.teachers):
        teacher.colleagues = [school.teachers[(place + step) % size] for step in steps]


def create_ties(model: PlainAllianceModel, world: World) -> None:
    """Create the ties between teachers of different schools."""
    columns, staff, offsets = world.ties, model.teachers, world.teachers
    every_tie: list[Tie] = []
    values = zip(
        *(column.tolist() for column in (columns.partner, columns.trust, columns.owed, columns.given, columns.level)),
        strict=True,
    )
    for row, teacher in enumerate(staff):
        for place in range(int(offsets.tie_offsets[row]), int(offsets.tie_offsets[row + 1])):
            partner, trust, owed, given, level = next(values)
            inside, leads = place < offsets.external_tie_start[row], teacher.number < staff[partner].number
            tie = Tie(teacher, staff[partner], inside, leads, trust, owed, given, level)
            (teacher.inside_ties if inside else teacher.outside_ties).append(tie)
            every_tie.append(tie)
    for tie, twin in zip(every_tie, columns.twin.tolist(), strict=True):
        tie.back = every_tie[twin]
