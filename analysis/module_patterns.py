"""The patterns of MODEL 8 that need a switchable module, each with the effect size that was set for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alliance_sim import AllianceModel
from alliance_sim.engine.settings import change_setting
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


def activity(seed: int, funded: str, rate: float) -> float:
    """Help a teacher and half-term in the last two of ten years: funded throughout, never, or for four years."""
    funding = 0.0 if funded == "never" else 0.7
    model = AllianceModel(
        "collaborative", rng=seed, record="system", **{"policy.funding": funding, "embedding.rate": rate}
    )
    model.run_for(24)
    if funded == "four years":
        model.change_policy({"policy.funding": 0.0})
    model.run_for(36)
    return float(model.outcomes["sharing"].iloc[-12:].mean())


@pattern(9, "Funding ends")
def funding_ends(worlds: Worlds) -> tuple[Check, ...]:
    """What was bought goes with the money, to within 10 % of never funded; what became routine stays, .75 of it."""
    never, ended = worlds.of(activity, "never", 0.0), worlds.of(activity, "four years", 0.0)
    kept, funded = worlds.of(activity, "four years", 0.1), worlds.of(activity, "throughout", 0.1)
    off = np.abs(ended / never - 1.0)
    return (
        under("distance of sharing from that of never funded", off, 0.1, excluded=0.1),
        over("sharing after the end, of that when funded on, with embedding", kept / funded, 0.75, excluded=0.75),
    )


def churned(seed: int, frequency: float) -> tuple[float, float, float]:
    """JPD, practice and sharing in the last two of ten years when so many half-terms bring an initiative."""
    model = AllianceModel("baseline", rng=seed, record="system", **{"churn.frequency": frequency})
    model.run_for(60)
    last = model.outcomes.iloc[-12:].mean()
    return float(last["jpd"]), float(last["practice"]), float(last["sharing"])


@pattern(17, "Churn")
def churn(worlds: Worlds) -> tuple[Check, ...]:
    """Joint practice development and practice fall with each step in the frequency of initiatives."""
    steps = [np.asarray(worlds.of(churned, frequency)) for frequency in (0.0, 0.3, 0.6)]
    checks: list[Check] = []
    for place, outcome in enumerate(("jpd", "practice")):
        least = SMALLEST * float(steps[0][:, place].mean())
        for less, more, said in zip(steps[:-1], steps[1:], ("0 → .3", "→ .6"), strict=True):
            checks.append(under(f"{outcome} as frequency goes {said}", more[:, place] - less[:, place], -least))
    moved = steps[-1][:, 2] - steps[0][:, 2]
    return (*checks, over("sharing as frequency goes 0 → .6", moved, 0.0, told=True))


def changing_coordinators(seed: int, rate: float) -> tuple[float, float]:
    """Trust and JPD in the last two of ten years when so many coordinators are replaced a year."""
    model = AllianceModel("baseline", rng=seed, record="system", **{"turnover.coordinators": rate})
    model.run_for(60)
    last = model.outcomes.iloc[-12:].mean()
    return float(last["trust"]), float(last["jpd"])


@pattern(22, "Coordinators who change (10, turnover)")
def coordinator_turnover(worlds: Worlds) -> tuple[Check, ...]:
    """Each step in the turnover of coordinators costs trust and joint practice development."""
    steps = [np.asarray(worlds.of(changing_coordinators, rate)) for rate in (0.0, 0.3, 1.0)]
    checks: list[Check] = []
    for place, outcome in enumerate(("trust", "jpd")):
        least = SMALLEST * float(steps[0][:, place].mean())
        checks += [
            under(f"{outcome} as turnover goes {said}", more[:, place] - less[:, place], -least if whole else 0.0)
            for less, more, said, whole in (
                (steps[0], steps[1], "0 → .3 a year", False),
                (steps[1], steps[2], ".3 → 1", False),
                (steps[0], steps[2], "0 → 1", True),
            )
        ]
    return tuple(checks)


def by_size(seed: int, size: int) -> float:
    """Mean trust in the last two of ten years where alliances have so many members."""
    model = AllianceModel("baseline", rng=seed, record="system", **{"population.alliance_size": size})
    model.run_for(60)
    return float(model.outcomes["trust"].iloc[-12:].mean())


@pattern(15, "Size")
def alliance_size(worlds: Worlds) -> tuple[Check, ...]:
    """With as many occasions to meet, trust falls as alliances of 24 schools go from 4 to 8 to 12 members."""
    small, middle, large = (worlds.of(by_size, size) for size in (4, 8, 12))
    least = SMALLEST * float(small.mean())
    return (
        under("trust as members go 4 → 8", middle - small, 0.0),
        under("trust as members go 8 → 12", large - middle, 0.0),
        under("trust as members go 4 → 12", large - small, -least),
    )


CUT_TRUST = {"trust.help_value": 0.0, "trust.loss_weight": 0.0}
"""Whether help is granted hangs on trust no more."""
CUT_SHARING = {"trust.gain": 0.0, "help.refusal_loss": 0.0, "reciprocity.one_way_loss": 0.0}
"""Nothing that comes of help, or of its refusal, moves trust. A gain of 0 is out of a config's bounds, so it is written
into the model's settings."""


def lagged(seed: int, cut: str) -> tuple[float, float]:
    """Over alliances and years: trust with next year's help, and help with next year's growth of trust."""
    settings = CUT_TRUST if cut == "trust" else {}
    model = AllianceModel("baseline", rng=seed, record="alliance", **settings | {"population.schools": 600})
    for name, value in CUT_SHARING.items() if cut == "sharing" else ():
        change_setting(model.simulation.settings_array, name, value)  # pyright: ignore[reportPrivateUsage]
    model.run_for(60)
    rows = model.outcomes_by_alliance.pivot_table(index="half_term", columns="alliance", values=["trust", "sharing"])
    trust = rows["trust"].to_numpy()[6::6]
    helps = rows["sharing"].rolling(6).mean().to_numpy()[6::6]
    forth = np.corrcoef(_within_years(trust[:-1]), _within_years(helps[1:]))[0, 1]
    back = np.corrcoef(_within_years(helps[:-1]), _within_years(np.diff(trust, axis=0)))[0, 1]
    return float(forth), float(back)


def _within_years(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What alliances differ in within each year, so that a common trend is no correlation."""
    return (values - values.mean(axis=1, keepdims=True)).ravel()


@pattern(6, "Social and intellectual capital feed each other")
def two_capitals(worlds: Worlds) -> tuple[Check, ...]:
    """Both lagged correlations are positive; without the link the one that it carries is gone (under .1).

    The second cut was first made at the least gain that a config may have, .03, which left .57 of correlation: help
    then still builds trust. The threshold stayed.
    """
    both, deaf, mute = (np.asarray(worlds.of(lagged, cut)) for cut in ("", "trust", "sharing"))
    return (
        over("trust with next year's help", both[:, 0], 0.1),
        over("help with next year's growth of trust", both[:, 1], 0.1),
        under("trust with next year's help, where help hangs on trust no more", deaf[:, 0], 0.1, excluded=0.1),
        under("help with next year's growth of trust, where help builds little", mute[:, 1], 0.1, excluded=0.1),
    )
