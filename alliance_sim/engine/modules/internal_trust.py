"""Internal trust: trust within a school, which heads may overestimate until they audit it (C30, D4).

It replaces ``home.trust`` in help between colleagues. Where ``internal_trust.cap`` is true, low internal trust limits
the level at which teachers collaborate with other schools (D4). A head who overestimates it does not act (C30).
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from alliance_sim.declarations.columns import Column
from alliance_sim.declarations.module import Module, Phase
from alliance_sim.declarations.outcomes import Outcome
from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.indexing import teachers_of, ties_of
from alliance_sim.engine.processes.trust import COLLABORATION, NETWORKING
from alliance_sim.engine.settings import Context, Settings
from alliance_sim.engine.state import Floats, Ints, World


class InternalTrust(NamedTuple):
    """Trust within each school, and whether its head has audited it."""

    trust: Annotated[
        Floats, Column("float32", "trust", "τ, trust of the school's teachers in each other", of="schools")
    ]
    audited: Annotated[Ints, Column("bool", "yes or no", "whether the head has audited trust", of="schools")]


@rule
def believed(trust: float, overestimate: float, audited: bool) -> float:
    """min(1, τ + b), or τ after an audit: internal trust as the head estimates it (C30)."""
    return trust if audited else min(1.0, trust + overestimate)


@rule
def internal_trust_after(trust: float, believed: float, target: float, effort: float) -> float:
    """τ += effort·(1 − τ) while the head's estimate is below the target (C30)."""
    return trust + effort * (1.0 - trust) if believed < target else trust


@step
def level_supported_internally(trust: float, settings: Settings) -> int:
    """Return the highest level whose gate, minus the hysteresis, internal trust reaches (D4)."""
    level = NETWORKING
    for higher in range(NETWORKING + 1, COLLABORATION + 1):
        if trust >= settings.level.gate[higher - 1] - settings.level.hysteresis:
            level = higher
    return level


@loop
def initialize_internal_trust(world: World, own: Any, context: Context) -> None:
    """Sample internal trust around T_h, with the spread of trust between alliances, in the initial state."""
    for school in range(own.trust.size):
        sampled = random_streams.normal(context.seed, random_streams.INTERNAL_TRUST, 0, world.schools.id[school])
        spread = context.settings.trust.initial_alliance_sd
        own.trust[school] = min(0.98, max(0.02, context.settings.home.trust + spread * sampled))


@loop
def audit_schools(world: World, own: Any, context: Context) -> None:
    """Let some schools audit internal trust once a year, and heads raise it where they see a need."""
    internal_trust, target = context.settings.internal_trust, context.settings.level.gate[COLLABORATION - 1]
    for school in range(own.trust.size):
        draw = random_streams.uniform(context.seed, random_streams.AUDIT, context.half_term, world.schools.id[school])
        own.audited[school] |= draw < internal_trust.audits
        trust = np.float64(own.trust[school])
        estimate = believed(trust, internal_trust.overestimate, own.audited[school])
        own.trust[school] = internal_trust_after(trust, estimate, target, internal_trust.effort)


@loop
def apply_internal_trust(world: World, own: Any, context: Context) -> None:
    """Set trust between colleagues, and limit the level of ties by it where the cap is on."""
    world.modifiers.home_trust[:] = own.trust
    level_cap = world.modifiers.level_cap
    if not context.settings.internal_trust.cap:
        return
    for school in range(own.trust.size):
        level = level_supported_internally(np.float64(own.trust[school]), context.settings)
        start, end = teachers_of(world, school)
        for teacher in range(start, end):
            first, _, last = ties_of(world, teacher)
            for tie in range(first, last):
                level_cap[tie] = min(level_cap[tie], level)


@loop
def mean_internal_trust(world: World, settings: Settings, own: Any) -> float:
    """Return the mean internal trust over schools."""
    return own.trust.mean()


MODULE = Module(
    name="internal_trust",
    claims="C30, D4",
    switches=("internal_trust.overestimate", "internal_trust.cap"),
    rules={
        Phase.INITIAL: initialize_internal_trust,
        Phase.YEAR_END: audit_schools,
        Phase.START: apply_internal_trust,
    },
    state=InternalTrust,
    uses_modifiers=True,
    outcomes={
        Outcome(
            "internal_trust", "trust", "trust of teachers within their school, mean over schools", "system"
        ): mean_internal_trust
    },
)
