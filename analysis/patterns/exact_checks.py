"""Exact checks (MODEL 8): closed forms against the rules, and identities in simulations."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim import AllianceModel, Scenario
from alliance_sim.config import default_configuration
from alliance_sim.declarations.parameters import Value
from alliance_sim.engine.processes.trust import trust_after_promise_broken, trust_after_promise_kept
from analysis.evidence import Check, Effect, Evaluation, exactly, judge
from analysis.models import NO_INVENTION, default_of

GAIN, LOSS_RATIO = default_of("trust.gain"), default_of("trust.loss_ratio")
HALF_TERMS = 30
NO_GRANTS: dict[str, Value] = {
    "policy.secrecy": 1.0, "trust.help_value": 0.0, "trust.loss_weight": 2.25, "trust.effort_weight": 0.44,
    "level.cost": (9.7, 9.8, 9.9, 10.0), "policy.funding": 0.0, "policy.competition": 1.0,
    "reciprocity.obligation_weight": 0.0,
}  # fmt: skip
"""At full trust a request is granted with probability .005 at most, at ordinary trust with about .001."""


def on_arrays(rule: Callable[..., Any]) -> Callable[..., NDArray[np.float64]]:
    """Return the Python of a compiled rule, which accepts arrays as well as numbers."""
    return getattr(rule, "py_func", rule)


def mean_trust() -> Effect:
    """Check that mean trust after t promises is T* + (T0 − T*)(1 − λv(p + r(1 − p)))^t."""
    stake, kept, many, start = 0.5, 0.85, 40, 0.3
    target = kept / (kept + LOSS_RATIO * (1 - kept))
    # The rules are linear in trust, so the mean follows a deterministic recursion.
    trust = start
    for _ in range(many):
        up = trust_after_promise_kept(trust, GAIN, stake)
        down = trust_after_promise_broken(trust, GAIN, LOSS_RATIO, stake, 0.0)
        trust = kept * up + (1 - kept) * down
    closed = target + (start - target) * (1 - GAIN * stake * (kept + LOSS_RATIO * (1 - kept))) ** many
    return exactly("difference", "mean trust after 40 promises, rule minus closed form", abs(trust - closed))


def second_moment() -> Effect:
    """Check that the stationary second moment is p(2αλvT* + λ²v²)/(1 − pα² − (1 − p)β²)."""
    stake, kept = 0.5, 0.85
    step = GAIN * stake
    alpha, beta = 1 - step, 1 - LOSS_RATIO * step
    target = kept / (kept + LOSS_RATIO * (1 - kept))
    closed = kept * (2 * alpha * step * target + step**2) / (1 - kept * alpha**2 - (1 - kept) * beta**2)
    rng, trust = np.random.default_rng(1), np.full(200_000, target)
    for _ in range(200):
        honoured = rng.random(trust.size) < kept
        up = on_arrays(trust_after_promise_kept)(trust, GAIN, stake)
        down = on_arrays(trust_after_promise_broken)(trust, GAIN, LOSS_RATIO, stake, 0.0)
        trust = np.where(honoured, up, down)
    found = float((trust**2).mean())
    error = float((trust**2).std() / math.sqrt(trust.size))
    return exactly(
        "difference", "stationary second moment, standard errors from the closed form", abs(found - closed) / error
    )


def climb() -> Effect:
    """Check the number of kept promises from θ to θ': ln((1 − θ')/(1 − θ))/ln(1 − λv), rounded up."""
    low, high, stake = 0.35, 0.7, 0.7
    closed = math.ceil(math.log((1 - high) / (1 - low)) / math.log(1 - GAIN * stake))
    trust, many = low, 0
    while trust < high:
        trust, many = trust_after_promise_kept(trust, GAIN, stake), many + 1
    return exactly("difference", "kept promises to climb from .35 to .7, counted minus closed form", abs(many - closed))


def ledger() -> Effect:
    """Check that B_ij = −B_ji, to the bit."""
    model = AllianceModel("silicon_valley", rng=1)
    model.run_for(HALF_TERMS)
    ties = model.world.ties
    together = float(np.abs(ties.owed + ties.owed[ties.twin]).max())
    return exactly("difference", "what one is owed plus what the other is owed, largest", together)


def sharing_only_moves() -> tuple[Effect, ...]:
    """Check that without invention and depreciation the frontier is constant and the mean never falls."""
    model = AllianceModel(Scenario.load("silicon_valley", NO_INVENTION), rng=1)
    model.run_for(HALF_TERMS)
    frontier, practice = model.outcomes["frontier"].to_numpy(), model.outcomes["practice"].to_numpy()
    return (
        exactly("frontier", "movement of the frontier with nothing that invents", float(np.ptp(frontier))),
        exactly(
            "practice", "largest fall of mean practice, the same", float(np.maximum(0.0, -np.diff(practice)).max())
        ),
    )


def nothing_granted() -> Effect:
    """Check that practice does not change where no request is granted."""
    model = AllianceModel(Scenario.of(default_configuration({**NO_GRANTS, **NO_INVENTION})), rng=1)
    before = model.world.teachers.practice.copy()
    model.run_for(HALF_TERMS)
    granted = float(model.outcomes["sharing"].iloc[1:].sum())
    moved = float(np.abs(model.world.teachers.practice - before).max())
    what = "change of practice where no request is granted (and helps granted)"
    return exactly("difference", what, moved + granted)


def ranks_do_not_matter() -> Effect:
    """Check that without competition a permuted league table changes nothing."""
    scenario = Scenario.load("route128", {"policy.competition": 0.0})
    usual, permuted = AllianceModel(scenario, rng=1), AllianceModel(scenario, rng=1)
    rng = np.random.default_rng(5)
    for _ in range(HALF_TERMS):
        permuted.world.schools.rank[:] = rng.permutation(permuted.world.schools.rank)
        usual.step()
        permuted.step()
    moved = np.nanmax(np.abs(usual.outcomes.to_numpy() - permuted.outcomes.to_numpy()))
    return exactly("difference", "change of any outcome when ranks are permuted at C = 0", float(moved))


def threads_do_not_matter() -> Effect:
    """Check that one seed gives the same bytes on one thread and on two."""
    results = []
    for threads in (1, 2):
        model = AllianceModel("silicon_valley", rng=1)
        model.threads = threads
        model.run_for(HALF_TERMS)
        results.append(model.outcomes.to_numpy().tobytes() + model.world.ties.trust.tobytes())
    differ = float(sum(a != b for a, b in zip(*results, strict=True)))
    return exactly("difference", "bytes that differ between one thread and two", differ)


EXACT: tuple[Callable[[], Effect | tuple[Effect, ...]], ...] = (
    mean_trust, second_moment, climb, ledger, sharing_only_moves, nothing_granted, ranks_do_not_matter,
    threads_do_not_matter,
)  # fmt: skip


def exact_checks() -> Evaluation:
    """Run all exact checks."""
    found: list[Check] = []
    for check in EXACT:
        result = check()
        effects = (result,) if isinstance(result, Effect) else result
        found += judge("exact", check.__name__, check.__doc__ or "", effects, 0).checks
    return Evaluation("exact", "Exact checks", tuple(found), 0)
