"""Pressures on coordinators: capture by one school, isolation and self-praise in a newsletter (B17–B19).

A captured coordinator prefers the pairs of one school and loses credibility. An isolated one perceives matches less
clearly. A newsletter raises credibility when results support it and lowers credibility when they do not.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import alliance_teachers, in_range, largest_school, teachers_of, ties_of
from alliance_sim.engine.settings import Context
from alliance_sim.engine.state import Floats, World

CAPTURE_BONUS = 0.5
"""Practice that full capture adds to the perceived match of pairs of the preferred school."""
SUSPICION = 0.05
"""Share of credibility that full capture costs per half-term."""
SUPPORTING_SHARE = 0.75
"""Share of the expected help that supports a newsletter; random variation seldom leads to less."""


class Expectations(NamedTuple):
    """The help that members expect."""

    help_expected: Annotated[
        Floats,
        Column("float32", "acts of help per teacher per half-term", "help that members expect", of="alliances"),
    ]


@rule
def isolation_noise(isolation: float) -> float:
    """1 + 2·isolation: without feedback, a coordinator perceives pairs less clearly (B19)."""
    return 1.0 + 2.0 * isolation


@rule
def credibility_suspected(credibility: float, capture: float) -> float:
    """C ·= 1 − 0.05·capture: members notice that the coordinator serves one school (B17)."""
    return credibility * (1.0 - SUSPICION * capture)


@rule
def credibility_after_newsletter(credibility: float, praise: float, supported: bool) -> float:
    """C += 0.05·praise·(1 − c) when results support the newsletter, c ·= 1 − 0.1·praise when they do not (B18)."""
    return credibility + 0.05 * praise * (1.0 - credibility) if supported else credibility * (1.0 - 0.1 * praise)


@rule
def help_expected(expected: float, now: float) -> float:
    """E += (now − E)/3: expectations follow about a year of experience (B18)."""
    return expected + (now - expected) / 3.0


@loop
def apply_capture_and_isolation(world: World, own: Any, context: Context) -> None:
    """Apply the preference of captured coordinators and the noise of isolated ones, at the start of a half-term."""
    predicament = context.settings.predicament
    for alliance in range(world.alliances.age.size):
        world.modifiers.noise_factor[alliance] *= isolation_noise(predicament.isolation)
        if predicament.capture == 0.0:
            continue
        start, end = alliance_teachers(world, alliance)
        first, last = teachers_of(world, largest_school(world, alliance))
        for teacher in range(start, end):
            begin, outside, _ = ties_of(world, teacher)
            for tie in range(begin, outside):
                if in_range(teacher, first, last) or in_range(world.ties.partner[tie], first, last):
                    world.modifiers.match_bonus[tie] += CAPTURE_BONUS * predicament.capture


@loop
def judge_coordinators(world: World, own: Any, context: Context) -> None:
    """Update coordinators' credibility after capture and newsletters, at the end of a half-term."""
    predicament, credibility = context.settings.predicament, world.coordinators.credibility
    for alliance in range(own.help_expected.size):
        given, teachers = 0.0, 0.0
        for school in range(world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]):
            given += world.schools.given[school]
            teachers += world.schools.teacher_offsets[school + 1] - world.schools.teacher_offsets[school]
        now, expected = given / max(1.0, teachers), np.float64(own.help_expected[alliance])
        own.help_expected[alliance] = help_expected(expected, now) if expected > 0.0 else now
        if not world.coordinators.present[alliance]:
            continue
        updated = credibility_suspected(np.float64(credibility[alliance]), predicament.capture)
        if expected > 0.0:
            supported = now >= SUPPORTING_SHARE * expected
            updated = credibility_after_newsletter(updated, predicament.newsletter, supported)
        credibility[alliance] = updated


MODULE = Module(
    name="predicament",
    claims="B17, B18, B19",
    switches=("predicament.capture", "predicament.isolation", "predicament.newsletter"),
    rules={Phase.START: apply_capture_and_isolation, Phase.END: judge_coordinators},
    state=Expectations,
    uses_modifiers=True,
)
