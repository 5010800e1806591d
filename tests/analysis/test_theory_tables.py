"""THEORY.md's tables are those of the stored results, and stored results give the same verdicts again."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from alliance_sim.statistics.verdicts import Verdict
from analysis import stored_results, theory
from analysis.__main__ import app
from analysis.evidence import Check, Evaluation, exactly, mean, more, ratio
from analysis.patterns.registry import CLAIMS, CLAIMS_NOT_SHOWN, PATTERNS, PATTERNS_NOT_SHOWN
from analysis.stored_results import Entry, StoredResults, StoredResultsError, entry_of, read_results, write_results
from analysis.theory import TheoryError
from analysis.thresholds import Threshold

THEORY = theory.PAGE.read_text(encoding="utf-8")


def made_up():
    rng = np.random.default_rng(1)
    level = rng.normal(1.0, 0.1, 12)
    checks = (
        Check(more("trust", "trust | more", level + 0.3, level), Threshold("above", 0.02)),
        Check(ratio("r", "ratio without limits", level, rng.normal(0.0, 1.0, 12)), Threshold("above", 3.0)),
        Check(mean("few", "two seeds", level[:2]), Threshold("below", 3.0, secondary=True)),
        Check(exactly("exact", "promises", 6.0), Threshold("above", 4.99)),
    )
    found = Evaluation(1, "Made up", checks, 12)
    return StoredResults("patterns", "0.2.0+abc", "2026-11-28", 12, 1001, (entry_of(found, "a cut", found),)), found


def test_results_are_read_as_they_were_written(tmp_path):
    results, found = made_up()
    text = write_results(results, tmp_path).read_text("utf-8")
    assert "NaN" not in text
    assert "Infinity" not in text
    again = read_results(tmp_path, "patterns")
    assert again.evaluations()[0].result is found.result is Verdict.UNDECIDED
    assert [str(check) for check in again.evaluations()[0].checks] == [str(check) for check in found.checks]
    assert write_results(again, tmp_path).read_text("utf-8") == text


@pytest.mark.parametrize("text", ["", "{}", '{"command": "claims"}', "[1]"])
def test_a_file_that_holds_no_results_is_refused(tmp_path, text):
    (tmp_path / "patterns.json").write_text(text)
    with pytest.raises(StoredResultsError, match="is not a file of results"):
        read_results(tmp_path, "patterns")
    with pytest.raises(StoredResultsError, match=r"claims\.json does not exist; run python -m analysis claims RESULTS"):
        read_results(tmp_path, "claims")


def test_a_table_names_model_seeds_and_date_and_gives_every_figure(tmp_path):
    results, _ = made_up()
    table = theory.table_of(results)
    assert table.startswith("Model 0.2.0+abc, 12 paired seeds from 1001, simulated on 2026-11-28 ")
    assert re.search(r"trust \\\| more: \+\d\d\.\d\d % \[", table)
    assert "n = 12, required over 2 % (holds); ratio without limits" in table
    assert table.rstrip().endswith("| **cannot be decided with 12 seeds** |")


PAGE = "above\n<!-- results: patterns -->\nold\n<!-- end of results -->\nbelow\n"


def test_a_page_gets_its_tables_and_the_rest_stays(tmp_path):
    results, _ = made_up()
    write_results(results, tmp_path)
    page = tmp_path / "THEORY.md"
    page.write_text(PAGE)
    assert theory.differing_lines(PAGE, tmp_path)
    assert theory.write_page(tmp_path, page)
    text = page.read_text("utf-8")
    assert text.startswith("above\n<!-- results: patterns -->\nModel 0.2.0+abc")
    assert text.endswith("<!-- end of results -->\nbelow\n")
    assert not theory.write_page(tmp_path, page)
    assert theory.differing_lines(text, tmp_path) == []
    assert theory.differing_lines(text.replace("+abc", "+abd"), tmp_path)[0].startswith("Model 0.2.0+abc")


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<!-- results: patterns -->\n", "has no counterpart"),
        ("<!-- end of results -->\n", "has no counterpart"),
        ("<!-- results: regimes -->\n<!-- end of results -->\n", "there is no table of regimes"),
    ],
)
def test_wrong_marks_are_refused(page, message):
    with pytest.raises(TheoryError, match=re.escape(message)):
        theory.names_on(page)


def test_results_of_some_patterns_only_are_refused():
    results, _ = made_up()
    theory.require_all([results], {"patterns": [1]})
    with pytest.raises(TheoryError, match=r"each of the 2 patterns once, but differs in 2; run python -m"):
        theory.require_all([results], {"patterns": [1, 2]})
    with pytest.raises(TheoryError, match="differs in 1"):
        theory.require_all([results], {"patterns": []})


def test_theory_has_all_tables_and_they_are_those_of_the_stored_results():
    assert theory.names_on(THEORY) == ["order", "patterns", "claims", "experiments"]
    assert theory.differing_lines(THEORY, stored_results.FOLDER) == []
    assert CliRunner().invoke(app, ["theory"]).exit_code == 0


@pytest.mark.parametrize("command", ["patterns", "claims"])
def test_stored_results_were_judged_by_the_thresholds_of_the_file(command):
    assert theory.changed_thresholds(read_results(stored_results.FOLDER, command)) == []


def test_a_changed_threshold_is_noticed():
    results = read_results(stored_results.FOLDER, "patterns")
    first = results.entries[0]
    key = next(iter(first.thresholds))
    raised = {**first.thresholds, key: replace(first.thresholds[key], value=99.0)}
    changed = replace(results, entries=(replace(first, thresholds=raised), *results.entries[1:]))
    assert theory.changed_thresholds(changed) == [f"pattern {first.number}, {key}"]


@pytest.mark.parametrize(
    ("command", "numbers", "not_shown"),
    [("patterns", PATTERNS, PATTERNS_NOT_SHOWN), ("claims", CLAIMS, CLAIMS_NOT_SHOWN)],
)
def test_all_checks_are_stored_and_those_that_do_not_hold_are_declared(command, numbers, not_shown):
    found = read_results(stored_results.FOLDER, command).evaluations()
    assert [one.number for one in found] == list(numbers)
    assert {one.number for one in found if one.result is Verdict.DOES_NOT} == set(not_shown)


def test_entries_without_thresholds_have_figures_and_no_verdicts():
    level = np.array([1.0, 1.1, 0.9, 1.05])
    entry = Entry("baseline", "baseline", (more("sharing", "sharing", level * 1.01, level),))
    table = theory.table_of(StoredResults("order", "m", "2026-11-28", 4, 1, (entry,)))
    assert "| all at once minus one after another | sharing |" in table
    assert "| baseline | +1.00 % [" in table
