"""Measure outcomes at the end of a half-term, for the system, each alliance and each school (MODEL 7).

Sums are first taken for each school. Outcomes are ratios of these sums over one school, the schools of an alliance, or
all schools. An undefined outcome, such as a share of no requests, is NaN. ``declarations/outcomes.py`` declares the
outcomes; here each has the position of its column as a constant of its name.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import USUAL_AREAS, alliance_teachers, alliance_ties, in_range, teachers_of, ties_of
from alliance_sim.engine.prefetch import prefetch_external_partners, prefetch_ties
from alliance_sim.engine.processes.reciprocity import IN_USE, one_wayness
from alliance_sim.engine.processes.trust import COLLABORATION as HIGHEST_LEVEL
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.sorting import sort_rows
from alliance_sim.engine.state import Floats, Ints, World

TRUSTING = 0.55
"""Both trusts above this make a tie mutually trusting (MODEL 7)."""
FINE = 2.0**32
"""Values of ties are summed as integers in units of 1/FINE; a school's flows overflow beyond 2³¹ helps.

# perf: integer sums do not depend on order, so they are vectorized.
"""

# Columns of the outcomes, in the order in which they are declared.
(
    SHARING, JPD, TRUST, HEAD_TRUST, MUTUAL_TRUST, RECIPROCITY, PRACTICE, PRACTICE_MIN, PRACTICE_SD, FRONTIER, LEVEL,
    REFUSALS, BETRAYALS, ONE_WAYNESS, FATIGUE, ATTAINMENT, ATTAINMENT_GAP, DONOR_SHARE, ALLIANCES, SOCIAL_CAPITAL,
    INTELLECTUAL_CAPITAL, UPHILL, COLLABORATION, ASKED, HOME_SHARING, HOME_JPD,
) = range(len(NAMES))  # fmt: skip

# Columns of the sums of a school.
_TEACHERS, _GIVEN, _DEVELOPED, _REFUSED, _BETRAYED, _UPHILL = range(6)
_TIES, _TRUST, _MUTUAL, _LEVEL, _AT_FOUR, _HEAD_TIES, _HEAD_TRUST = range(6, 13)
_UNEVEN, _FLOW, _USED, _ONE_WAY, _PRACTICE, _REACH, _FATIGUE = range(13, 20)
_ASKED, _HOME_GIVEN, _HOME_DEVELOPED = range(20, 23)
SUMS = 23


class Sorting(NamedTuple):
    """Buffers to sort one value of each school (``sorting.sort_rows``)."""

    values: Floats
    rows: Ints
    other_values: Floats
    other_rows: Ints


@loop
def sum_schools(world: World, settings: Settings, sums: Floats, best: Floats, first: int, last: int) -> None:
    """Fill the rows of ``sums`` (schools × SUMS) and ``best`` (schools × areas) for these alliances' schools."""
    within = np.empty(best.shape[1], np.float32)
    for alliance in range(first, last):
        start, end = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        block = world.alliances.head_tie_offsets[alliance]
        prefetch_ties(world, alliance + 2)
        prefetch_external_partners(world, alliance + 1, True)
        for school in range(start, end):
            sums[school] = 0.0
            best[school] = 0.0
            sum_tally(world, school, sums)
            sum_trust(world, alliance, school, sums)
            sum_flows(world, settings, school, sums)
            for other in range(start, end):
                if other != school:
                    sums[school, _HEAD_TIES] += 1.0
                    pair = (school - start) * (end - start) + other - start
                    sums[school, _HEAD_TRUST] += world.head_ties.trust[block + pair]
            sum_practice(world, school, sums, best)
            sum_reach(world, school, sums, within)


@step
def sum_tally(world: World, school: int, sums: Floats) -> None:
    """Copy the counts of requests and helps of this half-term."""
    schools = world.schools
    sums[school, _TEACHERS] = schools.teacher_offsets[school + 1] - schools.teacher_offsets[school]
    sums[school, _GIVEN] = schools.given[school]
    sums[school, _DEVELOPED] = schools.developed[school]
    sums[school, _REFUSED] = schools.refused[school]
    sums[school, _BETRAYED] = schools.betrayed[school]
    sums[school, _UPHILL] = schools.uphill[school]
    sums[school, _ASKED] = schools.asked[school]
    sums[school, _HOME_GIVEN] = schools.home_given[school]
    sums[school, _HOME_DEVELOPED] = schools.home_developed[school]


@step
def sum_practice(world: World, school: int, sums: Floats, best: Floats) -> None:
    """Sum the staff's practice and fatigue, and take the best practice of each area."""
    teachers = world.teachers
    areas = teachers.practice.shape[1]
    first, last = teachers_of(world, school)
    for area in range(areas):
        total, most = 0.0, 0.0
        for teacher in range(first, last):
            own = np.float64(teachers.practice[teacher, area])
            total += own
            most = max(most, own)
        sums[school, _PRACTICE] += total / areas
        best[school, area] = most
    for teacher in range(first, last):
        sums[school, _FATIGUE] += teachers.fatigue[teacher]


@step
def sum_reach(world: World, school: int, sums: Floats, within: Floats) -> None:
    """Sum the practice within the staff's trusted reach (``within`` is a buffer)."""
    areas = world.teachers.practice.shape[1]
    first, last = teachers_of(world, school)
    total = 0.0
    for teacher in range(first, last):
        if areas == USUAL_AREAS:
            total += trusted_reach(world, teacher, within, USUAL_AREAS)
        else:
            total += trusted_reach(world, teacher, within, areas)
    sums[school, _REACH] = total / areas


@step
def trusted_reach(world: World, teacher: int, within: Floats, areas: int) -> float:
    """Return the maximum of own practice and T_ij·q_jk, summed over areas (``within`` is a buffer)."""
    teachers, ties = world.teachers, world.ties
    reach = 0.0
    for area in range(areas):
        within[area] = teachers.practice[teacher, area]
    first, _, last = ties_of(world, teacher)
    for tie in range(first, last):
        trust, partner = ties.trust[tie], ties.partner[tie]
        for area in range(areas):
            within[area] = max(within[area], trust * teachers.practice[partner, area])
    for area in range(areas):
        reach += within[area]
    return reach


@step
def sum_trust(world: World, alliance: int, school: int, sums: Floats) -> None:
    """Sum trust and level over the staff's ties inside the alliance.

    # perf: local sums are twice as fast as sums in memory; factors of 0 or 1 avoid mispredicted branches.
    """
    ties = world.ties
    start, end = alliance_teachers(world, alliance)
    first, last = alliance_ties(world, world.schools.teacher_offsets[school], world.schools.teacher_offsets[school + 1])
    many, total, level, mutual, at_four = 0, 0, 0, 0, 0
    for tie in range(first, last):
        inside = in_range(ties.partner[tie], start, end)
        many += inside
        total += in_fine(np.float64(ties.trust[tie])) if inside else 0
        level += inside * ties.level[tie]
        at_four += inside & (ties.level[tie] == HIGHEST_LEVEL)
    for tie in range(first, last):
        inside = in_range(ties.partner[tie], start, end)
        back = ties.twin[tie] if inside else tie  # perf: avoid reading distant rows of external ties
        mutual += inside & (ties.trust[tie] > TRUSTING) & (ties.trust[back] > TRUSTING)
    sums[school, _TIES] = many
    sums[school, _TRUST] = total / FINE
    sums[school, _LEVEL] = level
    sums[school, _MUTUAL] = mutual
    sums[school, _AT_FOUR] = at_four


@rule
def in_fine(fraction: float) -> np.int64:
    """Return a fraction as an integer in units of 1/FINE."""
    return np.int64(fraction * FINE)


@step
def sum_flows(world: World, settings: Settings, school: int, sums: Floats) -> None:
    """Sum the flow of help on all the staff's ties, and its imbalance."""
    ties = world.ties
    first, last = alliance_ties(world, world.schools.teacher_offsets[school], world.schools.teacher_offsets[school + 1])
    tolerance, constant = settings.reciprocity.one_way_tolerance, settings.reciprocity.one_way_constant  # perf: once
    uneven, flow, used, one_way = 0, 0, 0, 0
    for tie in range(first, last):
        given, received = np.float64(ties.given[tie]), np.float64(ties.given[ties.twin[tie]])
        uneven += in_fine(abs(given - received))
        flow += in_fine(given + received)
        in_use = given + received >= IN_USE
        used += in_use
        one_way += in_fine(one_wayness(given, received, tolerance, constant)) if in_use else 0
    sums[school, _UNEVEN] = uneven / FINE
    sums[school, _FLOW] = flow / FINE
    sums[school, _USED] = used
    sums[school, _ONE_WAY] = one_way / FINE


@rule
def ratio(part: float, whole: float) -> float:
    """Return part / whole; NaN if the whole is 0."""
    return part / whole if whole > 0.0 else np.nan


@step
def outcomes_of(world: World, total: Floats, sums: Floats, first: int, last: int, initial: bool, row: Floats) -> None:
    """Fill ``row`` with the outcomes of schools ``first`` to ``last`` - 1; ``total`` is a buffer.

    Flows are undefined in the initial state. ``compare_schools`` adds the outcomes that compare schools.
    """
    total[:] = 0.0
    for school in range(first, last):
        for place in range(SUMS):
            total[place] += sums[school, place]
    trust = ratio(total[_TRUST], total[_TIES])
    evenness = 1.0 - ratio(total[_UNEVEN], total[_FLOW])
    attainment = 0.0
    for school in range(first, last):
        attainment += world.schools.attainment[school]
    row[:] = np.nan
    if not initial:
        row[SHARING] = total[_GIVEN] / total[_TEACHERS]
        row[JPD] = total[_DEVELOPED] / total[_TEACHERS]
        row[ASKED] = total[_ASKED] / total[_TEACHERS]
        row[HOME_SHARING] = total[_HOME_GIVEN] / total[_TEACHERS]
        row[HOME_JPD] = total[_HOME_DEVELOPED] / total[_TEACHERS]
    row[TRUST] = trust
    row[HEAD_TRUST] = ratio(total[_HEAD_TRUST], total[_HEAD_TIES])
    row[MUTUAL_TRUST] = ratio(total[_MUTUAL], total[_TIES])
    row[RECIPROCITY] = evenness
    row[PRACTICE] = total[_PRACTICE] / total[_TEACHERS]
    row[LEVEL] = ratio(total[_LEVEL], total[_TIES])
    row[REFUSALS] = ratio(total[_REFUSED], total[_REFUSED] + total[_GIVEN])
    row[BETRAYALS] = ratio(total[_BETRAYED], total[_GIVEN])
    row[ONE_WAYNESS] = ratio(total[_ONE_WAY], total[_USED])
    row[FATIGUE] = total[_FATIGUE] / total[_TEACHERS]
    row[ATTAINMENT] = attainment / (last - first)
    row[SOCIAL_CAPITAL] = trust * evenness
    row[INTELLECTUAL_CAPITAL] = total[_REACH] / total[_TEACHERS]
    row[UPHILL] = ratio(total[_UPHILL], total[_GIVEN])
    row[COLLABORATION] = ratio(total[_AT_FOUR], total[_TIES])


@step
def compare_schools(world: World, sums: Floats, sorting: Sorting, first: int, last: int, row: Floats) -> None:
    """Fill in the outcomes that compare schools: minimum, spread, gap, donor share, alliances."""
    many = last - first
    total, least = 0.0, np.inf
    for school in range(first, last):
        mean = sums[school, _PRACTICE] / sums[school, _TEACHERS]
        total += mean
        least = min(least, mean)
    squares = 0.0
    for school in range(first, last):
        deviation = sums[school, _PRACTICE] / sums[school, _TEACHERS] - total / many
        squares += deviation * deviation
    row[PRACTICE_MIN] = least
    row[PRACTICE_SD] = math.sqrt(squares / many)
    fifth = max(1, int(many / 5.0 + 0.5))
    for school in range(first, last):
        sorting.values[school - first] = world.schools.attainment[school]
    lowest, highest, _ = sums_of_ends(sorting, many, fifth)
    row[ATTAINMENT_GAP] = highest / fifth - lowest / fifth
    for school in range(first, last):
        sorting.values[school - first] = sums[school, _GIVEN]
    _, highest, total = sums_of_ends(sorting, many, fifth)
    row[DONOR_SHARE] = ratio(highest, total)
    row[ALLIANCES] = 0.0
    for alliance in range(world.schools.alliance[first], world.schools.alliance[last - 1] + 1):
        row[ALLIANCES] += world.alliances.alive[alliance]


@step
def sums_of_ends(sorting: Sorting, many: int, some: int) -> tuple[float, float, float]:
    """Sort the first ``many`` values; return the sums of the ``some`` lowest, of as many highest, and of all."""
    values = sorting.values[:many]
    sort_rows(values, sorting.rows[:many], sorting.other_values, sorting.other_rows)
    lowest, highest, total = 0.0, 0.0, 0.0
    for place in range(many):
        total += values[place]
        lowest += values[place] if place < some else 0.0
        highest += values[place] if place >= many - some else 0.0
    return lowest, highest, total


@step
def sum_frontier(best: Floats, first: int, last: int, row: Floats) -> None:
    """Fill in the frontier: the best practice of any teacher in each area, averaged over areas."""
    row[FRONTIER] = 0.0
    for area in range(best.shape[1]):
        most = best[first, area]
        for school in range(first + 1, last):
            most = max(most, best[school, area])
        row[FRONTIER] += most / best.shape[1]


@loop
def measure(
    world: World, sums: Floats, best: Floats, initial: bool, system: Floats, alliances: Floats, schools: Floats
) -> None:
    """Fill one row for the system, each alliance and each school; skip empty tables.

    # perf: a row is computed as float64 and then copied, so that it is compiled once for all tables.
    """
    total, row, many = np.empty(SUMS), np.empty(system.size), world.schools.id.size
    sorting = Sorting(np.empty(many), np.zeros(many, np.int64), np.empty(many), np.empty(many, np.int64))
    tables = 1 + alliances.shape[0] + schools.shape[0]
    for number in range(tables):
        alliance, school = number - 1, number - 1 - alliances.shape[0]
        start, end = 0, many
        if school >= 0:
            start, end = school, school + 1
        elif alliance >= 0:
            start, end = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        if start == end:  # merged into another alliance
            alliances[alliance] = np.nan
            continue
        outcomes_of(world, total, sums, start, end, initial, row)
        if school < 0:
            compare_schools(world, sums, sorting, start, end, row)
        if number == 0:
            system[:] = row
            sum_frontier(best, start, end, system)
        elif school < 0:
            alliances[alliance] = row
            sum_frontier(best, start, end, alliances[alliance])
        else:
            schools[school] = row


@loop
def take(
    world: World, settings: Settings, sums: Floats, best: Floats, initial: bool, system: Floats, alliances: Floats,
    schools: Floats,
) -> None:  # fmt: skip
    """Sum all schools and fill the rows in one call.

    # perf: passing the columns costs as much as measuring a small run.
    """
    sum_schools(world, settings, sums, best, 0, world.alliances.age.size)
    measure(world, sums, best, initial, system, alliances, schools)
