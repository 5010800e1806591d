"""The patterns of MODEL 8 that need an optional module, judged by ``thresholds.toml``."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.declarations.parameters import Value
from alliance_sim.engine.settings import change_setting
from analysis.evidence import Effect, Evaluate, mean, more, ratio, register_in, relative
from analysis.models import late_mean, start_model
from analysis.paired_runs import PairedRuns

MODULE_PATTERNS: dict[int, Evaluate] = {}
"""The check of each pattern, by its number in MODEL 8."""

NOT_SHOWN = (6, 9, 26)
"""Patterns that the model does not show (see THEORY.md); a test fails on a change in either direction."""

pattern = register_in(MODULE_PATTERNS, "pattern")

SURVIVAL = ((1, 0.9731, 0.0055), (2, 0.9162, 0.0096), (3, 0.8729, 0.0117), (4, 0.8154, 0.0138), (5, 0.7715, 0.0151))
"""Year, share of 865 English governing-body federations that were unbroken after it, and its standard error
(Department for Education, groups register at 2022-03-31, Open Government Licence v3.0; Kaplan–Meier)."""
STEPS = ("first_step", "second_step")
MANY_ALLIANCES: dict[str, Value] = {
    "population.schools": 600,
    "population.alliance_size": 2,
    "governance.enabled": True,
}
"""Three hundred alliances of two schools, as four fifths of the register's federations are."""
HUB_LEAD = 0.3
"""Lead in practice, one SD between teachers in each area, of a hub that is ahead."""


def hub_trust(seed: int, push: float, lead: float) -> float:
    """Return late mean trust on ties between each alliance's largest school, ahead by ``lead``, and its others."""
    model = start_model(seed, changes={"policy.hub_push": push, "population.hub_lead": lead})
    world = model.world
    teachers, schools, ties = world.teachers, world.schools, world.ties
    size = np.diff(schools.teacher_offsets)
    hubs = [
        first + int(np.argmax(size[first:last]))
        for first, last in zip(world.alliances.school_offsets[:-1], world.alliances.school_offsets[1:], strict=True)
    ]
    holder = np.repeat(np.arange(len(teachers.id)), np.diff(teachers.tie_offsets))
    inside = np.arange(len(ties.trust)) < teachers.external_tie_start[holder]
    at_hub = np.isin(teachers.school, hubs)
    among = inside & (at_hub[holder] | at_hub[ties.partner])
    model.run_for(48)
    found: list[float] = []
    for _ in range(12):
        model.run_for(1)
        found.append(float(ties.trust[among].mean()))
    return float(np.mean(found))


@pattern(7, "Dominance corrodes")
def dominance(runs: PairedRuns) -> tuple[Effect, ...]:
    """Trust on the ties of a hub that is ahead: at a push of .6 lower than without, at .1 and .3 not lower.

    The same for the largest school as it is, without a lead, is secondary.
    """
    effects: list[Effect] = []
    for lead, prefix, hub in ((HUB_LEAD, "", "a hub ahead"), (0.0, "largest_", "the largest school")):
        alone = runs.of(hub_trust, 0.0, lead)
        for push in (0.6, 0.1, 0.3):
            what = f"trust on the ties of {hub}, push {push:g} minus none"
            gaps = runs.of(hub_trust, push, lead) - alone
            effects.append(relative(f"{prefix}push_{round(10 * push)}", what, gaps, alone))
    return tuple(effects)


@pattern(24, "Compulsion does not pay")
def compulsion(runs: PairedRuns) -> tuple[Effect, ...]:
    """Practice where teachers are sent to the largest school is at most 2 % above that where they are not."""
    alone = runs.late("practice", "baseline")
    return tuple(
        more(
            f"push_{round(10 * push)}",
            f"practice, push {push:g} minus none",
            runs.late("practice", "baseline", {"policy.hub_push": push}),
            alone,
        )
        for push in (0.3, 0.6)
    )


@pattern(23, "Mobility carries knowledge")
def mobility(runs: PairedRuns) -> tuple[Effect, ...]:
    """With mobility of .08 a year, practice is higher than without in Silicon Valley; in Route 128 it is secondary."""
    effects: list[Effect] = []
    for config, key in (("silicon_valley", "silicon_valley"), ("route128", "route128")):
        moved = runs.late("practice", config, {"mobility.rate": 0.08}) - runs.late("practice", config)
        effects.append(mean(key, f"practice in {config}, mobility .08 minus none", moved))
    return tuple(effects)


def standing(seed: int, hard_share: float) -> NDArray[np.float64]:
    """Return the share of a hundred alliances that are unbroken after one to five years."""
    model = start_model(seed, changes=MANY_ALLIANCES | {"governance.hard_share": hard_share})
    model.run_for(31)
    return model.outcomes["unbroken"].to_numpy()[7::6]


@pattern(21, "Closed federations outlast loose ones")
def survival(runs: PairedRuns) -> tuple[Effect, ...]:
    """Calibrated: each year within two of the register's standard errors. Evidence: loose alliances end sooner."""
    hard, loose = runs.of(standing, 1.0), runs.of(standing, 0.0)
    effects: list[Effect] = []
    for year, share, error in SURVIVAL:
        modelled = hard[:, year - 1]
        what = f"year {year}: {modelled.mean():.3f} stand, {share} in the register; difference in its standard errors"
        effects.append(mean(f"year_{year}", what, (modelled - share) / error))
    later = hard[:, 4] - loose[:, 4]
    return (*effects, mean("hard_minus_loose", "standing after five years, hard minus loose", later))


def activity(seed: int, funded: str, rate: float) -> float:
    """Return late acts of help per teacher per half-term when funded throughout, never, or for four years."""
    funding = 0.0 if funded == "never" else 0.7
    model = start_model(seed, "collaborative", {"policy.funding": funding, "embedding.rate": rate})
    model.run_for(24)
    if funded == "four years":
        model.change_policy({"policy.funding": 0.0})
    model.run_for(36)
    return late_mean(model, "sharing")


@pattern(9, "Funding ends")
def funding_ends(runs: PairedRuns) -> tuple[Effect, ...]:
    """Sharing returns to within 10 % of never funded (equivalence); with embedding, at least .75 of it stays."""
    never, ended = runs.of(activity, "never", 0.0), runs.of(activity, "four years", 0.0)
    kept, funded = runs.of(activity, "four years", 0.1), runs.of(activity, "throughout", 0.1)
    return (
        ratio("after_funding", "sharing after the end, over that of never funded, minus 1", ended, never, minus=1.0),
        ratio("embedded", "sharing after the end, of that when funded on, with embedding", kept, funded),
    )


def churned(seed: int, frequency: float) -> tuple[float, float, float]:
    """Return late JPD, practice and sharing when this share of half-terms brings an initiative."""
    model = start_model(seed, changes={"churn.frequency": frequency})
    model.run_for(60)
    return late_mean(model, "jpd"), late_mean(model, "practice"), late_mean(model, "sharing")


@pattern(17, "Churn")
def churn(runs: PairedRuns) -> tuple[Effect, ...]:
    """Joint practice development and practice fall with each step in the frequency of initiatives."""
    steps = [np.asarray(runs.of(churned, frequency)) for frequency in (0.0, 0.3, 0.6)]
    effects: list[Effect] = []
    for place, outcome in enumerate(("jpd", "practice")):
        for fewer, many, step, key in zip(steps[:-1], steps[1:], ("0 → .3", ".3 → .6"), STEPS, strict=True):
            gaps = many[:, place] - fewer[:, place]
            what = f"{outcome} as frequency goes {step}, of that at 0"
            effects.append(relative(f"{outcome}_{key}", what, gaps, steps[0][:, place]))
    moved = steps[-1][:, 2] - steps[0][:, 2]
    return (*effects, mean("sharing", "sharing as frequency goes 0 → .6", moved))


def changing_coordinators(seed: int, rate: float) -> tuple[float, float]:
    """Return late trust and JPD when this share of coordinators is replaced each year."""
    model = start_model(seed, changes={"turnover.coordinators": rate})
    model.run_for(60)
    return late_mean(model, "trust"), late_mean(model, "jpd")


@pattern(26, "Coordinators who change (10, turnover)")
def coordinator_turnover(runs: PairedRuns) -> tuple[Effect, ...]:
    """Each increase in the turnover of coordinators reduces trust and joint practice development."""
    steps = [np.asarray(runs.of(changing_coordinators, rate)) for rate in (0.0, 0.3, 1.0)]
    effects: list[Effect] = []
    for place, outcome in enumerate(("trust", "jpd")):
        none, some, all_ = (step[:, place] for step in steps)
        what = f"{outcome} as turnover goes"
        effects += [
            mean(f"{outcome}_first_step", f"{what} 0 → .3 a year", some - none),
            mean(f"{outcome}_second_step", f"{what} .3 → 1", all_ - some),
            relative(f"{outcome}_whole", f"{what} 0 → 1", all_ - none, none),
        ]
    return tuple(effects)


def by_size(seed: int, size: int) -> float:
    """Return late mean trust for alliances with ``size`` members."""
    model = start_model(seed, changes={"population.alliance_size": size})
    model.run_for(60)
    return late_mean(model, "trust")


@pattern(15, "Size")
def alliance_size(runs: PairedRuns) -> tuple[Effect, ...]:
    """With equally many occasions to meet, trust falls as alliances of 24 schools go from 4 to 8 to 12 members."""
    small, middle, large = (runs.of(by_size, size) for size in (4, 8, 12))
    return (
        mean("from_4_to_8", "trust as members go 4 → 8", middle - small),
        mean("from_8_to_12", "trust as members go 8 → 12", large - middle),
        relative("from_4_to_12", "trust as members go 4 → 12", large - small, small),
    )


CUT_TRUST: dict[str, Value] = {"trust.help_value": 0.0, "trust.loss_weight": 0.0}
"""Cuts the link from trust to the granting of help."""
CUT_SHARING = {"trust.gain": 0.0, "help.refusal_loss": 0.0, "reciprocity.one_way_loss": 0.0}
"""Cuts the link from help, or its refusal, to trust. A gain of 0 is outside a config's bounds, so it is
written directly into the model's settings."""


def lagged(seed: int, cut: str) -> tuple[float, float]:
    """Return the correlations of trust with next year's help, and of help with next year's growth of trust."""
    changes = {"population.schools": 600, **(CUT_TRUST if cut == "trust" else {})}
    model = start_model(seed, changes=changes, record="alliance")
    for name, value in CUT_SHARING.items() if cut == "sharing" else ():
        change_setting(model.simulation.settings_array, name, value)
    model.run_for(60)
    rows = model.outcomes_by_alliance.pivot_table(index="half_term", columns="alliance", values=["trust", "sharing"])
    trust = rows["trust"].to_numpy()[6::6]
    yearly = pd.DataFrame(rows.rolling(6).mean())
    helps = yearly["sharing"].to_numpy()[6::6]
    forth = np.corrcoef(_within_years(trust[:-1]), _within_years(helps[1:]))[0, 1]
    back = np.corrcoef(_within_years(helps[:-1]), _within_years(np.diff(trust, axis=0)))[0, 1]
    return float(forth), float(back)


def _within_years(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Subtract each year's mean over alliances, so that a common trend causes no correlation."""
    return (values - values.mean(axis=1, keepdims=True)).ravel()


@pattern(6, "Social and intellectual capital feed each other")
def two_capitals(runs: PairedRuns) -> tuple[Effect, ...]:
    """Both lagged correlations are positive; cutting a link reduces the correlation that it carries to under .1.

    The second cut was first made at the smallest gain that a config allows, .03, which left a correlation of .57: help
    then still builds trust. The threshold was not changed.
    """
    both, no_trust_to_help, no_help_to_trust = (np.asarray(runs.of(lagged, cut)) for cut in ("", "trust", "sharing"))
    return (
        mean("trust_then_help", "trust with next year's help", both[:, 0]),
        mean("help_then_trust", "help with next year's growth of trust", both[:, 1]),
        mean(
            "trust_then_help_cut",
            "trust with next year's help, where help no longer depends on trust",
            no_trust_to_help[:, 0],
        ),
        mean(
            "help_then_trust_cut",
            "help with next year's growth of trust, where help builds little",
            no_help_to_trust[:, 1],
        ),
    )
