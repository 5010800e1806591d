"""Joint practice development."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from alliance_sim.engine import random_streams
from alliance_sim.engine.random_streams import exponential
from benchmarks.plain_mesa.functions import best_area

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainAllianceModel
    from benchmarks.plain_mesa.ties import Request


def develop_jointly(model: PlainAllianceModel, request: Request) -> None:
    """Develop practice jointly in the area where the two are strongest, then coach in both directions."""
    mine, theirs = request.asker.practice, request.giver.practice
    share = model.rules.level.transfer[-1]
    sums = [one + another for one, another in zip(mine, theirs, strict=True)]
    area, my_best, their_best = best_area(sums), best_area(mine), best_area(theirs)
    diversity = fmean(abs(one - another) for one, another in zip(mine, theirs, strict=True))

    best = max(mine[area], theirs[area])
    spark = exponential(model.random_key, random_streams.JOINT_INNOVATION, model.half_term, *request.key)
    step = model.rules.practice.jpd_step * spark * model.headroom(best)
    new = best + step * min(1.0, diversity / 0.25)
    mine[area] += share * (new - mine[area])
    theirs[area] += share * (new - theirs[area])
    theirs[my_best] += share * max(0.0, mine[my_best] - theirs[my_best])
    mine[their_best] += share * max(0.0, theirs[their_best] - mine[their_best])
