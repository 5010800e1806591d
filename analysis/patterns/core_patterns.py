"""The patterns of MODEL 8 that the core must show; what each must exceed is set in ``thresholds.toml``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import Value
from alliance_sim.engine.processes.trust import trust_after_promise_broken, trust_after_promise_kept
from analysis.evidence import Effect, Evaluate, exactly, least, mean, more, ratio, register_in
from analysis.models import NO_INVENTION, default_of, late_mean, start_model
from analysis.paired_runs import PairedRuns

CORE_PATTERNS: dict[int, Evaluate] = {}
"""The check of each pattern, by its number in MODEL 8."""

FORTY_YEARS = 240

pattern = register_in(CORE_PATTERNS, "pattern")
"""Decorator that registers a pattern by number and name."""


FROZEN: dict[str, Value] = {"trust.frozen": True}
NO_SECRECY: dict[str, Value] = {"policy.secrecy": 0.0}


@pattern(1, "Silicon Valley over Route 128 from an equal start")
def institutions(runs: PairedRuns) -> tuple[Effect, ...]:
    """Practice, sharing and trust higher; part of the gap from feedback of trust, part of it without secrecy.

    The ratio of sharing and the cosy club are secondary.
    """
    late = {name: runs.late(name, "silicon_valley") for name in ("practice", "sharing", "trust")}
    route = {name: runs.late(name, "route128") for name in late}
    frozen = runs.late("practice", "silicon_valley", FROZEN) - runs.late("practice", "route128", FROZEN)
    return (
        *(more(name, f"{name}, Silicon Valley minus Route 128", late[name], route[name]) for name in late),
        mean(
            "feedback",
            "gap in practice, minus that of twins with trust frozen",
            late["practice"] - route["practice"] - frozen,
        ),
        mean(
            "without_secrecy",
            "practice, Silicon Valley minus Route 128 without secrecy",
            late["practice"] - runs.late("practice", "route128", NO_SECRECY),
        ),
        ratio("sharing_ratio", "sharing, ratio of means", late["sharing"], route["sharing"]),
        mean(
            "cosy_club",
            "practice, cosy club minus Silicon Valley",
            runs.late("practice", "cosy_club") - late["practice"],
        ),
    )


@pattern(2, "Competition × social capital")
def competition_by_social_capital(runs: PairedRuns) -> tuple[Effect, ...]:
    """Sharing as C goes 0→1: falls at least 40 % at T0 .25, at most 10 % at T0 .7; additive variant secondary."""
    return crossover(runs, "loss") + crossover(runs, "additive")


def crossover(runs: PairedRuns, enters: str) -> tuple[Effect, ...]:
    """Relative change of sharing from no to full competition, at low and high trust, and their difference."""
    additive = enters == "additive"
    prefix, key = ("additive variant, ", "additive_") if additive else ("", "")
    change = {
        trust: runs.late("sharing", "baseline", {**start, "policy.competition": 1.0})
        / runs.late("sharing", "baseline", {**start, "policy.competition": 0.0})
        - 1.0
        for trust in (0.25, 0.7)
        for start in [{"trust.initial": trust, "trust.competition_enters": enters}]
    }
    return (
        mean(f"{key}low_trust", f"{prefix}change of sharing at T0 .25", change[0.25]),
        mean(f"{key}high_trust", f"{prefix}change of sharing at T0 .7", change[0.7]),
        mean(f"{key}interaction", f"{prefix}interaction", change[0.7] - change[0.25]),
    )


@pattern(3, "Slow to build, quick to break")
def successes_to_repair_a_betrayal(runs: PairedRuns) -> tuple[Effect, ...]:
    """From trust .70 at stake 1, unmediated: honoured promises needed to undo one betrayal, at least 5."""
    gain, ratio = default_of("trust.gain"), default_of("trust.loss_ratio")
    trust, needed = trust_after_promise_broken(0.70, gain, ratio, 1.0, 0.0), 0
    while trust < 0.70:
        trust, needed = trust_after_promise_kept(trust, gain, 1.0), needed + 1
    return (exactly("promises", "honoured promises to undo one betrayal", needed),)


def trust_after_cut(seed: int, share: float) -> tuple[float, float]:
    """Return mean staff trust inside alliances just after a cut at year 3 (heads' trust is not cut) and at year 8."""
    model = start_model(seed)
    model.run_for(18)
    teachers, trust = model.world.teachers, model.world.ties.trust
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
    inside = np.arange(len(trust)) < teachers.external_tie_start[holder]
    trust[inside] *= 1.0 - share
    before = float(trust[inside].mean())
    model.run_for(30)
    return before, float(trust[inside].mean())


@pattern(4, "Hard to rebuild")
def regained_after_cut(runs: PairedRuns) -> tuple[Effect, ...]:
    """Share of the lost trust regained after five years: under .5 when halved, less than when a quarter is cut."""
    uncut = runs.of(trust_after_cut, 0.0)
    regained = {}
    for share in (0.25, 0.5):
        gap = uncut - runs.of(trust_after_cut, share)
        regained[share] = 1.0 - gap[:, 1] / gap[:, 0]
    return (
        mean("halved", "share regained when halved", regained[0.5]),
        mean("quarter_minus_half", "regained, a quarter cut minus halved", regained[0.25] - regained[0.5]),
    )


@pattern(5, "Reciprocity helps balanced alliances")
def reciprocity(runs: PairedRuns) -> tuple[Effect, ...]:
    """Without reciprocity, sharing falls."""
    without = runs.late("sharing", "baseline", {"reciprocity.enabled": False})
    return (more("sharing", "sharing, with reciprocity minus without", runs.late("sharing", "baseline"), without),)


@pattern(8, "Only joint practice development creates")
def only_jpd_creates(runs: PairedRuns) -> tuple[Effect, ...]:
    """Frontier higher with it; constant without it, without solo innovation and without depreciation."""
    without = runs.late("frontier", "baseline", {"practice.jpd": False})
    movement = np.ptp(runs.outcome("frontier", "baseline", NO_INVENTION), axis=1)
    return (
        more("frontier", "frontier, with JPD minus without", runs.late("frontier", "baseline"), without),
        exactly(
            "movement", "largest movement of the frontier with nothing that invents", movement.max(), len(movement)
        ),
    )


@pattern(10, "Coordinator (with and without)")
def coordinator(runs: PairedRuns) -> tuple[Effect, ...]:
    """Trust and JPD are higher with one; the cost of turnover belongs to its module (pattern 26)."""
    without = {"coordinator.present": False}
    return tuple(
        more(
            name,
            f"{name}, with coordinator minus without",
            runs.late(name, "baseline"),
            runs.late(name, "baseline", without),
        )
        for name in ("trust", "jpd")
    )


@pattern(11, "Staff lag heads")
def staff_lag_heads(runs: PairedRuns) -> tuple[Effect, ...]:
    """Head trust above staff trust from year 2 on; staff reach .55 later (61 if never)."""
    heads, staff = runs.outcome("head_trust", "baseline"), runs.outcome("trust", "baseline")
    first_at = [np.where((trust >= 0.55).any(1), (trust >= 0.55).argmax(1), 61) for trust in (heads, staff)]
    later = (first_at[1] - first_at[0]).astype(float)
    return (
        least("narrowest", "head minus staff trust, in the half-term where it is least", (heads - staff)[:, 12:]),
        mean("delay", "half-terms by which staff reach .55 later", later),
    )


@pattern(13, "Collaborative inertia")
def inertia(runs: PairedRuns) -> tuple[Effect, ...]:
    """At least 6 half-terms before 5 % of ties are at level 4 (61 if they never are)."""
    share = runs.outcome("collaboration", "baseline")
    first = np.where((share >= 0.05).any(1), (share >= 0.05).argmax(1), 61).astype(float)
    return (
        mean("half_terms", "half-terms until 5 % of ties collaborate", first),
        exactly("quickest", "the same, in the quickest run", first.min(), len(first)),
    )


def zigzagging_ties(seed: int) -> float:
    """Return the share of ties reaching level 3 within ten years that are demoted at least once between half-terms."""
    model = start_model(seed)
    level = model.world.ties.level
    reached, demoted, before = level >= 3, np.zeros(len(level), bool), level.copy()
    for _ in range(60):
        model.step()
        reached |= level >= 3
        demoted |= level < before
        before = level.copy()
    return float(demoted[reached].mean())


@pattern(14, "Zigzag")
def zigzag(runs: PairedRuns) -> tuple[Effect, ...]:
    """At least one demotion in over half of the ties that reach level 3."""
    return (mean("demoted", "share of such ties demoted at least once", runs.of(zigzagging_ties)),)


def switched_at_year_five(seed: int) -> tuple[float, float]:
    """Return late trust and practice when Route 128 gets Silicon Valley's institutions at year 5."""
    model = start_model(seed, "route128")
    model.run_for(30)
    model.change_policy({"policy.secrecy": 0.0, "policy.porosity": 0.25, "coordinator.present": True})
    model.run_for(30)
    return late_mean(model, "trust"), late_mean(model, "practice")


@pattern(16, "Legacy of competition")
def legacy(runs: PairedRuns) -> tuple[Effect, ...]:
    """Switched at year 5, Route 128 is behind always-Silicon-Valley at year 10, in trust and in practice."""
    switched = runs.of(switched_at_year_five)
    return tuple(
        more(
            name, f"{name}, always Silicon Valley minus switched", runs.late(name, "silicon_valley"), switched[:, place]
        )
        for place, name in enumerate(("trust", "practice"))
    )


@pattern(18, "Noise × asymmetry")
def noise_by_asymmetry(runs: PairedRuns) -> tuple[Effect, ...]:
    """The gap in trust between r = 4 and r = 1 grows with honest misfortune ε."""
    gap = {
        misfortune: runs.late("trust", "baseline", {"outcome.misfortune": misfortune, "trust.loss_ratio": 1.0})
        - runs.late("trust", "baseline", {"outcome.misfortune": misfortune, "trust.loss_ratio": 4.0})
        for misfortune in (0.0, 0.1, 0.2)
    }
    return (
        mean("first_step", "growth of the gap as ε goes 0 → .1", gap[0.1] - gap[0.0]),
        mean("second_step", "growth of the gap as ε goes .1 → .2", gap[0.2] - gap[0.1]),
    )


@pattern(19, "Nothing left to offer")
def nothing_left_to_offer(runs: PairedRuns) -> tuple[Effect, ...]:
    """With nothing that invents, requests die out: under a tenth within forty years; ten years are secondary."""
    sharing = runs.outcome("sharing", "baseline", NO_INVENTION, FORTY_YEARS)
    refusals = runs.outcome("refusals", "baseline", NO_INVENTION, FORTY_YEARS)
    requests = np.nan_to_num(sharing / (1.0 - refusals))
    first = requests[:, 1:13].mean(axis=1)
    late, ten_years = requests[:, -12:].mean(axis=1), requests[:, 49:61].mean(axis=1)
    return (
        ratio("forty_years", "requests in years 39–40, of those in years 1–2", late, first),
        ratio("ten_years", "requests in years 9–10, of those in years 1–2", ten_years, first),
    )


@pattern(20, "A two-way process")
def two_way(runs: PairedRuns) -> tuple[Effect, ...]:
    """At least 20 % of help flows from lower- to higher-attaining schools."""
    return (mean("uphill", "share of help that flows uphill", runs.late("uphill", "baseline")),)


def openness(runs: PairedRuns, secrecy: float) -> NDArray[np.float64]:
    """Return the difference in late practice that porosity .25 makes against .03, at a secrecy, in Silicon Valley."""
    practice = [
        runs.late("practice", "silicon_valley", {"policy.secrecy": secrecy, "policy.porosity": porosity})
        for porosity in (0.03, 0.25)
    ]
    return practice[1] - practice[0]


@pattern(22, "Openness pays only without secrecy")
def openness_by_secrecy(runs: PairedRuns) -> tuple[Effect, ...]:
    """The interaction of porosity and secrecy on practice is positive; the two effects themselves are secondary."""
    candid, secretive = openness(runs, 0.0), openness(runs, 0.8)
    return (
        mean("interaction", "effect of openness on practice, without secrecy minus with", candid - secretive),
        mean("without_secrecy", "practice as porosity goes .03 → .25, without secrecy", candid),
        mean("with_secrecy", "the same at secrecy .8", secretive),
    )


@pattern(25, "A system without help keeps its practice")
def stationary_without_help(runs: PairedRuns) -> tuple[Effect, ...]:
    """Without requests, brokerage and offers, mean practice stays within 2 % of its start over forty years."""
    alone: dict[str, Value] = {"help.contacts": 0, "coordinator.present": False, "reciprocity.enabled": False}
    practice = runs.outcome("practice", "baseline", alone, FORTY_YEARS)
    return tuple(
        more(f"year_{year}", f"practice after {year} years, against the start", practice[:, 6 * year], practice[:, 0])
        for year in (10, 20, 40)
    )


@pattern(27, "Few requests meet a refusal")
def refusals(runs: PairedRuns) -> tuple[Effect, ...]:
    """Under .35 of requests between schools are refused in the baseline."""
    return (mean("refusals", "share of requests refused", runs.late("refusals", "baseline")),)
