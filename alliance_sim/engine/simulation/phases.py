"""The phases of a half-term; ``schedule.py`` and ``batch.py`` call them in order.

All teachers first decide what to request, from the state at the start of the half-term. Requests inside an alliance are
then answered one at a time in random order; each answer sees the effects of the previous ones. Requests across
boundaries follow, also in random order (``cross_alliance.py``). Within a phase an alliance writes only its own rows and
reads only those rows of others that the phase leaves unchanged. Results are therefore independent of threads.
"""

from __future__ import annotations

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, step
from alliance_sim.engine.hooks import modified_assignment, open_request_log
from alliance_sim.engine.indexing import Row, alliance_teachers, alliance_ties, external_ties, in_range
from alliance_sim.engine.prefetch import prefetch_external_partners, prefetch_ties
from alliance_sim.engine.processes import (
    competition,
    decay,
    head_trust,
    help_seeking,
    reciprocity,
    return_offers,
    willingness,
)
from alliance_sim.engine.processes.practice_transfer import USEFUL
from alliance_sim.engine.settings import Context
from alliance_sim.engine.simulation.requests import (
    answer_home_requests,
    collect_requests,
    enqueue_brokered_requests,
    enqueue_return_offers,
    process_requests,
)
from alliance_sim.engine.simulation.workspace import Workspace, allocate_workspace
from alliance_sim.engine.state import World


@loop
def year_end(world: World, context: Context) -> None:
    """Publish attainment and ranks; add a year in post to every teacher."""
    competition.publish_results(world, context)
    for teacher in range(world.teachers.years.size):
        world.teachers.years[teacher] = min(255, world.teachers.years[teacher] + 1)


@loop
def decision_phase(world: World, context: Context, first: int, last: int) -> None:
    """Run the decision phase of each alliance: heads meet, teachers choose partners, offers across the boundary."""
    workspace = allocate_workspace(world, first, last)
    for alliance in range(first, last):
        prefetch_ties(world, alliance + 2)
        prefetch_external_partners(world, alliance + 1, False)
        reset_counters(world, alliance)
        heads_meet(world, context, alliance, workspace)
        seek_help(world, context, alliance, workspace)
        note_external_return_offers(world, context, alliance, workspace)


@loop
def exchange_phase(world: World, context: Context, first: int, last: int) -> None:
    """Run the exchange phase of each alliance: help at home, brokerage, offers, answers to all internal requests."""
    workspace = allocate_workspace(world, first, last)
    for alliance in range(first, last):
        prefetch_ties(world, alliance + 1)
        answer_home_requests(world, context, alliance, workspace)
        waiting = collect_requests(world, alliance, workspace)
        waiting = enqueue_brokered_requests(world, context, alliance, workspace, waiting)
        waiting = enqueue_return_offers(world, context, alliance, workspace, waiting)
        process_requests(world, context, alliance, workspace, waiting)


@loop
def decay_phase(world: World, context: Context, first: int, last: int) -> None:
    """Run the decay phase of each alliance: practice, fatigue and counts decay; levels without trust are lost."""
    for alliance in range(first, last):
        world.alliances.age[alliance] += 1
        decay.decay_coordinator_load(world, context.settings, alliance)
        start, end = alliance_teachers(world, alliance)
        tie_offsets, last_tie = alliance_ties(world, start, end)
        decay.decay_counts(world, context.settings, tie_offsets, last_tie)
        decay.demote_levels(world, context.settings, tie_offsets, last_tie)
        for teacher in range(start, end):
            decay.depreciate_practice(world, context, teacher)
            decay.decay_teacher_load(world, context.settings, teacher)


@step
def reset_counters(world: World, alliance: int) -> None:
    """Set the counters of the half-term to zero."""
    schools = world.schools
    for school in range(world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]):
        schools.given[school] = 0
        schools.developed[school] = 0
        schools.refused[school] = 0
        schools.betrayed[school] = 0
        schools.uphill[school] = 0
        schools.asked[school] = 0
        schools.home_given[school] = 0
        schools.home_developed[school] = 0
    world.external_offers.count[alliance] = 0
    open_request_log(world.request_log, alliance)
    world.coordinators.brokered[alliance] = 0


@step
def heads_meet(world: World, context: Context, alliance: int, workspace: Workspace) -> None:
    """Update trust between heads, then move heads' and staff's trust towards each other."""
    head_trust.collect_pairs(world, alliance, workspace.tie_buffer)
    head_trust.average_staff_trust(world, alliance, workspace.tie_buffer, workspace.staff_trust, workspace.staff_level)
    head_trust.update_head_trust(world, context, alliance, workspace.staff_level)
    head_trust.heads_adopt_staff_trust(world, context.settings, alliance, workspace.staff_trust)
    head_trust.staff_adopt_head_trust(world, context.settings, alliance, workspace.tie_buffer, workspace.staff_trust)


@step
def seek_help(world: World, context: Context, alliance: int, workspace: Workspace) -> None:
    """Let each teacher in need choose a partner, at home, in the alliance or beyond, and decide whether to ask."""
    start, end = alliance_teachers(world, alliance)
    help_seeking.partner_weights(world, context.settings, start, end, workspace.partner_weight)
    willingness.expected_answers(world, context.settings, alliance, workspace.expected)
    occasions, weighed, total = collect_contacts(world, context, start, end, workspace), end, 0.0
    begin, _ = alliance_ties(world, start, end)
    colleagues = help_seeking.colleagues_of(world, context.settings, world.alliances.school_offsets[alliance])
    for place in range(occasions):
        teacher = Row(workspace.tie[place])
        if not in_range(teacher, colleagues.first, colleagues.last):
            colleagues = help_seeking.colleagues_of(world, context.settings, world.teachers.school[teacher])
        if weighed != teacher:
            held = np.int64(Row(world.teachers.tie_offsets[teacher]) - begin)
            total = help_seeking.weigh_partners(
                world, context.settings, teacher, colleagues, workspace.partner_weight[held:],
                workspace.expected[held:], workspace.gaps, workspace.appeals,
            )  # fmt: skip
            weighed = teacher
        if total > 0.0:  # else no partner can be reached
            ask_partner(world, context, teacher, workspace.occasion[place], colleagues, total, begin, workspace)


@step
def ask_partner(
    world: World, context: Context, teacher: int, slot: int, colleagues: help_seeking.Colleagues, total: float,
    begin: int, workspace: Workspace,
) -> None:  # fmt: skip
    """Choose a partner for one contact; the teacher asks with the chance p̂ that the partner is expected to help.

    Args:
        world: the columns.
        context: the parameters, the internal seed and the half-term.
        teacher: row of the teacher.
        slot: number of the contact.
        colleagues: the teacher's colleagues.
        total: the total appeal of the teacher's partners.
        begin: row of the alliance's first tie.
        workspace: the appeals, gaps and expected answers.
    """
    teachers, settings, who = world.teachers, context.settings, world.teachers.id[teacher]
    many, held = Row(colleagues.many), Row(teachers.tie_offsets[teacher])
    partners = many + Row(teachers.tie_offsets[teacher + Row(1)]) - held
    draw = random_streams.uniform(context.seed, random_streams.CHOOSES_PARTNER, context.half_term, who, 0, slot)
    place = help_seeking.select_partner(workspace.appeals, total, partners, draw)
    at_home, gap = place < many, workspace.gaps[place]
    tie = held if at_home else held + place - many
    if at_home:
        useful = (gap > USEFUL) | (settings.practice.jpd & (settings.home.jpd > 0.0))
        expected = colleagues.expected
    else:
        useful = help_seeking.can_help(world, settings, tie, gap)
        expected = workspace.expected[np.int64(tie - begin)]
    draw = random_streams.uniform(context.seed, random_streams.ASKS, context.half_term, who, 0, slot)
    if useful & (draw < expected):
        teachers.asks[teacher, slot] = -2 - np.int64(place) if at_home else np.int64(tie)
        world.schools.asked[teachers.school[teacher]] += not at_home


@step
def collect_contacts(world: World, context: Context, start: int, end: int, workspace: Workspace) -> int:
    """Append a (teacher, slot) pair to the queue for each contact with a need for help; return their number.

    A teacher whom policy sends for help makes one request fewer (A15).

    # perf: pairs are collected without a branch on random numbers, which processors cannot predict.
    """
    teachers, occasions = world.teachers, Row(0)
    contacts, many = Row(teachers.asks.shape[1]), end - start
    for slot in range(contacts):
        for teacher in range(start, end):
            workspace.priority[slot * many + teacher - start] = random_streams.hashed(
                context.seed, random_streams.SEEKS_HELP, context.half_term, teachers.id[teacher], 0, slot
            )
    for teacher in range(start, end):
        needy = help_seeking.teacher_need(world, context.settings, teacher)
        spent = Row(modified_assignment(world.modifiers, -1, teacher) >= 0)
        for slot in range(contacts):
            teachers.asks[teacher, slot] = -1
            workspace.tie[occasions] = teacher
            workspace.occasion[occasions] = slot
            draw = random_streams.in_unit(workspace.priority[slot * many + teacher - start])
            needs = Row(draw < needy)
            occasions += needs & (spent ^ Row(1))  # else the next one overwrites it
            spent &= needs ^ Row(1)
    return occasions


@step
def note_external_return_offers(world: World, context: Context, alliance: int, workspace: Workspace) -> None:
    """Store offers of debtors to creditors beyond the boundary, each as a request by the creditor.

    Offers depend on the state before internal requests are answered; they are answered after them.
    """
    if not context.settings.reciprocity.enabled:
        return
    debts = 0
    start, end = alliance_teachers(world, alliance)
    for teacher in range(start, end):
        first, last = external_ties(world, teacher)
        debts = reciprocity.collect_debts(world.ties, first, last, workspace.tie_buffer, debts)
    for debt in range(debts):
        tie = Row(workspace.tie_buffer[debt])
        if return_offers.offers_help_in_return(world, context, tie):
            place = world.external_offers.offsets[alliance] + world.external_offers.count[alliance]
            world.external_offers.tie[place] = world.ties.twin[tie]
            world.external_offers.count[alliance] += 1
