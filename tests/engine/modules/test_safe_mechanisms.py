"""Errors of a user's own mechanism are reported: other local files, values out of bounds, writes past a column."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance_sim import AllianceModel, Scenario
from alliance_sim.cli.main import main
from alliance_sim.config import ConfigError, load_configuration
from alliance_sim.declarations.columns import columns
from alliance_sim.declarations.module import MechanismError
from alliance_sim.declarations.parameters import DEFAULTS, Parameter
from alliance_sim.engine.column_checks import CAREFUL, as_measures_see_it, as_rules_see_it
from alliance_sim.engine.modules.registry import allocate_request_log
from alliance_sim.engine.settings import extended_settings, settings_record, update_settings
from alliance_sim.engine.state import TABLES
from alliance_sim.study import Study

SMALL = {"population.schools": 4, "population.alliance_size": 2, "population.teachers_median": 8}
EXAMPLES = int(os.environ.get("MECHANISM_EXAMPLES", "60"))
TEXT = """\
{head}
import numpy as np
from alliance_sim.extending import *

{before}

@loop
def odd_rule(world, own, context):
    settings, seed, half_term = context
    {body}

@loop
def odd_size(world, settings, own):
    {measure}

MECHANISM = Module(
    name="odd",
    claims="none",
    switches=("odd.on",),
    rules={{Phase.{phase}: odd_rule}},
    outcomes={{Outcome("odd_size", "count", "a number", "system"): odd_size}},
    parameters=(
        share("odd.on", 0.0, "o", "whether it is on", "none"),
        Parameter("odd.row", 0.0, "r", "row", (-1e12, 1e12), "row", "none"),
        Parameter("odd.value", 0.0, "v", "value", (-1e30, 1e30), "value", "none"),
        share("odd.nan", 0.0, "n", "whether NaN is written", "none"),
    ),
    {more}
)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder in which the mechanism is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(CAREFUL, raising=False)
    return tmp_path


def write_mechanism(body="pass", *, phase="END", measure="return 1.0", head="", before="", more=""):
    text = TEXT.format(body=body, phase=phase, measure=measure, head=head, before=before, more=more)
    Path("odd.py").write_text(text, "utf-8")
    Path("odd.toml").write_text('question = "What if?"\nmechanisms = ["odd.py"]\n[odd]\non = 1.0\n', "utf-8")


def run(half_terms=1, **dotted):
    model = AllianceModel(Scenario.load("odd.toml", SMALL | dotted), rng=1)
    model.run_for(half_terms)
    return model


def test_a_rule_with_the_five_arguments_of_version_0_1_gives_the_same():
    write_mechanism("world.ties.trust[:] = 0.25 + 0.5 * settings.odd.on * half_term / 4.0")
    now = run(2).outcomes
    text = Path("odd.py").read_text("utf-8")
    new, old = (
        "def odd_rule(world, own, context):\n    settings, seed, half_term = context\n",
        "def odd_rule(world, settings, own, seed, half_term):\n",
    )
    assert new in text
    Path("odd.py").write_text(text.replace(new, old), "utf-8")
    assert run(2).outcomes.equals(now)


def refusal_of_config():
    with pytest.raises(ConfigError) as caught:
        load_configuration("odd.toml")
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


LOCAL_IMPORTS = {
    "a relative import": ("from . import helper", 1),
    "an import": ("import helper", 1),
    "names of a helper": ("from helper import RATE", 1),
    "an import inside a function": ("def f():\n    import helper", 2),
    "importlib": ("import sys, importlib\nsys.path.insert(0, '.')\nm = importlib.import_module('helper')", 3),
    "a loader": (
        "import importlib.util as u\ns = u.spec_from_file_location('h', 'helper.py')\n"
        "m = u.module_from_spec(s)\ns.loader.exec_module(m)",
        4,
    ),
    "runpy": ("import runpy\nrunpy.run_path('helper.py')", 2),
    "exec": ("exec(open('helper.py').read())", 1),
    "open": ("x = open('data.txt').read()", 1),
    "os.open": ("import os\nx = os.open('data.txt', os.O_RDONLY)", 2),
    "pathlib": ("from pathlib import Path\nx = Path('data.txt').read_text()", 2),
    "numpy": ("import numpy\nx = numpy.loadtxt('data.txt')", 2),
    "a read whose error is caught": ("try:\n    x = open('data.txt')\nexcept Exception:\n    x = 0", 2),
}


@pytest.mark.parametrize("head", LOCAL_IMPORTS)
def test_a_mechanism_that_uses_other_local_files_is_refused_with_file_line_and_remedy(head):
    Path("helper.py").write_text("RATE = 0.5\n", "utf-8")
    Path("data.txt").write_text("1\n", "utf-8")
    lines, line = LOCAL_IMPORTS[head]
    write_mechanism(head=lines)
    text = refusal_of_config()
    assert f"odd.py, line {line}: the mechanism" in text
    assert "local file" in text
    assert "a mechanism is one file, so that results depend on nothing else; copy what it needs into it" in text


def test_a_local_module_that_is_loaded_already_is_refused(monkeypatch):
    Path("loaded_helper.py").write_text("import numba\nRATE = 0.5\n@numba.njit\ndef f():\n    return 1.0\n", "utf-8")
    monkeypatch.syspath_prepend(Path.cwd())
    import loaded_helper  # noqa: F401

    write_mechanism(head="import sys\nhelp = sys.modules['loaded_helper']")
    assert "takes help from" in refusal_of_config()
    write_mechanism(head="import sys\nhelp = sys.modules['loaded_helper'].f")
    assert "takes help from" in refusal_of_config()


def test_installed_packages_may_be_imported_and_their_versions_decide_the_digest(monkeypatch):
    from alliance_sim.config import extensions

    write_mechanism(head="import math\nimport numba")
    first = load_configuration("odd.toml").mechanisms[0].digest
    assert load_configuration("odd.toml").mechanisms[0].digest == first
    monkeypatch.setattr(extensions, "versions_of", lambda names: dict.fromkeys(names, "another version"))
    monkeypatch.setattr(extensions, "_LOADED", {})
    mechanism = load_configuration("odd.toml").mechanisms[0]
    assert mechanism.digest != first
    planned = extensions.Mechanism(mechanism.path, mechanism.text, planned=first)
    with pytest.raises(ConfigError, match="is not what it was as its runs were planned"):
        _ = planned.module


def test_values_that_compiled_rules_capture_are_never_those_of_an_earlier_run(folder):
    """The file stays the same, its constant comes from the environment, and compiled code is stored on disk."""
    before = (
        "import os\nRATE = float(os.environ['ODD_RATE'])\n"
        "PAIR = (1.0, 2.0)\nTABLE = np.array([float(os.environ['ODD_TABLE'])])"
    )
    write_mechanism(measure="return RATE * PAIR[1] * TABLE[0]", before=before)
    program = (
        "from alliance_sim import AllianceModel, Scenario\n"
        f"model = AllianceModel(Scenario.load('odd.toml', {SMALL!r}), rng=1)\n"
        "print(model.outcomes['odd_size'].iloc[0], model.scenario.hash)\n"
    )
    found = []
    for rate, table in (("0.5", "1"), ("0.25", "1"), ("0.25", "3"), ("0.5", "1")):
        environment = os.environ | {"ODD_RATE": rate, "ODD_TABLE": table, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        found.append(done.stdout.split())
    assert [float(size) for size, _ in found] == [1.0, 0.5, 1.5, 1.0]
    assert found[0] == found[3]
    assert len({digest for _, digest in found}) == 3


@pytest.mark.parametrize(
    ("head", "part"),
    [
        ("import not_there_at_all", "line 1: the mechanism cannot be run (ModuleNotFoundError: No module named"),
        ("from math import not_there", "line 1: the mechanism cannot be run (ImportError"),
        ("x = (", "the mechanism cannot be run (SyntaxError"),
        ("x = 1 / 0", "line 1: the mechanism cannot be run (ZeroDivisionError: division by zero)"),
        ("raise KeyError", "line 1: the mechanism cannot be run (KeyError)"),
        ("import sys\nsys.exit(3)", "line 2: the mechanism ends Python as it is imported (SystemExit: 3); remove the"),
        ("print('hello')", "line 1: the mechanism writes to standard output as it is imported; remove the print"),
        ("import sys\nsys.stdout.buffer.write(b'x')", "line 2: the mechanism writes to standard output"),
    ],
)
def test_a_failing_import_is_one_sentence(head, part, capsys):
    write_mechanism(head=head)
    assert part in refusal_of_config()
    assert main(["run", "odd.toml", "--half-terms", "1", "--json"]) == 2
    printed = capsys.readouterr()
    assert part in json.loads(printed.out)["error"]


OUT_OF_BOUNDS = {
    "too much": ("world.ties.trust[3] = 35.9", "END", "ties.trust, row 3, is 35.9, but must be 0 to 1 (trust)"),
    "NaN": ("world.ties.trust[0] = np.nan", "START", "ties.trust, row 0, is nan, but must be 0 to 1 (trust)"),
    "endless": ("world.teachers.fatigue[1] = np.inf", "END", "teachers.fatigue, row 1, is inf, but must be 0 or more"),
    "an area": ("world.teachers.practice[2, 1] = -1.0", "END", "teachers.practice, row 2, practice_areas 1, is -1"),
    "no bounds": ("world.ties.owed[0] = np.nan", "EXCHANGED", "ties.owed, row 0, is nan, but must be a finite number"),
    "a whole number": ("world.ties.level[4] = 9", "END", "ties.level, row 4, is 9, but must be 1 to 4"),
    "another's tie": ("world.teachers.asks[1, 0] = 0", "DECIDED", "asks, row 1, contacts 0, is 0, but must"),
    "a sent tie": (
        "world.modifiers.assigned_tie[0] = 10**6", "START", "modifiers.assigned_tie, row 0, is 1,000,000, but must be",
    ),
    "at the start": ("world.schools.rank[0] = 2.0", "INITIAL", "after odd_rule, INITIAL of half-term 0, schools.rank"),
}  # fmt: skip


@pytest.mark.parametrize("case", OUT_OF_BOUNDS)
def test_a_value_out_of_bounds_is_one_sentence(case):
    body, phase, part = OUT_OF_BOUNDS[case]
    write_mechanism(body, phase=phase, more="uses_modifiers=True,")
    with pytest.raises(MechanismError) as caught:
        run()
    assert str(caught.value).startswith(f"the mechanism odd: after odd_rule, {phase} of half-term ")
    assert part in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_every_column_is_checked_or_cannot_be_written():
    """Float columns without declared bounds must be finite; row numbers are checked or read-only."""
    from alliance_sim.engine.column_checks import _FOLLOWS_OTHER_COLUMNS, _checks_of

    for name, table in TABLES.items():
        checked = {check.column for check in _checks_of(table, name, False)}
        for key, column in columns(table).items():
            dtype = np.dtype(column.dtype)
            limits = column.bounds or column.limits or (0, 0)
            holds_anything = (
                dtype.kind in "iu" and limits[1] >= np.iinfo(dtype).max and limits[0] <= np.iinfo(dtype).min
            )
            known = column.fixed or key in checked or (name, key) in _FOLLOWS_OTHER_COLUMNS or dtype.kind == "b"
            assert known or holds_anything or (name, key) == ("teachers", "id"), f"{name}.{key}"
            if "row" in column.unit:
                assert column.fixed or (name, key) in _FOLLOWS_OTHER_COLUMNS, f"{name}.{key}"


def test_bounds_that_a_mechanism_declares_for_its_own_columns_are_checked():
    table = (
        "from typing import Annotated, NamedTuple\nclass Own(NamedTuple):\n"
        "    visits: Annotated[Floats, Column('float32', 'visits', 'v', (0.0, 5.0), of='teachers')]\n"
        "    free: Annotated[Floats, Column('float32', 'visits', 'v', of='teachers')]\n"
    )
    table = table.replace("Annotated[Floats", "Annotated[object")
    write_mechanism("own.visits[2] = 7.0", before=table, more="state=Own,")
    with pytest.raises(MechanismError, match=r"own\.visits, row 2, is 7, but must be 0 to 5 \(visits\)"):
        run()
    write_mechanism("own.free[2] = np.nan", before=table, more="state=Own,")
    run()


PAST_THE_END = {
    "one past": "world.ties.trust[world.ties.trust.size] = 0.5",
    "far past": "world.ties.trust[10**12] = 0.5",
    "far before": "world.ties.trust[-10**12] = 0.5",
    "in a helper of the library": "ties_of(world, 10**9)",
    "in a rule of its own": "put(world.ties.trust, 10**9)",
}


@pytest.mark.parametrize("case", PAST_THE_END)
def test_a_write_past_a_columns_end_is_one_sentence(case):
    write_mechanism(PAST_THE_END[case], before="@step\ndef put(column, row):\n    column[row] = 0.5\n")
    with pytest.raises(MechanismError) as caught:
        run()
    assert "odd_rule, at END of half-term 1, was stopped: an index is past the end" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"body": "world.ties.partner[0] = 3"}, "may only read (world.ties.partner[0] = 3)"),
        (
            {"body": "world.request_log.tie[0]", "phase": "EXCHANGED"},
            "world.request_log, which needs request_log=True in Module(",
        ),
        (
            {"body": "world.modifiers.need_factor[0] = 2.0"},
            "world.modifiers, which needs uses_modifiers=True in Module(",
        ),
        ({"measure": "world.ties.trust[0] = 1.0\n    return 1.0"}, "which measures odd_size, cannot be compiled"),
        ({"body": "world.ties.nothing[0]"}, "cannot be compiled"),
        ({"body": "settings.odd.nothing"}, "was stopped: 'nothing' is no parameter of the table that it reads"),
        ({"measure": "return world.ties.trust"}, "odd_size was measured as"),
        ({"body": "1 // (half_term - 1)"}, "was stopped by ZeroDivisionError"),
        ({"body": "raise ValueError('no such case')"}, "was stopped by ValueError: 'no such case'; correct the rule"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_run_is_one_sentence(arguments, part):
    write_mechanism(**arguments)
    with pytest.raises(MechanismError) as caught:
        run()
    assert part in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_mechanism_sees_only_the_optional_tables_that_it_declares():
    write_mechanism(more="uses_modifiers=True,")
    model = run(0)
    world = model.world._replace(request_log=allocate_request_log(model.world))
    (module,) = model.simulation.modules.on
    for uses_modifiers, request_log in ((False, False), (True, False), (False, True), (True, True)):
        for view in (as_rules_see_it, as_measures_see_it):
            seen = view(world, replace(module, uses_modifiers=uses_modifiers, request_log=request_log))
            assert (seen.modifiers is not None, seen.request_log is not None) == (uses_modifiers, request_log)
            if request_log:
                assert not any(column.flags.writeable for column in seen.request_log)
    assert as_rules_see_it(world, module).modifiers.need_factor.flags.writeable
    assert not as_measures_see_it(world, module).modifiers.need_factor.flags.writeable


def test_copies_check_their_own_columns():
    """A copy must not use read-only views of the original as its columns."""
    write_mechanism("world.ties.trust[0] = 0.5")
    model = run()
    for copy in (deepcopy(model), pickle.loads(pickle.dumps(model))):
        copy.run_for(1)
        model_once = deepcopy(model)
        model_once.run_for(1)
        assert copy.outcomes.equals(model_once.outcomes)


def test_a_value_that_a_script_writes_is_not_blamed_on_a_rule_where_columns_are_checked_before(monkeypatch):
    write_mechanism()
    model = run()
    monkeypatch.setenv(CAREFUL, "1")
    model.world.schools.intake[0] = np.nan
    model.simulation.modules._views.clear()
    with pytest.raises(MechanismError, match=r"schools\.intake, row 0, is nan before the mechanism odd runs odd_rule"):
        model.run_for(1)


@pytest.mark.parametrize("command", ["run", "compare"])
def test_the_command_line_reports_it_in_one_line_and_exits_as_for_failed_runs(command, capsys, folder):
    write_mechanism("world.ties.trust[0] = 35.9")
    sets = [word for name, value in SMALL.items() for word in ("--set", f"{name}={value}")]
    configs = ["odd.toml"] if command == "run" else ["baseline", "odd.toml"]
    length = ["--half-terms", "2", *(["--seeds", "2", "--workers", "1"] if command == "compare" else [])]
    assert main([command, *configs, *sets, *length, "--careful", "--out", "result"]) == 1
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert "ties.trust, row 0, is 35.9, but must be 0 to 1" in printed.err
    assert not Path("result").exists()


def test_a_run_of_a_sweep_fails_with_the_reason_and_the_others_continue():
    write_mechanism("if settings.odd.value > 1.0:\n        world.ties.trust[0] = settings.odd.value")
    small = "".join(f'"{name}" = {value}\n' for name, value in SMALL.items())
    Path("study.toml").write_text(
        'question = "What if?"\nbase = "odd.toml"\nseeds = 2\nhalf_terms = 2\nkeep = ["trust"]\n'
        f'[set]\n{small}[design]\n"odd.value" = [0.5, 35.5]\n',
        "utf-8",
    )
    swept = Study.load("study.toml").run("results", workers=1)
    assert (swept.done, swept.failed) == (2, 2)
    for failure in swept.first_failures:
        assert failure.point == 1
        assert "ties.trust, row 0, is 35.5, but must be 0 to 1 (trust)" in failure.reason


def test_a_worker_that_dies_of_a_segmentation_fault_names_the_run_and_suggests_careful():
    write_mechanism(head=f"import ctypes, os\nif os.getpid() != {os.getpid()}:\n    ctypes.string_at(0)")
    small = "".join(f'"{name}" = {value}\n' for name, value in SMALL.items())
    Path("study.toml").write_text(
        'question = "What if?"\nbase = "odd.toml"\nseeds = [7]\nhalf_terms = 1\nkeep = ["trust"]\n'
        f'[set]\n{small}[design]\n"odd.on" = [1.0]\n',
        "utf-8",
    )
    swept = Study.load("study.toml").run("results", workers=1)
    reason = swept.first_failures[0].reason
    assert "its worker process died (SIGSEGV) in the run of point 0, seed 7 with the mechanism odd" in reason
    assert "--careful" in reason


WRITTEN_COLUMNS = (
    "ties.trust", "ties.owed", "ties.given", "teachers.fatigue", "teachers.load", "schools.rank", "schools.intake",
    "head_ties.trust", "coordinators.strain", "modifiers.utility_offset", "modifiers.level_cap", "ties.level",
    "teachers.asks", "modifiers.assigned_tie", "coordinators.capacity", "schools.given",
)  # fmt: skip


@pytest.fixture(scope="module")
def writers(tmp_path_factory):
    """A mechanism that writes a value at a row of a column, for each column."""
    folder = tmp_path_factory.mktemp("writers")
    for name in WRITTEN_COLUMNS:
        column = f"world.{name}" if name != "teachers.asks" else "world.teachers.asks.reshape(-1)"
        value = "settings.odd.value if settings.odd.nan < 0.5 else np.nan"
        if np.dtype(columns(TABLES[name.split(".")[0]])[name.split(".")[1]].dtype).kind != "f":
            value = "np.int64(settings.odd.value)"
        body = f"column = {column}\n    column[np.int64(settings.odd.row)] = {value}"
        more = "uses_modifiers=True,"
        text = TEXT.format(body=body, phase="DECIDED", measure="return 1.0", head="", before="", more=more)
        (folder / name).mkdir()
        (folder / name / "odd.py").write_text(text, "utf-8")
        config = 'question = "What if?"\nmechanisms = ["odd.py"]\n[odd]\non = 1.0\n'
        (folder / name / "odd.toml").write_text(config, "utf-8")
    return folder


VALUES = st.one_of(
    st.floats(-2, 2, width=32), st.integers(-6, 130).map(float), st.sampled_from([35.9, -0.001, 1e30, -1e30, 2.0**31])
)
ROWS = st.one_of(st.integers(-3, 60), st.sampled_from([10**4, -(10**4), 10**9, -(10**9), 10**12]))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(WRITTEN_COLUMNS), row=ROWS, value=VALUES, nan=st.booleans())
def test_random_writes_are_noticed_and_never_crash(writers, name, row, value, nan):
    dotted = {"odd.row": float(row), "odd.value": value, "odd.nan": float(nan)}
    model = AllianceModel(Scenario.load(writers / name / "odd.toml", SMALL | dotted), rng=1)
    table, key = name.split(".")
    declared, size = columns(TABLES[table])[key], getattr(getattr(model.world, table), key).size
    floating = np.dtype(declared.dtype).kind == "f"
    with np.errstate(over="ignore", invalid="ignore"):
        wrote = np.float64(np.nan if nan else value) if floating else np.float64(value).astype(np.int64)
        wrote = wrote.astype(declared.dtype)
    low, high = declared.bounds or declared.limits or (-np.inf, np.inf)
    if not -size <= row < size:
        bad, part = True, "an index is past the end of a column"
    elif key in ("asks", "assigned_tie"):
        teachers, place = model.world.teachers, row % size
        teacher = place // (size // len(teachers.id))
        after = teachers.tie_offsets[teacher + 1] if key == "asks" else teachers.external_tie_start[teacher]
        bad, part = wrote != -1 and not teachers.tie_offsets[teacher] <= wrote < after, f"{name}, row {teacher}"
    else:
        bad, part = not (np.isfinite(wrote) and low <= wrote <= high), f"{name}, row {row % size}"
    if bad:
        with pytest.raises(MechanismError) as caught:
            model.run_for(1)
        assert part in str(caught.value)
    else:
        model.run_for(1)


@pytest.mark.parametrize("kinds", [("switch",), ("switch", "switch"), ("switch", "share"), ("share",)])
def test_a_mechanism_may_have_parameters_of_any_size(kinds):
    """NumPy requires the size of a record to be a multiple of its alignment, also with a single switch."""
    parameters = [Parameter(f"odd.p{at}", 1, "p", "", (0, 1), "", "", kind) for at, kind in enumerate(kinds)]
    values = DEFAULTS | {parameter.name: 1 for parameter in parameters}
    extended = extended_settings("odd", parameters, values)
    assert all(extended[0]["odd"][f"p{at}"] == 1 for at in range(len(kinds)))
    update_settings(extended, settings_record(DEFAULTS)[0])
    assert extended[0]["trust"]["gain"] == DEFAULTS["trust.gain"]
    assert all(extended[0]["odd"][f"p{at}"] == 1 for at in range(len(kinds)))
