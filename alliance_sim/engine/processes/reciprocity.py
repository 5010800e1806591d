"""Reciprocity: debts create obligation, grievance and offers in return; one-way help reduces trust (A7, C29)."""

from __future__ import annotations

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import quotient, rule, step
from alliance_sim.engine.processes.practice_transfer import USEFUL, largest_gap
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import Ints, Ties, World

LEAST_FELT_DEBT = 0.5
"""Debts up to half an act of help lead to no offer in return."""
SMALLEST_RANGE = 1e-9
"""Smallest value of 1 − w0, which avoids a division by zero at a tolerance of 1."""
FORGOTTEN = 1e-6
"""Counts below this are set to 0. perf: numbers close to 0 slow the processor."""


@rule
def obligation(debt: float, half_saturation: float) -> float:
    """O = x/(k_B + x), where x is the debt; the same function of a credit gives grievance (A7)."""
    debt = max(0.0, debt)
    return quotient(debt, half_saturation + debt)


@rule
def one_wayness(given: float, received: float, tolerance: float) -> float:
    """W = [|F_ij − F_ji|/(F_ij + F_ji + 3) − w0]₊/(1 − w0): one-wayness of help on a tie (C29)."""
    flow = given + received + 3.0
    excess = max(0.0, abs(given - received) - tolerance * flow)
    return quotient(excess, flow * max(1.0 - tolerance, SMALLEST_RANGE))


@step
def record_help(ties: Ties, by_giver: int, by_asker: int, joint: bool) -> None:
    """Count an act of help; transferred practice creates a debt, joint practice development does not (A7, C21)."""
    ties.given[by_giver] += 1.0
    if joint:
        ties.given[by_asker] += 1.0
    else:
        ties.owed[by_giver] += 1.0
        ties.owed[by_asker] -= 1.0


@rule
def decayed_count(count: float, decay: float) -> float:
    """X ← (1 − δ_B)x: what remains of a count after a half-term; 0 where it is negligible."""
    left = count * (1.0 - decay)
    return left if abs(left) > FORGOTTEN else 0.0


@step
def collect_debts(ties: Ties, first: int, last: int, owing: Ints, debts: int) -> int:
    """Append to ``owing`` those ties from ``first`` to ``last`` whose holders owe more than LEAST_FELT_DEBT.

    Args:
        ties: the table of ties.
        first: row of the first tie.
        last: row after the last tie.
        owing: buffer of ties.
        debts: number of ties that the buffer contains.

    Returns:
        The number of ties that the buffer contains afterwards.
    """
    for tie in range(first, last):
        owing[debts] = tie
        debts += -ties.owed[tie] > LEAST_FELT_DEBT  # perf: no branch; the next tie overwrites this one
    return debts


@step
def offers_help_in_return(world: World, context: Context, tie: int) -> bool:
    """Decide whether the holder of ``tie`` offers its partner, the creditor, useful help in return (A7)."""
    teachers, ties = world.teachers, world.ties
    debt = -ties.owed[tie]
    creditor = ties.partner[tie]
    debtor = ties.partner[ties.twin[tie]]
    readiness = context.settings.reciprocity.return_rate * obligation(
        debt, context.settings.reciprocity.half_saturation
    )
    if (
        random_streams.uniform(
            context.seed, random_streams.OFFERS_BACK, context.half_term, teachers.id[debtor], teachers.id[creditor]
        )
        >= readiness
    ):
        return False
    return largest_gap(teachers.practice, creditor, debtor)[1] > USEFUL
