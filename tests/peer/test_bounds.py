"""The measurement of bounds simulates the model's half-terms and can restore a state."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim import AllianceModel
from benchmarks.bounds import STEPS, WARMING_UP, Bench, bench_of, usual
from benchmarks.speed import scenario_of


@pytest.fixture(scope="module")
def scenario():
    return scenario_of("baseline", 130)


def bytes_of(bench):
    return [column.tobytes() for column in bench.columns]


def test_a_half_term_under_the_clock_is_the_models(scenario):
    """Six half-terms, until the first results day, which the measurement leaves out."""
    model, twin = (AllianceModel(scenario, rng=1, record="system") for _ in range(2))
    model.run_for(6)
    twin.threads = 1
    bench = Bench(twin)
    for number in range(1, 7):
        bench.simulate(number)
    assert np.array_equal(bench.row, model.outcomes.to_numpy()[-1], equal_nan=True)


def test_a_restored_state_gives_the_same_half_term(scenario):
    bench = bench_of(scenario, 2)
    saved = bench.copy_state()
    bench.simulate(WARMING_UP + 1)
    once = bytes_of(bench)
    bench.restore(saved)
    bench.simulate(WARMING_UP + 1)
    assert bytes_of(bench) == once
    bench.restore(saved)
    bench.simulate(WARMING_UP + 2)
    assert bytes_of(bench) != once


def test_random_numbers_are_counted_from_the_half_term(scenario):
    """Each teacher needs one random number per contact and one for solo innovation, whatever else happens."""
    bench = bench_of(scenario, 3)
    bench.simulate(WARMING_UP + 1)
    bench.count_draws()
    many, contacts = bench.teachers, bench.world.teachers.asks.shape[1]
    assert bench.draws["decay"] == [many]
    assert many * contacts <= bench.draws["decision"][0] <= 2 * many * contacts
    assert bench.draws["exchange"][0] > 2 * bench.world.schools.given.sum()
    assert set(usual(bench)) == set(STEPS)
