"""Sentences of a study's page follow from indices, plans and shares, and never contradict them."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim import Scenario
from alliance_sim.comparison.comparison import Comparison
from alliance_sim.comparison.summary import answer
from alliance_sim.declarations.outcomes import OUTCOMES
from alliance_sim.reporting.study.labels import factor_called
from alliance_sim.reporting.study.sentences import (
    index_sentence,
    power_sentences,
    precision_sentence,
    random_variation_sentence,
)
from alliance_sim.statistics.planning import Plan
from alliance_sim.study.results.endpoints import Levels
from alliance_sim.study.results.sample_size import LITTLE, SampleSize, SeedShare
from alliance_sim.study.results.sensitivity import MU_STAR, RANKS, TOTAL, morris_indices, rank_regression, sobol_indices

NAMES = ("policy.competition", "trust.initial", "policy.funding")
PERCENT = re.compile(r"([<>]?)(\d+) % \(95 % interval ([<>]?)(\d+) to ([<>]?)(\d+)\)")
NUMBER = re.compile(r"[<>]?[+−]?[0-9][0-9.,]*(?:e[+−][0-9]+)?")
strengths = st.lists(st.sampled_from([0.0, 0.0, 0.02, 0.3, 1.0, 1.0, 5.0]), min_size=3, max_size=3)
noises = st.sampled_from([0.0, 0.1, 2.0])
seeds = st.integers(0, 2**32 - 1)


def agrees(mark: str, digits: str, share: float) -> bool:
    """Return whether a printed percentage is that of a share: zero, all and the sign of each are kept."""
    if mark == "<":
        return 0.0 < share < 0.01
    if mark == ">":
        return 0.99 < share < 1.0
    return abs(int(digits) / 100.0 - share) <= 0.005 + 1e-9 and (int(digits) == 0) == (share == 0.0)


def check_leaders(text: str, found, measure: str) -> None:
    """Assert that factors are named if and only if they lead, and that none leads without an interval above zero."""
    one = found.of(measure)
    if not found.leading.names:
        assert "depends most" not in text
        assert "most closely" not in text
        return
    assert ("not clearly apart" in text) == (len(found.leading.names) > 1)
    for name in NAMES:
        named = text.split(":", maxsplit=1)[0].split("(", maxsplit=1)[0]
        assert (factor_called(name) in named) == (name in found.leading.names)
    first = found.leading.names[0]
    assert abs(one[first].value) == max(abs(each.value) for each in one.values() if math.isfinite(each.value))


@given(strengths, noises, st.integers(1, 4), st.booleans(), st.sampled_from([3, 8, 70]), seeds)
@settings(max_examples=60, deadline=None)
def test_a_sentence_on_sobols_indices_states_them(strength, noise, runs, shared, blocks, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.random((2, blocks, 3))
    crossed = [np.where(np.arange(3) == place, b, a) for place in range(3)]
    where = np.stack([a, *crossed, b], axis=1).reshape(-1, 3)
    values = (where @ np.array(strength))[:, None] + noise * rng.standard_normal((1 if shared else len(where), runs))
    found = sobol_indices(np.broadcast_to(values, (len(where), runs)), NAMES, "trust", shared_seeds=shared)
    text = index_sentence(found)
    total, first = found.of(TOTAL), found.of("S1")
    if "same at every point" in text:
        assert not any(math.isfinite(one.value) for one in total.values())
        return
    check_leaders(text, found, TOTAL)
    printed = PERCENT.findall(text)
    if found.leading.names:
        stated = [one for name in found.leading.names for one in (first[name], total[name])]
    else:
        stated = [max(total.values(), key=lambda one: abs(one.value))]
        above = 0.0 < stated[0].low <= found.noise_floor
        assert ("a factor without effect may reach" in text) == above, "an interval above zero is not clear of noise"
    assert len(printed) == len(stated) or "too few blocks" in text
    for each, one in zip(printed, stated, strict=False):
        assert agrees(*each[:2], one.value)
        assert agrees(*each[2:4], one.low)
        assert agrees(*each[4:], one.high)
    for name in total:
        assert first[name].value <= total[name].value


@given(strengths, noises, st.integers(1, 4), st.sampled_from([2, 5, 20]), seeds)
@settings(max_examples=60, deadline=None)
def test_a_sentence_on_morris_effects_states_them(strength, noise, runs, trajectories, seed):
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 2, (trajectories, 3)) / 3.0
    order = np.argsort(rng.random((trajectories, 3)), axis=1)
    moved = np.arange(4)[None, :, None] > order[:, None, :]
    where = np.where(moved, start[:, None] + 2.0 / 3.0, start[:, None]).reshape(-1, 3)
    values = (where @ np.array(strength))[:, None] + noise * rng.standard_normal((len(where), runs))
    found = morris_indices(values, where, NAMES, 4, "trust")
    text = index_sentence(found)
    one = found.of(MU_STAR)
    if "same at every point" in text:
        assert all(each.value == 0.0 for each in one.values())
        return
    check_leaders(text, found, MU_STAR)
    stated = found.of("mu")
    for name in found.leading.names:
        for number in (stated[name].value, stated[name].low, stated[name].high):
            if math.isfinite(number) and number != 0.0:
                assert ("+" if number > 0 else "−") in text
    if not found.leading.names:
        largest = max(one.values(), key=lambda each: each.value)
        above = math.isfinite(largest.low) and 0.0 < largest.low <= found.noise_floor
        assert ("a factor without effect may reach" in text) == above


@given(strengths, noises, st.integers(1, 4), st.booleans(), st.sampled_from([9, 40]), seeds)
@settings(max_examples=60, deadline=None)
def test_a_sentence_on_ranks_states_the_coefficients(strength, noise, runs, shared, points, seed):
    rng = np.random.default_rng(seed)
    where = rng.random((points, 3))
    values = (where @ np.array(strength))[:, None] + noise * rng.standard_normal((points, runs))
    levels = {
        name: Levels(name, tuple(np.sort(where[:, at])), np.argsort(np.argsort(where[:, at])))
        for at, name in enumerate(NAMES)
    }
    found = rank_regression(levels, values, "trust", shared_seeds=shared)
    text = index_sentence(found)
    if not found.rows:
        assert "same at every point" in text
        return
    check_leaders(text, found, RANKS)
    stated = found.of(RANKS)
    leaders = [stated[name] for name in found.leading.names]
    assert not leaders or any(one.low > 0.0 or one.high < 0.0 for one in leaders), "one that leads is clear"
    (share,) = re.findall(r"explain ([<>]?)(\d+) %", text)
    assert agrees(*share, found.explained)


plans = st.none() | st.builds(
    lambda numbers, known: Plan(*(each if known else None for each in (numbers[1], numbers[0], numbers[2])), "", 10),
    st.lists(st.integers(3, 10**6), min_size=3, max_size=3).map(sorted),
    st.booleans(),
)


@st.composite
def sizes(draw):
    """Draw the precision of an effect, with plans."""
    half_width, within = draw(st.floats(1e-6, 10.0)), draw(st.floats(1e-6, 10.0))
    power = draw(plans)
    return SampleSize(
        NAMES[0], draw(st.sampled_from(["trust", "sharing"])), 1.0, 0.0, 0.5, half_width, 10, draw(st.booleans()),
        within, draw(plans), None if power is None else 0.02, power, "seeds",
    )  # fmt: skip


@given(st.lists(sizes(), min_size=1, max_size=6))
def test_seeds_are_called_enough_only_if_every_interval_is_narrow(answers):
    text = precision_sentence(answers, 10)
    wide = [one for one in answers if one.half_width > one.within]
    assert ("were enough for this precision" in text) == (not wide)
    if not wide:
        return
    assert f"not enough for {len(wide)} of {len(answers)} effect" in text
    unknown = any(one.precision is None for one in wide)
    never = not unknown and any(one.precision.n is None for one in wide)
    assert ("cannot be estimated" in text) == unknown
    assert ("no feasible number" in text) == never
    if not unknown and not never:
        assert f"{max(one.precision.n for one in wide):,} seeds would be enough" in text


@given(st.lists(sizes(), min_size=1, max_size=6))
def test_power_is_stated_for_each_outcome_with_a_smallest_effect(answers):
    sentences = power_sentences(answers)
    planned = {one.outcome for one in answers if one.power is not None}
    assert len(sentences) == len(planned)
    for name in planned:
        numbers = [one.power.n for one in answers if one.outcome == name and one.power is not None]
        most = "more than ten million" if None in numbers else f"{max(numbers):,}"
        (text,) = [each for each in sentences if f"An effect of 0.02 on {name}" in each]
        assert f"with power .8 with {most} seeds" in text


@given(st.floats(0.0, 1.0) | st.floats(0.045, 0.055), st.integers(2, 200), st.none() | st.integers(3, 10**5))
def test_random_variation_is_small_only_if_its_share_is(share, runs, needed):
    text = random_variation_sentence(
        [SeedShare("trust", share, runs, needed), SeedShare("sharing", share / 2, runs, 2)]
    )
    assert ("were enough" in text) == (share <= LITTLE)
    assert ("would reduce it" in text) == (share > LITTLE)
    (stated,) = re.findall(r"makes up (?:at most|less than) (\d+) %", text)
    assert share <= int(stated) / 100.0 + 1e-9, "at most is true"
    assert (int(stated) > 100 * LITTLE) == (share > LITTLE + 1e-9), "the stated share is on the same side of the limit"


SCENARIOS = tuple(Scenario.load(name) for name in ("route128", "silicon_valley", "cosy_club"))


@given(st.integers(2, 8), st.sampled_from([0.0, 0.01, 0.3]), st.sampled_from([0.0, 1e-5, 0.1, -2.0]), seeds)
@settings(max_examples=40, deadline=None)
def test_each_of_several_configs_has_a_sentence_that_follows_from_its_differences(runs, noise, shift, seed):
    rng = np.random.default_rng(seed)
    values = 3.0 + noise * rng.standard_normal((3, runs, 13, len(OUTCOMES)))
    values[2, :, 1:] += shift
    values[:, :, 0] = values[:1, :, 0]
    compared = Comparison(SCENARIOS, tuple(range(runs)), values, OUTCOMES)
    sentences = answer(compared)
    for other in (1, 2):
        (text,) = [each for each in sentences if f"{compared.titles[other]} has, against" in each]
        for name in ("sharing", "trust", "practice", "attainment"):
            one = compared.difference(name, other)
            figures = replace(one.statement, unit="").figures()
            words = {
                "sharing": {1: "clearly more sharing", -1: "clearly less sharing"},
            }.get(name, {1: f"clearly higher {name}", -1: f"clearly lower {name}"})
            words[0] = f"the same {name}" if one.statement.exact else f"no clear difference in {name}"
            assert f"{words[one.direction]} ({figures})" in text
