"""Gaps are decomposed as worked out by hand, and the comparison that was asked for it shows the result."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from alliance_sim import Scenario, compare
from alliance_sim.cli import main
from alliance_sim.comparison.decomposition import (
    combinations_of,
    decompose,
    decompose_comparison,
    differences,
    interaction_values,
    shapley_values,
)
from alliance_sim.config import ConfigError, load_configuration

SEEDS = np.array([0.0, 0.1, -0.1])
"""Differences between seeds, equal in all cells, so that effects have no spread."""
CELLS = {
    frozenset(): 1.0 + SEEDS,
    frozenset("a"): 3.0 + SEEDS,
    frozenset("b"): 2.0 + SEEDS,
    frozenset("ab"): 8.0 + SEEDS,
}


def test_shares_and_interactions_by_hand():
    """Introduced first, a adds 2; after b it adds 6. So its share is 4, that of b 3, and together they are the gap."""
    found = decompose("practice", ["a", "b"], CELLS, (SEEDS, 3.5 + SEEDS))
    assert [(one.names, one.effect.estimate) for one in found.shares] == [
        (("a",), pytest.approx(4.0)),
        (("b",), pytest.approx(3.0)),
    ]
    assert found.gap.estimate == pytest.approx(7.0)
    assert found.interactions[0].effect.estimate == pytest.approx(4.0)
    assert found.frozen_gap.estimate == pytest.approx(3.5)
    assert found.feedback.estimate == pytest.approx(0.5)
    assumed, grown = found.sentences()
    assert "a makes 57 %" in assumed
    assert "the feedback of trust makes 50 %" in grown


@given(arrays(np.float64, (8, 3), elements=st.floats(-10.0, 10.0)))
def test_shares_always_add_up_to_the_gap(values):
    cells = dict(zip(combinations_of(["a", "b", "c"]), values, strict=True))
    shares = sum(shapley_values(name, ["a", "b", "c"], cells) for name in "abc")
    assert shares == pytest.approx(cells[frozenset("abc")] - cells[frozenset()], abs=1e-9)


@given(arrays(np.float64, (4, 3), elements=st.floats(-10.0, 10.0)))
def test_differences_whose_effects_add_up_do_not_interact(effects):
    """The outcome is a sum of one effect for each difference, so each share is that effect."""
    cells = {
        chosen: effects[3] + sum(effects["abc".index(name)] for name in chosen) for chosen in combinations_of("abc")
    }
    for place, name in enumerate("abc"):
        assert shapley_values(name, list("abc"), cells) == pytest.approx(effects[place], abs=1e-9)
    for pair in combinations("abc", 2):
        assert interaction_values(pair, list("abc"), cells) == pytest.approx(0.0, abs=1e-9)


ENDS = 'question = "?"\nextends = "baseline"\n[[events]]\nyear = 1\nset = { "policy.funding" = 0.0 }\n'


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("baseline", "baseline", "they do not differ in any parameter"),
        ("baseline", "ends", "they have different dated events"),
        ("baseline", "one_school_each", "they differ in "),
    ],
)
def test_what_cannot_be_decomposed_is_refused(tmp_path, monkeypatch, first, second, reason):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ends.toml").write_text(ENDS, "utf-8")
    lines = [f"{name} = 0.3" for name in ("competition", "funding", "secrecy", "porosity")]
    trust = [
        f"{name} = 0.2"
        for name in ("initial", "head_meeting", "head_readiness", "staff_follow_heads", "heads_hear_staff")
    ]
    (tmp_path / "one_school_each.toml").write_text(
        "\n".join(['question = "?"\nextends = "baseline"\n[policy]', *lines, "[trust]", *trust]) + "\n", "utf-8"
    )
    names = [name if name == "baseline" else f"{name}.toml" for name in (first, second)]
    with pytest.raises(ConfigError, match=reason):
        differences(*map(load_configuration, names))


SMALL = {"population.schools": 4, "population.alliance_size": 2, "population.teachers_median": 8}


def test_a_comparison_is_decomposed_with_its_own_runs():
    pair = [Scenario.load("route128", SMALL), Scenario.load("silicon_valley", SMALL)]
    comparison = compare(pair, seeds=3, half_terms=6, workers=1)
    practice, sharing = decompose_comparison(comparison, workers=1)
    assert practice.gap.estimate == pytest.approx(comparison.difference("practice").difference)
    assert sharing.gap.estimate == pytest.approx(comparison.difference("sharing").difference)
    assert {one.names[0] for one in practice.shares} == {"policy.secrecy", "policy.porosity", "coordinator.present"}
    assert sum(one.effect.estimate for one in practice.shares) == pytest.approx(practice.gap.estimate)
    frozen = compare(
        [Scenario.load(one.name, SMALL | {"trust.frozen": True}) for one in pair], seeds=3, half_terms=6, workers=1
    )
    assert practice.frozen_gap.estimate == pytest.approx(frozen.difference("practice").difference)
    with pytest.raises(ValueError, match="3 scenarios cannot be decomposed"):
        decompose_comparison(compare([*pair, pair[0]], seeds=2, half_terms=1, workers=1))


COMMAND = ["compare", "route128", "silicon_valley", "--seeds", "3", "--half-terms", "6", "--workers", "1"]
SET = [word for name, value in SMALL.items() for word in ("--set", f"{name}={value}")]


def test_the_command_puts_the_decomposition_on_page_terminal_and_json(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([*COMMAND, *SET, "--decompose", "--out", "out"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    page = " ".join((tmp_path / "out" / "comparison.html").read_text("utf-8").split())
    for text in (shown, page):
        assert "Of the gap in practice" in text
        assert "the feedback of trust makes" in text
    assert "policy.secrecy × coordinator.present (interaction)" in page
    assert "--decompose" in page, "the command that repeats it"
    assert main([*COMMAND, *SET, "--decompose", "--json"]) == 0
    practice, _ = json.loads(capsys.readouterr().out)["decompositions"]
    assert practice["outcome"] == "practice"
    assert sum(one["effect"]["estimate"] for one in practice["shares"]) == pytest.approx(practice["gap"]["estimate"])


def test_the_command_refuses_more_than_two_configs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([*COMMAND, "baseline", "--decompose", "--out", "out"]) == 2
    assert "--decompose takes two configs, and 3 were given" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    (tmp_path / "ends.toml").write_text(ENDS, "utf-8")
    assert main(["compare", "baseline", "ends.toml", "--decompose", "--out", "out"]) == 2
    assert "they have different dated events" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()
