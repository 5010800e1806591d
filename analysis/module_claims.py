"""Observable checks of theory rows that belong to switchable modules, where MODEL 8 has no pattern for them.

Thresholds were written down before any of these was looked at. A module's rule says what happens to one teacher, tie or
coordinator; these ask what comes of it for a system, after years, when all else answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim import AllianceModel
from alliance_sim.engine.processes.help_exchange import BROKERED, SLOTS
from alliance_sim.engine.simulation import phases
from analysis.answering_order import all_requests
from analysis.evidence import SMALLEST, Check, Verdict, kept_in, more, over, under
from analysis.worlds import Worlds

MODULE_CLAIMS: dict[str, Callable[[Worlds], Verdict]] = {}
"""Each theory row's id, and how it is checked."""

NOT_SHOWN = ("A2", "C27")
"""Rows whose claim the model does not show: THEORY.md tells what it shows instead."""

claim = kept_in(MODULE_CLAIMS)


def opened(seed: int, config: str = "baseline", **dotted: Any) -> AllianceModel:
    """A world at its opening; settings are written with two underscores for the dot."""
    return AllianceModel(
        config, rng=seed, record="system", **{name.replace("__", "."): value for name, value in dotted.items()}
    )


def trust_by_standing(seed: int, weight: float) -> NDArray[np.float64]:
    """How steeply trust rises with a partner's first standing: at the opening, after one year, and after five.

    Last, the same after five years on ties in use alone (half a decayed help or more, one way or the other).
    """
    model = opened(seed, reputation__weight=weight)
    seen = [model.world.ties.trust.copy()]
    for half_terms in (6, 24):
        model.run_for(half_terms)
        seen.append(model.world.ties.trust.copy())
    standing = 0.5 - opened(seed).world.schools.rank[model.world.teachers.school[model.world.ties.partner]]
    ties = model.world.ties
    used = ties.given + ties.given[ties.twin] >= 0.5
    slopes = [np.polyfit(standing, trust, 1)[0] for trust in seen]
    return np.array([*slopes, np.polyfit(standing[used], seen[-1][used], 1)[0]])


@claim("A2", "Reputation counts at first, history later")
def reputation_fades(worlds: Worlds) -> tuple[Check, ...]:
    """What a partner's first standing adds to trust: after five years under half of what it did at the opening."""
    added = worlds.of(trust_by_standing, 0.8) - worlds.of(trust_by_standing, 0.0)
    return (
        over("slope of trust on standing at the opening, with reputation less without", added[:, 0], 0.2),
        over("what is left of it after one year", added[:, 1] / added[:, 0], 0.0, told=True),
        under("what is left of it after five years", added[:, 2] / added[:, 0], 0.5, excluded=0.5),
        under("the same, on ties in use", added[:, 3] / added[:, 0], 0.5, excluded=0.5, told=True),
    )


def trust_and_sharing(seed: int, shortness: float) -> tuple[float, float]:
    """Trust and sharing in the last two of ten years when people look less far ahead."""
    model = opened(seed, time_horizon__shortness=shortness)
    model.run_for(60)
    late = model.outcomes.iloc[-12:].mean()
    return float(late["trust"]), float(late["sharing"])


@claim("A10", "No long term, no trust")
def no_long_term(worlds: Worlds) -> tuple[Check, ...]:
    """With as many contacts, trust and sharing fall at each step by which the horizon shortens."""
    steps = [worlds.of(trust_and_sharing, shortness) for shortness in (0.0, 0.4, 0.8)]
    return tuple(
        more(f"{name}, shortness {said}", less[:, place], short[:, place])
        for place, name in enumerate(("trust", "sharing"))
        for less, short, said in zip(steps[:-1], steps[1:], ("0 less .4", ".4 less .8"), strict=True)
    )


def captured(seed: int, capture: float) -> tuple[float, float, float]:
    """After ten years: credibility, and trust and JPD of the last two, with coordinators so far captured."""
    model = opened(seed, predicament__capture=capture)
    model.run_for(60)
    late = model.outcomes.iloc[-12:].mean()
    return float(model.world.coordinators.credibility.mean()), float(late["trust"]), float(late["jpd"])


@claim("B17", "A captured coordinator is believed less")
def capture(worlds: Worlds) -> tuple[Check, ...]:
    """Credibility, and trust in the alliance, with free coordinators less with wholly captured ones."""
    free, bound = worlds.of(captured, 0.0), worlds.of(captured, 1.0)
    return (
        more("credibility, free less captured", free[:, 0], bound[:, 0]),
        over("trust, free less captured", free[:, 1] - bound[:, 1], 0.0),
        over("jpd, free less captured", free[:, 2] - bound[:, 2], 0.0, told=True),
    )


def read_about(seed: int, praise: float) -> tuple[float, float]:
    """Credibility when activity has grown for three years, and half a year after its funds have ended."""
    model = opened(seed, "collaborative", predicament__newsletter=praise)
    model.run_for(18)
    grown = float(model.world.coordinators.credibility.mean())
    model.change_policy({"policy.funding": 0.0, "policy.secrecy": 0.6})
    model.run_for(3)
    return grown, float(model.world.coordinators.credibility.mean())


@claim("B18", "A newsletter lasts as long as results bear it out")
def newsletter(worlds: Worlds) -> tuple[Check, ...]:
    """Praise adds to credibility while activity grows, and takes from it when activity falls.

    It falls for half a year in which the funds go and doors are shut; credibility is read at its end.
    """
    gained = worlds.of(read_about, 1.0) - worlds.of(read_about, 0.0)
    return (
        over("credibility after growth, with newsletter less without", gained[:, 0], 0.0),
        over("what it adds after growth, less after decline", gained[:, 0] - gained[:, 1], 0.01),
    )


def matched(seed: int, isolation: float) -> float:
    """Mean complementarity of the pairs that coordinators bring together after three years."""
    model = opened(seed, predicament__isolation=isolation)
    model.run_for(18)
    world, settings, luck = model.world, model.simulation.settings, model.simulation.random_key
    phases.decision_phase(world, settings, luck, 19, 0, world.alliances.age.size)
    ties, occasions, where = all_requests(world, settings, luck, 19)
    brokered = ties[(where >= 0) & (occasions // SLOTS == BROKERED)]
    practice, partner = world.teachers.practice, world.ties.partner
    ahead = practice[partner[brokered]] - practice[partner[world.ties.twin[brokered]]]
    return float(np.minimum(ahead.max(axis=1).clip(0.0), (-ahead).max(axis=1).clip(0.0)).mean())


@claim("B19", "Who hears nothing back matches people worse")
def isolation(worlds: Worlds) -> tuple[Check, ...]:
    """Complementarity of brokered pairs, with feedback less in isolation."""
    return (more("complementarity, with feedback less without", worlds.of(matched, 0.0), worlds.of(matched, 1.0)),)


def pushed(seed: int, trust: float, push: float) -> tuple[float, float]:
    """Trust when two years of pressure end, and five years later."""
    model = opened(seed, trust__initial=trust, policy__boundary_push=0.0)
    model.run_for(6)
    model.change_policy({"policy.boundary_push": push})
    model.run_for(12)
    under_it = float(model.outcomes["trust"].iloc[-1])
    model.change_policy({"policy.boundary_push": 0.0})
    model.run_for(30)
    return under_it, float(model.outcomes["trust"].iloc[-1])


@claim("B9", "Pressed from outside, the strong close ranks and the weak come apart")
def pressed(worlds: Worlds) -> tuple[Check, ...]:
    """Trust when two years of pressure end, pressed less left alone: higher from T0 .7, lower from T0 .3."""
    strong, weak = (worlds.of(pushed, trust, 0.8) - worlds.of(pushed, trust, 0.0) for trust in (0.7, 0.3))
    least = [SMALLEST * float(worlds.of(pushed, trust, 0.0)[:, 0].mean()) for trust in (0.7, 0.3)]
    return (
        over("strong, at the end of the push", strong[:, 0], least[0]),
        under("weak, at the end of the push", weak[:, 0], -least[1], excluded=0.0),
        over("strong, five years later", strong[:, 1], least[0], told=True),
        under("weak, five years later", weak[:, 1], -least[1], excluded=0.0, told=True),
    )


def moving(seed: int, rate: float) -> tuple[float, float, float]:
    """In Silicon Valley: trust across boundaries after ten years; practice and trust inside in the last two."""
    model = opened(seed, "silicon_valley", mobility__rate=rate)
    model.run_for(60)
    teachers, ties = model.world.teachers, model.world.ties
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
    beyond = np.arange(len(ties.trust)) >= teachers.external_tie_start[holder]
    late = model.outcomes.iloc[-12:].mean()
    return float(ties.trust[beyond].mean()), float(late["practice"]), float(late["trust"])


@claim("C27", "Open labour markets carry trust and practice across walls")
def open_labour_market(worlds: Worlds) -> tuple[Check, ...]:
    """Silicon Valley with .08 of teachers moving a year, less without: trust across boundaries, and practice."""
    mobile, merge_layers = worlds.of(moving, 0.08), worlds.of(moving, 0.0)
    return (
        more("trust across boundaries, .08 a year less none", mobile[:, 0], merge_layers[:, 0]),
        over("practice, .08 a year less none", mobile[:, 1] - merge_layers[:, 1], 0.0),
        over("trust inside alliances, .08 a year less none", mobile[:, 2] - merge_layers[:, 2], 0.0, told=True),
    )


def buffered(seed: int, share: float) -> tuple[float, float]:
    """JPD and practice in the last two of ten years in an unstable environment, buffered so far."""
    model = opened(seed, churn__frequency=0.6, churn__buffered=share)
    model.run_for(60)
    late = model.outcomes.iloc[-12:].mean()
    return float(late["jpd"]), float(late["practice"])


@claim("C36", "Where all around is unstable, a coordinator who buffers keeps work going")
def unstable_environment(worlds: Worlds) -> tuple[Check, ...]:
    """With an initiative in .6 of half-terms, JPD and practice: wholly buffered less not at all."""
    calm, exposed = worlds.of(buffered, 1.0), worlds.of(buffered, 0.0)
    return tuple(
        more(f"{name}, buffered less not", calm[:, place], exposed[:, place])
        for place, name in enumerate(("jpd", "practice"))
    )
