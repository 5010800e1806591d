"""The arithmetic of a comparison, on outcomes written by hand."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from scipy import stats

from alliance_sim import AllianceModel, Scenario
from alliance_sim.comparison.comparison import Comparison, compare
from alliance_sim.comparison.summary import answer
from alliance_sim.declarations.outcomes import NAMES, OUTCOMES
from alliance_sim.reporting.charts import four_curves, png, relative_differences, spread_out, svg
from alliance_sim.reporting.comparison.page import page
from alliance_sim.statistics import ratio_interval
from alliance_sim.text import format_numbers, format_years, title

SMALL = {"population.schools": 6, "population.alliance_size": 3, "population.teachers_median": 6}


def constant_comparison(first: list[float], second: list[float], half_terms: int = 14) -> Comparison:
    """Return a comparison in which every outcome is constant: the first's and the second's value, seed by seed."""
    values_of_runs = np.empty((2, len(first), half_terms + 1, len(OUTCOMES)))
    for which, values in enumerate((first, second)):
        values_of_runs[which] = np.array(values)[:, None, None]
    scenarios = tuple(Scenario.load(name) for name in ("route128", "silicon_valley"))
    return Comparison(scenarios, tuple(range(1, len(first) + 1)), values_of_runs)


def test_a_difference_agrees_with_a_calculation_by_hand():
    found = constant_comparison([1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 5.0, 7.0]).difference("sharing")
    assert (found.first_value, found.second_value) == (2.5, 4.0)
    assert found.difference == 1.5  # the gaps are 1, 0, 2 and 3
    assert found.positive_share == 0.75
    assert found.ratio == 1.6
    expected = stats.ttest_1samp([1.0, 0.0, 2.0, 3.0], 0.0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.low_simultaneous < found.low
    assert (found.pairs, found.n, found.method) == (4, 4, "t")
    ratio = ratio_interval([2.0, 2.0, 5.0, 7.0], [1.0, 2.0, 3.0, 4.0])
    assert (found.ratio_low, found.ratio_high) == (ratio.low, ratio.high)


def test_gaps_that_are_all_alike_have_an_interval_of_no_width():
    found = constant_comparison([1.0, 2.0, 3.0], [1.5, 2.5, 3.5]).difference("trust")
    assert (found.difference, found.low, found.high, found.direction) == (0.5, 0.5, 0.5, 0)
    assert found.method == "all values equal"
    same = constant_comparison([1.0, 1.0, 1.0], [1.0, 1.0, 1.0]).difference("trust")
    assert (same.difference, same.low, same.high, same.direction) == (0, 0, 0, 0)
    two = constant_comparison([1.0, 2.0], [1.5, 2.5]).difference("trust")
    assert math.isnan(two.low)  # below three seeds there is no interval
    assert two.direction == 0


def test_a_pair_with_something_undefined_is_left_out():
    compared = constant_comparison([1.0, math.nan, 3.0], [2.0, 2.0, 4.0])
    found = compared.difference("betrayals")
    assert (found.pairs, found.difference) == (2, 1.0)
    # means, difference and ratio rest on the same pairs
    assert (found.first_value, found.second_value, found.ratio) == (2.0, 3.0, 1.5)
    assert (found.undefined_first, found.undefined_second) == (1, 0)
    assert any("left out" in one and "betrayals in 1" in one.lower() for one in answer(compared))
    assert "undefined in 1 and 0 runs" in page(compared, command="alliance-sim compare")
    nothing = constant_comparison([math.nan, math.nan], [1.0, 1.0])
    found = nothing.difference("betrayals")
    assert found.pairs == 0
    assert math.isnan(found.difference)
    assert math.isnan(found.low)
    assert nothing.to_dict()["differences"][0]["difference"] is None
    assert "–" in " ".join(answer(nothing))
    assert len(svg(four_curves(nothing))) > 1000
    assert len(svg(relative_differences(nothing))) > 1000


def test_ratios_exist_only_for_outcomes_with_a_true_zero():
    compared = constant_comparison([-1.0, 1.0, 2.0], [1.0, 2.0, 3.0])
    assert compared.difference("sharing").ratio == 3.0
    assert compared.difference("attainment").ratio is None
    assert constant_comparison([0.0, 0.0], [1.0, 1.0]).difference("sharing").ratio is None


def test_runs_are_judged_by_their_last_two_years():
    compared = constant_comparison([0.0, 0.0], [0.0, 0.0], half_terms=20)
    compared.values[1, :, 9:] = 1.0  # the last twelve of half-terms 0 to 20
    compared.values[1, :, 8] = 100.0
    assert compared.difference("trust").second_value == 1.0
    short = constant_comparison([0.0, 0.0], [0.0, 0.0], half_terms=4)
    short.values[1, :, 0] = 100.0  # the initial state is not judged
    assert short.difference("trust").second_value == 0.0
    assert short.judged == 4


def test_the_band_contains_most_runs():
    compared = constant_comparison([float(number) for number in range(41)], [0.0] * 41)
    course = compared.trajectory(0, "trust")
    assert (course.mean[0], course.low[0], course.high[0]) == pytest.approx((20.0, 1.0, 39.0))


def test_runs_are_paired_and_do_not_depend_on_the_process():
    scenarios = [Scenario.load(name, SMALL) for name in ("route128", "baseline")]
    heard: list[tuple[int, int]] = []
    here = compare(scenarios, seeds=2, first_seed=5, half_terms=3, progress=lambda *counts: heard.append(counts))
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]
    elsewhere = compare(scenarios, seeds=2, first_seed=5, half_terms=3, workers=2)
    assert here.values.tobytes() == elsewhere.values.tobytes()
    assert here.values[0, :, 0].tobytes() == here.values[1, :, 0].tobytes()  # an equal start
    model = AllianceModel(scenarios[1], rng=6)
    model.run_for(3)
    assert here.values[1, 1].tobytes() == model.outcomes.to_numpy().tobytes()
    assert list(here.frame().query("config == 'baseline' and seed == 6")["trust"]) == list(model.outcomes["trust"])


def test_a_scenario_of_a_model_can_be_compared():
    model = AllianceModel(Scenario.load("baseline", SMALL), rng=1)
    other = model.scenario.with_changes({"policy.competition": 0.9})
    compared = compare([model.scenario, other], seeds=2, half_terms=1)
    assert [contrast.name for contrast in compared.contrasts] == ["policy.competition"]
    assert compared.names == ("baseline", "baseline (2)")
    assert len(pickle.dumps(compared)) < 100_000


def test_equal_comparisons_give_equal_charts():
    compared = constant_comparison([1.0, 2.0, 4.0], [2.0, 2.0, 5.0])
    assert svg(four_curves(compared)) == svg(four_curves(compared))
    assert png(four_curves(compared), 60) == png(four_curves(compared), 60)


@pytest.mark.parametrize("wrong", [{"seeds": 1}, {"half_terms": 0}, {"first_seed": -1}, {"workers": 0}])
def test_invalid_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must be a whole number, \d (or more|to)"):
        compare([Scenario.load("baseline"), Scenario.load("isolated")], **wrong)
    with pytest.raises(ValueError, match="must be two or more Scenarios"):
        compare([Scenario.load("baseline")])


def test_labels_are_separated_and_stay_within_bounds():
    assert spread_out([10.0, 50.0], 5, (0, 100)) == [10.0, 50.0]
    assert spread_out([10.0, 11.0], 5, (0, 100)) == [8.0, 13.0]
    assert spread_out([99.0, 99.0, 99.0], 5, (0, 100)) == [90.0, 95.0, 100.0]
    spots = spread_out([50.0, math.nan, 52.0, 53.0], 5, (0, 100))
    assert math.isnan(spots[1])
    assert np.diff(sorted(spot for spot in spots if math.isfinite(spot))).min() >= 5


def test_names_and_numbers_are_formatted():
    assert [title(name) for name in ("route128", "silicon_valley", "cosy_club", "plan-b2", "_")] == [
        "Route 128",
        "Silicon Valley",
        "Cosy Club",
        "Plan B 2",
        "_",
    ]
    assert format_numbers(0.4356, 0.1137) == ("0.436", "0.114")
    assert format_numbers(-0.0008, 0.0041, signed=True) == ("−0.0008", "+0.0041")
    assert format_numbers(0.0, math.nan, None) == ("0", "–", "–")
    assert format_numbers(12_345.6) == ("12,346",)
    assert [format_years(n) for n in (1, 6, 60, 61)] == ["one half-term", "one year", "ten years", "61 half-terms"]
    assert NAMES.index("trust") == 2
