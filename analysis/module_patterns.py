"""The patterns of MODEL 8 that need a switchable module, each with the effect size that was set for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alliance_sim import AllianceModel
from analysis.evidence import SMALLEST, Check, over, under
from analysis.patterns import PATTERNS, pattern
from analysis.worlds import Worlds

__all__ = ["NOT_SHOWN", "PATTERNS"]

NOT_SHOWN = (7,)
"""Patterns that the model does not show: THEORY.md says so, and a test notices a change either way."""

SURVIVAL = ((1, 0.9731, 0.0055), (2, 0.9162, 0.0096), (3, 0.8729, 0.0117), (4, 0.8154, 0.0138), (5, 0.7715, 0.0151))
"""Share of 865 English governing-body federations that still stood after so many years, and its standard error
(Department for Education, groups register at 2022-03-31, Open Government Licence v3.0; Kaplan–Meier)."""
MANY_ALLIANCES = {"population.schools": 600, "governance.enabled": True}


def hub_trust(seed: int, push: float) -> float:
    """Mean trust, over the last two years, on ties between each alliance's largest school and its other schools."""
    model = AllianceModel("baseline", rng=seed, record="system", **{"policy.hub_push": push})
    world = model.world
    teachers, schools, ties = world.teachers, world.schools, world.ties
    size = np.diff(schools.first_teacher)
    hubs = [
        first + int(np.argmax(size[first:last]))
        for first, last in zip(world.alliances.first_school[:-1], world.alliances.first_school[1:], strict=True)
    ]
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.first_tie))
    inside = np.arange(len(ties.trust)) < teachers.first_outside[holder]
    at_hub = np.isin(teachers.school, hubs)
    among = inside & (at_hub[holder] | at_hub[ties.partner])
    model.run_for(48)
    found: list[float] = []
    for _ in range(12):
        model.run_for(1)
        found.append(float(ties.trust[among].mean()))
    return float(np.mean(found))


@pattern(7, "Dominance corrodes")
def dominance(worlds: Worlds) -> tuple[Check, ...]:
    """Trust on the hub's ties: at a push of .6 lower than without, at .1 and .3 not lower."""
    alone = worlds.of(hub_trust, 0.0)
    least = SMALLEST * float(alone.mean())
    return (
        under("trust on the hub's ties, push .6 less none", worlds.of(hub_trust, 0.6) - alone, -least, excluded=0.0),
        over("the same, push .1", worlds.of(hub_trust, 0.1) - alone, -least, excluded=-least),
        over("the same, push .3", worlds.of(hub_trust, 0.3) - alone, -least, excluded=-least),
    )


def standing(seed: int, hard_share: float) -> NDArray[np.float64]:
    """The share of a hundred alliances that stood without a break after one to five years."""
    model = AllianceModel(
        "baseline", rng=seed, record="system", **MANY_ALLIANCES | {"governance.hard_share": hard_share}
    )
    model.run_for(31)
    return model.outcomes["unbroken"].to_numpy()[7::6]


@pattern(21, "Closed federations outlast loose ones")
def survival(worlds: Worlds) -> tuple[Check, ...]:
    """Calibrated: each year within two standard errors of the register's. Evidence: loose alliances end sooner."""
    hard, loose = worlds.of(standing, 1.0), worlds.of(standing, 0.0)
    checks = []
    for year, share, error in SURVIVAL:
        ours = hard[:, year - 1]
        off = abs(ours.mean() - share) / np.hypot(error, ours.std(ddof=1) / np.sqrt(len(ours)))
        what = f"year {year}: {ours.mean():.3f} stand, {share} in the register; standard errors apart"
        checks.append(Check(what, float(off), float(off), float(off), 2.0, above=False, excluded=None))
    return (*checks, over("standing after five years, hard less loose", hard[:, 4] - loose[:, 4], SMALLEST))
