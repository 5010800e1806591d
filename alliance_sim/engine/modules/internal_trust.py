"""Internal trust and audits: heads think their staff trust each other more than they do, until they ask (C30, D4).

Where trust is low at home, staff cannot work closely with others; a head who does not know does nothing about it.
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
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.settings import Settings
from alliance_sim.engine.state import Floats, Ints, World


class InternalTrust(NamedTuple):
    """How things are within each school, and whether its head knows."""

    trust: Annotated[Floats, Column("float32", "trust", "τ, of staff in each other", of="schools")]
    audited: Annotated[Ints, Column("bool", "yes or no", "whether the head knows", of="schools")]


@rule
def believed(trust: float, overestimate: float, audited: bool) -> float:
    """τ + b, or τ where an audit was made (C30)."""
    return trust if audited else min(1.0, trust + overestimate)


@rule
def internal_trust_after(trust: float, believed: float, enough: float, effort: float) -> float:
    """τ += effort·(1 − τ) while the head thinks it too low: nobody mends what seems whole (C30)."""
    return trust + effort * (1.0 - trust) if believed < enough else trust


@step
def level_supported_internally(trust: float, settings: Settings) -> int:
    """The highest level whose gate, less the hysteresis, internal trust reaches (D4)."""
    level = NETWORKING
    for higher in range(NETWORKING + 1, COLLABORATION + 1):
        if trust >= settings.level.gate[higher - 1] - settings.level.hysteresis:
            level = higher
    return level


@loop
def initialize_internal_trust(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """At the opening: internal trust spreads around T0 as trust between alliances does; no head was told."""
    for school in range(own.trust.size):
        drawn = random_streams.normal(seed, random_streams.INTERNAL_TRUST, 0, world.schools.id[school])
        spread = settings.trust.initial_alliance_sd
        own.trust[school] = min(0.98, max(0.02, settings.trust.initial + spread * drawn))


@loop
def audit_schools(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Once a year some schools ask their staff; heads mend what they think needs mending."""
    told = settings.internal_trust
    for school in range(own.trust.size):
        draw = random_streams.uniform(seed, random_streams.AUDIT, half_term, world.schools.id[school])
        own.audited[school] |= draw < told.audits
        trust = np.float64(own.trust[school])
        thought = believed(trust, told.overestimate, own.audited[school])
        own.trust[school] = internal_trust_after(trust, thought, settings.level.gate[COLLABORATION - 1], told.effort)


@loop
def limit_levels_by_internal_trust(world: World, settings: Settings, own: Any, seed: Seed, half_term: int) -> None:
    """Each half-term staff work with others as closely as trust at home bears."""
    level_cap = world.modifiers.level_cap
    for school in range(own.trust.size):
        level = level_supported_internally(np.float64(own.trust[school]), settings)
        start, end = teachers_of(world, school)
        for teacher in range(start, end):
            first, _, last = ties_of(world, teacher)
            for tie in range(first, last):
                level_cap[tie] = min(level_cap[tie], level)


@loop
def mean_internal_trust(world: World, settings: Settings, own: Any) -> float:
    """Mean over schools."""
    return own.trust.mean()


MODULE = Module(
    name="internal_trust",
    claims="C30, D4",
    switches=("internal_trust.overestimate",),
    rules={
        Phase.INITIAL: initialize_internal_trust,
        Phase.YEAR_END: audit_schools,
        Phase.START: limit_levels_by_internal_trust,
    },
    state=InternalTrust,
    uses_modifiers=True,
    outcomes={Outcome("internal_trust", "trust", "of staff within schools, mean of schools", "system"): mean_internal_trust},
)


# Old names, until all packages use the new ones.
level_borne_at_home = level_supported_internally
trust_at_home_after = internal_trust_after
trust_at_home = mean_internal_trust
