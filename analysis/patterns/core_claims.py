"""Checks of theory rows for which MODEL 8 has no pattern, on the same runs and by the same rules of evidence."""

from __future__ import annotations

import numpy as np

from alliance_sim.engine.processes.channels import BROKERED, SLOTS
from alliance_sim.engine.processes.practice_transfer import USEFUL
from analysis.evidence import Effect, Evaluate, mean, more, register_in
from analysis.models import NO_INVENTION, start_model
from analysis.paired_runs import PairedRuns
from analysis.requests import next_requests

CORE_CLAIMS: dict[str, Evaluate] = {}
"""The check of each claim, by the id of its theory row."""

NOT_SHOWN = ("B1", "B26")
"""Rows whose claim the model does not show; THEORY.md states what it shows instead."""

claim = register_in(CORE_CLAIMS, "claim")


@claim("A6", "Opportunism grows with rivalry and shrinks with trust")
def opportunism(runs: PairedRuns) -> tuple[Effect, ...]:
    """Share of acts of help betrayed: higher under full competition than under none, and at low trust than at high."""
    hard, soft = (runs.late("betrayals", "baseline", {"policy.competition": level}) for level in (1.0, 0.0))
    wary, warm = (runs.late("betrayals", "baseline", {"trust.initial": trust}) for trust in (0.25, 0.7))
    return (
        more("competition", "betrayals, C 1 minus C 0", hard, soft),
        more("trust", "betrayals, T0 .25 minus .70", wary, warm),
    )


@claim("A12", "Several layers of participation, and a history of working together")
def layers_and_history(runs: PairedRuns) -> tuple[Effect, ...]:
    """Staff trust is higher where heads also meet, and where initial trust was higher."""
    alone = runs.late("trust", "baseline", {"trust.head_meeting": 0.0})
    strangers, friends = (runs.late("level", "baseline", {"trust.initial": trust}) for trust in (0.3, 0.6))
    return (
        more("heads", "trust, heads meet minus heads never meet", runs.late("trust", "baseline"), alone),
        more("history", "level, T0 .60 minus .30", friends, strangers),
    )


@claim("B1", "Competition sets schools apart")
def competition_sets_apart(runs: PairedRuns) -> tuple[Effect, ...]:
    """Spread of schools' practice, and the attainment gap, wider under full competition than under none."""
    hard, soft = {"policy.competition": 1.0}, {"policy.competition": 0.0}
    return tuple(
        more(name, f"{name}, C 1 minus C 0", runs.late(name, "baseline", hard), runs.late(name, "baseline", soft))
        for name in ("practice_sd", "attainment_gap")
    )


@claim("B2", "Funding buys activity")
def funding_buys_activity(runs: PairedRuns) -> tuple[Effect, ...]:
    """Sharing with full funding minus sharing without funding."""
    funded, unfunded = (runs.late("sharing", "baseline", {"policy.funding": funding}) for funding in (1.0, 0.0))
    return (more("sharing", "sharing, Φ 1 minus Φ 0", funded, unfunded),)


@claim("B11", "A respected coordinator softens a blow")
def mediation(runs: PairedRuns) -> tuple[Effect, ...]:
    """Trust where misfortune is common, with mediation minus without."""
    mediated, unmediated = (
        runs.late("trust", "baseline", {"outcome.misfortune": 0.15, "coordinator.mediation": share})
        for share in (0.6, 0.0)
    )
    return (more("trust", "trust, μ .6 minus μ 0", mediated, unmediated),)


def observe_requests(seed: int) -> tuple[float, ...]:
    """Return, in year 4, mean complementarity and share of useless requests, each for own and brokered pairs."""
    model = start_model(seed)
    model.run_for(18)
    ties, occasions, where = next_requests(model, 19)
    world = model.world
    inside = where >= 0
    practice, partner = world.teachers.practice, world.ties.partner
    ahead = practice[partner[ties]] - practice[partner[world.ties.twin[ties]]]
    learns, teaches = ahead.max(axis=1).clip(0.0), (-ahead).max(axis=1).clip(0.0)
    complement, idle = np.minimum(learns, teaches), learns <= USEFUL
    brokered = occasions // SLOTS == BROKERED
    own = inside & (occasions // SLOTS == 0)
    return tuple(float(column[rows].mean()) for column in (complement, idle) for rows in (own, brokered))


@claim("B16", "A coordinator finds better matches than people do")
def better_matches(runs: PairedRuns) -> tuple[Effect, ...]:
    """Complementarity of brokered pairs, minus that of pairs in which one chose the other."""
    seen = runs.of(observe_requests)
    return (more("complementarity", "complementarity, brokered minus own choice", seen[:, 1], seen[:, 0]),)


@claim("D5", "Fewer meetings that come to nothing")
def idle_meetings(runs: PairedRuns) -> tuple[Effect, ...]:
    """Share of requests from which nothing is to be learned: own choice, minus brokered."""
    seen = runs.of(observe_requests)
    idle = seen[:, 2] - seen[:, 3]
    return (mean("nothing_to_learn", "share with nothing to learn, own choice minus brokered", idle),)


def level_by_trust(seed: int) -> tuple[float, ...]:
    """Return, at year 5, the mean level of inside ties whose lower trust is under .4, and of those over .6."""
    model = start_model(seed)
    model.run_for(30)
    teachers, ties = model.world.teachers, model.world.ties
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
    inside = np.arange(len(ties.trust)) < teachers.external_tie_start[holder]
    lower = np.minimum(ties.trust, ties.trust[ties.twin])
    levels = (ties.level[inside & (lower < 0.4)], ties.level[inside & (lower > 0.6)])
    return tuple(float(level.mean()) if level.size else np.nan for level in levels)


@claim("B25", "Where trust is low, exchange stays modest and safe")
def modest_exchange(runs: PairedRuns) -> tuple[Effect, ...]:
    """Mean level on trusting ties minus that on wary ones, at least one level, in the runs that have both."""
    seen = runs.of(level_by_trust)
    return (mean("level", "level, trust over .6 minus under .4, in runs that have both", seen[:, 1] - seen[:, 0]),)


@claim("B26", "Solid focus, not bobbing in and out")
def persistence(runs: PairedRuns) -> tuple[Effect, ...]:
    """Trust with loyal partner choice minus trust with partners chosen regardless of trust."""
    loyal, fickle = (runs.late("trust", "baseline", {"help.loyalty": loyalty}) for loyalty in (8.0, 0.0))
    return (more("trust", "trust, ν 8 minus ν 0", loyal, fickle),)


def spread_of_practice(seed: int, secrecy: float) -> float:
    """Return the standard deviation of practice over teachers and areas after ten years without invention."""
    model = start_model(seed, changes={**NO_INVENTION, "policy.secrecy": secrecy})
    model.run_for(60)
    return float(model.world.teachers.practice.std())


@claim("D6", "Lateral learning evens practice out")
def lateral_learning(runs: PairedRuns) -> tuple[Effect, ...]:
    """Without invention, the spread of practice over teachers: total secrecy minus openness."""
    closed, open_ = runs.of(spread_of_practice, 1.0), runs.of(spread_of_practice, 0.0)
    return (more("spread", "spread of practice over teachers, σ 1 minus σ 0", closed, open_),)


@claim("D8", "Pupils gain where schools collaborate")
def pupils_gain(runs: PairedRuns) -> tuple[Effect, ...]:
    """Attainment, collaborative minus competitive regime: above zero, and within the realism bound of .2 pupil SD."""
    gap = runs.late("attainment", "collaborative") - runs.late("attainment", "competitive")
    return (
        mean("attainment", "attainment, collaborative minus competitive", gap),
        mean("realism", "the same, within the realism bound", gap),
    )
