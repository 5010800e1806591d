"""The initial state: schools, teachers, ties, and initial trust and practice (MODEL 2).

Random numbers are keyed by stable ids, so runs with the same seed share the initial state under any policy.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.roster import LARGEST_SCHOOL_ID, TEACHERS_A_SCHOOL, Roster
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import largest_school
from alliance_sim.engine.processes.competition import publish_results, rank_schools
from alliance_sim.engine.processes.head_trust import count_ties_between
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.simulation.network import boundary_pairs, tie_tables
from alliance_sim.engine.state import (
    Alliances,
    Coordinators,
    ExternalOffers,
    HeadTies,
    Ints,
    Schools,
    System,
    Teachers,
    World,
    allocate_table,
)

LEAST_PRACTICE = 0.05
"""Least initial practice (MODEL 2)."""
LEAST_TRUST, MOST_TRUST = 0.02, 0.98
"""Bounds of initial trust (MODEL 2)."""
HEADS_AHEAD = 0.05
"""Initial trust between heads minus initial trust between teachers (C5, MODEL 2)."""
YEARS_IN_POST = 8.0
"""Mean years in post in the initial state (DfE; no core rule uses them)."""


def sample_roster(settings: Settings, seed: Seed) -> Roster:
    """Sample schools of log-normal size, in alliances of equal size; a single remaining school joins the last.

    An alliance has either primary or secondary schools, as most groups of schools do.
    """
    schools, size = int(settings["population"]["schools"]), int(settings["population"]["alliance_size"])
    alliances = max(1, schools // size + (schools % size > 1))
    ids = np.arange(schools, dtype=np.uint32)
    alliance_of = np.minimum(ids // size, alliances - 1).astype(np.int32)
    teachers = _sample_sizes(seed, ids, alliance_of, settings)
    unknown = np.full(schools, np.nan, np.float32)
    return Roster(
        id=ids,
        alliance=alliance_of,
        teachers=teachers,
        pupils=np.round(teachers * float(settings["population"]["pupils_per_teacher"])).astype(np.int32),
        east=unknown,
        north=unknown.copy(),
        urn=np.zeros(schools, np.int64),
        name=tuple(f"School {number}" for number in range(1, schools + 1)),
        alliance_name=tuple(f"Alliance {number}" for number in range(1, alliances + 1)),
    )


@loop
def _sample_sizes(seed: Seed, ids: Ints, alliance_of: Ints, settings: Settings) -> Ints:
    population = settings.population
    sizes = np.empty(ids.size, np.int32)
    for school in range(ids.size):
        draw = random_streams.uniform(seed, random_streams.PHASE, 0, alliance_of[school], 0, 0)
        median = population.secondary_median if draw < population.secondary_share else population.teachers_median
        size = median * math.exp(
            population.teachers_spread * random_streams.normal(seed, random_streams.TEACHERS, 0, ids[school])
        )
        sizes[school] = min(TEACHERS_A_SCHOOL - 1, max(2.0, round(size)))
    return sizes


def starts(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the offsets of consecutive segments of these lengths, with one extra entry for the end."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def initialize(roster: Roster, settings: Settings, seed: Seed) -> World:
    """Return all columns in the initial state, with the results of the year before it.

    Args:
        roster: the schools, in row order.
        settings: a record of ``SETTINGS``.
        seed: the internal seed (``random_streams.seed_of``).
    """
    contacts, areas = int(settings["help"]["contacts"]), int(settings["population"]["practice_areas"])
    teacher_offsets = starts(roster.teachers)
    members = np.bincount(roster.alliance, minlength=roster.alliances)
    school_offsets = starts(members)
    many = int(teacher_offsets[-1])

    schools = allocate_table(Schools, roster.schools, ("teacher_offsets",))
    schools |= {
        "id": roster.id,
        "alliance": roster.alliance,
        "teacher_offsets": teacher_offsets.astype(np.int32),
        "pupils": roster.pupils.copy(),
        "east": roster.east.copy(),
        "north": roster.north.copy(),
    }
    teachers = allocate_table(Teachers, many, ("tie_offsets",), practice_areas=areas, contacts=contacts)
    school_of = np.repeat(np.arange(roster.schools, dtype=np.uint32), roster.teachers)
    place = np.arange(many) - teacher_offsets[school_of]
    subject = place % int(settings["population"]["subjects"])
    teachers |= {
        "id": _stable_ids(roster, school_of, place),
        "school": school_of,
        "subject": subject.astype(np.uint8),
    }
    teachers["asks"][:] = -1
    alliance_of = roster.alliance[school_of]
    across = boundary_pairs(
        seed, teachers["id"], teachers["subject"], alliance_of, int(settings["population"]["boundary_ties"])
    )  # fmt: skip
    ties, tie_offsets, external_tie_start = tie_tables(
        school_offsets, teacher_offsets, int(settings["population"]["subjects"]), across
    )  # fmt: skip
    teachers |= {"tie_offsets": tie_offsets, "external_tie_start": external_tie_start}

    alliances = allocate_table(Alliances, roster.alliances, ("school_offsets", "head_tie_offsets"))
    alliances |= {"school_offsets": school_offsets.astype(np.int32), "head_tie_offsets": starts(members * members)}
    alliances["alive"][:] = True
    coordinators = allocate_table(Coordinators, roster.alliances)
    coordinators["present"][:] = settings["coordinator"]["present"]
    coordinators["capacity"][:] = settings["coordinator"]["capacity"]
    coordinators["credibility"][:] = settings["coordinator"]["credibility"]

    outside = np.bincount(alliance_of, tie_offsets[1:] - external_tie_start, minlength=roster.alliances).astype(
        np.int64
    )
    offer_offsets = starts(outside)
    external_offers = allocate_table(ExternalOffers, int(offer_offsets[-1]))
    external_offers |= {"offsets": offer_offsets, "count": np.zeros(roster.alliances, np.int32)}

    world = World(
        System(**allocate_table(System, 1)),
        Alliances(**alliances),
        Schools(**schools),
        HeadTies(**allocate_table(HeadTies, int(alliances["head_tie_offsets"][-1]))),
        Teachers(**teachers),
        ties,
        Coordinators(**coordinators),
        ExternalOffers(**external_offers),
    )
    sample_initial_state(world, settings, seed)
    if roster.intake is not None and roster.intake_sd is not None:
        unknown = np.full(roster.schools, np.nan, np.float32)
        results = unknown if roster.results is None else roster.results
        set_known_attainment(world, settings, seed, np.stack([roster.intake, roster.intake_sd, results]))
    return world


def _stable_ids(roster: Roster, school_of: Ints, place: Ints) -> NDArray[np.uint32]:
    """Return ids from school id and place in the school; row numbers if a school id is too large for 32 bits.

    A teacher then has the same random numbers in any list that contains the school.
    """
    if roster.schools and int(roster.id.max()) > LARGEST_SCHOOL_ID:
        return np.arange(len(school_of), dtype=np.uint32)
    return (roster.id[school_of].astype(np.int64) * TEACHERS_A_SCHOOL + place).astype(np.uint32)


@loop
def sample_initial_state(world: World, settings: Settings, seed: Seed) -> None:
    """Sample intakes, practice, trust and years in post, and publish the results of the year before."""
    schools, teachers, ties = world.schools, world.teachers, world.ties
    for alliance in range(world.alliances.age.size):
        first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        effect = settings.trust.initial_alliance_sd * random_streams.normal(
            seed, random_streams.ALLIANCE_TRUST, 0, schools.id[first]
        )
        for one in range(first, last):
            schools.intake[one] = settings.attainment.intake_sd * random_streams.normal(
                seed, random_streams.INTAKE, 0, schools.id[one]
            )
            for other in range(first, last):
                place = world.alliances.head_tie_offsets[alliance] + (one - first) * (last - first) + other - first
                drawn = random_streams.normal(
                    seed, random_streams.FIRST_HEAD_TRUST, 0, schools.id[one], schools.id[other]
                )
                trust = settings.trust.initial + effect + HEADS_AHEAD + settings.trust.initial_sd * drawn
                world.head_ties.trust[place] = 1.0 if one == other else min(MOST_TRUST, max(LEAST_TRUST, trust))
        count_ties_between(world, alliance)
        hub = largest_school(world, alliance)
        for teacher in range(schools.teacher_offsets[first], schools.teacher_offsets[last]):
            sample_teacher(world, settings, seed, teacher, schools.id[first], teachers.school[teacher] == hub)
            for tie in range(teachers.tie_offsets[teacher], teachers.tie_offsets[teacher + 1]):
                who, whom = teachers.id[teacher], teachers.id[ties.partner[tie]]
                mean = settings.trust.initial + (effect if tie < teachers.external_tie_start[teacher] else 0.0)
                trust = mean + settings.trust.initial_sd * random_streams.normal(
                    seed, random_streams.FIRST_TRUST, 0, who, whom
                )
                ties.trust[tie] = min(MOST_TRUST, max(LEAST_TRUST, trust))
                ties.level[tie] = 1
    total = 0.0
    for teacher in range(teachers.id.size):
        for area in range(teachers.practice.shape[1]):
            total += teachers.practice[teacher, area]
    world.system.initial_practice[0] = total / teachers.practice.size
    publish_results(world, Context(settings, seed, 0))


@rule
def first_practice(settings: Settings, of_alliance: float, of_school: float, own: float) -> float:
    """Q = 1 + σ_q·(√ρ_A z_A + √ρ_S z_S + √(1 − ρ_A − ρ_S) z_i), at least .05: practice in the initial state.

    Args:
        settings: the parameters.
        of_alliance: standard normal random number of the alliance.
        of_school: the same of the school.
        own: the same of the teacher.
    """
    population = settings.population
    own_share = math.sqrt(1.0 - population.practice_alliance - population.practice_school)
    deviation = (
        math.sqrt(population.practice_alliance) * of_alliance
        + math.sqrt(population.practice_school) * of_school
        + own_share * own
    )
    return max(LEAST_PRACTICE, 1.0 + population.practice_sd * deviation)


@loop
def set_known_attainment(world: World, settings: Settings, seed: Seed, known: NDArray[np.float32]) -> None:
    """Replace sampled intakes and the results of the year before where they are known.

    Args:
        world: the columns in the initial state.
        settings: the parameters.
        seed: the internal seed.
        known: expected intake, standard deviation of what is not known about it, and results, in pupil SD, shape
            (3, schools); NaN where not known. Random numbers are those of sampled intakes.
    """
    schools = world.schools
    for school in range(schools.id.size):
        if not math.isnan(known[0, school]):
            drawn = random_streams.normal(seed, random_streams.INTAKE, 0, schools.id[school])
            schools.intake[school] = known[0, school] + known[1, school] * drawn
    publish_results(world, Context(settings, seed, 0))
    for school in range(schools.id.size):
        if not math.isnan(known[2, school]):
            schools.attainment[school] = known[2, school]
    rank_schools(world, settings)


@step
def sample_teacher(world: World, settings: Settings, seed: Seed, teacher: int, alliance_id: int, in_hub: bool) -> None:
    """Sample a teacher's practice in each area and years in post.

    Args:
        world: the columns.
        settings: the parameters.
        seed: the internal seed.
        teacher: row of the teacher.
        alliance_id: id of the first school of the alliance, which keys the alliance's random numbers.
        in_hub: whether the teacher's school is the largest of its alliance.
    """
    teachers = world.teachers
    who, school = teachers.id[teacher], world.schools.id[teachers.school[teacher]]
    for area in range(teachers.practice.shape[1]):
        practice = first_practice(
            settings,
            random_streams.normal(seed, random_streams.PRACTICE_OF_ALLIANCE, 0, alliance_id, 0, area),
            random_streams.normal(seed, random_streams.PRACTICE_OF_SCHOOL, 0, school, 0, area),
            random_streams.normal(seed, random_streams.FIRST_PRACTICE, 0, who, area),
        )
        teachers.practice[teacher, area] = practice + (settings.population.hub_lead if in_hub else 0.0)
    teachers.years[teacher] = min(
        40.0, YEARS_IN_POST * random_streams.exponential(seed, random_streams.YEARS_IN_POST, 0, who)
    )
