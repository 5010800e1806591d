"""Every column and outcome has the stored bytes, so that no change of the model goes unnoticed.

An intended change is stored with ``make golden`` after its differences have been read; see CONTRIBUTING.md.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from tests.golden.cases import CASES, FULL_FORM, GROUPS, MODULE_SETTINGS, SEEDS, SHORT_FORM, Case
from tests.golden.comparison import sentences
from tests.golden.digests import Record, digest_of, record_of, stored_records, stored_versions, study_record, versions
from tests.golden.interface import columns_of, module_names

FORM = FULL_FORM if os.environ.get("GOLDEN") == "all" else SHORT_FORM
REMEDY = "If this is intended, read `python -m tests.golden` and store it with `python -m tests.golden --write`."


def refuse_differences(where: str, group: str, stored: Record, fresh: Record) -> None:
    """Fail, naming the case and the first outcome that differs, unless both records are the same."""
    found = list(sentences(where, stored, fresh))
    if found:
        others = f"\nStored with {stored_versions(group)}, run with {versions()}."
        pytest.fail("\n".join(found) + (others if stored_versions(group) != versions() else "") + f"\n{REMEDY}")


@pytest.mark.parametrize(("seed", "threads"), FORM)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_has_the_stored_bytes(case: Case, seed: int, threads: int):
    stored = stored_records(case.group)[case.name, str(seed)]
    where = f"{case}, seed {seed}, {threads} thread{'s' if threads > 1 else ''}"
    refuse_differences(where, case.group, stored, record_of(case, seed, threads))


def test_the_frame_of_a_study_has_the_stored_bytes():
    refuse_differences("study", "study", stored_records("study")["study", "all seeds"], study_record())


def test_every_module_is_simulated_alone():
    assert set(MODULE_SETTINGS) == set(module_names())
    for case in CASES:
        if case.group == "modules":
            assert case.model(1).modules == (case.name,)


def test_everything_stored_is_simulated():
    stored = {(group, *key) for group in GROUPS for key in stored_records(group)}
    assert stored == {(case.group, case.name, str(seed)) for case in CASES for seed in SEEDS}


def test_each_module_changes_columns_of_its_config():
    """A module must act within the simulated half-terms, or its case would test nothing.

    Succession changes only its own columns as long as no head leaves; configs/succession.toml also has turnover.
    """
    without: dict[object, Record] = {}
    for case in CASES:
        if case.group == "modules":
            if case.config not in without:
                without[case.config] = record_of(replace(case, settings={}), 1, 1)
            before = without[case.config].columns
            if case.name == "succession":
                before = {name: digest_of(values) for name, values in columns_of(case.model(1)).items()}
                before = {name: digest for name, digest in before.items() if name.startswith("succession.")}
            on = stored_records("modules")[case.name, "1"].columns
            assert any(on[name] != digest for name, digest in before.items()), case.name
