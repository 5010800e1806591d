"""Complacency: schools content with their results seek less help and innovate less (C6).

The sources assume that competition prevents complacency. No evidence was found for its size, so the module is an
alternative to explore.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import teachers_of
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, Ints, World


class Contentment(NamedTuple):
    """What schools are used to, and whether they are content."""

    usual: Annotated[Floats, Column("float32", "pupil SD", "Ā, attainment that the school is used to", of="schools")]
    content: Annotated[Ints, Column("bool", "yes or no", "whether the school is content", of="schools")]


@rule
def is_content(attainment: float, usual: float, best_neighbour: float, competition: float) -> bool:
    """A ≥ Ā + C·[A_best − Ā]₊: competition raises what satisfies a school towards its best neighbour's results."""
    return attainment >= usual + competition * max(0.0, best_neighbour - usual)


@rule
def usual_after(usual: float, attainment: float) -> float:
    """Ā ← (Ā + A)/2: schools get used to their results, with a half-life of a year."""
    return 0.5 * (usual + attainment)


@loop
def initialize_contentment(world: World, own: Any, context: Context) -> None:
    """Let schools be used to their first results, and none be content, in the initial state."""
    own.usual[:] = world.schools.attainment


@loop
def review_results(world: World, own: Any, context: Context) -> None:
    """Compare each school's results once a year with what it is used to and with its best neighbour's."""
    attainment = world.schools.attainment
    for alliance in range(world.alliances.age.size):
        first, last = world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]
        for school in range(first, last):
            results, usual, best = np.float64(attainment[school]), np.float64(own.usual[school]), -np.inf
            for other in range(first, last):
                if other != school:
                    best = max(best, np.float64(attainment[other]))
            own.content[school] = is_content(results, usual, best, context.settings.policy.competition)
            own.usual[school] = usual_after(usual, results)


@loop
def relax_content_schools(world: World, own: Any, context: Context) -> None:
    """Lower need and innovation of the teachers of content schools, at the start of a half-term."""
    left = 1.0 - context.settings.complacency.strength
    for school in range(own.content.size):
        if own.content[school]:
            first, last = teachers_of(world, school)
            for teacher in range(first, last):
                world.modifiers.need_factor[teacher] *= left
                world.modifiers.innovation_factor[teacher] *= left


@loop
def share_content(world: World, settings: Settings, own: Any) -> float:
    """Return the share of schools that are content with their results."""
    return own.content.mean()


MODULE = Module(
    name="complacency",
    claims="C6",
    switches=("complacency.strength",),
    rules={
        Phase.INITIAL: initialize_contentment,
        Phase.YEAR_END: review_results,
        Phase.START: relax_content_schools,
    },
    state=Contentment,
    uses_modifiers=True,
    outcomes={
        Outcome("content", "share of schools", "schools that are content with their results", "system"): share_content
    },
)
