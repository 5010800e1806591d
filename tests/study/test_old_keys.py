"""The key ``random_numbers``, and its form before version 0.2: ``luck = "paired"``."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import pytest

from alliance_sim.config import ConfigError
from alliance_sim.study import Results
from alliance_sim.study.spec.load import names_a_study
from alliance_sim.study.storage.manifest import STUDY, sealed

GRID = 'seeds = 2\nhalf_terms = 6\nkeep = ["trust"]\n[design]\n"trust.initial" = [0.3, 0.5]\n'


@pytest.mark.parametrize(
    ("given", "current"),
    [
        ('luck = "paired"', "common"),
        ('luck = "independent"', "independent"),
        ('luck = "common"', "common"),
        ('random_numbers = "paired"', "common"),
    ],
)
def test_the_old_form_is_accepted_with_file_and_line(study, given, current):
    old = re.escape(f"mystudy.toml, line 2: {given} is the old form, which version 0.3 will refuse; write random_num")
    with pytest.warns(FutureWarning, match=f'^{old}bers = "{current}"$'):
        found = study(f"{given}\n{GRID}")
    assert found.random_numbers == current
    assert found.hash == study(f'random_numbers = "{current}"\n{GRID}').hash


def test_the_old_form_is_accepted_in_a_study_that_is_extended(study, write):
    write(f'question = "Which?"\nluck = "independent"\n{GRID}', "lower.toml")
    with pytest.warns(FutureWarning, match=r"^lower\.toml, line 2: luck"):
        assert study('extends = "lower.toml"\n').random_numbers == "independent"


def test_a_wrong_value_of_the_old_key_is_reported_on_its_line(study):
    with pytest.warns(FutureWarning, match=r"line 2: luck = \"bad\""), pytest.raises(ConfigError) as caught:
        study(f'luck = "bad"\n{GRID}')
    (problem,) = caught.value.problems
    assert (problem.line, problem.name) == (2, "random_numbers")


def test_both_keys_together_are_refused(study):
    with pytest.raises(ConfigError, match="no key 'luck'"):
        study(f'luck = "independent"\nrandom_numbers = "common"\n{GRID}')


def test_a_file_with_the_old_key_alone_is_a_study(write):
    write('question = "Which?"\nluck = "paired"\n')
    assert names_a_study("mystudy.toml")


def test_the_current_form_gives_no_warning(study):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert study(f'random_numbers = "common"\n{GRID}').random_numbers == "common"


@pytest.mark.parametrize(("current", "old"), [("common", "paired"), ("independent", "independent")])
def test_a_manifest_with_the_old_key_is_read(study, written, current, old):
    results = written(study(f'random_numbers = "{current}"\n{GRID}'), lambda values, seed: {"trust": 0.5})
    document = json.loads(Path("out", STUDY).read_bytes())
    assert document["random_numbers"] == current
    renamed = {"luck" if key == "random_numbers" else key: value for key, value in document.items()}
    Path("out", STUDY).write_bytes(sealed(renamed | {"luck": old}))
    again = Results.open("out")
    assert again.manifest.random_numbers == current
    assert again.about["random_numbers"] == current
    assert again.frame().equals(results.frame())
