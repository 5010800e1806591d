"""The number of seeds that a comparison needs is that of the library's plans."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim.statistics.planning import plan_power, plan_precision
from analysis.robustness import replicates


def test_seeds_are_planned_for_a_stated_effect_and_for_a_narrow_interval():
    rng = np.random.default_rng(1)
    there = rng.normal(10.0, 5.0, 4000)
    here = there + 1.0 + rng.normal(0.0, 1.0, 4000)
    need = replicates.required_seeds("made up", "sharing", here, there)
    assert need.power == plan_power(here - there, replicates.MATTERS * there.mean())
    assert need.narrow == plan_precision(here - there, replicates.TENTH * (here - there).mean())
    assert need.narrow.n == pytest.approx(387, rel=0.15)  # (1.96 · s / .1)², and a little more for the assurance
    assert need.saved == pytest.approx(51, rel=0.1)  # (25 + 25 + 1) / 1


def test_a_contrast_without_a_difference_or_level_has_no_plan():
    same = np.zeros(10)
    need = replicates.required_seeds("made up", "sharing", same, same)
    assert need.power is need.narrow is None
