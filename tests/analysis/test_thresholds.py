"""Thresholds live in one file, which fits the checks; a verdict follows from the interval and its threshold alone."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import analysis
from alliance_sim.statistics import Interval
from alliance_sim.statistics.verdicts import Verdict
from analysis import thresholds
from analysis.evidence import judge, mean
from analysis.patterns.exact_checks import EXACT
from analysis.patterns.registry import CLAIMS, PATTERNS
from analysis.thresholds import Threshold, ThresholdError, read_thresholds


def interval(low, high):
    return Interval((low + high) / 2, low, high, 10, 1.0, "t")


@pytest.mark.parametrize(
    ("side", "low", "high", "verdict"),
    [
        ("above", 3.1, 3.5, Verdict.HOLDS),
        ("above", 2.9, 9.0, Verdict.UNDECIDED),
        ("above", 1.0, 2.9, Verdict.DOES_NOT),
        ("above", np.nan, np.nan, Verdict.UNDECIDED),
        ("above", -np.inf, np.inf, Verdict.UNDECIDED),
        ("below", 1.0, 2.9, Verdict.HOLDS),
        ("below", 2.9, 3.1, Verdict.UNDECIDED),
        ("below", 3.1, 3.5, Verdict.DOES_NOT),
        ("within", -2.9, 2.0, Verdict.HOLDS),
        ("within", -0.1, 3.1, Verdict.UNDECIDED),
        ("within", 3.1, 4.0, Verdict.DOES_NOT),
        ("within", -5.0, -3.1, Verdict.DOES_NOT),
    ],
)
def test_a_verdict_needs_the_whole_interval_on_one_side(side, low, high, verdict):
    assert Threshold(side, 3.0).judge(interval(low, high)) is verdict


def test_every_pattern_claim_and_exact_check_has_thresholds_and_no_other():
    found = read_thresholds(thresholds.FILE)
    assert set(found["pattern"]) == {str(number) for number in PATTERNS}
    assert set(found["claim"]) == set(CLAIMS)
    assert set(found["exact"]) == {check.__name__ for check in EXACT}


def test_no_check_has_a_threshold_in_the_code():
    """Numbers of ``above``, ``below`` and ``within`` are in the file alone."""
    code = "\n".join(path.read_text("utf-8") for path in Path(analysis.__file__).parent.glob("patterns/*.py"))
    assert not re.findall(r"Threshold\(|\b(?:over|under)\(", code)


def write(tmp_path, text):
    file = tmp_path / "thresholds.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[pattern.5]\nsharing = { secondary = true }", "give one of above, below, within"),
        ("[pattern.5]\nsharing = { above = 1, below = 2 }", "give one of above, below, within"),
        ("[pattern.5]\nsharing = { above = 1, over = 2 }", "give one of above, below, within"),
        ("[pattern.5]\nsharing = 3", "write it as { above = 3.0 }"),
        ("[pattern.5]\nsharing = { above = true }", "above must be a number"),
        ("[pattern.5]\nsharing = { within = 0 }", "within must be more than 0"),
        ("[pattern]\n5 = 3", "is not a table of checks"),
        ("pattern = 3", "is not a table of checks"),
        ("[pattern.5", "is not TOML"),
    ],
)
def test_a_file_that_is_not_as_described_is_refused_with_its_place(tmp_path, text, message):
    with pytest.raises(ThresholdError, match=re.escape(message)):
        read_thresholds(write(tmp_path, text))


def test_there_is_no_side_by_default():
    with pytest.raises(TypeError):
        Threshold(value=3.0)  # pyright: ignore[reportCallIssue]


def test_an_effect_without_a_threshold_and_a_threshold_without_an_effect_are_refused(tmp_path, monkeypatch):
    file = write(tmp_path, "[pattern.5]\nsharing = { above = 0.02 }\ntrust = { above = 0 }\n")
    monkeypatch.setattr(thresholds, "FILE", file)
    values = np.arange(5.0)
    both = (mean("sharing", "", values), mean("trust", "", values))
    assert len(judge("pattern", 5, "", both, 5).checks) == 2
    with pytest.raises(ThresholdError, match=r"\[pattern\.5\] trust: exactly one check"):
        judge("pattern", 5, "", both[:1], 5)
    with pytest.raises(ThresholdError, match=r"\[pattern\.5\] sharing: exactly one check"):
        judge("pattern", 5, "", (*both, both[0]), 5)
    with pytest.raises(ThresholdError, match="no threshold for pattern 5, check practice"):
        judge("pattern", 5, "", (*both, mean("practice", "", values)), 5)
    with pytest.raises(ThresholdError, match=r"add \[pattern\.6\]"):
        judge("pattern", 6, "", both, 5)
