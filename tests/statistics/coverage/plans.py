"""Planned power and precision against what new runs achieve, and coverage of sequential runs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alliance_sim.statistics.intervals import mean_intervals
from alliance_sim.statistics.planning import FIRST_LOOK, look, plan_power, plan_precision
from tests.statistics.coverage.cases import THRESHOLDS, Measured, case, covered, data_sets, rule_of, single_sets
from tests.statistics.coverage.data import pairs

PLANS, SEQUENTIAL = (
    "Plans from a pilot (n is that of the pilot)",
    "Runs that stop at a half-width (n is the seeds it takes)",
)
KINDS = ("normal", "lognormal", "shares")
SIZE = 0.5
"""The effect to detect and the half-width wanted, in standard deviations of a paired difference."""
MOST = 3_000


def _gaps(kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Draw paired differences with mean zero."""
    drawn = pairs(kind, shape, rng)
    return drawn.second - drawn.first - (drawn.second_mean - drawn.first_mean)


@case
def power(rng: np.random.Generator) -> Iterator[Measured]:
    """Power that new runs of the planned number achieve."""
    yield from _plans(rng, "power")


@case
def assurance(rng: np.random.Generator) -> Iterator[Measured]:
    """Share of new runs of the planned number whose half-width is reached."""
    yield from _plans(rng, "assurance")


def _plans(rng: np.random.Generator, rule: str) -> Iterator[Measured]:
    for kind in KINDS:
        spread = float(_gaps(kind, (200_000,), rng).std())
        for pilot in THRESHOLDS[rule]["pilots"]:
            reached, sets = 0, single_sets()
            for _ in range(sets):
                values = _gaps(kind, (pilot,), rng)
                goal = SIZE * spread
                if values.std() == 0.0:
                    continue
                plan = plan_power(values, goal) if rule == "power" else plan_precision(values, goal)
                new = mean_intervals(_gaps(kind, (min(plan.n or MOST, MOST),), rng) + goal)
                reached += bool(new.direction == 1) if rule == "power" else bool(new.half_width <= goal)
            what = "planned power 0.8" if rule == "power" else "half-width reached, planned 0.8"
            yield Measured(PLANS, what, kind, pilot, rule, reached / sets, sets)


@case
def sequential(rng: np.random.Generator) -> Iterator[Measured]:
    """Coverage where seeds are added one by one until the half-width is reached."""
    for kind in (*KINDS, "lognormal_strong"):
        spread = float(_gaps(kind, (200_000,), rng).std())
        for n in (10, 30, 100):
            sets = data_sets(heavy=True)
            values = _gaps(kind, (sets, 8 * n + 50), rng)
            wanted = 1.96 * spread / np.sqrt(n)
            low, high = np.full(sets, np.nan), np.full(sets, np.nan)
            going = np.arange(sets)
            for seeds in range(FIRST_LOOK, values.shape[1] + 1):
                seen = look(values[going, :seeds], wanted)
                stop = seen.reached | (seeds == values.shape[1])
                low[going[stop]], high[going[stop]] = seen.intervals.low[stop], seen.intervals.high[stop]
                going = going[~stop]
                if not len(going):
                    break
            share, used = covered(low, high, 0.0)
            yield Measured(SEQUENTIAL, "interval of the mean", kind, n, rule_of(kind), share, used)
