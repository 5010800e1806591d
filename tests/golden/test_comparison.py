"""The comparison with stored records names what differs, and distinguishes a renaming from a change."""

from __future__ import annotations

import numpy as np
import pytest

from tests.golden.__main__ import report
from tests.golden.comparison import renamed_columns, renamed_outcomes, sentences
from tests.golden.digests import Record, digest_of, records_in, text_of

TRUST, DEBT = np.linspace(0, 1, 5), np.arange(5, dtype=np.float32)


def record(trust: float | None = 0.5, **columns: np.ndarray) -> Record:
    series = digest_of(np.array([np.nan if trust is None else trust]))
    return Record({name: digest_of(values) for name, values in columns.items()}, {"trust": series}, {"trust": trust})


def test_equal_records_give_no_sentence():
    assert not list(sentences("here", record(a=TRUST), record(a=TRUST)))


def test_an_outcome_that_differs_is_named_first_with_both_values():
    first, second = sentences("here", record(0.5, a=TRUST), record(0.625, a=DEBT))
    assert first == "here: trust at the last half-term is 0.625, stored 0.5 (difference 0.125, relative 0.25)"
    assert second == "here: 1 of 1 columns differ: a"


def test_an_outcome_that_became_undefined_differs():
    (sentence,) = sentences("here", record(0.5), record(None))
    assert "is None, stored 0.5" in sentence


@pytest.mark.parametrize(
    "other", [DEBT.astype(np.float64), DEBT.reshape(1, 5), DEBT + np.float32(1e-7), DEBT[::-1]], ids=str
)
def test_type_shape_value_and_order_are_part_of_a_digest(other):
    assert digest_of(other) != digest_of(DEBT)


def test_a_renamed_column_is_found_by_its_bytes_in_all_cases():
    stored = {("x", "1"): record(old=TRUST, kept=DEBT), ("y", "1"): record(old=DEBT, kept=TRUST)}
    fresh = {("x", "1"): record(new=TRUST, kept=DEBT), ("y", "1"): record(new=DEBT, kept=TRUST)}
    assert renamed_columns(stored, fresh) == {"old": "new"}
    assert report("g", stored, fresh) == ["g: renamed, same bytes: old → new"]


def test_columns_of_a_renamed_table_are_paired_by_their_own_names():
    stored = {("x", "1"): record(**{"factors.a": TRUST, "factors.b": TRUST, "factors.c": TRUST})}
    fresh = {("x", "1"): record(**{"modifiers.0": TRUST, "modifiers.b": TRUST, "modifiers.c": TRUST})}
    assert renamed_columns(stored, fresh) == {
        "factors.a": "modifiers.0",
        "factors.b": "modifiers.b",
        "factors.c": "modifiers.c",
    }


def test_renamed_columns_with_equal_bytes_are_reported_as_unclear():
    stored = {("x", "1"): record(a=TRUST, b=TRUST)}
    fresh = {("x", "1"): record(c=TRUST, d=TRUST)}
    first, second = report("g", stored, fresh)
    assert first.startswith("g: renamed, same bytes: a → c (several renamed columns have the same bytes")
    assert second.startswith("g: renamed, same bytes: b → d (several")


def test_writing_renamed_columns_leaves_nothing_to_report():
    fresh = {("x", "1"): record(new=TRUST, kept=DEBT)}
    assert report("g", records_in(text_of(fresh)), fresh) == []


def test_a_renamed_column_with_other_bytes_in_one_case_is_a_change():
    stored = {("x", "1"): record(old=TRUST), ("y", "1"): record(old=DEBT)}
    fresh = {("x", "1"): record(new=TRUST), ("y", "1"): record(new=DEBT + 1)}
    assert renamed_columns(stored, fresh) == {}
    assert report("g", stored, fresh) == [
        "g: column new: differs in 2 of 2 runs",
        "g: column old: differs in 2 of 2 runs",
    ]


def test_a_renamed_outcome_is_reported_with_its_value_unchanged():
    stored = {("x", "1"): Record({}, {"old": "1"}, {"old": 2.0})}
    fresh = {("x", "1"): Record({}, {"new": "1"}, {"new": 2.0})}
    assert renamed_outcomes(stored, fresh) == {"old": "new"}
    assert report("g", stored, fresh) == ["g: renamed, same bytes: old → new"]


def test_a_renamed_case_with_renamed_columns_is_no_change():
    assert report("g", {("x", "1"): record(old=TRUST)}, {("z", "1"): record(new=TRUST)}) == [
        "g: renamed, same bytes: x → z",
        "g: renamed, same bytes: old → new",
    ]


def test_the_largest_difference_over_all_cases_is_reported():
    stored = {("x", "1"): record(0.5), ("y", "1"): record(0.5)}
    fresh = {("x", "1"): record(0.75), ("y", "1"): record(0.625)}
    assert report("g", stored, fresh) == [
        "g: outcome trust: largest difference at the last half-term 0.25 (relative 0.5) in x, seed 1"
    ]


def test_new_and_missing_cases_are_reported():
    assert report("g", {("x", "1"): record(a=TRUST)}, {("z", "1"): record(a=DEBT)}) == [
        "g: new: z, seed 1",
        "g: gone: x, seed 1",
    ]


def test_stored_records_read_back_the_same():
    records = {("x", "1"): record(0.1, a=TRUST), ("x", "2"): record(None, b=DEBT)}
    assert records_in(text_of(records)) == records
