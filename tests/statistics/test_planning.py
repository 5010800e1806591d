"""Plans for power and precision, and sequential runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from alliance_sim.statistics.planning import FIRST_LOOK, look, plan_power, plan_precision

RNG = np.random.default_rng(11)
LARGE = stats.norm.ppf((np.arange(2_000) + 0.5) / 2_000)


def test_a_large_pilot_gives_the_textbook_number_for_power():
    plan = plan_power(LARGE / LARGE.std(ddof=1), 0.5)
    n = plan.n
    power = 1.0 - stats.nct.cdf(stats.t.ppf(0.975, n - 1), n - 1, 0.5 * np.sqrt(n))
    assert 0.8 <= power <= 0.83  # a few more than for Student's t alone: new runs may look skewed by chance
    assert plan.low <= n <= plan.high


def test_a_small_pilot_asks_for_more_seeds_than_a_large_one_with_the_same_spread():
    pilot = RNG.normal(size=6)
    small, large = pilot / pilot.std(ddof=1), LARGE / LARGE.std(ddof=1)
    for plan, goal in ((plan_power, 0.5), (plan_precision, 0.2)):
        assert plan(small, goal).n > 1.1 * plan(large, goal).n
        assert plan(small, goal).low < plan(small, goal).n < plan(small, goal).high


def test_more_power_and_more_precision_need_more_seeds():
    assert plan_power(LARGE, 0.5, power=0.9).n > plan_power(LARGE, 0.5).n > plan_power(LARGE, 0.6).n
    assert plan_precision(LARGE, 0.1).n == pytest.approx(4 * plan_precision(LARGE, 0.2).n, rel=0.1)


def test_a_plan_reports_its_goal_and_numbers_out_of_reach_are_none():
    plan = plan_precision(LARGE, 1e-9)
    assert plan.n is None
    assert "half-width 1e-09 with probability 80 %" in plan.goal
    assert plan.pilot == 2_000


def test_plans_without_a_goal_or_pilot_are_refused():
    with pytest.raises(ValueError, match="effect is 0"):
        plan_power(LARGE, 0.0)
    with pytest.raises(ValueError, match="half-width is -1"):
        plan_precision(LARGE, -1.0)
    with pytest.raises(ValueError, match="the pilot has 2 values"):
        plan_power([1.0, 2.0, np.nan], 0.5)


def test_sequential_runs_stop_at_the_half_width_but_not_before_the_first_look():
    values = RNG.normal(size=400)
    few = look(values[: FIRST_LOOK - 1], 100.0)
    assert not few.reached
    assert few.more >= 1
    seen = [look(values[:n], 0.2) for n in range(FIRST_LOOK, 401)]
    reached = [bool(one.reached) for one in seen]
    assert reached[0] is False
    assert reached[-1] is True
    assert seen[-1].more == 0
    assert seen[-1].intervals.half_width <= 0.2


def test_the_estimate_of_further_seeds_is_near_what_it_takes():
    values = LARGE[RNG.permutation(2_000)]
    one = look(values[:100], 0.1)
    total = 100 + int(one.more)
    assert look(values[: int(1.3 * total)], 0.1).reached
