"""Planned numbers of seeds agree with the precision so far."""

from __future__ import annotations

import math

import pytest


@pytest.mark.parametrize("numbers", ["common", "independent"])
@pytest.mark.parametrize("runs", [4, 7, 12])
def test_a_planned_number_exceeds_the_present_one_if_that_is_not_enough(numbers, runs, study, written):
    def formula(values, seed):
        noise = math.sin(12.9898 * seed) + 0.8 * math.sin(78.233 * seed + values["policy.competition"])
        return {"trust": 0.5 * values["policy.competition"] + noise**3}

    text = f'random_numbers = "{numbers}"\nseeds = {runs}\nkeep = ["trust"]\n'
    results = written(study(text + '[design]\n"policy.competition" = [0.0, 1.0]\n'), formula)
    (plain,) = results.sample_size("policy.competition", on="trust")
    for share in (0.999, 0.9, 0.5):
        (one,) = results.sample_size("policy.competition", on="trust", within=share * plain.half_width)
        assert not one.reached
        assert min(one.precision.low, one.precision.n, one.precision.high) > runs
