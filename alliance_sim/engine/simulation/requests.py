"""The requests inside an alliance, answered one at a time in random order.

Requests between colleagues of one school come first. Those between schools are queued from three channels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import step
from alliance_sim.engine.hooks import log_request, modified_assignment
from alliance_sim.engine.indexing import Row, alliance_teachers, alliance_ties
from alliance_sim.engine.processes import (
    brokerage,
    help_exchange,
    help_seeking,
    home_help,
    reciprocity,
    return_offers,
    willingness,
)
from alliance_sim.engine.processes.channels import AT_HOME, BROKERED, OFFERED, OWN_CONTACT, SENT, SLOTS
from alliance_sim.engine.processes.help_exchange import HONOURED, JOINT, REFUSED
from alliance_sim.engine.settings import Context
from alliance_sim.engine.simulation.workspace import Workspace
from alliance_sim.engine.sorting import bucket_argsort
from alliance_sim.engine.state import World


@step
def enqueue(workspace: Workspace, waiting: int, tie: int, occasion: int) -> int:
    """Append a request to the queue; return the length of the queue."""
    workspace.tie[waiting] = tie
    workspace.occasion[waiting] = occasion
    return waiting + 1


@step
def answer_home_requests(world: World, context: Context, alliance: int, workspace: Workspace) -> None:
    """Answer the requests between colleagues of each school of an alliance, one at a time in random order."""
    teachers, waiting = world.teachers, Row(0)
    for school in range(world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]):
        colleagues, waiting = help_seeking.colleagues_of(world, context.settings, school), Row(0)
        for teacher in range(colleagues.first, colleagues.last):
            for slot in range(Row(teachers.asks.shape[1])):
                enqueue(workspace, waiting, teacher, AT_HOME * SLOTS + slot)
                waiting += Row(teachers.asks[teacher, slot] < -1)  # else the next one overwrites it
        for place in range(waiting):
            teacher, occasion = Row(workspace.tie[place]), workspace.occasion[place]
            giver = help_seeking.colleague(colleagues, teacher, -2 - teachers.asks[teacher, occasion % SLOTS])
            workspace.priority[place] = random_streams.hashed(
                context.seed,
                random_streams.ORDER,
                context.half_term,
                teachers.id[teacher],
                teachers.id[giver],
                occasion,
            )
        many: Any = np.int64(waiting)
        bucket_argsort(workspace.priority, many, workspace.order, workspace.buckets)
        for turn in range(many):
            place = workspace.order[turn]
            teacher, occasion = Row(workspace.tie[place]), workspace.occasion[place]
            giver = help_seeking.colleague(colleagues, teacher, -2 - teachers.asks[teacher, occasion % SLOTS])
            home_help.help_colleague(world, context, school, colleagues, teacher, giver, occasion)


@step
def collect_requests(world: World, alliance: int, workspace: Workspace) -> int:
    """Append the internal requests that teachers chose, and those on assigned ties; return the queue length."""
    teachers, waiting = world.teachers, Row(0)
    start, end = alliance_teachers(world, alliance)
    for slot in range(Row(teachers.asks.shape[1])):
        for teacher in range(start, end):
            tie = teachers.asks[teacher, slot]
            enqueue(workspace, waiting, tie, OWN_CONTACT * SLOTS + slot)
            waiting += Row((tie >= 0) & (tie < teachers.external_tie_start[teacher]))  # else the next one overwrites it
    for teacher in range(start, end):
        tie = modified_assignment(world.modifiers, -1, teacher)
        if tie >= 0:
            waiting = Row(enqueue(workspace, waiting, tie, SENT * SLOTS))
    return np.int64(waiting)  # pyright: ignore[reportReturnType] (counts are signed, rows unsigned)


@step
def enqueue_brokered_requests(world: World, context: Context, alliance: int, workspace: Workspace, waiting: int) -> int:
    """Append requests for the most complementary pairs; the teacher with more to learn asks."""
    willingness.expected_answers(world, context.settings, alliance, workspace.expected)
    chosen = brokerage.choose_pairs(
        world,
        context,
        alliance,
        workspace.expected,
        workspace.brokered_pairs,
        workspace.tie_buffer,
        workspace.match_scores,
        workspace.heap_maxima,
    )
    for pair in range(chosen):
        waiting = enqueue(workspace, waiting, workspace.brokered_pairs[pair], BROKERED * SLOTS)
    world.coordinators.brokered[alliance] = chosen
    return waiting


@step
def enqueue_return_offers(world: World, context: Context, alliance: int, workspace: Workspace, waiting: int) -> int:
    """Append the offers of debtors to internal creditors, each as a request by the creditor."""
    if not context.settings.reciprocity.enabled:
        return waiting
    start, end = alliance_teachers(world, alliance)
    first, last = alliance_ties(world, start, end)
    for debt in range(reciprocity.collect_debts(world.ties, first, last, workspace.tie_buffer, 0)):
        tie = Row(workspace.tie_buffer[debt])
        if start <= world.ties.partner[tie] < end and return_offers.offers_help_in_return(world, context, tie):
            waiting = enqueue(workspace, waiting, world.ties.twin[tie], OFFERED * SLOTS)
    return waiting


@step
def request_priority(world: World, context: Context, tie: int, occasion: int) -> np.uint64:
    """Return the random priority of a request, keyed by asker, giver and occasion."""
    teachers, ties = world.teachers, world.ties
    giver, asker = ties.partner[tie], ties.partner[ties.twin[tie]]
    return random_streams.hashed(
        context.seed, random_streams.ORDER, context.half_term, teachers.id[asker], teachers.id[giver], occasion
    )


@step
def process_requests(world: World, context: Context, alliance: int, workspace: Workspace, waiting: int) -> None:
    """Answer the requests in the queue one at a time, in random order; each answer sees the effects of earlier ones.

    An answer changes only the tie between the two teachers and the coordinator's credibility. The first request of a
    pair, if not brokered, can therefore be decided before any is answered.

    # perf: deciding first requests together spares a wait for each answer.
    """
    for place in range(waiting):
        workspace.priority[place] = request_priority(world, context, workspace.tie[place], workspace.occasion[place])
    bucket_argsort(workspace.priority, waiting, workspace.order, workspace.buckets)
    credibility = brokerage.present_credibility(world.coordinators, alliance)
    for place in range(waiting):
        tie, occasion = Row(workspace.tie[place]), workspace.occasion[place]
        workspace.granted[place] = willingness.granted_level(world, context, tie, occasion, credibility)
    first, last = alliance_ties(world, *alliance_teachers(world, alliance))
    workspace.seen[: np.int64(last - first)] = False
    for turn in range(waiting):
        place = workspace.order[turn]
        tie, occasion, granted = Row(workspace.tie[place]), workspace.occasion[place], workspace.granted[place]
        brokered = occasion // SLOTS == BROKERED
        credibility = brokerage.present_credibility(world.coordinators, alliance)
        pair = min(tie, Row(world.ties.twin[tie])) - first
        if brokered or workspace.seen[pair]:  # credibility, or the pair's tie, may have changed
            granted = willingness.granted_level(world, context, tie, occasion, credibility)
        workspace.seen[pair] = True
        level = world.ties.level[tie]
        ended = help_exchange.resolve_request(world, context, tie, occasion, credibility, granted)
        help_exchange.count_result(world, tie, ended)
        log_request(world.request_log, alliance, tie, occasion, ended, level)
        if brokered and ended != REFUSED:
            brokerage.update_credibility(world.coordinators, alliance, ended % JOINT == HONOURED)
