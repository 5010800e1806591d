"""Configs and studies translate errors in the same way."""

from __future__ import annotations

import pytest

from alliance_sim.config import ConfigError, load_configuration
from alliance_sim.config.translation import MOST_REPORTED, dotted, not_allowed
from alliance_sim.study import Study

QUESTION = 'question = "What if?"\n'
UNKNOWN = "".join(f"unknown_key_{number} = 1\n" for number in range(MOST_REPORTED + 7))


def problems_of(load, text, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path)
    return refused.value.problems


@pytest.mark.parametrize("load", [load_configuration, Study.load])
def test_problems_are_in_the_order_of_their_lines_and_the_rest_is_counted(load, tmp_path):
    problems = problems_of(load, QUESTION + UNKNOWN, tmp_path)
    lines = [problem.line for problem in problems[:MOST_REPORTED]]
    assert lines == list(range(2, MOST_REPORTED + 2))
    assert problems[MOST_REPORTED].sentence == "7 more problems like these; fix the first ones and check again"


def test_the_problems_of_a_study_are_in_the_order_of_their_lines(tmp_path):
    text = QUESTION + 'at = "never"\nhalf_terms = 0\nseeds = -1\nkeep = "trust"\n'
    problems = problems_of(Study.load, text, tmp_path)
    assert [(problem.line, problem.name) for problem in problems] == [
        (2, "at"), (3, "half_terms"), (4, "seeds"), (5, "keep"),
    ]  # fmt: skip


def test_a_value_that_is_not_allowed_has_name_value_bounds_and_suggestion():
    problem = not_allowed("trust.gain", "half", "a number, 0 to 1", ("mine.toml", 4), "0.5")
    assert str(problem) == ('mine.toml, line 4: trust.gain is "half", but must be a number, 0 to 1; did you mean 0.5?')
    assert (problem.given, problem.allowed, problem.suggestion) == ('"half"', "a number, 0 to 1", "0.5")


def test_places_in_lists_are_counted_from_one():
    assert dotted(("events", 1, "set", "policy.funding")) == "events[2].set.policy.funding"
