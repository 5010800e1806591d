"""Values within bounds are read back unchanged; all others are refused by name."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alliance_sim.config import (
    ConfigError,
    changed,
    default_configuration,
    load_configuration,
    machine_memory,
    memory_needed,
)
from alliance_sim.declarations.parameters import DEFAULTS, LEVELS, PARAMETERS

NUMBERS = [parameter for parameter in PARAMETERS.values() if parameter.kind in {"share", "number"}]


def within(parameter):
    low, high = parameter.bounds
    match parameter.kind:
        case "switch":
            return st.booleans()
        case "choice":
            return st.sampled_from(parameter.choices)
        case "count":
            return st.integers(int(low), int(high))
        case "levels":
            four = st.lists(st.floats(low, high), min_size=LEVELS, max_size=LEVELS, unique=True)
            return four.map(sorted)
        case _:
            return st.floats(low, high)


CONFIGS = st.fixed_dictionaries({}, optional={name: within(parameter) for name, parameter in PARAMETERS.items()})


@settings(max_examples=50, deadline=None)
@given(CONFIGS, st.text(st.characters(codec="utf-8"), min_size=1))
def test_valid_values_survive_a_round_trip_through_a_file(values, question):
    if {"practice.solo_rate", "practice.solo_step"} & set(values):
        values = values | {"practice.stationary": False}
    everything = {**DEFAULTS, **values}
    assume(everything["trust.gain"] * everything["trust.loss_ratio"] < 1)
    assume(memory_needed(everything) < 0.5 * machine_memory())
    assume(question.strip())
    world = replace(changed(default_configuration(), values), question=question)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "again.toml")
        path.write_bytes(world.to_toml().encode("utf-8"))
        again = load_configuration(path)
    assert again.values == world.values
    assert again.hash == world.hash
    assert again.question == question


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_one_number_out_of_bounds_is_refused_by_name(data):
    parameter = data.draw(st.sampled_from(NUMBERS))
    low, high = parameter.bounds
    outside = st.one_of(
        st.floats(max_value=low, exclude_max=True, allow_nan=False),
        st.floats(min_value=high, exclude_min=True, allow_nan=False),
        st.just(float("nan")),
    )
    with pytest.raises(ConfigError) as caught:
        default_configuration({parameter.name: data.draw(outside)})
    (problem,) = caught.value.problems
    assert problem.name == parameter.name
    assert parameter.allowed in problem.sentence


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_file_whatsoever_is_answered_with_a_traceback(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "any.toml")
        path.write_bytes(data)
        with pytest.raises(ConfigError):
            load_configuration(path)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["question", "extends", "trust", "events", "policy", "level", "x"]),
        st.recursive(
            st.one_of(st.booleans(), st.integers(-(2**70), 2**70), st.text(st.characters(codec="ascii"), max_size=5)),
            lambda inside: st.one_of(
                st.lists(inside, max_size=4),
                st.dictionaries(
                    st.sampled_from(["year", "set", "policy.funding", "policy", "gate"]), inside, max_size=3
                ),
            ),
            max_leaves=8,
        ),
    )
)
def test_every_shape_of_document_is_checked_and_reported(document):
    import tomli_w

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "any.toml")
        path.write_text(tomli_w.dumps({**document, "nowhere": 1}), encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_configuration(path)
    for problem in caught.value.problems:
        assert "\n" not in str(problem)
        assert "schema.json" not in problem.sentence, "every shape is explained"
        assert problem.line is not None
