"""Sentences about effects never contradict the figures that they are generated from, nor each other."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim import Scenario
from alliance_sim.comparison.comparison import Comparison
from alliance_sim.comparison.statement import Statement
from alliance_sim.comparison.summary import answer
from alliance_sim.declarations.outcomes import NAMES, OUTCOMES
from alliance_sim.reporting.study.leading_factors import FactorStatement, outcome_statement
from alliance_sim.statistics.families import simultaneous_together
from alliance_sim.statistics.pairs import grouped_differences
from alliance_sim.statistics.verdicts import Verdict
from alliance_sim.text import format_estimate

NUMBER = re.compile(r"[<>]?[+−]?[0-9][0-9.,]*(?:e[+−][0-9]+)?")
sizes = st.one_of(
    st.floats(-1e3, 1e3, allow_subnormal=False), st.floats(-1e-6, 1e-6, allow_subnormal=False), st.just(0.0)
)


@st.composite
def statements(draw):
    """Draw a statement whose estimate is inside its interval, sometimes without width or without an interval."""
    low, estimate, high = sorted(draw(st.lists(sizes, min_size=3, max_size=3)))
    kind = draw(st.sampled_from(["usual", "exact", "none", "unbounded"]))
    if kind == "exact":
        low = high = estimate
    elif kind == "none":
        low = high = math.nan
    elif kind == "unbounded":
        low, high = -math.inf, math.inf
    smallest = draw(st.none() | st.floats(1e-6, 1e3))
    return Statement(estimate, low, high, draw(st.integers(1, 200)), "trust", smallest, "seed")


def read(text: str) -> float:
    """Return a number as printed; what is less than a number is half of it."""
    half = 0.5 if text[0] in "<>" else 1.0
    return half * float(text.lstrip("<>").replace("−", "-").replace(",", ""))


@given(statements())
def test_a_statement_agrees_with_its_figures(one):
    text = one.figures()
    printed = [read(each) for each in NUMBER.findall(text.replace("95 %", ""))]
    assert "0, simultaneous 95 % interval 0 to 0" not in text
    if "interval" not in text or "too few" in text:
        assert one.exact or not math.isfinite(one.low) or not math.isfinite(one.high)
        return
    value, low, high = printed
    assert low <= value <= high
    for shown, number in zip(printed, (one.estimate, one.low, one.high), strict=True):
        assert (shown > 0) == (number > 0)
        assert (shown < 0) == (number < 0), "no number but zero is printed as zero, and none changes its sign"
    assert (one.direction != 0) == (low > 0 or high < 0), "clear is what the printed interval shows"


@given(statements())
def test_clear_words_need_an_interval_that_excludes_zero(one):
    words = one.compared()
    assert ("clearly higher" in words) == (one.low > 0)
    assert ("clearly lower" in words) == (one.high < 0)
    assert ("no clear difference" in words) == (not one.direction and not one.exact)


@given(statements())
def test_clear_and_matters_are_different_words_and_agree(one):
    text = one.relevance()
    if one.smallest is None:
        assert text == ""
        return
    assert (one.verdict == Verdict.HOLDS) == (one.low > one.smallest or one.high < -one.smallest)
    if one.verdict == Verdict.HOLDS:
        assert one.direction != 0, "what matters is clear"
        assert text.startswith("it matters")
    assert ("cannot be decided" in text) == (one.verdict == Verdict.UNDECIDED)
    assert "clear" not in text


@given(st.lists(sizes, min_size=3, max_size=3).map(sorted))
def test_formatted_limits_keep_sign_and_order(numbers):
    low, value, high = numbers
    texts = format_estimate(value, low, high)
    for text, number in zip(texts, (value, low, high), strict=True):
        assert (text == "0" or not any(digit in text for digit in "123456789")) == (number == 0.0)
    assert read(texts[1]) <= read(texts[0]) <= read(texts[2])


FACTORS = ("policy.competition", "trust.initial", "policy.funding")


@given(
    st.integers(3, 12),
    st.lists(st.sampled_from([0.0, 0.001, 0.1, 1.0, -1.0, -0.5]), min_size=3, max_size=3),
    st.sampled_from([0.0, 0.01, 1.0]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_the_sentence_of_an_outcome_names_only_factors_that_lead(seeds, effects, noise, seed):
    rng = np.random.default_rng(seed)
    gaps = np.array(effects)[:, None, None] + noise * rng.standard_normal((3, 1, seeds))
    (found,) = simultaneous_together([grouped_differences(gaps)])
    largest = []
    for place, factor in enumerate(FACTORS):
        one = found.item(place)
        statement = Statement(one.estimate, one.low_simultaneous, one.high_simultaneous, one.n, "trust", None, "seed")
        largest.append((FactorStatement(factor, 1.0, 0.0, statement), found[place : place + 1]))
    whole = outcome_statement("Trust", largest)
    text = whole.sentence()
    clear = {one.factor for one, _ in largest if one.statement.direction}
    if not clear:
        assert "depends most on" not in text
        assert " it rises" not in text
        assert " it falls" not in text
        return
    leader = max(clear, key=lambda name: abs(next(o for o, _ in largest if o.factor == name).statement.estimate))
    assert leader in whole.leading.names or len(whole.leading.names) > 1
    for one, _ in largest:
        if one.factor in whole.leading.names:
            assert one.clause() in text
            assert (" it rises" in one.clause()) == (one.statement.direction > 0)
            assert (" it falls" in one.clause()) == (one.statement.direction < 0)
    assert ("not clearly apart" in text) == (len(whole.leading.names) > 1)


SCENARIOS = tuple(Scenario.load(name) for name in ("route128", "silicon_valley"))


@given(
    st.integers(2, 8), st.sampled_from([0.0, 0.01, 0.3]), st.sampled_from([0.0, 1e-5, 0.1, 2.0]), st.booleans(),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_the_sentences_of_a_comparison_follow_from_its_differences(seeds, noise, shift, undefined, seed):
    rng = np.random.default_rng(seed)
    values = 1.0 + noise * rng.standard_normal((2, seeds, 13, len(OUTCOMES)))
    values[1, :, 1:] += shift
    values[:, :, 0] = values[:1, :, 0]
    if undefined:
        values[0, 0, 1:, NAMES.index("trust")] = math.nan
    compared = Comparison(SCENARIOS, tuple(range(seeds)), values, OUTCOMES, {"sharing": 0.05})
    sentences = answer(compared)
    text = " ".join(sentences)
    sharing, attainment = compared.difference("sharing"), compared.difference("attainment")
    assert replace(sharing.statement, unit="").figures() in text
    assert ("Pupils' attainment is clearly higher" in text) == (attainment.direction > 0)
    assert ("sharing shows no clear difference" in text) == (not sharing.direction and not sharing.statement.exact)
    assert (" times (95 % interval" in text or "clearly more help" in text) == (sharing.direction > 0)
    assert sharing.statement.relevance() in text
    assert ("give no interval" in text) == (seeds < 3)
    if seeds < 3:
        assert "is clearly" not in text
        assert "clearly more" not in text
    assert ("left out of it" in text) == undefined
    for which, change in enumerate(compared.practice_changes):
        moved = {1: "rose", -1: "fell", 0: "did not change clearly"}[change.direction]
        assert f"it {moved} in {compared.titles[which]} ({change.figures()})" in text
    assert "0, simultaneous 95 % interval 0 to 0" not in text
