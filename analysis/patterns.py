"""The patterns of MODEL 8 that the core must show, each with the effect size that was set for it.

``python -m analysis patterns`` lives the worlds and prints the table; ``tests/patterns`` holds the model to it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from alliance_sim import AllianceModel
from alliance_sim.declarations.parameters import DEFAULTS
from alliance_sim.engine.processes.trust import trust_after_promise_broken, trust_after_promise_kept
from analysis.evidence import Check, Verdict, kept_in, more, over, under
from analysis.worlds import Worlds

PATTERNS: dict[int, Callable[[Worlds], Verdict]] = {}
"""Each pattern's number in MODEL 8, and how it is checked."""

NO_INVENTION = {"practice.jpd": False, "practice.solo_rate": 0.0, "practice.depreciation": 0.0}
FORTY_YEARS = 240

pattern = kept_in(PATTERNS)
"""Some of a pattern's checks may only be told beside."""


@pattern(1, "Silicon Valley over Route 128 from an equal start")
def institutions(worlds: Worlds) -> tuple[Check, ...]:
    """Ratio of sharing at least 3, practice higher; the cosy club beside it."""
    valley, route = worlds.late("sharing", "silicon_valley"), worlds.late("sharing", "route128")
    practice = worlds.late("practice", "silicon_valley")
    return (
        over("sharing, ratio of means", ratio_by_seed(valley, route), 3.0, excluded=1.0),
        more("practice, Silicon Valley less Route 128", practice, worlds.late("practice", "route128")),
        over(
            "practice, cosy club less Silicon Valley", worlds.late("practice", "cosy_club") - practice, 0.0, told=True
        ),
    )


def ratio_by_seed(upper: NDArray[np.floating], lower: NDArray[np.floating]) -> NDArray[np.floating]:
    """Each seed's share in the ratio of means: their mean is that ratio."""
    return upper / lower.mean()


@pattern(2, "Competition × social capital")
def competition_by_social_capital(worlds: Worlds) -> tuple[Check, ...]:
    """Sharing as C goes 0→1: falls at least 40 % at T0 .25, at most 10 % at T0 .7; the additive variant beside it."""
    return crossover(worlds, "loss") + crossover(worlds, "additive")


def crossover(worlds: Worlds, enters: str) -> tuple[Check, ...]:
    """The change of sharing as a share of that without competition, low and high trust, and their difference."""
    told = enters == "additive"
    said = "additive variant, " if told else ""
    change = {
        trust: worlds.late("sharing", "baseline", {**start, "policy.competition": 1.0})
        / worlds.late("sharing", "baseline", {**start, "policy.competition": 0.0})
        - 1.0
        for trust in (0.25, 0.7)
        for start in [{"trust.initial": trust, "trust.competition_enters": enters}]
    }
    return (
        under(f"{said}change of sharing at T0 .25", change[0.25], -0.4, 0.0, told),
        over(f"{said}change of sharing at T0 .7", change[0.7], -0.1, None, told),
        over(f"{said}interaction", change[0.7] - change[0.25], 0.3, told=told),
    )


@pattern(3, "Slow to build, quick to break")
def successes_to_repair_a_betrayal(worlds: Worlds) -> tuple[Check, ...]:
    """From trust .70 at stake 1, unmediated: honoured promises needed to undo one betrayal, at least 5."""
    gain, ratio = float(str(DEFAULTS["trust.gain"])), float(str(DEFAULTS["trust.loss_ratio"]))
    trust, needed = trust_after_promise_broken(0.70, gain, ratio, 1.0, 0.0), 0
    while trust < 0.70:
        trust, needed = trust_after_promise_kept(trust, gain, 1.0), needed + 1
    return (Check("honoured promises to undo one betrayal", needed, needed, needed, 4.99, excluded=None),)


def trust_after_cut(seed: int, share: float) -> tuple[float, float]:
    """Mean staff trust inside alliances just after a cut at year 3, heads' untouched, and five years later."""
    model = AllianceModel("baseline", rng=seed, record="system")
    model.run_for(18)
    teachers, trust = model.world.teachers, model.world.ties.trust
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
    inside = np.arange(len(trust)) < teachers.external_tie_start[holder]
    trust[inside] *= 1.0 - share
    before = float(trust[inside].mean())
    model.run_for(30)
    return before, float(trust[inside].mean())


@pattern(4, "Hard to rebuild")
def regained_after_cut(worlds: Worlds) -> tuple[Check, ...]:
    """Share of the lost trust regained after five years: under .5 when halved, less than when a quarter is cut."""
    uncut = worlds.of(trust_after_cut, 0.0)
    regained = {}
    for share in (0.25, 0.5):
        gap = uncut - worlds.of(trust_after_cut, share)
        regained[share] = 1.0 - gap[:, 1] / gap[:, 0]
    return (
        under("share regained when halved", regained[0.5], 0.5, excluded=0.5),
        over("regained, a quarter cut less halved", regained[0.25] - regained[0.5], 0.0),
    )


@pattern(5, "Reciprocity helps balanced alliances")
def reciprocity(worlds: Worlds) -> tuple[Check, ...]:
    """Switched off, sharing falls."""
    without = worlds.late("sharing", "baseline", {"reciprocity.enabled": False})
    return (more("sharing, with reciprocity less without", worlds.late("sharing", "baseline"), without),)


@pattern(8, "Only joint practice development creates")
def only_jpd_creates(worlds: Worlds) -> tuple[Check, ...]:
    """Frontier higher with it; exactly flat without it, without solo innovation and without ageing."""
    without = worlds.late("frontier", "baseline", {"practice.jpd": False})
    movement = np.ptp(worlds.outcome("frontier", "baseline", NO_INVENTION), axis=1)
    return (
        more("frontier, with JPD less without", worlds.late("frontier", "baseline"), without),
        under("movement of the frontier with nothing that invents", movement, 1e-12),
    )


@pattern(10, "Coordinator (with and without)")
def coordinator(worlds: Worlds) -> tuple[Check, ...]:
    """Trust and JPD are higher with one; what turnover costs belongs to its module."""
    without = {"coordinator.present": False}
    return tuple(
        more(
            f"{name}, with coordinator less without",
            worlds.late(name, "baseline"),
            worlds.late(name, "baseline", without),
        )
        for name in ("trust", "jpd")
    )


@pattern(11, "Staff lag heads")
def staff_lag_heads(worlds: Worlds) -> tuple[Check, ...]:
    """Head trust above staff trust from year 2 on; staff cross .55 later (61 where they never do)."""
    heads, staff = worlds.outcome("head_trust", "baseline"), worlds.outcome("trust", "baseline")
    crossing = [np.where((trust >= 0.55).any(1), (trust >= 0.55).argmax(1), 61) for trust in (heads, staff)]
    narrowest = (heads - staff)[:, 12:].mean(axis=0).argmin() + 12
    return (
        over("head less staff trust, in the half-term where it is least", (heads - staff)[:, narrowest], 0.01),
        over("half-terms by which staff cross .55 later", (crossing[1] - crossing[0]).astype(float), 1.0),
    )


@pattern(13, "Collaborative inertia")
def inertia(worlds: Worlds) -> tuple[Check, ...]:
    """At least 6 half-terms before 5 % of ties are at level 4 (61 where they never are)."""
    share = worlds.outcome("collaboration", "baseline")
    first = np.where((share >= 0.05).any(1), (share >= 0.05).argmax(1), 61).astype(float)
    return (
        over("half-terms until 5 % of ties collaborate", first, 6.0, excluded=6.0),
        Check("the same, in the quickest world", first.min(), first.min(), first.min(), 5.99, excluded=None),
    )


def zigzagging_ties(seed: int) -> float:
    """Of the ties that reach level 3 within ten years, the share demoted at least once (seen between half-terms)."""
    model = AllianceModel("baseline", rng=seed, record="system")
    level = model.world.ties.level
    reached, demoted, before = level >= 3, np.zeros(len(level), bool), level.copy()
    for _ in range(60):
        model.step()
        reached |= level >= 3
        demoted |= level < before
        before = level.copy()
    return float(demoted[reached].mean())


@pattern(14, "Zigzag")
def zigzag(worlds: Worlds) -> tuple[Check, ...]:
    """At least one demotion in over half of the ties that reach level 3."""
    return (over("share of such ties demoted at least once", worlds.of(zigzagging_ties), 0.5, excluded=0.5),)


def switched_at_year_five(seed: int) -> tuple[float, float]:
    """Trust and practice over the last two years where Route 128 gets Silicon Valley's institutions at year 5."""
    model = AllianceModel("route128", rng=seed, record="system")
    model.run_for(30)
    model.change_policy({"policy.secrecy": 0.0, "policy.porosity": 0.25, "coordinator.present": True})
    model.run_for(30)
    late = model.outcomes.tail(12)
    return float(late["trust"].mean()), float(late["practice"].mean())


@pattern(16, "Legacy of competition")
def legacy(worlds: Worlds) -> tuple[Check, ...]:
    """Switched at year 5, Route 128 is behind always-Silicon-Valley at year 10, in trust and in practice."""
    switched = worlds.of(switched_at_year_five)
    return tuple(
        more(f"{name}, always Silicon Valley less switched", worlds.late(name, "silicon_valley"), switched[:, place])
        for place, name in enumerate(("trust", "practice"))
    )


@pattern(18, "Noise × asymmetry")
def noise_by_asymmetry(worlds: Worlds) -> tuple[Check, ...]:
    """The gap in trust between r = 4 and r = 1 grows with honest misfortune ε."""
    gap = {
        misfortune: worlds.late("trust", "baseline", {"outcome.misfortune": misfortune, "trust.loss_ratio": 1.0})
        - worlds.late("trust", "baseline", {"outcome.misfortune": misfortune, "trust.loss_ratio": 4.0})
        for misfortune in (0.0, 0.1, 0.2)
    }
    return (
        over("growth of the gap as ε goes 0 → .1", gap[0.1] - gap[0.0], 0.01),
        over("growth of the gap as ε goes .1 → .2", gap[0.2] - gap[0.1], 0.01),
    )


@pattern(19, "Nothing left to offer")
def nothing_left_to_offer(worlds: Worlds) -> tuple[Check, ...]:
    """With nothing that invents, requests die out: under a tenth within forty years; ten years are told beside."""
    sharing = worlds.outcome("sharing", "baseline", NO_INVENTION, FORTY_YEARS)
    refusals = worlds.outcome("refusals", "baseline", NO_INVENTION, FORTY_YEARS)
    requests = np.nan_to_num(sharing / (1.0 - refusals))
    first = requests[:, 1:13].mean(axis=1)
    late, ten_years = requests[:, -12:].mean(axis=1), requests[:, 49:61].mean(axis=1)
    return (
        under("requests in years 39–40, of those in years 1–2", late / first, 0.1, excluded=1.0),
        under("requests in years 9–10, of those in years 1–2", ten_years / first, 0.1, told=True),
    )


@pattern(20, "A two-way process")
def two_way(worlds: Worlds) -> tuple[Check, ...]:
    """At least 20 % of help flows from lower- to higher-attaining schools."""
    return (over("share of help that flows uphill", worlds.late("uphill", "baseline"), 0.2, excluded=0.2),)
