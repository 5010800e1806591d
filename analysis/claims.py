"""Observable checks of theory rows that MODEL 8 has no pattern for: the same worlds, the same rules of evidence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alliance_sim import AllianceModel
from alliance_sim.engine.processes.help_exchange import BROKERED, SLOTS
from alliance_sim.engine.processes.practice_transfer import USEFUL
from alliance_sim.engine.simulation import phases
from analysis.answering_order import all_requests
from analysis.evidence import Check, Verdict, kept_in, more, over
from analysis.worlds import Worlds

CLAIMS: dict[str, Callable[[Worlds], Verdict]] = {}
"""Each theory row's id, and how it is checked."""

NOT_SHOWN = ("B1", "B26")
"""Rows whose claim the model does not show: THEORY.md tells what it shows instead."""

claim = kept_in(CLAIMS)


@claim("A6", "Opportunism grows with rivalry and shrinks with trust")
def opportunism(worlds: Worlds) -> tuple[Check, ...]:
    """Share of helps betrayed: more under full competition than under none, more at low trust than at high."""
    hard, soft = (worlds.late("betrayals", "baseline", {"policy.competition": level}) for level in (1.0, 0.0))
    wary, warm = (worlds.late("betrayals", "baseline", {"trust.initial": trust}) for trust in (0.25, 0.7))
    return more("betrayals, C 1 less C 0", hard, soft), more("betrayals, T0 .25 less .70", wary, warm)


@claim("A12", "Several layers of participation, and a history of working together")
def layers_and_history(worlds: Worlds) -> tuple[Check, ...]:
    """Staff trust is higher where heads meet too, and where trust was higher at the start."""
    alone = worlds.late("trust", "baseline", {"trust.head_meeting": 0.0})
    strangers, friends = (worlds.late("level", "baseline", {"trust.initial": trust}) for trust in (0.3, 0.6))
    return (
        more("trust, heads meet less they never do", worlds.late("trust", "baseline"), alone),
        more("level, T0 .60 less .30", friends, strangers),
    )


@claim("B1", "Competition sets schools apart")
def competition_sets_apart(worlds: Worlds) -> tuple[Check, ...]:
    """Spread of schools' practice, and the attainment gap, wider under full competition than under none."""
    hard, soft = {"policy.competition": 1.0}, {"policy.competition": 0.0}
    return tuple(
        more(f"{name}, C 1 less C 0", worlds.late(name, "baseline", hard), worlds.late(name, "baseline", soft))
        for name in ("practice_sd", "attainment_gap")
    )


@claim("B2", "Funding buys activity")
def funding_buys_activity(worlds: Worlds) -> tuple[Check, ...]:
    """Sharing with full funding, less without any."""
    funded, unfunded = (worlds.late("sharing", "baseline", {"policy.funding": funding}) for funding in (1.0, 0.0))
    return (more("sharing, Φ 1 less Φ 0", funded, unfunded),)


@claim("B11", "A respected coordinator softens a blow")
def mediation(worlds: Worlds) -> tuple[Check, ...]:
    """Trust where misfortune is common, with mediation less without."""
    mediated, unmediated = (
        worlds.late("trust", "baseline", {"outcome.misfortune": 0.15, "coordinator.mediation": share})
        for share in (0.6, 0.0)
    )
    return (more("trust, μ .6 less μ 0", mediated, unmediated),)


def requests_seen(seed: int) -> tuple[float, ...]:
    """In year 4: complementarity of pairs that chose each other and of brokered ones; share with nothing to learn."""
    model = AllianceModel("baseline", rng=seed, record="system")
    model.run_for(18)
    world, settings, luck = model.world, model.simulation.settings, model.simulation.random_key
    phases.decision_phase(world, settings, luck, 19, 0, world.alliances.age.size)
    ties, occasions, where = all_requests(world, settings, luck, 19)
    inside = where >= 0
    practice, partner = world.teachers.practice, world.ties.partner
    ahead = practice[partner[ties]] - practice[partner[world.ties.twin[ties]]]
    learns, teaches = ahead.max(axis=1).clip(0.0), (-ahead).max(axis=1).clip(0.0)
    complement, idle = np.minimum(learns, teaches), learns <= USEFUL
    brokered = occasions // SLOTS == BROKERED
    own = inside & (occasions // SLOTS == 0)
    return tuple(float(column[rows].mean()) for column in (complement, idle) for rows in (own, brokered))


@claim("B16", "A coordinator finds better matches than people do")
def better_matches(worlds: Worlds) -> tuple[Check, ...]:
    """Complementarity of brokered pairs, less that of pairs in which one chose the other."""
    seen = worlds.of(requests_seen)
    return (more("complementarity, brokered less own choice", seen[:, 1], seen[:, 0]),)


@claim("D5", "Fewer meetings that come to nothing")
def idle_meetings(worlds: Worlds) -> tuple[Check, ...]:
    """Share of requests from which nothing is to be learned: own choice, less brokered."""
    seen = worlds.of(requests_seen)
    return (over("share with nothing to learn, own choice less brokered", seen[:, 2] - seen[:, 3], 0.0),)


def level_by_trust(seed: int) -> tuple[float, ...]:
    """At year 5: mean level of ties inside alliances whose lower trust is under .4, and of those over .6."""
    model = AllianceModel("baseline", rng=seed, record="system")
    model.run_for(30)
    teachers, ties = model.world.teachers, model.world.ties
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
    inside = np.arange(len(ties.trust)) < teachers.external_tie_start[holder]
    lower = np.minimum(ties.trust, ties.trust[ties.twin])
    levels = (ties.level[inside & (lower < 0.4)], ties.level[inside & (lower > 0.6)])
    return tuple(float(level.mean()) if level.size else np.nan for level in levels)


@claim("B25", "Where trust is low, exchange stays modest and safe")
def modest_exchange(worlds: Worlds) -> tuple[Check, ...]:
    """Mean level on trusting ties less that on wary ones, at least one level, in the worlds that have both."""
    seen = worlds.of(level_by_trust)
    both = seen[~np.isnan(seen).any(axis=1)]
    return (over(f"level, trust over .6 less under .4 ({len(both)} worlds)", both[:, 1] - both[:, 0], 1.0),)


@claim("B26", "Solid focus, not bobbing in and out")
def persistence(worlds: Worlds) -> tuple[Check, ...]:
    """Trust with loyal partner choice, less with partners chosen regardless of trust."""
    loyal, fickle = (worlds.late("trust", "baseline", {"help.loyalty": loyalty}) for loyalty in (8.0, 0.0))
    return (more("trust, ν 8 less ν 0", loyal, fickle),)


def spread_of_practice(seed: int, secrecy: float) -> float:
    """Standard deviation over teachers and areas after ten years in which nobody invents anything."""
    changes = {"practice.jpd": False, "practice.solo_rate": 0.0, "practice.depreciation": 0.0}
    model = AllianceModel("baseline", rng=seed, record="system", **changes, **{"policy.secrecy": secrecy})
    model.run_for(60)
    return float(model.world.teachers.practice.std())


@claim("D6", "Lateral learning evens practice out")
def lateral_learning(worlds: Worlds) -> tuple[Check, ...]:
    """Without invention, the spread of practice over teachers: total secrecy less openness."""
    closed, open_ = worlds.of(spread_of_practice, 1.0), worlds.of(spread_of_practice, 0.0)
    return (more("spread of practice over teachers, σ 1 less σ 0", closed, open_),)


@claim("D8", "Pupils gain where schools collaborate")
def pupils_gain(worlds: Worlds) -> tuple[Check, ...]:
    """Attainment, collaborative less competitive regime: above zero, and within the realism bound of .2 pupil SD."""
    gap = worlds.late("attainment", "collaborative") - worlds.late("attainment", "competitive")
    return (
        over("attainment, collaborative less competitive", gap, 0.01),
        Check("the same, within the realism bound", gap.mean(), gap.min(), gap.max(), 0.2, above=False, excluded=None),
    )
