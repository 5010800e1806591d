"""Elements of trust: goodwill, openness, reliability and competence, each earned after the one before (A4).

The amount of trust does not show what a partner is trusted with. Close collaboration needs the later elements, which
partners learn through honoured help.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import Row
from alliance_sim.engine.processes.help_exchange import BETRAYED, HONOURED, JOINT
from alliance_sim.engine.processes.trust import COLLABORATION, NETWORKING
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, World

ELEMENTS = 4.0
"""Number of elements."""


class Elements(NamedTuple):
    """The elements of trust that partners have learnt."""

    learnt: Annotated[
        Floats, Column("float32", "elements", "elements learnt: 0 for strangers, 4 when competence is known", of="ties")
    ]


@rule
def elements_after(learnt: float, lessons: float, result: int) -> float:
    """E = min(4, e + 1/lessons) after honoured help, E = max(0, e − 1) after a betrayal (A4)."""
    if result == HONOURED:
        return min(ELEMENTS, learnt + 1.0 / lessons)
    return max(0.0, learnt - 1.0) if result == BETRAYED else learnt


@rule
def level_for(learnt: float) -> int:
    """Return the highest level that the elements support: 1 plus the number learnt, 4 at most."""
    return min(COLLABORATION, NETWORKING + int(learnt))


@loop
def limit_levels_by_elements(world: World, own: Any, context: Context) -> None:
    """Limit the level of each tie by the elements learnt, at the start of a half-term; strangers have learnt none."""
    if not context.settings.trust_elements.enabled:
        return
    level_cap, given, twin = world.modifiers.level_cap, world.ties.given, world.ties.twin
    for tie in range(own.learnt.size):
        if (
            given[tie] == 0.0 and given[Row(twin[tie])] == 0.0
        ):  # a newcomer has not learnt what the previous teacher had
            own.learnt[tie] = 0.0
        level_cap[tie] = min(level_cap[tie], level_for(np.float64(own.learnt[tie])))


@loop
def learn_elements(world: World, own: Any, context: Context) -> None:
    """Update the elements of both partners after each act of help inside an alliance."""
    request_log, lessons = world.request_log, context.settings.trust_elements.lessons
    for alliance in range(request_log.count.size):
        for entry in range(request_log.offsets[alliance], request_log.offsets[alliance] + request_log.count[alliance]):
            tie = Row(request_log.tie[entry])
            for each in (tie, Row(world.ties.twin[tie])):
                own.learnt[each] = elements_after(
                    np.float64(own.learnt[each]), lessons, request_log.answer[entry] % JOINT
                )


@loop
def competence_known(world: World, settings: Settings, own: Any) -> float:
    """Return the share of ties on which the last element is being learnt or known."""
    return (own.learnt >= ELEMENTS - 1.0).mean()


MODULE = Module(
    name="trust_elements",
    claims="A4",
    switches=("trust_elements.enabled",),
    rules={Phase.START: limit_levels_by_elements, Phase.EXCHANGED: learn_elements},
    state=Elements,
    uses_modifiers=True,
    request_log=True,
    outcomes={
        Outcome("competence_known", "share of ties", "ties on which competence is trusted", "system"): competence_known
    },
)
