"""Rules and steps have machine code of their own only where Python calls them."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import rule, step
from alliance_sim.engine.linked_code import LinkedCompiler


def doubled(number: float) -> float:
    return 2.0 * number


def as_in_the_library(function):
    """Let a function of this file count as one of the library, which compiles it without machine code."""
    function.__module__ = "alliance_sim.of_a_test"
    return function


def test_a_rule_gives_the_same_from_python_and_from_a_loop():
    twice = rule(as_in_the_library(doubled))

    @njit
    def from_a_loop(number):
        return twice(number) + twice(number=number)

    assert twice(4.0) == 8.0
    assert from_a_loop(4.0) == 16.0
    assert twice.py_func(4.0) == 8.0


def test_the_hash_is_the_same_from_python_and_from_a_loop():
    @njit
    def from_a_loop(seed):
        return random_streams.hashed(seed, 1, 2, 3, 4, 5)

    seed = np.uint64(7)
    assert from_a_loop(seed) == random_streams.hashed(seed, 1, 2, 3, 4, 5)


def test_a_step_of_the_library_has_no_machine_code_and_one_of_a_user_has():
    kept = step(as_in_the_library(lambda number: 2.0 * number))
    own = step(lambda number: 2.0 * number)
    assert kept._compiler.pipeline_class is LinkedCompiler
    assert own._compiler.pipeline_class is not LinkedCompiler

    @njit
    def both(number):
        return kept(number) + own(number)

    assert both(2.0) == 8.0
    (compiled,) = kept.overloads.values()
    assert compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name) == 0


def test_an_error_in_a_step_reaches_python():
    def refuse(number):
        if number < 0:
            raise ValueError("a negative number")
        return number

    refused = step(as_in_the_library(refuse))

    @njit
    def from_a_loop(number):
        return refused(number)

    assert from_a_loop(3) == 3
    with pytest.raises(ValueError, match="a negative number"):
        from_a_loop(-3)
