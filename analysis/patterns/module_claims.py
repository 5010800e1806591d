"""Checks of theory rows that belong to optional modules and for which MODEL 8 has no pattern.

Thresholds (``thresholds.toml``) were written down before the first look. A module's rule acts on one teacher, tie or
coordinator; these checks are of its effect on a system after years, when everything else responds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.processes.channels import BROKERED, SLOTS
from analysis.evidence import Effect, Evaluate, mean, more, ratio, register_in, relative
from analysis.models import late_mean, start_model
from analysis.paired_runs import PairedRuns
from analysis.requests import next_requests

MODULE_CLAIMS: dict[str, Evaluate] = {}
"""The check of each claim, by the id of its theory row."""

NOT_SHOWN = ("A2",)
"""Rows whose claim the model does not show; THEORY.md states what it shows instead."""

claim = register_in(MODULE_CLAIMS, "claim")


def trust_by_standing(seed: int, weight: float) -> NDArray[np.float64]:
    """Return the slope of trust on a partner's initial standing: initially, after one year, and after five years.

    The last element is the slope after five years on ties in use only (at least half a decayed act of help, in either
    direction).
    """
    model = start_model(seed, changes={"reputation.weight": weight})
    seen = [model.world.ties.trust.copy()]
    for half_terms in (6, 24):
        model.run_for(half_terms)
        seen.append(model.world.ties.trust.copy())
    standing = 0.5 - start_model(seed).world.schools.rank[model.world.teachers.school[model.world.ties.partner]]
    ties = model.world.ties
    used = ties.given + ties.given[ties.twin] >= 0.5
    slopes = [np.polyfit(standing, trust, 1)[0] for trust in seen]
    return np.array([*slopes, np.polyfit(standing[used], seen[-1][used], 1)[0]])


@claim("A2", "Reputation counts at first, history later")
def reputation_fades(runs: PairedRuns) -> tuple[Effect, ...]:
    """What a partner's initial standing adds to trust falls to under half after five years."""
    added = runs.of(trust_by_standing, 0.8) - runs.of(trust_by_standing, 0.0)
    return (
        mean("initial", "slope of trust on initial standing, with reputation minus without", added[:, 0]),
        ratio("after_one_year", "share of it left after one year", added[:, 1], added[:, 0]),
        ratio("after_five_years", "share of it left after five years", added[:, 2], added[:, 0]),
        ratio("ties_in_use", "the same, on ties in use", added[:, 3], added[:, 0]),
    )


def trust_and_sharing(seed: int, shortness: float) -> tuple[float, float]:
    """Return late trust and sharing when the time horizon is shorter by ``shortness``."""
    model = start_model(seed, changes={"time_horizon.shortness": shortness})
    model.run_for(60)
    return late_mean(model, "trust"), late_mean(model, "sharing")


@claim("A10", "No long term, no trust")
def no_long_term(runs: PairedRuns) -> tuple[Effect, ...]:
    """With equally many contacts, trust and sharing fall with each shortening of the horizon."""
    steps = [runs.of(trust_and_sharing, shortness) for shortness in (0.0, 0.4, 0.8)]
    return tuple(
        more(f"{name}_{key}", f"{name}, shortness {step}", less[:, place], short[:, place])
        for place, name in enumerate(("trust", "sharing"))
        for less, short, step, key in zip(
            steps[:-1], steps[1:], ("0 minus .4", ".4 minus .8"), ("first_step", "second_step"), strict=True
        )
    )


def captured(seed: int, capture: float) -> tuple[float, float, float]:
    """Return credibility after ten years, and late trust and JPD, for this degree of capture."""
    model = start_model(seed, changes={"predicament.capture": capture})
    model.run_for(60)
    credibility = float(model.world.coordinators.credibility.mean())
    return credibility, late_mean(model, "trust"), late_mean(model, "jpd")


@claim("B17", "A captured coordinator is believed less")
def capture(runs: PairedRuns) -> tuple[Effect, ...]:
    """Credibility and trust with free coordinators, minus those with wholly captured ones."""
    free, bound = runs.of(captured, 0.0), runs.of(captured, 1.0)
    return (
        more("credibility", "credibility, free minus captured", free[:, 0], bound[:, 0]),
        mean("trust", "trust, free minus captured", free[:, 1] - bound[:, 1]),
        mean("jpd", "jpd, free minus captured", free[:, 2] - bound[:, 2]),
    )


def read_about(seed: int, praise: float) -> tuple[float, float]:
    """Return credibility after three years of growing activity, and half a year after funds have ended."""
    model = start_model(seed, "collaborative", {"predicament.newsletter": praise})
    model.run_for(18)
    grown = float(model.world.coordinators.credibility.mean())
    model.change_policy({"policy.funding": 0.0, "policy.secrecy": 0.6})
    model.run_for(3)
    return grown, float(model.world.coordinators.credibility.mean())


@claim("B18", "A newsletter lasts as long as results bear it out")
def newsletter(runs: PairedRuns) -> tuple[Effect, ...]:
    """Praise adds to credibility while activity grows, and reduces it when activity falls.

    Activity falls for half a year without funds and with secrecy; credibility is measured at its end.
    """
    gained = runs.of(read_about, 1.0) - runs.of(read_about, 0.0)
    return (
        mean("growth", "credibility after growth, with newsletter minus without", gained[:, 0]),
        mean("growth_minus_decline", "what it adds after growth, minus after decline", gained[:, 0] - gained[:, 1]),
    )


def matched(seed: int, isolation: float) -> float:
    """Return the mean complementarity of brokered pairs after three years."""
    model = start_model(seed, changes={"predicament.isolation": isolation})
    model.run_for(18)
    ties, occasions, where = next_requests(model, 19)
    world = model.world
    brokered = ties[(where >= 0) & (occasions // SLOTS == BROKERED)]
    practice, partner = world.teachers.practice, world.ties.partner
    ahead = practice[partner[brokered]] - practice[partner[world.ties.twin[brokered]]]
    return float(np.minimum(ahead.max(axis=1).clip(0.0), (-ahead).max(axis=1).clip(0.0)).mean())


@claim("B19", "Without feedback, coordinators match people worse")
def isolation(runs: PairedRuns) -> tuple[Effect, ...]:
    """Complementarity of brokered pairs, with feedback minus in isolation."""
    with_and_without = runs.of(matched, 0.0), runs.of(matched, 1.0)
    return (more("complementarity", "complementarity, with feedback minus without", *with_and_without),)


def pushed(seed: int, trust: float, push: float) -> tuple[float, float]:
    """Return trust at the end of two years of pressure, and five years later."""
    model = start_model(seed, changes={"trust.initial": trust, "policy.boundary_push": 0.0})
    model.run_for(6)
    model.change_policy({"policy.boundary_push": push})
    model.run_for(12)
    under_it = float(model.outcomes["trust"].iloc[-1])
    model.change_policy({"policy.boundary_push": 0.0})
    model.run_for(30)
    return under_it, float(model.outcomes["trust"].iloc[-1])


@claim("B9", "Pressed from outside, the strong close ranks and the weak come apart")
def pressed(runs: PairedRuns) -> tuple[Effect, ...]:
    """Trust after two years of pressure, with minus without: higher from T0 .7, lower from T0 .3."""
    strong, weak = (runs.of(pushed, trust, 0.8) - runs.of(pushed, trust, 0.0) for trust in (0.7, 0.3))
    levels = [runs.of(pushed, trust, 0.0)[:, 0] for trust in (0.7, 0.3)]
    return (
        relative("strong", "strong, at the end of the push", strong[:, 0], levels[0]),
        relative("weak", "weak, at the end of the push", weak[:, 0], levels[1]),
        relative("strong_later", "strong, five years later", strong[:, 1], levels[0]),
        relative("weak_later", "weak, five years later", weak[:, 1], levels[1]),
    )


def moving(seed: int, rate: float) -> tuple[float, float, float]:
    """Return Silicon Valley's trust across boundaries after ten years, and late practice and inside trust."""
    model = start_model(seed, "silicon_valley", {"mobility.rate": rate})
    model.run_for(60)
    teachers, ties = model.world.teachers, model.world.ties
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
    beyond = np.arange(len(ties.trust)) >= teachers.external_tie_start[holder]
    return float(ties.trust[beyond].mean()), late_mean(model, "practice"), late_mean(model, "trust")


@claim("C27", "Open labour markets carry trust and practice across walls")
def open_labour_market(runs: PairedRuns) -> tuple[Effect, ...]:
    """Silicon Valley with .08 of teachers moving a year, minus without: trust across boundaries, and practice."""
    mobile, settled = runs.of(moving, 0.08), runs.of(moving, 0.0)
    return (
        more("across", "trust across boundaries, .08 a year minus none", mobile[:, 0], settled[:, 0]),
        mean("practice", "practice, .08 a year minus none", mobile[:, 1] - settled[:, 1]),
        mean("inside", "trust inside alliances, .08 a year minus none", mobile[:, 2] - settled[:, 2]),
    )


def buffered(seed: int, share: float) -> tuple[float, float]:
    """Return late JPD and practice in an unstable environment of which this share is buffered."""
    model = start_model(seed, changes={"churn.frequency": 0.6, "churn.buffered": share})
    model.run_for(60)
    return late_mean(model, "jpd"), late_mean(model, "practice")


@claim("C36", "Where all around is unstable, a coordinator who buffers keeps work going")
def unstable_environment(runs: PairedRuns) -> tuple[Effect, ...]:
    """With an initiative in .6 of half-terms, JPD and practice: fully buffered minus not buffered."""
    calm, exposed = runs.of(buffered, 1.0), runs.of(buffered, 0.0)
    return tuple(
        more(name, f"{name}, buffered minus not", calm[:, place], exposed[:, place])
        for place, name in enumerate(("jpd", "practice"))
    )
