"""Wrong arguments are refused in one sentence with the given and the allowed values; nothing changes."""

from __future__ import annotations

import math
import pickle
import random
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.comparison.comparison import compare
from alliance_sim.schools import read_schools

FOREIGN = ("broadcast", "convert", "fspath", "literal", "__", "supported between", "SeedSequence", "array", "operand")
"""Words that NumPy, pathlib and Python itself would say."""


@contextmanager
def refused(kind: type[Exception] | tuple[type[Exception], ...], *fragments: str) -> Generator[None]:
    """Check that the block raises this error in one line with all these words and no internal terms."""
    with pytest.raises(kind) as refusal:
        yield
    said = str(refusal.value)
    assert "\n" not in said
    assert len(said) < 400
    assert [word for word in FOREIGN if word in said] == []
    assert [fragment for fragment in fragments if fragment not in said] == []


@pytest.mark.parametrize("odd", [3, 0, True, 1.5, b"baseline", ["baseline"], {}, object(), Scenario])
def test_what_is_no_config(odd):
    for load in (AllianceModel, Scenario.load):
        with refused(TypeError, "the config is ", "a name or the path of a file", "shipped configs: baseline"):
            load(odd)


def test_no_config_at_all():
    with refused(TypeError, "the config is None"):
        Scenario.load(None)
    for load in (AllianceModel, Scenario.load):
        with refused(ValueError, "its name is empty", "shipped configs: baseline"):
            load("")
        with refused(ValueError, "base·line", 'did you mean "baseline"'):
            load("base\nline")


@pytest.mark.parametrize("record", ["x", "School", None, 3, ["system"]])
def test_a_record_that_is_none(small, record):
    with refused(ValueError, f"record is {record!r}", '"auto", "system", "alliance" or "school"'):
        AllianceModel(record=record, **small)


@pytest.mark.parametrize(
    "odd",
    ["x", b"1", 1.5, math.nan, 1j, True, np.bool_(True), np.float64(2), {}, {1}, object(), random.Random(1), random],
)
def test_an_rng_that_is_none(small, odd):
    for make in (lambda: AllianceModel(rng=odd, **small), lambda: AllianceModel(Scenario(rng=odd, **small))):
        with refused(TypeError, "rng is ", "a whole number, a NumPy generator or seed sequence, or None"):
            make()


@pytest.mark.parametrize("odd", [[], [-1], [1.5], ["a"], [[1, 2], [3]], (None,), np.ones(2)])
def test_a_list_of_seeds_that_is_none(small, odd):
    with refused(ValueError, "rng is ", "must hold whole numbers, 0 or more"):
        AllianceModel(rng=odd, **small)


@pytest.mark.parametrize("odd", [-1, 1.5, math.nan, math.inf, "x", None, True, [3]])
def test_an_invalid_duration_is_refused(model, odd):
    kind = ValueError if isinstance(odd, int | float) and odd is not True else TypeError
    with refused(kind, "duration (half-terms) is ", "a whole number, 0 or more"):
        model.run_for(odd)
    model.run_for(2)
    with refused(kind, "end_time (half-terms) is ", "a whole number, 2 or more"):
        model.run_until(odd)
    assert (model.time, len(model.outcomes)) == (2, 3)


def test_an_end_in_the_past_is_refused_and_no_duration_does_nothing(model):
    model.run_for(0)
    model.run_for(3.0)
    model.run_until(3)
    assert model.time == 3
    with refused(ValueError, "end_time (half-terms) is 2", "3 or more"):
        model.run_until(2)


ALL = "5 numbers, each 0 to 3.4e+38, or one number for all (practice)"
WRITTEN = [
    ("teachers", "practice", [1, 2], ValueError, "practice is [1, 2]", ALL),
    ("teachers", "practice", [[1.0] * 5], ValueError, "practice is [[1.0,", ALL),
    ("teachers", "practice", [1, [2, 3], 4, 5, 6], TypeError, "practice is [1, [2, 3], 4, 5, 6]", ALL),
    ("teachers", "practice", [1, 2, 3, 4, math.nan], ValueError, "practice is [1, 2, 3, 4, nan]", ALL),
    ("teachers", "practice", {}, TypeError, "practice is {}", ALL),
    ("teachers", "practice", 1e39, ValueError, "practice is 1e+39", ALL),
    ("teachers", "fatigue", "x", TypeError, "fatigue is 'x'", "a number, 0 to 3.4e+38 (share of capacity)"),
    ("teachers", "fatigue", "0.5", TypeError, "fatigue is '0.5'", "a number"),
    ("teachers", "fatigue", True, TypeError, "fatigue is True", "a number"),
    ("teachers", "fatigue", [0.5], ValueError, "fatigue is [0.5]", "a number"),
    ("teachers", "fatigue", 1j, TypeError, "fatigue is 1j", "a number"),
    ("teachers", "fatigue", -math.inf, ValueError, "fatigue is -inf", "a number"),
    ("teachers", "years", 2.5, ValueError, "years is 2.5", "a whole number, 0 to 255 (years)"),
    ("schools", "pupils", 2**31, ValueError, "pupils is 2147483648", "a whole number, 0 to 2,147,483,647 (pupils)"),
    ("schools", "name", "x", AttributeError, "name follows from the run and cannot be set: The school's name", ""),
    ("coordinators", "present", 0.5, ValueError, "present is 0.5", "must be True or False"),
    ("coordinators", "present", "yes", TypeError, "present is 'yes'", "must be True or False"),
    ("coordinators", "present", math.nan, ValueError, "present is nan", "must be True or False"),
    ("coordinators", "capacity", True, TypeError, "capacity is True", "a whole number, 0 to 40 (pairs a half-term)"),
]


@pytest.mark.parametrize(("who", "what", "value", "kind", "given", "allowed"), WRITTEN)
def test_what_is_written_wrongly(model, who, what, value, kind, given, allowed):
    agent = getattr(model, who)[0]
    before = np.copy(getattr(agent, what))
    with refused(kind, given, allowed):
        setattr(agent, what, value)
    assert np.array_equal(getattr(agent, what), before)


def test_a_coordinator_comes_and_goes(model):
    coordinator = model.coordinators[0]
    for value in (False, np.bool_(True), 0, 1.0):
        coordinator.present = value
        assert coordinator.present is bool(value)


@pytest.mark.parametrize(
    ("what", "value", "kind", "allowed"),
    [
        ("trust", "x", TypeError, "trust is 'x', but must be a number, 0 to 1"),
        ("trust", [0.5], ValueError, "a number, 0 to 1"),
        ("level", "x", TypeError, "level is 'x', but must be a whole number, 1 to 4"),
        ("level", np.array([1, 2]), TypeError, "level is [1, 2], but must be a whole number, 1 to 4"),
        ("level", True, TypeError, "a whole number, 1 to 4"),
        (
            "partner",
            3,
            AttributeError,
            "partner follows from the run and cannot be set: The teacher to whom the tie leads",
        ),
    ],
)
def test_a_tie_that_is_written_wrongly(model, what, value, kind, allowed):
    tie = model.teachers[0].ties[0]
    before = getattr(tie, what)
    with refused(kind, allowed):
        setattr(tie, what, value)
    assert getattr(tie, what) == before


def test_an_unknown_agent_is_refused(model, model_of):
    teacher, school, many = model.teachers[0], model.schools[0], len(model.teachers)
    for ask in (teacher.trust_in, teacher.tie_to):
        with refused(IndexError, f"there is no teacher {many}: rows go from 0 to {many - 1}"):
            ask(many)
        for odd in ("x", None, [1], True, school):
            with refused(TypeError, "teacher is ", "must be a teacher of the model, or the row of one"):
                ask(odd)
        for odd in (-1, 1.5, math.nan):
            with refused(ValueError, "teacher is ", "a whole number, 0 or more"):
                ask(odd)
    for ask in (school.trust_in, lambda other: school.set_trust_in(other, 0.5)):
        with refused(IndexError, "there is no school 6: rows go from 0 to 5"):
            ask(6)
        with refused(TypeError, "school is <Teacher 0>, but must be a school of the model, or the row of one"):
            ask(teacher)
        with refused(ValueError, "school is <School 1> of another model; give one of this model, or the row, 1"):
            ask(model_of(rng=2).schools[1])


@pytest.mark.parametrize(
    ("trust", "kind"), [("x", TypeError), (None, TypeError), ([0.5], TypeError), (math.nan, ValueError)]
)
def test_trust_of_heads_that_is_none(model, trust, kind):
    school, before = model.schools[0], model.schools[0].trust_in(1)
    with refused(kind, "trust is ", "0 to 1"):
        school.set_trust_in(1, trust)
    assert school.trust_in(1) == before


@pytest.mark.parametrize("odd", ["x", None, 1.5, (1, 2)])
def test_a_row_that_is_none(model, odd):
    with refused(TypeError, "row is ", "a whole number or a slice"):
        model.schools[odd]


@pytest.mark.parametrize("odd", ["x", 3, True, ["trust.initial"], [("a", 1)]])
def test_changes_that_are_no_mapping(model, small, odd):
    changing = (Scenario(**small).with_changes, model.change_policy, lambda changes: Scenario.load("baseline", changes))
    for change in changing:
        with refused(TypeError, f"is {odd!r}", 'a dict of names and values, such as {"trust.initial": 0.4}'):
            change(odd)


@pytest.mark.parametrize("name", [3, None, ("a", "b"), "", "trust", "no\nname"])
def test_names_of_nothing(model, small, name):
    scenario = Scenario(**small)
    for change in (lambda: Scenario.load("baseline", {name: 1}), lambda: scenario.with_changes({name: 1})):
        with refused(ValueError, "override ", "there is no parameter"):
            change()
    with refused(ValueError, "change_policy: ", "cannot change during a run", "only policy.competition"):
        model.change_policy({name: 1})
    with refused(KeyError, "there is no parameter"):
        scenario[name]


def test_results_of_the_run_cannot_be_set(model):
    with refused(AttributeError, "policy follows from the run and cannot be set", "change_policy sets them"):
        model.policy = {"policy.funding": 1.0}
    with refused(AttributeError, "outcomes follows from the run and cannot be set"):
        model.outcomes = None


@pytest.mark.parametrize("odd", [3, "list.csv", [], Path("list.csv")])
def test_schools_that_are_no_roster(small, odd):
    with refused(TypeError, "roster is ", "read_schools() gives"):
        Scenario(**small).with_roster(odd)


@pytest.mark.parametrize("odd", [3, [], [None, None], ["baseline", "route128"], None])
def test_scenarios_that_are_none(odd):
    with refused(ValueError, "scenarios is ", "two or more Scenarios; Scenario.load(…) makes one"):
        compare(odd)


@pytest.mark.parametrize(
    ("what", "value", "allowed"),
    [
        ("seeds", "x", "2 or more"), ("seeds", 1.5, "2 or more"), ("seeds", True, "2 or more"),
        ("half_terms", 0.5, "1 or more"), ("first_seed", None, "0 to 18,446,744,073,709,551,614"),
        ("first_seed", 2**64 - 1, "0 to 18,446,744,073,709,551,614"), ("workers", 1.5, "1 or more"),
    ],
)  # fmt: skip
def test_how_not_to_compare(small, what, value, allowed):
    with refused((TypeError, ValueError), f"{what} is {value!r}", f"a whole number, {allowed}"):
        compare([Scenario(**small), Scenario(**small)], **{"seeds": 2, "half_terms": 1, what: value})


@pytest.mark.parametrize("what", ["seeds", "half_terms"])
def test_results_that_would_not_fit(small, what):
    with refused(ValueError, "the results would need about", "GB of memory", "give fewer seeds or half_terms"):
        compare([Scenario(**small), Scenario(**small)], **{what: 10**12})


@pytest.mark.parametrize(
    ("path", "more", "kind", "says"),
    [
        (3, {}, TypeError, "path is 3, but must be the path of a CSV file"),
        (None, {}, TypeError, "path is None"),
        ("", {}, ValueError, "its name is empty; give the path of a CSV file"),
        ("a.csv", {"alliance_size": "x"}, TypeError, "alliance_size is 'x', but must be a whole number, 2 or more"),
        ("a.csv", {"alliance_size": 2.5}, ValueError, "alliance_size is 2.5, but must be a whole number, 2 or more"),
        ("a.csv", {"pupils_per_teacher": "x"}, TypeError, "pupils_per_teacher is 'x', but must be a number"),
        ("a.csv", {"pupils_per_teacher": 0}, ValueError, "pupils_per_teacher is 0, but must be 0.01 to 100,000"),
        ("a.csv", {"pupils_per_teacher": math.nan}, ValueError, "pupils_per_teacher is nan"),
    ],
)
def test_how_not_to_read_a_list(path, more, kind, says):
    with refused(kind, says):
        read_schools(path, **{"alliance_size": 6, "pupils_per_teacher": 20} | more)


def test_models_and_scenarios_still_travel(model):
    assert pickle.loads(pickle.dumps(model.scenario.copy())).hash == model.scenario.hash
