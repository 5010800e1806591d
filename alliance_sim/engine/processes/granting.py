"""Granting: the decision to help is a calculated risk, in which competition scales the possible loss (A3, C28)."""

from __future__ import annotations

import math
from typing import NamedTuple

from alliance_sim.engine.compilation import quotient, rule
from alliance_sim.engine.settings import Settings

ADDITIVE = 1
"""Code of the choice "additive" of ``trust.competition_enters``; "loss" is 0."""


class _Trust(NamedTuple):
    help_value: float
    loss_weight: float
    rivalry_weight: float
    competition_enters: int
    effort_weight: float


class _Level(NamedTuple):
    stake: tuple[float, float, float, float]
    cost: tuple[float, float, float, float]


class _Reciprocity(NamedTuple):
    enabled: bool
    obligation_weight: float
    grievance_weight: float
    half_saturation: float


class _Policy(NamedTuple):
    secrecy: float


class GrantSettings(NamedTuple):
    """The parameters of granting, by the same names as in ``SETTINGS``, as values.

    # perf: a loop that writes cannot know that it leaves the record of settings unchanged, so that it would read the
    # record again for each row and not be vectorized.
    """

    trust: _Trust
    level: _Level
    reciprocity: _Reciprocity
    policy: _Policy


@rule
def grant_settings(settings: Settings) -> GrantSettings:
    """Copy the parameters of granting out of the record of settings."""
    trust, stake, cost, reciprocity = settings.trust, settings.level.stake, settings.level.cost, settings.reciprocity
    return GrantSettings(
        _Trust(
            trust.help_value, trust.loss_weight, trust.rivalry_weight, trust.competition_enters, trust.effort_weight
        ),
        _Level((stake[0], stake[1], stake[2], stake[3]), (cost[0], cost[1], cost[2], cost[3])),
        _Reciprocity(
            reciprocity.enabled, reciprocity.obligation_weight, reciprocity.grievance_weight,
            reciprocity.half_saturation,
        ),
        _Policy(settings.policy.secrecy),
    )  # fmt: skip


@rule
def logistic(utility: float) -> float:
    """1/(1 + e^(−u)), the logistic function."""
    return quotient(1.0, 1.0 + math.exp(-utility))


@rule
def risk(settings: Settings, trust: float, stake: float, rivalry: float) -> float:
    """g·T − (1 − T)·ℓ·(½ + v)·(1 + κR): value of helping minus the possible loss where trust is missing (A3).

    In the additive variant rivalry reduces utility whatever the trust: −κR stands outside the product.
    """
    scaled = settings.trust.rivalry_weight * rivalry
    if settings.trust.competition_enters == ADDITIVE:
        return settings.trust.help_value * trust - (1.0 - trust) * settings.trust.loss_weight * (0.5 + stake) - scaled
    return settings.trust.help_value * trust - (1.0 - trust) * settings.trust.loss_weight * (0.5 + stake) * (
        1.0 + scaled
    )


@rule
def effort(settings: Settings, cost: float, funding: float) -> float:
    """c0·cost·(1 − 0.6Φ): disutility of effort, which protected time reduces (B2, D3)."""
    return settings.trust.effort_weight * cost * (1.0 - 0.6 * funding)


@rule
def utility_of_granting(
    settings: Settings, trust: float, level: int, rivalry: float, obligation: float, grievance: float,
    tiredness: float, funding: float,
) -> float:  # fmt: skip
    """U = risk + b_O·O − b_G·G − effort − σ − b_f[f − 1]₊, where P(grant) = logistic(2U) (A3, A7, C27, A18)."""
    return (
        risk(settings, trust, settings.level.stake[level - 1], rivalry)
        + settings.reciprocity.obligation_weight * obligation
        - settings.reciprocity.grievance_weight * grievance
        - effort(settings, settings.level.cost[level - 1], funding)
        - settings.policy.secrecy
        - tiredness
    )


@rule
def chance_that_colleague_grants(settings: Settings, trust: float, tiredness: float, funding: float) -> float:
    """P = logistic(2U) between colleagues: risk at the lowest stake and effort, without secrecy, rivalry or debts.

    Args:
        settings: the parameters.
        trust: T_h, trust between colleagues of the school (C30, D4).
        tiredness: b_f[f − 1]₊ of the colleague who is asked.
        funding: Φ, protected time.
    """
    stake, cost = settings.level.stake[0], settings.level.cost[0]
    return logistic(2.0 * (risk(settings, trust, stake, 0.0) - effort(settings, cost, funding) - tiredness))


@rule
def chance_that_head_grants(settings: Settings, trust: float, stake: float, rivalry: float, funding: float) -> float:
    """P = logistic(2U) for heads: the same risk, half the secrecy, and the readiness of heads (C5, B5)."""
    utility = (
        risk(settings, trust, stake, rivalry)
        - effort(settings, 1.0, funding)
        - settings.policy.secrecy / 2.0
        + settings.trust.head_readiness
    )
    return logistic(2.0 * utility)


@rule
def chance_of_betrayal(settings: Settings, trust: float, rivalry: float) -> float:
    """o0·(1 + κ_o·R)·(1 − T): the chance of exploitation is highest with a distrustful rival (A6)."""
    return min(1.0, settings.outcome.betrayal * (1.0 + settings.outcome.betrayal_rivalry * rivalry) * (1.0 - trust))
