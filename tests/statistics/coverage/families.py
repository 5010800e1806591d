"""Simultaneous coverage of all outcomes of a comparison, and false alarms of a config against itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alliance_sim.statistics.families import directions, holm, simultaneous
from alliance_sim.statistics.pairs import compare_pairs
from tests.statistics.coverage.cases import SIZES, Measured, case, correlations, data_sets
from tests.statistics.coverage.data import KINDS, SETTINGS, pairs

FAMILY = SETTINGS["family"]
TOGETHER = "All 23 outcomes at once"
NULL = "A config against itself: clear in any of 23 outcomes"


@case
def together(rng: np.random.Generator) -> Iterator[Measured]:
    """Simultaneous intervals of paired differences."""
    for common in correlations():
        for kind in KINDS:
            for n in SIZES:
                sets = data_sets(heavy=True)
                drawn = pairs(kind, (sets, FAMILY["outcomes"], n), rng, common=common)
                found = simultaneous(compare_pairs(drawn.first, drawn.second).difference)
                truth = drawn.second_mean - drawn.first_mean
                missed = (found.low_simultaneous > truth) | (found.high_simultaneous < truth)
                what = f"simultaneous intervals, outcomes correlated {common:g}"
                yield Measured(TOGETHER, what, kind, n, "simultaneous", 1.0 - float(missed.any(axis=1).mean()), sets)


@case
def against_itself(rng: np.random.Generator) -> Iterator[Measured]:
    """False alarms of simultaneous intervals and of Holm's adjusted p-values."""
    for common in correlations():
        for kind in KINDS:
            for n in SIZES:
                sets = data_sets(heavy=True)
                drawn = pairs(kind, (sets, FAMILY["outcomes"], n), rng, null=True, common=common)
                found = simultaneous(compare_pairs(drawn.first, drawn.second).difference)
                wrong = float((directions(found) != 0).any(axis=1).mean())
                what = f"outcomes correlated {common:g}"
                yield Measured(NULL, f"simultaneous intervals, {what}", kind, n, "null_family", wrong, sets)
                adjusted = holm(found.p_values())
                wrong = float((np.nan_to_num(adjusted, nan=1.0) <= 0.05).any(axis=1).mean())
                yield Measured(NULL, f"Holm, {what}", kind, n, "null_family", wrong, sets)
