"""Offers in return: debtors offer help to their creditors, if they are willing to give it, and keep the offer (A7)."""

from __future__ import annotations

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import step
from alliance_sim.engine.processes.practice_transfer import USEFUL, largest_gap
from alliance_sim.engine.processes.reciprocity import obligation
from alliance_sim.engine.processes.trust import NETWORKING
from alliance_sim.engine.processes.willingness import chance_of_granting, situation_of
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World


@step
def offers_help_in_return(world: World, context: Context, tie: int) -> bool:
    """Decide whether the holder of ``tie`` offers useful help in return, with chance ret·O·P(grant) (A7).

    Args:
        world: the columns.
        context: the parameters, the internal seed and the half-term.
        tie: the debtor's tie to the creditor.
    """
    teachers, ties, settings = world.teachers, world.ties, context.settings
    creditors_tie = ties.twin[tie]
    creditor, debtor = ties.partner[tie], ties.partner[creditors_tie]
    draw = random_streams.uniform(
        context.seed, random_streams.OFFERS_BACK, context.half_term, teachers.id[debtor], teachers.id[creditor]
    )
    readiness = settings.reciprocity.return_rate * obligation(-ties.owed[tie], settings.reciprocity.half_saturation)
    if draw >= readiness:
        return False
    situation = situation_of(world, settings, creditors_tie)
    willing = chance_of_granting(world, settings, creditors_tie, situation, situation.trust, NETWORKING)
    if draw >= readiness * willing:
        return False
    return largest_gap(teachers.practice, creditor, debtor)[1] > USEFUL
