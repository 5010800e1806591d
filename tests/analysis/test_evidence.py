"""Verdicts at the threshold are rarely wrong, and they follow from the figures printed beside them."""

from __future__ import annotations

import os

import numpy as np
import pytest

from alliance_sim.statistics.verdicts import Verdict
from analysis import evidence
from analysis.evidence import Check, Evaluation, exactly, least, mean, more, ratio, relative
from analysis.thresholds import Threshold

SETS = int(os.environ.get("COVERAGE_SETS", "100")) * 10
"""Simulated data sets of each kind."""
MOST_WRONG = 0.05
CHANCE = 3.0 * (MOST_WRONG * (1.0 - MOST_WRONG) / SETS) ** 0.5
"""Three standard errors of a simulated share."""


def paired(rng, seeds):
    """Return levels and values under the same seeds; the mean value is 2 % above the mean level."""
    level = rng.lognormal(0.0, 0.3, seeds)
    return level, 1.02 * level + rng.normal(0.0, 0.05, seeds)


@pytest.mark.parametrize("seeds", [5, 16, 30])
@pytest.mark.parametrize("side", ["above", "below"])
def test_a_relative_effect_at_its_threshold_seldom_holds(seeds, side):
    """The interval allows for the uncertainty of the level, of which the threshold is a share."""
    rng, threshold = np.random.default_rng(seeds), Threshold(side, 0.02)
    held = [
        Check(more("x", "", values, level), threshold).holds
        for level, values in (paired(rng, seeds) for _ in range(SETS))
    ]
    assert np.mean(held) <= MOST_WRONG + CHANCE


@pytest.mark.parametrize("seeds", [5, 16, 30])
def test_a_ratio_at_the_margin_is_seldom_equal_within_it(seeds):
    rng, threshold = np.random.default_rng(seeds), Threshold("within", 0.1)
    held = []
    for _ in range(SETS):
        below = rng.normal(1.0, 0.1, seeds)
        above = 1.1 * below + rng.normal(0.0, 0.02, seeds)
        held.append(Check(ratio("x", "", above, below, minus=1.0), threshold).holds)
    assert np.mean(held) <= MOST_WRONG + CHANCE


@pytest.mark.parametrize("differ", [0.0, 0.3])
def test_the_least_of_several_half_terms_at_its_threshold_is_seldom_decided(differ):
    """The half-term is chosen after looking, so both limits must allow for that choice."""
    rng = np.random.default_rng(1)
    expected = 0.5 + differ * np.linspace(0.0, 1.0, 20)
    sides: list[Verdict] = []
    for _ in range(SETS):
        common = rng.normal(0.0, 0.1, (12, 1))
        values = expected + common + rng.normal(0.0, 0.2, (12, 20))
        sides.append(Check(least("x", "", values), Threshold("above", 0.5)).result)
    assert np.mean([side is Verdict.HOLDS for side in sides]) <= MOST_WRONG / 2 + CHANCE
    assert np.mean([side is Verdict.DOES_NOT for side in sides]) <= MOST_WRONG / 2 + CHANCE


def test_a_clear_effect_holds_and_its_opposite_does_not():
    rng = np.random.default_rng(1)
    level, values = paired(rng, 30)
    assert Check(more("x", "", values + 0.2, level), Threshold("above", 0.02)).result is Verdict.HOLDS
    assert Check(more("x", "", values - 0.2, level), Threshold("above", 0.02)).result is Verdict.DOES_NOT
    assert Check(relative("x", "", -values, level), Threshold("below", -0.02)).result is Verdict.HOLDS


def test_undefined_runs_are_left_out_and_counted():
    values = np.array([1.0, np.nan, 1.2, 0.9, 1.1])
    check = Check(mean("x", "level", values), Threshold("above", 0.0))
    assert "n = 4" in str(check)
    assert check.effect.interval.estimate == pytest.approx(1.05)


def evaluation(*results):
    ends = {
        Verdict.HOLDS: np.array([1.0, 1.1, 1.2, 1.05]),
        Verdict.UNDECIDED: np.array([-1.0, 1.0, -0.5, 0.8]),
        Verdict.DOES_NOT: np.array([-1.0, -1.1, -1.2, -1.05]),
    }
    return Evaluation(
        1,
        "",
        tuple(Check(mean("x", "", ends[result]), Threshold("above", 0.0, secondary)) for result, secondary in results),
        4,
    )


HOLDS, DOES_NOT, UNDECIDED = Verdict.HOLDS, Verdict.DOES_NOT, Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ([(HOLDS, False), (HOLDS, False)], HOLDS),
        ([(HOLDS, False), (UNDECIDED, False)], UNDECIDED),
        ([(DOES_NOT, False), (UNDECIDED, False)], DOES_NOT),
        ([(HOLDS, False), (DOES_NOT, True)], HOLDS),
    ],
)
def test_all_checks_that_count_must_hold(checks, verdict):
    assert evaluation(*checks).result is verdict


def test_an_undecided_verdict_names_the_number_of_seeds():
    assert evaluation((UNDECIDED, False)).sentence == "cannot be decided with 4 seeds"


def test_two_seeds_decide_nothing():
    check = Check(mean("x", "", np.array([5.0, 5.1])), Threshold("above", 0.0))
    assert check.result is Verdict.UNDECIDED
    assert "no interval: too few values" in str(check)


def test_a_figure_without_random_numbers_is_judged_by_itself():
    check = Check(exactly("x", "promises", 6.0), Threshold("above", 4.99))
    assert check.holds
    assert str(check) == "promises: 6.000, required over 4.99"
    assert evidence.EXACT not in str(check)


def test_printed_figures_are_in_the_unit_of_the_threshold():
    level = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    check = Check(more("x", "trust", 1.1 * level + [0, 0, 0, 0.01, -0.01, 0], level), Threshold("below", -0.02))
    assert str(check).startswith("trust: +10.00 % [+9.")
    assert str(check).endswith("(+0.100), n = 6, required under −2 %")
