"""Requests are answered in the order of their priorities."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from alliance_sim.engine.sorting import bucket_argsort

keys = st.lists(st.integers(0, 2**64 - 1), max_size=200)
crowded = st.lists(st.integers(2**63, 2**63 + 9), max_size=60)
"""Many equal priorities in one bucket: slower, but correct."""


@njit
def order_of(keys, many):
    order, buckets = np.full(keys.size, -1, np.int64), np.full(keys.size + 1, 77, np.int64)
    bucket_argsort(keys, many, order, buckets)
    return order


@settings(deadline=None)
@given(sampled=st.one_of(keys, crowded))
def test_priorities_are_sorted_and_equal_ones_keep_their_order(sampled):
    found = order_of(np.array(sampled, np.uint64), len(sampled))
    assert found.tolist() == sorted(range(len(sampled)), key=lambda place: sampled[place])


@settings(deadline=None)
@given(sampled=keys.filter(bool), data=st.data())
def test_only_the_priorities_in_use_are_sorted(sampled, data):
    many = data.draw(st.integers(0, len(sampled)))
    found = order_of(np.array(sampled, np.uint64), many)
    assert found[:many].tolist() == sorted(range(many), key=lambda place: sampled[place])
    assert (found[many:] == -1).all()
