"""Columns, parameters, outcomes and names are declared once and completely."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import alliance_sim
from alliance_sim import Scenario
from alliance_sim.declarations.columns import columns
from alliance_sim.declarations.derived import effective_values
from alliance_sim.declarations.module_parameters import MODULE_GROUPS, POLICY_CONTROLS
from alliance_sim.declarations.outcomes import OUTCOMES
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, GROUPS, LEVELS, PARAMETERS, Parameter
from alliance_sim.engine.settings import SETTINGS, setting, settings_record
from alliance_sim.engine.state import TABLES

LIBRARY = Path(alliance_sim.__file__).parent
SOURCES = sorted(LIBRARY.rglob("*.py"))
MODEL = LIBRARY.parent.parent / "shared" / "MODEL.md"
MODULES = {parameter.name for parameter in POLICY_CONTROLS} | {
    parameter.name for _, rows in MODULE_GROUPS.values() for parameter in rows
}
"""Parameters that come with the switchable modules."""
FORBIDDEN = ("util", "core", "base", "manager", "helper", "misc", "common")

ALL_COLUMNS = [(table, name) for table, kind in TABLES.items() for name in columns(kind)]


def source_name(path: Path) -> str:
    return path.relative_to(LIBRARY).as_posix()


@pytest.mark.parametrize(("table", "name"), ALL_COLUMNS, ids=".".join)
def test_a_column_says_what_it_holds(table, name):
    column = columns(TABLES[table])[name]
    assert np.dtype(column.dtype).itemsize in (1, 2, 4, 8)
    assert column.unit.strip()
    assert column.meaning.strip()
    assert not column.meaning.endswith(".")
    if column.bounds is not None:
        assert column.bounds[0] < column.bounds[1]


def test_every_field_of_a_table_is_a_declared_column():
    for name, table in TABLES.items():
        assert list(columns(table)) == list(table._fields), name
        assert (table.__doc__ or "").strip(), name


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda parameter: parameter.name)
def test_a_parameter_says_all_six_things(parameter: Parameter):
    for fact in ("symbol", "unit", "meaning", "source"):
        assert getattr(parameter, fact).strip(), fact
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", parameter.name)
    low, high = parameter.bounds
    assert low < high
    assert low <= parameter.explored[0] < parameter.explored[1] <= high
    default = parameter.default
    if parameter.kind == "levels":
        assert len(default) == LEVELS
        assert all(low <= one < other <= high for one, other in pairwise(default))
    elif parameter.kind == "choice":
        assert default in parameter.choices
    elif parameter.kind == "switch":
        assert isinstance(default, bool)
    else:
        assert low <= default <= high
        assert isinstance(default, int) or parameter.kind != "count"


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)
def test_an_outcome_says_what_it_means(outcome):
    assert outcome.unit.strip()
    assert len(outcome.meaning) > 5
    assert outcome.down_to in ("system", "alliance", "school")


def test_no_two_facts_share_a_name():
    assert len({outcome.name for outcome in OUTCOMES}) == len(OUTCOMES)
    assert len(PARAMETERS) == sum(len(rows) for _, rows in GROUPS.values())
    for group, (title, rows) in GROUPS.items():
        assert title.strip()
        assert {parameter.group for parameter in rows} == {group}
    assert set(CHANGED_BY_EVENTS) <= set(PARAMETERS)


def test_compiled_code_sees_every_parameter_as_it_was_given():
    given = dict(Scenario.load("route128").configuration.values)
    record = settings_record(given)
    assert given != effective_values(given)  # solo innovation is derived
    assert {name: setting(record, name) for name in PARAMETERS} == effective_values(given)
    own = given | {"practice.stationary": False}
    record = settings_record(own)
    assert {name: setting(record, name) for name in PARAMETERS} == own
    fields = {f"{group}.{key}" for group in SETTINGS.names for key in SETTINGS[group].names}
    assert fields == set(PARAMETERS)


ENDS = [
    (parameter.name, float(end.replace(",", "")))
    for parameter in PARAMETERS.values()
    if parameter.kind in ("share", "number", "count")
    for end in re.findall(r"[\d.,]+", parameter.allowed.split("number, ")[-1])
]
"""Both ends of what each parameter says is allowed, read as a user reads them."""
AFFORDABLE = ("population.schools", "population.alliance_size", "population.teachers_median")


@pytest.mark.parametrize(
    ("name", "end"),
    [(name, end) for name, end in ENDS if name not in AFFORDABLE],
)
def test_what_is_said_to_be_allowed_is_allowed(name, end):
    derived = {"practice.stationary": False}
    others = {
        "trust.gain": {"trust.loss_ratio": 1.0}, "trust.loss_ratio": {"trust.gain": 0.03},
        "practice.solo_rate": derived, "practice.solo_step": derived,
    }.get(name, {})  # fmt: skip
    value = int(end) if PARAMETERS[name].kind == "count" else end
    assert Scenario(**others | {name: value})[name] == value


def rows_of_the_model() -> list[tuple[str, str]]:
    """Return dotted name and default of each parameter in the table of the model's description, section 5."""
    section = MODEL.read_text(encoding="utf-8").split("## 5. Parameters")[1].split("\n## ")[0]
    found = []
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) != 4 or not cells[0].startswith("`"):
            continue
        names = re.findall(r"`([a-z_.]+)`", cells[0])
        group = names[0].partition(".")[0]
        dotted = [group + name if name.startswith(".") else name for name in names]
        parted = cells[2].split(";") if cells[2].count(";") == len(dotted) - 1 else cells[2].split(",")
        defaults = [default.strip() for default in parted]
        if len(defaults) < len(dotted):  # "both to calibrate"
            defaults += ["to calibrate"] * (len(dotted) - len(defaults))
        found += zip(dotted, defaults, strict=False)
    return [(name, default) for name, default in found if name not in MODULES]


OF_OUR_OWN = {"population.secondary_share", "population.secondary_median"}
"""What the model's description does not have: a whole country's schools have sizes of their phases."""


VERSION_2 = {
    "population.hub_lead": 0.0,
    "population.practice_alliance": 0.10,
    "population.practice_school": 0.15,
    "trust.rivalry_across": 1.0,
    "trust.compulsion_discount": 1.0,
    "trust.frozen": False,
    "reciprocity.one_way_constant": 1.5,
    "help.contacts": 5,
    "practice.stationary": True,
    "practice.solo_rate": 0.2963,
    "practice.solo_step": 0.2025,
    "practice.helper_gain": 0.0,
    "attainment.effect": 0.08,
    "attainment.cohort_sd": 0.12,
    "attainment.pupil_sd": 1.25,
    "home.enabled": True,
    "home.colleagues": 4,
    "home.trust": 0.7,
    "home.jpd": 0.1,
    "competition.reach": 10.0,
    "competition.intake_drift": 0.0,
}
"""Parameters that version 2 of the model added or whose default it changed."""
GONE_IN_VERSION_2 = {"attainment.noise_sd"}


def test_version_2_declares_its_parameters_with_their_defaults():
    for name, default in VERSION_2.items():
        assert PARAMETERS[name].default == default, name
        assert type(PARAMETERS[name].default) in (type(default), int), name
    assert not GONE_IN_VERSION_2 & set(PARAMETERS)


@pytest.mark.skipif(not MODEL.exists(), reason="the model's description is not available beside the repository")
def test_every_parameter_of_the_model_is_declared_with_its_default():
    """The description is that of version 1; ``VERSION_2`` lists the differences."""
    rows = [(name, written) for name, written in rows_of_the_model() if name not in GONE_IN_VERSION_2 | set(VERSION_2)]
    assert len(rows) > 50
    assert {name for name, _ in rows} == set(PARAMETERS) - MODULES - OF_OUR_OWN - set(VERSION_2)
    for name, written in rows:
        default = PARAMETERS[name].default
        if "to calibrate" in written:
            continue
        if isinstance(default, tuple):
            assert default == tuple(float(number) for number in written.split()), name
        elif isinstance(default, bool):
            assert written == str(default).lower(), name
        elif isinstance(default, str):
            assert written == default, name
        else:
            assert float(written) == default, name


@pytest.mark.parametrize("path", SOURCES, ids=source_name)
def test_everything_public_has_a_docstring(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [] if ast.get_docstring(tree) else [path.name]
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            for inner in node.body:
                named = isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                if not named or inner.name.startswith("_") or ast.get_docstring(inner):
                    continue
                if any(ast.unparse(mark).endswith(("overload", ".setter")) for mark in inner.decorator_list):
                    continue
                silent.append(inner.name)
    assert not silent


@pytest.mark.parametrize("path", SOURCES, ids=source_name)
def test_modules_have_descriptive_names(path):
    words = re.split(r"[_/.]", source_name(path).lower())
    assert not [word for word in words if word.rstrip("s") in FORBIDDEN]
