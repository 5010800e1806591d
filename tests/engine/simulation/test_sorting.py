"""Requests are answered in the order of their priorities."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from alliance_sim.engine.sorting import bucket_argsort, sort_rows

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


@njit
def sorted_rows(values):
    rows = np.arange(values.size)
    sort_rows(values, rows, np.empty(values.size), np.empty(values.size, np.int64))
    return rows


@settings(deadline=None)
@given(st.lists(st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0, np.inf]) | st.floats(allow_nan=False), max_size=70))
def test_rows_are_sorted_by_value_and_equal_ones_keep_their_order(given_values):
    values = np.array(given_values, np.float64)
    found = sorted_rows(values)
    assert values.tolist() == sorted(given_values)
    assert found.tolist() == sorted(range(len(given_values)), key=lambda place: given_values[place])
