"""Coverage of the figures that comparisons and studies report, through their own functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import qmc

from alliance_sim import Results, Scenario
from alliance_sim.comparison.comparison import Comparison
from alliance_sim.declarations.outcomes import OUTCOMES
from alliance_sim.statistics.planning import FIRST_LOOK
from alliance_sim.study.results.endpoints import Endpoints, Levels
from alliance_sim.study.results.sensitivity import FIRST, TOTAL, Index, rank_regression, sobol_indices
from alliance_sim.study.until import Goal, look_at
from tests.statistics.coverage.cases import SIZES, Measured, case, covered, data_sets, rule_of, single_sets
from tests.statistics.coverage.data import SETTINGS, pairs, undefined, unit
from tests.statistics.coverage.designs import hypercube_runs

DESIGN, FAMILY = SETTINGS["designs"], SETTINGS["family"]
SECTION = "What comparisons and studies report"
EFFECT = 1.0
CORRELATED = 0.5
MANY_POINTS, LARGE_SAMPLES = 1_500, 60
"""Size and number of the samples whose mean coefficient is the truth of a rank regression."""


@cache
def _scenarios() -> tuple[Scenario, Scenario]:
    baseline = Scenario.load("baseline")
    return baseline, baseline


def compared(first: np.ndarray, second: np.ndarray) -> Comparison:
    """Return a comparison of runs of one half-term, whose outcomes are given, shape (outcomes, seeds)."""
    runs = np.stack([first.T, second.T])
    values = np.stack([np.zeros_like(runs), runs], axis=2)
    return Comparison(_scenarios(), tuple(range(runs.shape[1])), values, OUTCOMES)


@case
def comparisons(rng: np.random.Generator) -> Iterator[Measured]:
    """Differences, ratios and simultaneous limits of a comparison, and a config against itself."""
    for kind in ("normal", "lognormal", "shares", "undefined"):
        for n in SIZES[:4]:
            yield from _comparisons(rng, kind, n)


def _comparisons(rng: np.random.Generator, kind: str, n: int) -> Iterator[Measured]:
    shape = len(OUTCOMES), n
    rows: list[tuple[Any, ...]] = []
    together = alarms = 0
    sets = single_sets()
    for _ in range(sets):
        drawn = pairs(kind, shape, rng, common=CORRELATED)
        gap = drawn.second_mean - drawn.first_mean
        found = compared(drawn.first, drawn.second).differences
        rows.append((found[0].low, found[0].high, found[0].ratio_low, found[0].ratio_high))
        together += all(not (one.low_simultaneous > gap or one.high_simultaneous < gap) for one in found)
        null = pairs(kind, shape, rng, null=True, common=CORRELATED)
        alarms += any(one.direction for one in compared(null.first, null.second).differences)
    low, high, ratio_low, ratio_high = np.array(rows, np.float64).T
    share, used = covered(low, high, gap)
    yield Measured(SECTION, "comparison: difference", kind, n, rule_of(kind), share, used)
    share, used = covered(ratio_low, ratio_high, drawn.second_mean / drawn.first_mean)
    yield Measured(SECTION, "comparison: ratio", kind, n, rule_of(kind), share, used)
    what = "comparison: all simultaneous intervals"
    yield Measured(SECTION, what, kind, n, "simultaneous", together / sets, sets)
    what = "comparison of a config with itself: clear anywhere"
    yield Measured(SECTION, what, kind, n, "null_family", alarms / sets, sets)


class InMemory(Results):
    """Results whose runs are in memory."""

    def __init__(self, runs: Endpoints) -> None:
        object.__setattr__(self, "folder", Path())
        object.__setattr__(self, "manifest", None)
        object.__setattr__(self, "runs_in_memory", runs)

    def ends(self, *outcomes: str, last: int | None = None) -> Endpoints:
        """Return the runs."""
        return self.runs_in_memory  # type: ignore[attr-defined]

    def _require_factor(self, factor: str) -> None:
        pass


def _results(levels: dict[str, np.ndarray], runs: np.ndarray, kind: str, *, shared: bool) -> Results:
    factors = {}
    for name, numbers in levels.items():
        different, codes = np.unique(numbers, return_inverse=True)
        factors[name] = Levels(name, tuple(different.tolist()), codes)
    return InMemory(Endpoints(factors, {"trust": runs}, shared, kind, ~np.isnan(runs) | True, 1))


def _judged(found: list[Any], truth: list[float], place: int) -> tuple[float, int]:
    low, high = (np.array([getattr(one.contrasts[place], end) for one in found]) for end in ("low", "high"))
    return covered(low, high, np.array(truth))


@case
def study_factorials(rng: np.random.Generator) -> Iterator[Measured]:
    """Effects of a three-level factor in a factorial: coverage, all levels at once, and levels that are all alike."""
    levels = {"a": np.repeat([0.0, 0.5, 1.0], 4), "b": np.tile([0.0, 1.0, 2.0, 3.0], 3)}
    for shared in (True, False):
        for kind in ("normal", "lognormal", "undefined"):
            for n in SIZES:
                sets = single_sets()
                found, null = [], 0
                for _ in range(sets):
                    found.append(_factorial(rng, levels, kind, n, shared, EFFECT).effect("a", on="trust"))
                    flat = _factorial(rng, levels, kind, n, shared, 0.0).effect("a", on="trust")
                    null += any(one.direction for one in flat.contrasts)
                how = "common" if shared else "independent"
                share, used = _judged(found, [EFFECT] * sets, 1)
                what = f"effect in a factorial, {how} random numbers"
                yield Measured(SECTION, what, kind, n, rule_of(kind), share, used)
                what = f"factor without effect, {how} random numbers: clear anywhere"
                yield Measured(SECTION, what, kind, n, "null_family", null / sets, sets)


def _factorial(
    rng: np.random.Generator, levels: dict[str, np.ndarray], kind: str, n: int, shared: bool, effect: float
) -> Results:
    rows = 1 if shared else len(levels["a"])
    slope = effect + DESIGN["interaction_sd"] * unit(kind, (rows, n), rng)
    seed = DESIGN["seed_sd"] * unit(kind, (rows, n), rng)
    runs = levels["a"][:, None] * slope + levels["b"][:, None] + seed
    runs = runs + DESIGN["noise_sd"] * unit(kind, (len(levels["a"]), n), rng)
    return _results(levels, undefined(runs, rng) if kind == "undefined" else runs, "factorial", shared=shared)


@case
def study_samples(rng: np.random.Generator) -> Iterator[Measured]:
    """The highest against the lowest fifth of a hypercube; n is the seeds at each of 40 points."""
    for shared in (False, True):
        for kind in ("normal", "lognormal"):
            for n in (3, 5, 10):
                found, truth = [], []
                for _ in range(single_sets()):
                    where = qmc.LatinHypercube(DESIGN["factors"], rng=rng).random(DESIGN["points"])
                    rows = 1 if shared else len(where)
                    slope = DESIGN["interaction_sd"] * unit(kind, (rows, n, where.shape[1]), rng)
                    runs = EFFECT * where.sum(axis=1)[:, None] + ((where - 0.5)[:, None, :] * slope).sum(axis=2)
                    runs = runs + DESIGN["seed_sd"] * unit(kind, (rows, n), rng)
                    runs = runs + DESIGN["noise_sd"] * unit(kind, (len(where), n), rng)
                    levels = {name: where[:, at] for at, name in enumerate("abc")}
                    found.append(_results(levels, runs, "latin_hypercube", shared=shared).effect("a", on="trust"))
                    order = np.sort(where[:, 0]).reshape(5, -1).mean(axis=1)
                    truth.append(EFFECT * (order[-1] - order[0]))
                share, used = _judged(found, truth, 3)
                how = "shared seeds" if shared else "independent random numbers"
                yield Measured(SECTION, f"fifths of a hypercube, {how}", kind, n, rule_of(kind), share, used)


@case
def study_indices(rng: np.random.Generator) -> Iterator[Measured]:
    """Sobol's indices of a study with 64 blocks; factors have 4, 1 and 0 parts of five of the variance."""
    from alliance_sim.study.spec.sampling import saltelli

    names = ["a", "b", "c"]
    truth = {"a": 0.8, "b": 0.2, "c": 0.0}
    for shared in (False, True):
        for n in (3, 5, 10):
            rows: dict[tuple[str, str], list[tuple[float, float]]] = {}
            for _ in range(single_sets()):
                where = saltelli(names, 64, int(rng.integers(2**31)), second_order=False)
                signal = where @ np.array([2.0, 1.0, 0.0])
                seed = 0.3 * unit("normal", (1 if shared else len(where), n), rng)
                runs = signal[:, None] + seed + 0.3 * unit("normal", (len(where), n), rng)
                found = sobol_indices(runs, names, "trust", shared_seeds=shared)
                for measure in (FIRST, TOTAL):
                    for name in names[:2]:
                        one = found.of(measure)[name]
                        rows.setdefault((measure, name), []).append((one.low, one.high))
            how = "shared seeds" if shared else "independent random numbers"
            for (measure, name), limits in rows.items():
                low, high = np.array(limits).T
                share, used = covered(low, high, truth[name])
                yield Measured(
                    SECTION, f"Sobol {measure} of {name}, 64 blocks, {how}", "normal", n, "other", share, used
                )


@case
def study_sequential(rng: np.random.Generator) -> Iterator[Measured]:
    """Effects in factorials to which seeds are added until a half-width is reached; n is the seeds it takes."""
    levels = {"a": np.repeat([0.0, 0.5, 1.0], 2), "b": np.tile([0.0, 1.0], 3)}
    for shared in (True, False):
        for kind in ("normal", "lognormal"):
            for n in (10, 30):
                found = []
                for _ in range(single_sets()):
                    runs = _factorial(rng, levels, kind, 6 * n + 50, shared, EFFECT).ends()
                    found.append(_stopped(runs, n).effect("a", on="trust"))
                how = "common" if shared else "independent"
                share, used = _judged(found, [EFFECT] * len(found), 1)
                what = f"effect after sweep --until, {how} random numbers"
                yield Measured(SECTION, what, kind, n, rule_of(kind), share, used)


def _stopped(runs: Endpoints, n: int) -> Results:
    """Return the runs of the seeds at which a sweep stops; the half-width is that which n seeds usually reach."""
    spread = np.sqrt(DESIGN["interaction_sd"] ** 2 + DESIGN["noise_sd"] ** 2)
    if not runs.paired:
        spread = np.sqrt((DESIGN["interaction_sd"] ** 2 + 2 * DESIGN["seed_sd"] ** 2 + 2 * DESIGN["noise_sd"] ** 2) / 2)
    goal = Goal("trust", float(2.0 * spread / np.sqrt(n)), runs.done.shape[1])
    seeds = FIRST_LOOK
    while True:
        some = replace(
            runs, values={"trust": runs.values["trust"][:, :seeds]}, done=runs.done[:, :seeds], sequential=True
        )
        seen = look_at(some, goal)
        if seen.reached or seeds >= goal.most:
            return InMemory(some)
        seeds = seen.seeds


@case
def study_ranks(rng: np.random.Generator) -> Iterator[Measured]:
    """Rank regression on a hypercube of 40 points; the truth is the coefficient for the same number of seeds.

    Ranks of means over few seeds follow the factors less closely, so that the coefficient rises with the seeds.
    """
    for shared in (False, True):
        for kind in ("normal", "lognormal"):
            for n in (3, 5, 10):
                large = [
                    _rank_regression(rng, kind, n, shared, MANY_POINTS)
                    for _ in range(min(LARGE_SAMPLES, data_sets() // 10))
                ]
                truth = float(np.mean([[one.value for one in found] for found in large]))
                some = [_rank_regression(rng, kind, n, shared, DESIGN["points"])[0] for _ in range(single_sets())]
                share, used = covered(np.array([one.low for one in some]), np.array([one.high for one in some]), truth)
                how = "shared seeds" if shared else "independent random numbers"
                yield Measured(SECTION, f"rank regression, {how}", kind, n, rule_of(kind), share, used)


def _rank_regression(rng: np.random.Generator, kind: str, n: int, shared: bool, points: int) -> tuple[Index, ...]:
    """Return the coefficients of three factors with equal effects."""
    where = qmc.LatinHypercube(DESIGN["factors"], rng=rng).random(points)
    runs = hypercube_runs(where, kind, n, shared, rng)
    levels = {
        name: Levels(name, tuple(np.sort(where[:, at])), np.argsort(np.argsort(where[:, at])))
        for at, name in enumerate("abc")
    }
    return rank_regression(levels, runs, "trust", shared_seeds=shared).rows
