"""Tables of columns reach compiled code as pointers to the same memory."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from numba import njit

from alliance_sim.engine.by_reference import by_reference
from alliance_sim.engine.compilation import step


@by_reference
class Inner(NamedTuple):
    """Columns of one and two dimensions."""

    flat: Any
    wide: Any


@by_reference
class Outer(NamedTuple):
    """A table of tables, of which one may be missing."""

    inner: Inner
    missing: Any = None


@step
def add_to(inner: Inner, row: int) -> None:
    inner.flat[row] += inner.wide[row, 1]


@njit
def add_all(outer: Outer) -> int:
    for row in range(outer.inner.flat.size):
        add_to(outer.inner, row)
    return outer.inner.wide.shape[1]


@njit
def flat_of(outer: Any) -> Any:
    return outer.inner.flat


@njit
def absent(outer: Any) -> Any:
    return outer.missing is None


@njit
def total(outer: Any) -> Any:
    return outer.inner.flat.sum() + outer.inner.wide[:, 1].sum() + outer.inner.wide[1:].sum()


@njit
def other(outer: Any) -> Any:
    return outer.else_where


def an_outer(wide: Any) -> Outer:
    return Outer(Inner(np.arange(5.0), wide))


@pytest.mark.parametrize("wide", [np.ones((5, 3), np.float32), np.ones((5, 6), np.float32)[:, ::2]])
def test_compiled_code_writes_into_the_columns_of_python(wide):
    outer = an_outer(wide)
    assert add_all(outer) == 3
    np.testing.assert_array_equal(outer.inner.flat, [1.0, 2.0, 3.0, 4.0, 5.0])
    outer.inner.flat[:] = 0.0
    add_all(outer)  # the same columns, described anew by each call
    np.testing.assert_array_equal(outer.inner.flat, 1.0)


def test_slices_sums_and_missing_tables_are_read():
    outer = an_outer(np.arange(15.0).reshape(5, 3))
    assert total(outer) == 10.0 + outer.inner.wide[:, 1].sum() + outer.inner.wide[1:].sum()
    assert absent(outer)
    assert not absent(outer._replace(missing=outer.inner))


def test_a_column_that_is_returned_is_the_same_object():
    outer = an_outer(np.ones((5, 3)))
    assert flat_of(outer) is outer.inner.flat


def test_columns_of_another_type_are_compiled_anew():
    outer = an_outer(np.ones((5, 3), np.float64))
    assert add_all(outer) == 3
    assert add_all(outer._replace(inner=outer.inner._replace(flat=np.zeros(5, np.float32)))) == 3


def test_a_name_that_is_no_column_is_refused_when_compiling():
    with pytest.raises(Exception, match="else_where"):
        other(an_outer(np.ones((5, 3))))
