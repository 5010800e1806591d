"""The coordinator's predicament: captured by a school, cut off from what is said, judged by a newsletter (B17–B19)."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.engine.compilation import loop, rule
from alliance_sim.engine.indexing import alliance_teachers, in_range, teachers_of, ties_of
from alliance_sim.engine.modules.hub_push import find_hub
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, World

CAPTURE_BONUS = 0.5
"""Practice by which the captor's pairs look better to a wholly captured coordinator."""
SUSPICION = 0.05
"""Share of credibility lost a half-term by a wholly captured coordinator."""
SUPPORTING_SHARE = 0.75
"""Share of the help that members expect which still bears a newsletter out: luck alone seldom falls shorter."""


class Standing(NamedTuple):
    """What members remember of what they were told."""

    helps: Annotated[
        Floats, Column("float32", "helps a teacher", "a half-term, that members have come to expect", of="alliances")
    ]


@rule
def isolation_noise(isolation: float) -> float:
    """1 + 2·isolation: who hears nothing back sees pairs less clearly (B19)."""
    return 1.0 + 2.0 * isolation


@rule
def credibility_suspected(credibility: float, capture: float) -> float:
    """C ·= 1 − 0.05·capture: the others notice whose coordinator it is (B17)."""
    return credibility * (1.0 - SUSPICION * capture)


@rule
def credibility_after_newsletter(credibility: float, praise: float, backed: bool) -> float:
    """C += 0.05·praise·(1 − c) when results bear the newsletter out, c ·= 1 − 0.1·praise when they do not (B18)."""
    return credibility + 0.05 * praise * (1.0 - credibility) if backed else credibility * (1.0 - 0.1 * praise)


@rule
def help_expected(expected: float, now: float) -> float:
    """E += (now − E)/3: about a year of what was seen (B18)."""
    return expected + (now - expected) / 3.0


@loop
def apply_capture_and_isolation(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Each half-term: whom a captured coordinator prefers, and what an isolated one cannot see."""
    told = settings.predicament
    for alliance in range(world.alliances.age.size):
        world.modifiers.noise_factor[alliance] *= isolation_noise(told.isolation)
        if told.capture == 0.0:
            continue
        start, end = alliance_teachers(world, alliance)
        first, last = teachers_of(world, find_hub(world, alliance))
        for teacher in range(start, end):
            mine, outside, _ = ties_of(world, teacher)
            for tie in range(mine, outside):
                if in_range(teacher, first, last) or in_range(world.ties.partner[tie], first, last):
                    world.modifiers.match_bonus[tie] += CAPTURE_BONUS * told.capture


@loop
def judge_coordinators(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Each half-term: capture is noticed, and the newsletter is held against what came of it."""
    told, credibility = settings.predicament, world.coordinators.credibility
    for alliance in range(own.helps.size):
        helps, staff = 0.0, 0.0
        for school in range(world.alliances.school_offsets[alliance], world.alliances.school_offsets[alliance + 1]):
            helps += world.schools.given[school]
            staff += world.schools.teacher_offsets[school + 1] - world.schools.teacher_offsets[school]
        now, expected = helps / max(1.0, staff), np.float64(own.helps[alliance])
        own.helps[alliance] = help_expected(expected, now) if expected > 0.0 else now
        if not world.coordinators.present[alliance]:
            continue  # nobody to judge
        trusted = credibility_suspected(np.float64(credibility[alliance]), told.capture)
        if expected > 0.0:
            trusted = credibility_after_newsletter(trusted, told.newsletter, now >= SUPPORTING_SHARE * expected)
        credibility[alliance] = trusted


MODULE = Module(
    name="predicament",
    claims="B17, B18, B19",
    switches=("predicament.capture", "predicament.isolation", "predicament.newsletter"),
    rules={Phase.START: apply_capture_and_isolation, Phase.END: judge_coordinators},
    state=Standing,
    uses_modifiers=True,
)
