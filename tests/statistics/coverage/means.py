"""Coverage of means, paired differences, ratios and bands; verdicts at their thresholds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alliance_sim.statistics.bands import prediction_band
from alliance_sim.statistics.intervals import Intervals
from alliance_sim.statistics.pairs import compare_pairs, geometric_ratios
from alliance_sim.statistics.shares import share_intervals
from alliance_sim.statistics.verdicts import Verdict, equal_within, holds, matters
from tests.statistics.coverage.cases import SIZES, Measured, case, covered, data_sets, rule_of
from tests.statistics.coverage.data import KINDS, SETTINGS, pairs

INTERVALS, VERDICTS = "Means, differences and ratios over seeds", "Verdicts where the truth is the threshold"


@case
def paired(rng: np.random.Generator) -> Iterator[Measured]:
    """Intervals and verdicts of two configs under the same seeds."""
    for kind in KINDS:
        for n in SIZES:
            sets = data_sets()
            drawn = pairs(kind, (sets, n), rng)
            found = compare_pairs(drawn.first, drawn.second)
            gap = drawn.second_mean - drawn.first_mean
            for what, intervals, truth in (
                ("mean", found.first, drawn.first_mean),
                ("paired difference", found.difference, gap),
                ("ratio of means (Fieller)", found.ratio, drawn.second_mean / drawn.first_mean),
            ):
                share, used = covered(intervals.low, intervals.high, truth)
                yield Measured(INTERVALS, what, kind, n, rule_of(kind), share, used)
            yield from _verdicts(kind, n, found.difference, gap)


def _verdicts(kind: str, n: int, difference: Intervals, truth: float) -> Iterator[Measured]:
    for what, verdicts in (
        ("difference above the threshold", holds(difference, truth, "above")),
        ("difference below the threshold", holds(difference, truth, "below")),
        ("equal within the margin", equal_within(difference, truth)),
        ("matters", matters(difference, truth)),
    ):
        wrong = float((verdicts == Verdict.HOLDS).mean())
        yield Measured(VERDICTS, what, kind, n, "verdict", wrong, len(verdicts))


@case
def geometric(rng: np.random.Generator) -> Iterator[Measured]:
    """Typical ratios of positive outcomes."""
    for kind in ("lognormal", "lognormal_strong"):
        for n in SIZES:
            drawn = pairs(kind, (data_sets(), n), rng)
            found = geometric_ratios(drawn.first, drawn.second)
            share, used = covered(found.low, found.high, SETTINGS["data"][kind]["second_factor"])
            yield Measured(INTERVALS, "geometric mean of ratios", kind, n, "other", share, used)


@case
def predictions(rng: np.random.Generator) -> Iterator[Measured]:
    """Prediction bands of a new run."""
    for kind in KINDS:
        for n in SIZES:
            sets = data_sets()
            band = prediction_band(pairs(kind, (sets, n), rng).first)
            new = pairs("normal" if kind == "undefined" else kind, (sets, 1), rng).first[:, 0]
            share, used = covered(band.low, band.high, new)
            yield Measured(INTERVALS, "prediction band of a new run", kind, n, rule_of(kind), share, used)


@case
def shares_of_runs(rng: np.random.Generator) -> Iterator[Measured]:
    """Shares of runs in which the second config is ahead."""
    for kind in KINDS[:3]:
        many = pairs(kind, (1, 1_000_000), rng)
        truth = float((many.second > many.first).mean())
        for n in SIZES:
            drawn = pairs(kind, (data_sets(), n), rng)
            found = share_intervals((drawn.second > drawn.first).sum(axis=-1), n)
            share, used = covered(found.low, found.high, truth)
            yield Measured(INTERVALS, "share of pairs in which the second is larger", kind, n, "other", share, used)
