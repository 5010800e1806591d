"""What must hold exactly (MODEL 8): closed forms against the rules, and identities in worlds that live."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from alliance_sim import AllianceModel, Scenario
from alliance_sim.declarations.parameters import DEFAULTS
from alliance_sim.engine.processes.trust import trust_after_promise_broken, trust_after_promise_kept
from analysis.evidence import Check, Verdict

GAIN, LOSS_RATIO = float(str(DEFAULTS["trust.gain"])), float(str(DEFAULTS["trust.loss_ratio"]))
HALF_TERMS = 30
NO_INVENTION = {"practice.jpd": False, "practice.solo_rate": 0.0, "practice.depreciation": 0.0}
NO_GRANTS = {
    "policy.secrecy": 1.0, "trust.help_value": 0.0, "trust.loss_weight": 2.25, "trust.effort_weight": 0.44,
    "level.cost": (9.7, 9.8, 9.9, 10.0), "policy.funding": 0.0, "policy.competition": 1.0,
    "reciprocity.obligation_weight": 0.0,
}  # fmt: skip
"""Even who trusts wholly grants with a chance of .005 at most, and at ordinary trust of one in a thousand."""


def off(what: str, effect: float, allowed: float = 1e-12) -> Check:
    """Something that should be nothing, or no more than rounding."""
    return Check(what, effect, effect, effect, allowed, above=False, excluded=None)


def mean_trust() -> Check:
    """Mean trust after t promises is T* + (T0 − T*)(1 − λv(p + r(1 − p)))^t."""
    stake, kept, many, start = 0.5, 0.85, 40, 0.3
    target = kept / (kept + LOSS_RATIO * (1 - kept))
    # The mean of two straight lines is a straight line, so the mean can be followed without luck.
    trust = start
    for _ in range(many):
        up = trust_after_promise_kept(trust, GAIN, stake)
        down = trust_after_promise_broken(trust, GAIN, LOSS_RATIO, stake, 0.0)
        trust = kept * up + (1 - kept) * down
    closed = target + (start - target) * (1 - GAIN * stake * (kept + LOSS_RATIO * (1 - kept))) ** many
    return off("mean trust after 40 promises, rule less closed form", abs(trust - closed))


def second_moment() -> Check:
    """The stationary second moment is p(2αλvT* + λ²v²)/(1 − pα² − (1 − p)β²)."""
    stake, kept = 0.5, 0.85
    step = GAIN * stake
    alpha, beta = 1 - step, 1 - LOSS_RATIO * step
    target = kept / (kept + LOSS_RATIO * (1 - kept))
    closed = kept * (2 * alpha * step * target + step**2) / (1 - kept * alpha**2 - (1 - kept) * beta**2)
    lot, trust = np.random.default_rng(1), np.full(200_000, target)
    for _ in range(200):
        honoured = lot.random(trust.size) < kept
        up = trust_after_promise_kept.py_func(trust, GAIN, stake)  # pyright: ignore[reportFunctionMemberAccess]
        down = trust_after_promise_broken.py_func(trust, GAIN, LOSS_RATIO, stake, 0.0)  # pyright: ignore[reportFunctionMemberAccess]
        trust = np.where(honoured, up, down)
    found = float((trust**2).mean())
    error = float((trust**2).std() / math.sqrt(trust.size))
    return off("stationary second moment, standard errors from the closed form", abs(found - closed) / error, 3.0)


def climb() -> Check:
    """Kept promises from θ to θ': ln((1 − θ')/(1 − θ))/ln(1 − λv), rounded up."""
    low, high, stake = 0.35, 0.7, 0.7
    closed = math.ceil(math.log((1 - high) / (1 - low)) / math.log(1 - GAIN * stake))
    trust, many = low, 0
    while trust < high:
        trust, many = trust_after_promise_kept(trust, GAIN, stake), many + 1
    return off("kept promises to climb from .35 to .7, counted less closed form", abs(many - closed))


def ledger() -> Check:
    """B_ij = −B_ji, to the bit."""
    model = AllianceModel("silicon_valley", rng=1)
    model.run_for(HALF_TERMS)
    ties = model.world.ties
    return off(
        "what one is owed plus what the other is owed, largest", float(np.abs(ties.owed + ties.owed[ties.twin]).max())
    )


def sharing_only_moves() -> tuple[Check, ...]:
    """With nothing that invents or ages the frontier stands, and the mean never falls."""
    model = AllianceModel(Scenario.load("silicon_valley", NO_INVENTION), rng=1)
    model.run_for(HALF_TERMS)
    frontier, practice = model.outcomes["frontier"].to_numpy(), model.outcomes["practice"].to_numpy()
    return (
        off("movement of the frontier with nothing that invents", float(np.ptp(frontier))),
        off("largest fall of mean practice, the same", float(np.maximum(0.0, -np.diff(practice)).max())),
    )


def nothing_granted() -> Check:
    """Who is granted nothing learns nothing."""
    model = AllianceModel(Scenario(**NO_GRANTS | NO_INVENTION), rng=1)
    before = model.world.teachers.practice.copy()
    model.run_for(HALF_TERMS)
    granted = float(model.outcomes["sharing"].iloc[1:].sum())
    moved = float(np.abs(model.world.teachers.practice - before).max())
    return off("change of practice where no request is granted (and helps granted)", moved + granted)


def ranks_are_nothing() -> Check:
    """Without competition the league table can be dealt out anew."""
    scenario = Scenario.load("route128", {"policy.competition": 0.0})
    usual, dealt = AllianceModel(scenario, rng=1), AllianceModel(scenario, rng=1)
    lot = np.random.default_rng(5)
    for _ in range(HALF_TERMS):
        dealt.world.schools.rank[:] = lot.permutation(dealt.world.schools.rank)
        usual.step()
        dealt.step()
    moved = np.nanmax(np.abs(usual.outcomes.to_numpy() - dealt.outcomes.to_numpy()))
    return off("change of any outcome when ranks are dealt out anew at C = 0", float(moved))


def same_bytes() -> Check:
    """The same seed on one thread and on two."""
    told = []
    for threads in (1, 2):
        model = AllianceModel("silicon_valley", rng=1)
        model.threads = threads
        model.run_for(HALF_TERMS)
        told.append(model.outcomes.to_numpy().tobytes() + model.world.ties.trust.tobytes())
    return off("bytes that differ between one thread and two", float(sum(a != b for a, b in zip(*told, strict=True))))


EXACT: tuple[Callable[[], Check | tuple[Check, ...]], ...] = (
    mean_trust, second_moment, climb, ledger, sharing_only_moves, nothing_granted, ranks_are_nothing, same_bytes,
)  # fmt: skip


def exact_checks() -> Verdict:
    """All of them."""
    found: list[Check] = []
    for check in EXACT:
        told = check()
        found += [told] if isinstance(told, Check) else told
    return Verdict("exact", "What must hold exactly", tuple(found))
