"""The expected answer to a request, which stands in for the chance that it is granted (A3, C27)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import willingness
from alliance_sim.engine.processes.granting import logistic

expected_grant = willingness.expected_grant.py_func


def test_the_expected_answer_by_hand():
    """U .5: 1/(1 + e^(−1)) = .7311; who would be indifferent is expected to grant every second request."""
    assert expected_grant(0.5) == pytest.approx(0.731058578630)
    assert expected_grant(0.0) == pytest.approx(0.5)


def test_the_expected_answer_is_the_logistic_function_to_ten_digits():
    utilities = np.linspace(-12.0, 12.0, 4801)
    expected = np.array([logistic(2.0 * utility) for utility in utilities])
    found = np.array([expected_grant(utility) for utility in utilities])
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@given(utility=st.floats(-12, 12), more=st.floats(1e-3, 5))
def test_the_expected_answer_is_a_chance_that_rises_with_utility(utility, more):
    assert 0.0 < expected_grant(utility) < expected_grant(min(12.0, utility) + more) <= 1.0
