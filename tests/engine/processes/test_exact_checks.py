"""Trust after many promises equals its closed form (MODEL 8, exact checks; pattern 3)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.engine.processes import trust as trust_rules

honoured_promise = trust_rules.trust_after_promise_kept.py_func
broken = trust_rules.trust_after_promise_broken.py_func

CHAINS = 100_000


def trust_of_many(first: float, gain: float, ratio: float, stake: float, honoured: float, promises: int):
    """Simulate the trust of many givers after promises that are honoured with this chance."""
    rng = np.random.default_rng(8)
    trust = np.full(CHAINS, first)
    for _ in range(promises):
        is_honoured = rng.random(CHAINS) < honoured
        trust = np.where(is_honoured, honoured_promise(trust, gain, stake), broken(trust, gain, ratio, stake, 0.0))
    return trust


def assert_mean(sample: np.ndarray, expected: float) -> None:
    """Check that a mean is within four standard errors, which must be small enough to reveal a wrong formula."""
    error = sample.std() / math.sqrt(len(sample))
    assert error < 0.002
    assert sample.mean() == pytest.approx(expected, abs=4 * error + 1e-12)


@pytest.mark.parametrize("promises", [1, 3, 10, 30])
@pytest.mark.parametrize(
    ("first", "gain", "ratio", "stake", "honoured"),
    [(0.45, 0.12, 4.0, 1.0, 0.9), (0.8, 0.12, 4.0, 0.4, 0.6), (0.2, 0.2, 4.9, 1.0, 0.8), (0.5, 0.12, 1.0, 0.7, 0.5)],
)
def test_mean_trust(first, gain, ratio, stake, honoured, promises):
    p, limit = honoured, honoured / (honoured + ratio * (1 - honoured))
    left = (1 - gain * stake * (p + ratio * (1 - p))) ** promises
    found = trust_of_many(first, gain, ratio, stake, honoured, promises)
    assert_mean(found, limit + (first - limit) * left)


@pytest.mark.parametrize(
    ("gain", "ratio", "stake", "honoured"), [(0.12, 4.0, 1.0, 0.9), (0.12, 4.0, 0.7, 0.7), (0.2, 2.0, 1.0, 0.5)]
)
def test_second_moment_in_the_long_run(gain, ratio, stake, honoured):
    p, alpha, beta = honoured, 1 - gain * stake, 1 - ratio * gain * stake
    limit = p / (p + ratio * (1 - p))
    moment = p * (2 * alpha * gain * stake * limit + (gain * stake) ** 2) / (1 - p * alpha**2 - (1 - p) * beta**2)
    found = trust_of_many(limit, gain, ratio, stake, honoured, 150)
    assert_mean(found, limit)
    assert_mean(found**2, moment)
    assert moment > limit**2


@given(first=st.floats(0.05, 0.6), goal=st.floats(0.61, 0.95), gain=st.floats(0.03, 0.2), stake=st.floats(0.2, 1.0))
def test_number_of_honoured_promises_to_a_goal(first, goal, gain, stake):
    needed = math.log((1 - goal) / (1 - first)) / math.log(1 - gain * stake)
    trust, promises = first, 0
    while trust < goal - 1e-12:
        trust, promises = honoured_promise(trust, gain, stake), promises + 1
    assert needed - 1e-6 <= promises < needed + 1 + 1e-6


def test_promises_from_initial_trust_to_level_three_by_hand():
    """From .45 to .55 at stake .4: ln(.45/.55)/ln(1 − .048) = 4.08, so the fifth honoured promise reaches it."""
    trust = [0.45]
    for _ in range(5):
        trust.append(honoured_promise(trust[-1], 0.12, 0.4))
    assert trust[4] < 0.55 <= trust[5]


def test_pattern_3_slow_to_build_and_quick_to_break():
    """At .70 and stake 1 one betrayal leaves .364; ln(.3/.636)/ln(.88) = 5.9, so six honoured promises restore it."""
    trust, promises = broken(0.70, 0.12, 4.0, 1.0, 0.0), 0
    assert trust == pytest.approx(0.364)
    while trust < 0.70:
        trust, promises = honoured_promise(trust, 0.12, 1.0), promises + 1
    assert promises == 6
    assert promises >= 5
