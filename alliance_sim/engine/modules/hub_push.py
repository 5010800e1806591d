"""Hub push: policy sends teachers for help to the alliance's largest school, which cannot refuse (A15, C29).

Neither the teachers nor the hub choose this help. It takes the place of one of the teacher's own requests, is shallow
where the hub gives it unwillingly, builds less trust or none, and is one-way (``processes/help_exchange.py``).
"""

from __future__ import annotations

from typing import Any

from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, step
from alliance_sim.engine.indexing import Row, alliance_teachers, in_range, largest_school, teachers_of, ties_of
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import World


@loop
def send_to_hub(world: World, own: Any, context: Context) -> None:
    """Send each teacher of another school to a counterpart at the hub with chance ``policy.hub_push``."""
    for alliance in range(world.alliances.age.size):
        start, end = alliance_teachers(world, alliance)
        first, last = teachers_of(world, largest_school(world, alliance))
        for teacher in range(start, end):
            who = world.teachers.id[teacher]
            if (
                random_streams.uniform(context.seed, random_streams.SENT_TO_HUB, context.half_term, who)
                >= context.settings.policy.hub_push
            ):
                continue
            world.modifiers.assigned_tie[teacher] = sample_counterpart(world, context, teacher, first, last)


@step
def sample_counterpart(world: World, context: Context, teacher: int, first: int, last: int) -> int:
    """Sample one of a teacher's ties to teachers ``first`` to ``last`` with equal chances; -1 where there is none.

    Ties between schools that are no longer in an alliance together are left out.
    """
    begin, outside, _ = ties_of(world, teacher)
    candidates = 0
    for tie in range(begin, outside):
        candidates += in_range(world.ties.partner[tie], first, last) & (not world.modifiers.separated[tie])
    if candidates == 0:
        return -1
    turn = int(
        random_streams.uniform(
            context.seed, random_streams.SENT_TO_HUB, context.half_term, world.teachers.id[teacher], 0, 1
        )
        * candidates
    )
    for tie in range(begin, outside):
        if in_range(world.ties.partner[Row(tie)], first, last) and not world.modifiers.separated[tie]:
            if turn == 0:
                return tie
            turn -= 1
    return -1


MODULE = Module(
    name="hub_push",
    claims="A15, C29",
    switches=("policy.hub_push",),
    rules={Phase.START: send_to_hub},
    uses_modifiers=True,
)
