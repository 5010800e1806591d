"""Reciprocity: debts oblige, rankle, are offered back and fade; help that is all one way corrodes (A7, C29)."""

from __future__ import annotations

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import quotient, rule, step
from alliance_sim.engine.processes.practice_transfer import USEFUL, largest_gap
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Ints, Ties, World

LEAST_FELT_DEBT = 0.5
"""A debt of half a help or less is not yet felt as one to repay."""
LEAST = 1e-9
"""So that a tolerance of 1, at which nothing is too one-way, does not divide by zero."""
FORGOTTEN = 1e-6
"""A count that has decayed this far is nothing (and would slow the processor)."""


@rule
def obligation(debt: float, half_saturation: float) -> float:
    """O = x/(k_B + x) with x what one owes; the same curve gives grievance over what one is owed (A7)."""
    debt = max(0.0, debt)
    return quotient(debt, half_saturation + debt)


@rule
def one_wayness(given: float, received: float, tolerance: float) -> float:
    """W = [|F_ij − F_ji|/(F_ij + F_ji + 3) − w0]₊/(1 − w0): how far help on a tie is all one way (C29)."""
    flow = given + received + 3.0
    excess = max(0.0, abs(given - received) - tolerance * flow)
    return quotient(excess, flow * max(1.0 - tolerance, LEAST))


@step
def record_help(ties: Ties, by_giver: int, by_asker: int, joint: bool) -> None:
    """A help is counted as given; a shared practice is owed for, a jointly developed one is not (A7, C21)."""
    ties.given[by_giver] += 1.0
    if joint:
        ties.given[by_asker] += 1.0
    else:
        ties.owed[by_giver] += 1.0
        ties.owed[by_asker] -= 1.0


@rule
def faded(count: float, decay: float) -> float:
    """What is left of a count after a half-term."""
    left = count * (1.0 - decay)
    return left if abs(left) > FORGOTTEN else 0.0


@step
def collect_debts(ties: Ties, first: int, last: int, owing: Ints, debts: int) -> int:
    """Lay in ``owing``, after the first ``debts``, those of a run of ties whose holders owe enough to think of it.

    Returns how many lie there now.
    """
    for tie in range(first, last):
        owing[debts] = tie
        debts += -ties.owed[tie] > LEAST_FELT_DEBT  # if not, the next is laid over it: no branch to guess
    return debts


@step
def offers_help_in_return(world: World, settings: Settings, seed: Seed, half_term: int, tie: int) -> bool:
    """Whether the holder of ``tie``, owing its partner, offers help back that would be useful (A7)."""
    teachers, ties = world.teachers, world.ties
    debt = -ties.owed[tie]
    creditor = ties.partner[tie]
    debtor = ties.partner[ties.twin[tie]]
    readiness = settings.reciprocity.return_rate * obligation(debt, settings.reciprocity.half_saturation)
    if (
        random_streams.uniform(seed, random_streams.OFFERS_BACK, half_term, teachers.id[debtor], teachers.id[creditor])
        >= readiness
    ):
        return False
    return largest_gap(teachers.practice, creditor, debtor)[1] > USEFUL


# Old names, until all packages use the new ones.
offers_back = offers_help_in_return
OFFERED_FROM = LEAST_FELT_DEBT
