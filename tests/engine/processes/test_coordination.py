"""What a coordinator lends, sees, learns and bears: by hand (B15, B16, B18)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import brokerage

lent_trust = brokerage.lent_trust.py_func
credibility_after = brokerage.credibility_after.py_func
promise = brokerage.promise.py_func
strain_after = brokerage.strain_after.py_func

shares = st.floats(0, 1)


def test_credibility_lends_trust():
    """.5 + .3 · .4 · .5."""
    assert lent_trust(0.5, 0.4) == pytest.approx(0.56)
    assert lent_trust(0.5, 0.0) == 0.5


def test_credibility_is_slowly_won_and_quickly_lost():
    assert credibility_after(0.4, True) == pytest.approx(0.418)
    assert credibility_after(0.4, False) == pytest.approx(0.38)


@given(trust=shares, credibility=shares)
def test_what_is_lent_and_what_is_learned_stay_shares(trust, credibility):
    assert trust <= lent_trust(trust, credibility) <= 1.0
    assert credibility <= credibility_after(credibility, True) <= 1.0
    assert 0.0 <= credibility_after(credibility, False) <= credibility


@pytest.mark.parametrize("credibility", [0.0, 0.4, 0.9])
def test_a_coordinator_of_little_standing_sees_pairs_through_a_fog(credibility):
    """Noise of mean 0 and standard deviation .3(1 − c), over draws spread evenly on [0, 1)."""
    draws = (np.arange(100_000) + 0.5) / 100_000
    seen = promise(0.7, 0.3 * (1.0 - credibility), draws)
    assert seen.mean() == pytest.approx(0.7)
    assert seen.std() == pytest.approx(0.3 * (1 - credibility), rel=1e-6)


@given(complement=st.floats(0, 3), draw=st.floats(0, 1, exclude_max=True))
def test_a_perfectly_credible_one_sees_clearly(complement, draw):
    assert promise(complement, 0.0, draw) == complement


def test_strain_follows_the_share_of_capacity_used():
    """.7 · .5 + .3 · 6/12."""
    assert strain_after(0.5, 6, 12, 0.3) == pytest.approx(0.5)
    assert strain_after(0.5, 0, 12, 0.3) == pytest.approx(0.35)


def test_who_has_no_capacity_bears_no_new_strain():
    assert strain_after(0.5, 0, 0, 0.3) == pytest.approx(0.35)
