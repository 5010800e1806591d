"""Reciprocity: debts create obligation, grievance and offers in return; one-way help reduces trust (A7, C29)."""

from __future__ import annotations

from alliance_sim.engine.compilation import quotient, rule, step
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Ints, Ties

LEAST_FELT_DEBT = 0.5
"""Debts up to half an act of help lead to no offer in return."""
IN_USE = 0.5
"""A tie is in use while its decayed count of help, in both directions, is at least this."""
SMALLEST_RANGE = 1e-9
"""Smallest value of 1 − w0, which avoids a division by zero at a tolerance of 1."""
FORGOTTEN = 1e-6
"""Counts below this are set to 0. perf: numbers close to 0 slow the processor."""


@rule
def obligation(debt: float, half_saturation: float) -> float:
    """O = x/(k_B + x), where x is the debt; the same function of a credit gives grievance (A7)."""
    debt = max(0.0, debt)
    return quotient(debt, half_saturation + debt)


@step
def obligation_and_grievance(balance: float, settings: Settings) -> tuple[float, float]:
    """Return the obligation and grievance of the partner on a tie towards its holder; at most one is not 0 (A7).

    Args:
        balance: B, the acts of help that the partner owes the holder; negative where the holder owes the partner.
        settings: the parameters.
    """
    if not settings.reciprocity.enabled:
        return 0.0, 0.0
    felt = obligation(abs(balance), settings.reciprocity.half_saturation)
    owing = felt if balance > 0.0 else 0.0
    return owing, felt - owing


@rule
def one_wayness(given: float, received: float, tolerance: float, constant: float) -> float:
    """W = [|F_ij − F_ji|/(F_ij + F_ji + c_W) − w0]₊/(1 − w0): one-wayness of help on a tie (C29)."""
    flow = given + received + constant
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
