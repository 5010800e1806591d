"""Exact intervals of shares."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from alliance_sim.statistics.shares import share_intervals


@pytest.mark.parametrize(("cases", "units"), [(0, 10), (3, 10), (10, 10), (57, 100)])
def test_the_interval_is_that_of_the_exact_binomial_test(cases, units):
    found = share_intervals(cases, units).item()
    expected = stats.binomtest(cases, units).proportion_ci(0.95, method="exact")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert (found.estimate, found.n, found.method) == (cases / units, units, "Clopper–Pearson")


def test_no_units_give_no_interval_and_impossible_numbers_are_refused():
    assert np.isnan(share_intervals(0, 0).item().low)
    with pytest.raises(ValueError, match="no more than units"):
        share_intervals(3, 2)
