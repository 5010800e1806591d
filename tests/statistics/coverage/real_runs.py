"""Coverage on runs of the model: seeds are drawn again and again from 400, whose mean is the truth.

Seeds are drawn with replacement, so that they are independent draws from the 400 and no correction for a finite
population is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alliance_sim.declarations.outcomes import OUTCOMES
from tests.statistics.coverage.cases import Measured, case, covered, single_sets
from tests.statistics.coverage.product import compared
from tests.statistics.real_runs import population

SECTION = "Runs of the model: seeds drawn from 400"
SIZES = (5, 10, 30)


@case
def real_runs(rng: np.random.Generator) -> Iterator[Measured]:
    """Differences, ratios and simultaneous limits of `competitive` and `collaborative`."""
    first, second = population()
    both = ~np.isnan(first) & ~np.isnan(second)
    here, there = (np.nanmean(np.where(both, each, np.nan), axis=1) for each in (first, second))
    for n in SIZES:
        sets = single_sets()
        limits = np.full((4, sets, len(OUTCOMES)), np.nan)
        together = alarms = 0
        for place in range(sets):
            drawn, other = rng.integers(first.shape[1], size=(2, n))
            found = compared(first[:, drawn], second[:, drawn]).differences
            limits[:, place] = np.array(
                [(one.low, one.high, one.ratio_low, one.ratio_high) for one in found], np.float64
            ).T
            gaps = zip(found, there - here, strict=True)
            together += all(not (one.low_simultaneous > gap or one.high_simultaneous < gap) for one, gap in gaps)
            alarms += any(one.direction for one in compared(first[:, drawn], first[:, other]).differences)
        for at, outcome in enumerate(OUTCOMES):
            for what, low, high, truth in (
                ("difference", *limits[:2, :, at], there[at] - here[at]),
                ("ratio", *limits[2:, :, at], there[at] / here[at]),
            ):
                if not np.isnan(low).all():
                    share, used = covered(low, high, truth)
                    yield Measured(SECTION, f"{what}, {outcome.title}", "real", n, "other", share, used)
        yield Measured(SECTION, "all simultaneous intervals", "real", n, "simultaneous", together / sets, sets)
        what = "`competitive` against itself under other seeds: clear anywhere"
        yield Measured(SECTION, what, "real", n, "null_family", alarms / sets, sets)
