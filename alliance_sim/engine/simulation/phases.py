"""One half-term, in order: what happens in each of its steps (``schedule.py`` calls them, on one thread or more).

Everybody first decides what to ask, from the state that the half-term found. Then requests inside an alliance are
answered one after another, each in the light of the last, in an order drawn by lot; those across boundaries come after,
in an order drawn alike (``cross_alliance.py``). In each of these steps an alliance writes only its own rows and reads
of others only what nobody writes, so alliances can take it on any thread without a byte changing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, step
from alliance_sim.engine.hooks import note_answer, open_minutes, sent_on
from alliance_sim.engine.indexing import Row, staff_of, ties_beyond, ties_of_staff
from alliance_sim.engine.prefetch import send_for_partners_beyond, send_for_ties
from alliance_sim.engine.processes import (
    brokerage,
    competition,
    decay,
    head_trust,
    help_exchange,
    help_seeking,
    reciprocity,
)
from alliance_sim.engine.processes.help_exchange import (
    BROKERED,
    HONOURED,
    JOINT,
    OFFERED,
    OWN_CONTACT,
    REFUSED,
    SENT,
    SLOTS,
)
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.sorting import put_in_order
from alliance_sim.engine.state import Floats, Ints, World


class Desk(NamedTuple):
    """Paper for one alliance's half-term, used again for the next: sums by pair of schools, requests in the tray.

    Whatever stands on it when it is taken is written over before it is read. The first two have one place more than
    pairs: what lies beyond the alliance.
    """

    staff_trust: Floats
    staff_level: Floats
    fondness: Floats
    gaps: Floats
    appeals: Floats
    brokered: Ints
    held: Ints
    promises: Floats
    dealt: Floats
    tie: Ints
    occasion: Ints
    lot: Ints
    order: Ints
    boxes: Ints
    granted: Ints
    met: Ints


@loop
def desk_for(world: World, first: int, last: int) -> Desk:
    """Paper enough for the largest of these alliances."""
    alliances, schools, teachers = world.alliances, world.schools, world.teachers
    members, requests, most_held, most_brokered = 0, 0, 0, 0
    for alliance in range(first, last):
        start, end = alliances.first_school[alliance], alliances.first_school[alliance + 1]
        staff, after = schools.first_teacher[start], schools.first_teacher[end]
        ties = teachers.first_tie[after] - teachers.first_tie[staff]
        most_held = max(most_held, ties)
        capacity = world.coordinators.capacity[alliance]
        members = max(members, end - start)
        requests = max(requests, (after - staff) * (teachers.asks.shape[1] + 1) + ties + capacity)
        most_brokered = max(most_brokered, capacity)
    pairs = members * members + 1
    return Desk(
        np.empty(pairs),
        np.empty(pairs),
        np.empty(most_held),
        np.empty(most_held),
        np.empty(most_held),
        np.empty(most_brokered, np.int64),
        np.empty(most_held, np.int64),
        np.empty(most_held),
        np.empty(brokerage.HEAPS * most_brokered),
        np.empty(requests, np.int64),
        np.empty(requests, np.int64),
        np.empty(requests, np.uint64),
        np.empty(requests, np.int64),
        np.empty(requests + 1, np.int64),
        np.empty(requests, np.bool_),
        np.empty(most_held, np.bool_),
    )


@loop
def a_year_is_over(world: World, settings: Settings, seed: Seed, half_term: int) -> None:
    """Attainment, then rank; everybody is a year longer in post."""
    competition.publish_results(world, settings, seed, half_term)
    for teacher in range(world.teachers.years.size):
        world.teachers.years[teacher] = min(255, world.teachers.years[teacher] + 1)


@loop
def minds_are_made_up(world: World, settings: Settings, seed: Seed, half_term: int, first: int, last: int) -> None:
    """Heads meet, teachers choose whom to ask, and offers across the boundary are noted: each alliance."""
    desk = desk_for(world, first, last)
    for alliance in range(first, last):
        send_for_ties(world, alliance + 2)
        send_for_partners_beyond(world, alliance + 1, False)
        clear_tally(world, alliance)
        heads_meet(world, settings, seed, half_term, alliance, desk)
        teachers_seek_help(world, settings, seed, half_term, alliance, desk)
        debtors_offer_help_across(world, settings, seed, half_term, alliance, desk)


@loop
def alliances_work(world: World, settings: Settings, seed: Seed, half_term: int, first: int, last: int) -> None:
    """The coordinator brokers, debtors offer help, and all that was asked inside is answered: each alliance."""
    desk = desk_for(world, first, last)
    for alliance in range(first, last):
        send_for_ties(world, alliance + 1)
        waiting = requests_are_collected(world, alliance, desk)
        waiting = coordinator_brokers(world, settings, seed, half_term, alliance, desk, waiting)
        waiting = debtors_offer_help(world, settings, seed, half_term, alliance, desk, waiting)
        requests_are_answered(world, settings, seed, half_term, alliance, desk, waiting)


@loop
def time_passes(world: World, settings: Settings, seed: Seed, half_term: int, first: int, last: int) -> None:
    """Practice ages, people rest, debts fade, levels without trust are lost: each alliance."""
    for alliance in range(first, last):
        world.alliances.age[alliance] += 1
        decay.coordinator_rests(world, settings, alliance)
        start, end = staff_of(world, alliance)
        first_tie, last_tie = ties_of_staff(world, start, end)
        decay.counts_fade(world, settings, first_tie, last_tie)
        decay.drained_levels_are_lost(world, settings, first_tie, last_tie)
        for teacher in range(start, end):
            decay.practice_ages(world, settings, seed, half_term, teacher)
            decay.teacher_rests(world, settings, teacher)


@step
def clear_tally(world: World, alliance: int) -> None:
    """A new half-term starts with a clean sheet."""
    schools = world.schools
    for school in range(world.alliances.first_school[alliance], world.alliances.first_school[alliance + 1]):
        schools.given[school] = 0
        schools.developed[school] = 0
        schools.refused[school] = 0
        schools.betrayed[school] = 0
        schools.uphill[school] = 0
    world.crossings.noted[alliance] = 0
    open_minutes(world.minutes, alliance)
    world.coordinators.brokered[alliance] = 0


@step
def heads_meet(world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, desk: Desk) -> None:
    """The trust-building loop between heads; then they hear their staff, and staff follow them."""
    head_trust.note_pairs(world, alliance, desk.held)
    head_trust.hear_staff(world, alliance, desk.held, desk.staff_trust, desk.staff_level)
    head_trust.heads_build_trust(world, settings, seed, half_term, alliance, desk.staff_level)
    head_trust.heads_hear_staff(world, settings, alliance, desk.staff_trust)
    head_trust.staff_follow_heads(world, settings, alliance, desk.held, desk.staff_trust)


@step
def teachers_seek_help(world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, desk: Desk) -> None:
    """Each contact of each teacher may find them looking for help; they turn to whom they trust and can learn from."""
    teachers = world.teachers
    start, end = staff_of(world, alliance)
    help_seeking.feel_fondness(world, settings, start, end, desk.fondness)
    occasions, weighed, total = note_occasions(world, settings, seed, half_term, start, end, desk), end, 0.0
    for place in range(occasions):
        teacher, slot = Row(desk.tie[place]), desk.occasion[place]
        if weighed != teacher:
            held = desk.fondness[np.int64(teachers.first_tie[teacher] - teachers.first_tie[start]) :]
            total = help_seeking.weigh_partners(world, settings, teacher, held, desk.gaps, desk.appeals)
            weighed = teacher
        if total <= 0.0:
            continue  # nobody in the alliance, and the boundary is closed
        draw = random_streams.uniform(seed, random_streams.CHOOSES_PARTNER, half_term, teachers.id[teacher], 0, slot)
        tie = help_seeking.chosen_tie(world, desk.appeals, total, teacher, draw)
        could = help_seeking.could_help(world, settings, tie, desk.gaps[tie - Row(teachers.first_tie[teacher])])
        teachers.asks[teacher, slot] = tie if could else -1


@step
def note_occasions(
    world: World, settings: Settings, seed: Seed, half_term: int, start: int, end: int, desk: Desk
) -> int:
    """Lay in the tray the contacts that find somebody looking for help, as (teacher, slot); returns how many.

    Noted first and acted on after: so no branch hangs on luck, which processors cannot guess.
    """
    teachers, occasions = world.teachers, Row(0)
    contacts, many = Row(teachers.asks.shape[1]), end - start
    for slot in range(contacts):
        for teacher in range(start, end):
            desk.lot[slot * many + teacher - start] = random_streams.hashed(
                seed, random_streams.SEEKS_HELP, half_term, teachers.id[teacher], 0, slot
            )
    for teacher in range(start, end):
        needy = help_seeking.need_of(world, settings, teacher)
        for slot in range(contacts):
            teachers.asks[teacher, slot] = -1
            desk.tie[occasions] = teacher
            desk.occasion[occasions] = slot
            draw = random_streams.in_unit(desk.lot[slot * many + teacher - start])
            occasions += Row(draw < needy)  # if not, the next is laid over it
    return occasions


@step
def debtors_offer_help_across(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, desk: Desk
) -> None:
    """Who owes somebody beyond the boundary may offer help back: noted as a request by the creditor.

    To be answered after those inside, and thought of before they change what the two can do.
    """
    if not settings.reciprocity.enabled:
        return
    debts = 0
    start, end = staff_of(world, alliance)
    for teacher in range(start, end):
        first, last = ties_beyond(world, teacher)
        debts = reciprocity.note_debts(world.ties, first, last, desk.held, debts)
    for debt in range(debts):
        tie = Row(desk.held[debt])
        if reciprocity.offers_back(world, settings, seed, half_term, tie):
            place = world.crossings.first[alliance] + world.crossings.noted[alliance]
            world.crossings.tie[place] = world.ties.twin[tie]
            world.crossings.noted[alliance] += 1


@step
def into_tray(desk: Desk, waiting: int, tie: int, occasion: int) -> int:
    """Lay a request in the tray; returns how many now wait."""
    desk.tie[waiting] = tie
    desk.occasion[waiting] = occasion
    return waiting + 1


@step
def requests_are_collected(world: World, alliance: int, desk: Desk) -> int:
    """What teachers chose to ask of others in the alliance."""
    teachers, waiting = world.teachers, Row(0)
    start, end = staff_of(world, alliance)
    for slot in range(Row(teachers.asks.shape[1])):
        for teacher in range(start, end):
            tie = teachers.asks[teacher, slot]
            into_tray(desk, waiting, tie, OWN_CONTACT * SLOTS + slot)
            waiting += Row((tie >= 0) & (tie < teachers.first_outside[teacher]))  # if not, the next is laid over it
    for teacher in range(start, end):
        tie = sent_on(world.leanings, -1, teacher)
        if tie >= 0:
            waiting = Row(into_tray(desk, waiting, tie, SENT * SLOTS))
    return np.int64(waiting)  # pyright: ignore[reportReturnType] (counts have a sign where rows have none)


@step
def coordinator_brokers(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, desk: Desk, waiting: int
) -> int:
    """The coordinator brings the most complementary pairs together; who has most to learn asks."""
    chosen = brokerage.choose_pairs(
        world, settings, seed, half_term, alliance, desk.brokered, desk.held, desk.promises, desk.dealt
    )
    for pair in range(chosen):
        waiting = into_tray(desk, waiting, desk.brokered[pair], BROKERED * SLOTS)
    world.coordinators.brokered[alliance] = chosen
    return waiting


@step
def debtors_offer_help(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, desk: Desk, waiting: int
) -> int:
    """Who owes, offers: laid in the tray as a request by the creditor, which the debtor's obligation speaks for."""
    if not settings.reciprocity.enabled:
        return waiting
    start, end = staff_of(world, alliance)
    first, last = ties_of_staff(world, start, end)
    for debt in range(reciprocity.note_debts(world.ties, first, last, desk.held, 0)):
        tie = Row(desk.held[debt])
        if start <= world.ties.partner[tie] < end and reciprocity.offers_back(world, settings, seed, half_term, tie):
            waiting = into_tray(desk, waiting, world.ties.twin[tie], OFFERED * SLOTS)
    return waiting


@step
def lot_of(world: World, seed: Seed, half_term: int, tie: int, occasion: int) -> np.uint64:
    """A request's place in the order of answering, drawn from who asks whom and on which occasion."""
    teachers, ties = world.teachers, world.ties
    giver, asker = ties.partner[tie], ties.partner[ties.twin[tie]]
    return random_streams.hashed(
        seed, random_streams.ORDER, half_term, teachers.id[asker], teachers.id[giver], occasion
    )


@step
def requests_are_answered(
    world: World, settings: Settings, seed: Seed, half_term: int, alliance: int, desk: Desk, waiting: int
) -> None:
    """One after another, in an order drawn by lot, each in the light of those before.

    Answers change only what is between the two. So whether the first request between two is granted is known before
    any is answered, and found out for all at once: processors would else wait for each answer to begin the next.
    """
    for place in range(waiting):
        desk.lot[place] = lot_of(world, seed, half_term, desk.tie[place], desk.occasion[place])
    put_in_order(desk.lot, waiting, desk.order, desk.boxes)
    credibility = brokerage.present_credibility(world.coordinators, alliance)
    for place in range(waiting):
        tie, occasion = Row(desk.tie[place]), desk.occasion[place]
        desk.granted[place] = help_exchange.is_granted(world, settings, seed, half_term, tie, occasion, credibility)
    first, last = ties_of_staff(world, *staff_of(world, alliance))
    desk.met[: np.int64(last - first)] = False
    for turn in range(waiting):
        place = desk.order[turn]
        tie, occasion, granted = Row(desk.tie[place]), desk.occasion[place], desk.granted[place]
        brokered = occasion // SLOTS == BROKERED
        credibility = brokerage.present_credibility(world.coordinators, alliance)
        pair = min(tie, Row(world.ties.twin[tie])) - first
        if brokered or desk.met[pair]:  # the coordinator's standing, or what is between the two, may have changed
            granted = help_exchange.is_granted(world, settings, seed, half_term, tie, occasion, credibility)
        desk.met[pair] = True
        level = world.ties.level[tie]
        ended = help_exchange.answer(world, settings, seed, half_term, tie, occasion, credibility, granted)
        help_exchange.tally(world, tie, ended)
        note_answer(world.minutes, alliance, tie, occasion, ended, level)
        if brokered and ended != REFUSED:
            brokerage.learn_from_brokerage(world.coordinators, alliance, ended % JOINT == HONOURED)
