"""Mechanisms in users' own files: the one of the tutorial, word for word, and those that are refused."""

from __future__ import annotations

import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

import alliance_sim.extending
from alliance_sim import AllianceModel, Scenario
from alliance_sim.comparison.comparison import compare
from alliance_sim.config import ConfigError, load_configuration
from alliance_sim.config.old_names import OLD_FUNCTIONS
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.compilation import NEWEST_KEPT
from alliance_sim.study import Results, Study

TUTORIAL = Path(__file__).parents[3] / "docs" / "own_mechanism.md"
SMALL = {"population.schools": 4, "population.alliance_size": 2, "population.teachers_median": 8}


@pytest.fixture(scope="module")
def blocks():
    """The tutorial's files: the mechanism, the config, the study."""
    found = re.findall(r"```(\w+)\n(.*?)```", TUTORIAL.read_text("utf-8"), re.DOTALL)
    texts = [text for language, text in found if language != "sh"]
    return dict(zip(("open_doors.py", "visits.toml", "visiting.toml"), texts, strict=True))


@pytest.fixture
def workspace(blocks, tmp_path, monkeypatch):
    """A folder with the tutorial's files as the current directory."""
    monkeypatch.chdir(tmp_path)
    for name, text in blocks.items():
        Path(name).write_text(text, "utf-8")
    return tmp_path


def simulate(config, half_terms=4, **dotted):
    model = AllianceModel(Scenario.load(config, SMALL | dotted), rng=3)
    model.run_for(half_terms)
    return model


def test_it_runs_and_raises_trust(workspace):
    with_visits, without = simulate("visits.toml"), simulate("competitive")
    assert with_visits.modules == ("open_doors",)
    assert with_visits.outcomes["trust"].iloc[-1] > without.outcomes["trust"].iloc[-1]
    assert "warmth" in with_visits.outcomes
    assert "warmth" not in without.outcomes


def test_one_visit_by_hand(workspace):
    """With certain visits, 98 % of the missing trust remains after a half-term on each tie inside an alliance."""
    before = simulate("visits.toml", 0, **{"open_doors.rate": 1.0})
    twin = simulate("visits.toml", 1, **{"open_doors.rate": 0.0, "open_doors.impression": 0.02})
    visited = simulate("visits.toml", 1, **{"open_doors.rate": 1.0})
    inside = before.world.teachers.school[before.world.ties.partner] >= 0
    first, outside = before.world.teachers.tie_offsets, before.world.teachers.external_tie_start
    inside = np.concatenate([np.arange(a, b) for a, b in zip(first[:-1], outside, strict=False)]).astype(int)
    expected = twin.world.ties.trust[inside] + 0.02 * (1 - twin.world.ties.trust[inside])
    assert visited.world.ties.trust[inside] == pytest.approx(expected, abs=1e-6)


def test_switched_off_it_changes_no_byte(workspace):
    off, without = simulate("visits.toml", **{"open_doors.rate": 0.0}), simulate("competitive")
    assert off.outcomes.equals(without.outcomes)
    assert off.modules == ()


def test_its_parameters_are_known_only_where_it_is_named(workspace):
    assert load_configuration("visits.toml").values["open_doors.impression"] == 0.02
    assert "open_doors.rate" in PARAMETERS
    assert "open_doors.rate" not in list(PARAMETERS)
    assert "open_doors.rate" not in load_configuration("competitive").values
    with pytest.raises(ConfigError, match=r"there is no parameter 'open_doors.rate'"):
        load_configuration("competitive", {"open_doors.rate": 0.3})


def test_a_value_out_of_bounds_is_refused(workspace):
    with pytest.raises(ConfigError, match=r"open_doors.rate is 30, but must be 0 to 1; did you mean 0.3"):
        load_configuration("visits.toml", {"open_doors.rate": 30})


def test_a_saved_config_loads_back_to_the_same_configuration(workspace):
    first = load_configuration("visits.toml")
    Path("whole.toml").write_text(first.to_toml(), "utf-8")
    assert load_configuration("whole.toml").hash == first.hash
    Path("open_doors.py").write_text(Path("open_doors.py").read_text("utf-8") + "\n# edited\n", "utf-8")
    assert load_configuration("whole.toml").hash != first.hash, "an edited mechanism has another hash"


def test_copies_and_pickles_continue_identically(workspace):
    model = simulate("visits.toml", 2)
    others = [deepcopy(model), pickle.loads(pickle.dumps(model))]
    for each in (model, *others):
        each.run_for(2)
    assert all(other.outcomes.equals(model.outcomes) for other in others)


def test_it_is_compared_with_its_outcome(workspace):
    scenarios = [Scenario.load(name, SMALL) for name in ("competitive", "visits.toml")]
    found = compare(scenarios, seeds=2, half_terms=3, workers=1)
    assert found.difference("trust").difference > 0
    assert found.difference("warmth").undefined_first == 2  # the other config does not have the mechanism
    assert found.difference("warmth").n == 0
    assert np.isnan(found.difference("warmth").first_value)


@pytest.mark.parametrize("engine", ["processes", "threads", "dask"])
def test_it_is_swept_with_its_parameter_and_outcome(workspace, engine):
    small = "".join(f'"{name}" = {value}\n' for name, value in SMALL.items())
    text = Path("visiting.toml").read_text("utf-8").replace("seeds = 4", "seeds = 2").replace("= 12", "= 3")
    Path("visiting.toml").write_text(text.replace("[design]", f"[set]\n{small}[design]"), "utf-8")
    study = Study.load("visiting.toml")
    if engine == "threads":
        with ThreadPoolExecutor(1) as executor:
            swept = study.run("results", executor=executor)
    elif engine == "dask":
        distributed = pytest.importorskip("distributed")
        cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None)
        with cluster:
            Path("open_doors.py").rename("elsewhere.py")  # a machine of a cluster may not have the file
            swept = study.run("results", scheduler=cluster.scheduler_address)
    else:
        swept = study.run("results", workers=1)
    assert (swept.done, swept.failed) == (12, 0), swept.first_failures
    frame = Results.open("results").frame()
    assert frame[frame["open_doors.rate"] == 0]["warmth"].isna().all()
    assert frame[frame["open_doors.rate"] > 0]["warmth"].notna().all()


def test_a_study_cannot_vary_a_mechanism_that_its_base_does_not_name(workspace):
    load_configuration("visits.toml")
    Path("wrong.toml").write_text(
        'question = "?!"\nbase = "competitive"\n[design]\n"open_doors.rate" = [0.1, 0.2]\n', "utf-8"
    )
    with pytest.raises(ConfigError, match=r"belongs to the mechanism open_doors, which competitive does not name"):
        Study.load("wrong.toml")


def test_a_mechanism_in_an_uploaded_config_is_never_run(workspace):
    Path("open_doors.py").write_text("raise SystemExit('I ran')", "utf-8")
    with pytest.raises(ConfigError, match="cannot bring mechanisms, which are programs"):
        load_configuration("visits.toml", untrusted=True)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("missing.py", None, "cannot be read (No such file or directory); give its path relative to the file"),
        ("Open-Doors.py", "", "is called like a table, in small letters"),
        ("trust.py", "", "the model has a table trust of its own; call the mechanism's file otherwise"),
        ("binary.py", b"\0\1\2", "is no Python file in UTF-8"),
        ("slip.py", "def broken(:\n", "slip.py, line 1: the mechanism cannot be run (SyntaxError"),
        ("late.py", "x = 1\ny = x / 0\n", "late.py, line 2: the mechanism cannot be run (ZeroDivisionError"),
        ("empty.py", "x = 1\n", "declares no mechanism; write MECHANISM = Module("),
        ("other.py", "MECHANISM = Module('another', '', (), {})", "is called 'another', but its file 'other'"),
        ("off.py", "MECHANISM = Module('off', '', (), {})", "its switches (none) must be some of its own parameters"),
        (
            "on.py",
            "MECHANISM = Module('on', '', ('on.rate',), {}, parameters=(share('on.rate', 0.5, 'r', 'm', 's'),))",
            "on.rate switches it on, so its default must be 0 or false",
        ),
        (
            "plain.py",
            "MECHANISM = Module('plain', '', ('plain.r',), {Phase.END: print}, "
            "parameters=(share('plain.r', 0.0, 'r', 'm', 's'),))",
            "its rules must be compiled loops, each at a Phase",
        ),
        (
            "twin.py",
            "MECHANISM = Module('twin', '', ('twin.r',), {}, outcomes={Outcome('trust', '', ''): loop(lambda: 0)}, "
            "parameters=(share('twin.r', 0.0, 'r', 'm', 's'),))",
            "the model has an outcome 'trust' of its own",
        ),
        (
            "table.py",
            "MECHANISM = Module('table', '', ('trust.r',), {}, parameters=(share('trust.r', 0.0, 'r', 'm', 's'),))",
            "the parameter 'trust.r' must be called table.something",
        ),
    ],
)
def test_a_bad_mechanism_is_refused_in_a_sentence(tmp_path, monkeypatch, name, text, message):
    monkeypatch.chdir(tmp_path)
    if isinstance(text, str):
        text = f"from alliance_sim.extending import *; {text}" if "MECHANISM" in text else text
        Path(name).write_text(text, "utf-8")
    elif text is not None:
        Path(name).write_bytes(text)
    Path("mine.toml").write_text(f'question = "What if?"\nmechanisms = ["{name}"]\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_configuration("mine.toml")
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_mechanism_is_accepted_however_often_it_was_changed(workspace):
    """Machine code of old versions is removed while the new one is imported."""
    text = Path("open_doors.py").read_text("utf-8")
    for version in range(NEWEST_KEPT + 3):
        Path("open_doors.py").write_text(f"{text}\n# version {version}\n", "utf-8")
        assert "open_doors.rate" in load_configuration("visits.toml").values


def test_mechanisms_must_be_a_list_of_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text('question = "What if?"\nmechanisms = "open_doors.py"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"mechanisms is \"open_doors.py\", but must be a list of files, in quotes"):
        load_configuration("mine.toml")


@pytest.mark.parametrize(("old", "new"), OLD_FUNCTIONS.items())
def test_old_names_of_functions_still_work_with_a_warning(old, new):
    with pytest.warns(DeprecationWarning, match=f"{old} is now called {new}"):
        assert getattr(alliance_sim.extending, old) is getattr(alliance_sim.extending, new)


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="has no attribute 'unknown'"):
        _ = alliance_sim.extending.unknown


@pytest.mark.parametrize("name", [".", "/", "..", "folder/"])
def test_a_folder_is_no_mechanism(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("mine.toml").write_text(f'question = "What if?"\nmechanisms = ["{name}"]\n', "utf-8")
    with pytest.raises(ConfigError, match=r"mine\.toml, line 2: a mechanism's file is called like a table.* is not"):
        load_configuration("mine.toml")
