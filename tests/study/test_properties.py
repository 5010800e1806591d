"""Whatever a study says comes back from its points, and whatever a file holds is answered by a sentence."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.config import ConfigError
from alliance_sim.declarations.derived import DERIVED
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.study import Study
from alliance_sim.study.execution.run_task import configuration_of

FREE = [
    parameter
    for parameter in PARAMETERS.values()
    if parameter.group not in {"population"} and parameter.name not in {"trust.gain", "trust.loss_ratio", *DERIVED}
]
"""The parameters of which any value goes with any other's."""


def one_value(parameter):
    low, high = parameter.bounds
    match parameter.kind:
        case "switch":
            return st.booleans()
        case "choice":
            return st.sampled_from(parameter.choices)
        case "count":
            return st.integers(int(low), int(high))
        case "levels":
            return st.lists(st.floats(low, high), min_size=4, max_size=4, unique=True).map(sorted)
        case _:
            return st.floats(low, high)


def same(value):
    return tuple(value) if isinstance(value, list) else value


@st.composite
def grids(draw):
    """A factorial design: a few parameters with a few different values each."""
    chosen = draw(st.lists(st.sampled_from(FREE), min_size=1, max_size=3, unique_by=lambda one: one.name))
    return {
        one.name: draw(st.lists(one_value(one), min_size=1, max_size=3, unique_by=lambda value: str(same(value))))
        for one in chosen
    }


def written(document):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "any.toml")
        path.write_text(tomli_w.dumps(document), encoding="utf-8")
        return Study.load(path)


@settings(max_examples=60)
@given(grids(), st.integers(1, 5), st.integers(1, 100))
def test_a_grid_has_every_combination_once_and_its_hash_is_its_scenarios(grid, seeds, half_terms):
    study = written({"question": "Q?", "seeds": seeds, "half_terms": half_terms, "design": grid})
    size = 1
    for values in grid.values():
        size *= len(values)
    points = list(study.points)
    assert len(points) == len(study.points) == size
    assert len({point.scenario.hash for point in points}) == size
    assert list(study.points.digests()) == [point.scenario.hash for point in points]
    for name, values in grid.items():
        assert {point.values[name] for point in points} == {same(value) for value in values}
        assert list(study.points.frame()[name]) == [point.values[name] for point in points]


@settings(max_examples=40)
@given(grids())
def test_a_scenario_is_rebuilt_from_its_task(grid):
    study = written({"question": "Q?", "seeds": 1, "design": grid})
    for task in study.tasks():
        configuration, roster = configuration_of(task.scenario)
        assert Scenario.of(configuration, roster=roster).hash == study.points[task.point].scenario.hash
        assert dict(configuration.values) == study.points[task.point].scenario.values


@settings(max_examples=40)
@given(grids())
def test_a_grid_written_as_points_has_the_same_keys(grid):
    study = written({"question": "Q?", "seeds": 2, "design": grid})
    with tempfile.TemporaryDirectory() as folder:
        rows = [",".join(grid), *(",".join(map(in_a_field, point.values.values())) for point in study.points)]
        Path(folder, "points.csv").write_text("\n".join(rows), "utf-8")
        Path(folder, "again.toml").write_text('question = "Q?"\nseeds = 2\n[design]\nfile = "points.csv"\n', "utf-8")
        again = Study.load(Path(folder, "again.toml"))
        assert [task.keys for task in again.tasks()] == [task.keys for task in study.tasks()]


def in_a_field(value):
    """As one would write it into a CSV."""
    if isinstance(value, tuple):
        return f'"[{", ".join(map(repr, value))}]"'
    return str(value).lower() if isinstance(value, bool) else str(value)


KEYS = [
    "question", "extends", "base", "variants", "seeds", "keep", "at", "random_numbers", "set", "events", "limits",
    "design", "schools", "sedes",
]  # fmt: skip
INSIDE = ["kind", "n", "file", "explore", "trust.initial", "trust", "initial", "from", "base", "year", "set", "x"]


LEAVES = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(st.characters(codec="ascii"), max_size=5),
    st.sampled_from(["morris", "sobol", "policy", "route128", "end"]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inside: st.one_of(
        st.lists(inside, max_size=4), st.dictionaries(st.sampled_from(INSIDE), inside, max_size=4)
    ),
    max_leaves=10,
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_documents_of_every_shape_are_checked_and_reported(document):
    with pytest.raises(ConfigError) as caught:
        written({**document, "nowhere": 1})
    for problem in caught.value.problems:
        assert "\n" not in str(problem)
        assert "schema.json" not in problem.sentence, "every shape is explained"
