"""Parameters set by name, on the command line and in Python."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim.config import (
    ConfigError,
    changed,
    default_configuration,
    load_configuration,
    parse_override,
    parse_overrides,
)
from alliance_sim.declarations.parameters import DEFAULTS


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("trust.initial=0.4", "trust.initial", 0.4),
        (" trust.initial = 0.4 ", "trust.initial", 0.4),
        ("population.schools=30", "population.schools", 30),
        ("coordinator.present=false", "coordinator.present", False),
        ("trust.competition_enters=additive", "trust.competition_enters", "additive"),
        ('trust.competition_enters="additive"', "trust.competition_enters", "additive"),
        ("level.gate=[0.1, 0.2, 0.3, 0.4]", "level.gate", [0.1, 0.2, 0.3, 0.4]),
        ("trust.initial=45%", "trust.initial", "45%"),
    ],
)
def test_a_value_is_read_as_in_a_config_and_words_need_no_quotes(text, name, value):
    assert parse_override(text) == (name, value)
    assert type(parse_override(text)[1]) is type(value)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("trust.initial", "a parameter is set by NAME=VALUE, such as trust.initial=0.4"),
        ("=0.4", "a parameter is set by NAME=VALUE"),
        ("trust.initial=", "the value is missing after the ="),
        ("level.gate=[0.1, 0.2", "cannot be read; check its brackets and quotes"),
        ('x="abc', "cannot be read"),
        ("x=" + "[" * 9000, "cannot be read"),
        ("x=" + "1" * 9000, "cannot be read"),
        ("x=1\n[table]", "more than one value"),
        ("x=1\ny=2", "more than one value"),
    ],
)
def test_a_bad_form_is_refused_with_the_right_one(text, fragment):
    with pytest.raises(ConfigError) as caught:
        parse_override(text)
    (problem,) = caught.value.problems
    assert problem.file.startswith("--set ")
    assert fragment in problem.sentence
    assert "\n" not in str(problem)
    assert len(str(problem)) < 300


def test_all_bad_forms_are_reported_together():
    with pytest.raises(ConfigError) as caught:
        parse_overrides(["trust.initial", "trust.gain=0.1", "=3"])
    assert len(caught.value.problems) == 2
    assert parse_overrides(["trust.gain=0.1", "trust.gain=0.2"]) == {"trust.gain": 0.2}


def test_overrides_have_the_last_word(write):
    path = write('question = "Q?"\nextends = "route128"\n[trust]\ninitial = 0.6\n')
    world = load_configuration(path, {"trust.initial": 0.3, "policy.secrecy": 0})
    assert (world.values["trust.initial"], world.values["policy.secrecy"]) == (0.3, 0.0)
    assert world.values["policy.porosity"] == 0.03


def test_a_bad_override_is_reported_with_its_place_beside_the_files_problems(write):
    path = write('question = "Q?"\n[trust]\ngain = 70\n')
    with pytest.raises(ConfigError) as caught:
        load_configuration(path, {"trust.initial": -1, "trust.inital": 1, "extends": "x"}, source="--set")
    assert [str(problem) for problem in caught.value.problems] == [
        "myworld.toml, line 3: trust.gain is 70, but must be 0.03 to 0.2",
        "--set trust.inital: there is no parameter 'trust.inital'; did you mean 'trust.initial'?",
        "--set extends: there is no parameter 'extends'; `alliance-sim parameters` lists them all",
        "--set trust.initial=-1: trust.initial is -1, but must be 0 to 1",
    ]


def test_an_override_that_does_not_go_with_the_file_is_blamed():
    with pytest.raises(ConfigError, match=r"^override trust.loss_ratio=8.5: .*\n?") as caught:
        load_configuration("baseline", {"trust.loss_ratio": 8.5, "trust.gain": 0.2})
    assert len(caught.value.problems) == 1, "what is out of bounds has no say in what does not go together"
    with pytest.raises(ConfigError, match=r"^override trust.loss_ratio=8: .* under 1"):
        load_configuration("baseline", {"trust.loss_ratio": 8, "trust.gain": 0.2})


def test_numpy_numbers_are_as_good_as_pythons():
    world = default_configuration(
        {
            "trust.initial": np.float32(0.5),
            "population.schools": np.int64(30),
            "coordinator.present": np.bool_(False),
            "level.gate": np.array([0.1, 0.2, 0.3, 0.4]),
            "level.stake": (0.1, 0.2, 0.3, 0.4),
        }
    )
    assert type(world.values["trust.initial"]) is float
    assert type(world.values["population.schools"]) is int
    assert world.values["coordinator.present"] is False
    assert world.values["level.gate"] == (0.1, 0.2, 0.3, 0.4)
    assert world.values["level.stake"] == (0.1, 0.2, 0.3, 0.4)


@pytest.mark.parametrize("value", [None, object(), {"a": 1}, b"0.4", 1j, [[0.1]], np.array(["a"])])
def test_anything_else_is_refused_in_a_sentence(value):
    with pytest.raises(ConfigError, match=r"trust\.initial is .*, but must be a number, 0 to 1"):
        default_configuration({"trust.initial": value})


def test_defaults_are_the_declared_ones_and_changes_leave_the_old_alone():
    plain = default_configuration()
    other = changed(plain, {"trust.initial": 0.3})
    assert plain.values == DEFAULTS
    assert other.values["trust.initial"] == 0.3
    assert other.hash != plain.hash
    assert plain.hash == load_configuration("baseline").hash
