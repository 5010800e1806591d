"""Which runs there are, under which seeds and keys, and how they are handed out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import alliance_sim
from alliance_sim import Scenario
from alliance_sim.schools import read_schools
from alliance_sim.study.spec import model_version, plan, study_spec

GRID = '[design]\n"policy.competition" = [0.1, 0.5]\n"trust.initial" = [0.3, 0.6]\n'
SCHOOLS = "name,pupils\nAsh,200\nBeech,300\nCedar,250\nElm,100\nFir,220\nHazel,180\n"


def keys(study):
    return [key for task in study.tasks() for key in task.keys]


def test_with_common_random_numbers_all_points_have_the_same_seeds(study):
    loaded = study(f"seeds = 3\n{GRID}")
    assert [task.seeds for task in loaded.tasks()] == [(1, 2, 3)] * 4
    assert [task.point for task in loaded.tasks()] == [0, 1, 2, 3]


def test_independent_seeds_are_dealt_to_the_points_in_turn_so_that_more_change_none(study):
    loaded = study(f'seeds = 3\nrandom_numbers = "independent"\n{GRID}')
    assert [task.seeds for task in loaded.tasks()] == [(1, 5, 9), (2, 6, 10), (3, 7, 11), (4, 8, 12)]
    more = study(f'seeds = 4\nrandom_numbers = "independent"\n{GRID}')
    assert [task.seeds[:3] for task in more.tasks()] == [task.seeds for task in loaded.tasks()]
    assert len({seed for task in more.tasks() for seed in task.seeds}) == 16


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol_sequence", "sobol", "morris"])
def test_points_of_a_sample_have_independent_seeds_by_default_which_variants_share(study, kind):
    design = f'[design]\nkind = "{kind}"\nn = 2\n"policy.competition" = {{}}\n'
    loaded = study(f'seeds = 2\nvariants = ["route128", "cosy_club"]\n{design}')
    assert loaded.random_numbers == "independent"
    seeds = [task.seeds for task in loaded.tasks()]
    rows = len(seeds) // 2
    assert seeds[:rows] == seeds[rows:]
    assert len({seed for each in seeds[:rows] for seed in each}) == 2 * rows
    assert study(f'random_numbers = "common"\n{design}').random_numbers == "common"
    assert study(f"seeds = [3, 1]\n{design}").random_numbers == "common"  # listed seeds are the same at all points
    assert study(GRID).random_numbers == "common"


def test_seeds_may_be_listed(study):
    assert [task.seeds for task in study("seeds = [5, 2, 9]\n").tasks()] == [(5, 2, 9)]


@pytest.mark.parametrize(
    ("seeds", "sizes"), [(1, [1]), (49, [49]), (50, [50]), (99, [99]), (100, [50, 50]), (170, [56, 57, 57])]
)
def test_a_bundle_has_at_least_fifty_runs_if_there_are_that_many(study, seeds, sizes):
    loaded = study(f"seeds = {seeds}\n")
    tasks = list(loaded.tasks())
    assert [len(task.seeds) for task in tasks] == sizes
    assert [seed for task in tasks for seed in task.seeds] == list(range(1, seeds + 1))


def sizes(bundles):
    return [[len(task.seeds) for task in bundle] for bundle in bundles]


@pytest.mark.parametrize(
    ("seeds", "points", "expected"),
    [
        (1, 120, [[1] * 50, [1] * 50, [1] * 20]),
        (30, 5, [[30, 30], [30, 30], [30]]),
        (60, 2, [[60], [60]]),
        (120, 2, [[60], [60], [60], [60]]),
    ],
)
def test_points_with_few_seeds_travel_together(study, seeds, points, expected):
    loaded = study(f'seeds = {seeds}\n[design]\n"trust.initial" = {{ from = 0.2, to = 0.8, steps = {points} }}\n')
    assert sizes(plan.bundle_tasks(loaded.tasks())) == expected


@pytest.mark.parametrize(
    ("runs", "workers", "size"), [(1000, 2, 50), (200, 2, 50), (199, 2, 50), (40, 2, 10), (3, 5, 1)]
)
def test_where_there_is_little_to_do_all_workers_get_their_share(runs, workers, size):
    assert plan.bundle_size(runs, workers) == size


def test_what_is_done_is_left_out(study):
    loaded = study(f"seeds = 2\n{GRID}")
    every = keys(loaded)
    assert len(set(every)) == 8
    done = np.array([[True, False], [True, True], [False, False], [False, False]])
    left = list(plan.plan_tasks(loaded, done))
    assert [(task.point, task.seeds) for task in left] == [(0, (2,)), (2, (1, 2)), (3, (1, 2))]
    assert [key for task in left for key in task.keys] == [every[1], *every[4:]]
    assert sizes(plan.plan_bundles(loaded, done, workers=1)) == [[1, 2], [2]]
    assert list(plan.plan_bundles(loaded, np.ones((4, 2), bool), workers=1)) == []


def test_a_point_has_the_hash_that_its_scenario_has(study):
    loaded = study(
        """
variants = ["silicon_valley", "route128"]
[[events]]
year = 2
set = { "policy.funding" = 0.0 }
[design]
"level.gate" = [[0.1, 0.2, 0.3, 0.4], [0.2, 0.3, 0.4, 0.5]]
"practice.jpd" = [true, false]
"trust.competition_enters" = ["loss", "additive"]
"coordinator.capacity" = [3, 7]
"trust.initial" = [1e-7, 1]
"""
    )
    assert len(loaded.points) == 64
    assert list(loaded.points.digests()) == [point.scenario.hash for point in loaded.points]


def test_a_point_with_real_schools_has_the_hash_that_its_scenario_has(study, write):
    path = write(SCHOOLS, "schools.csv")
    loaded = study(
        'schools = "schools.csv"\n[design]\n"population.alliance_size" = [2, 3]\n"trust.initial" = [0.3, 0.4]\n'
    )
    expected = []
    for point in loaded.points:
        size = point.values["population.alliance_size"]
        roster = read_schools(path, alliance_size=size, pupils_per_teacher=20).roster
        expected.append(Scenario.of(point.scenario, roster=roster).hash)
    assert list(loaded.points.digests()) == expected
    assert len(set(expected)) == 4


def test_keys_do_not_change_with_what_does_not_matter(study, write):
    first = keys(study(f'seeds = 2\nkeep = ["trust", "sharing"]\n{GRID}'))
    same = [
        f'seeds = 2\nkeep = ["sharing", "trust"]\n[limits]\nseconds_a_run = 9\n{GRID}',
        f'seeds = [1, 2]\nkeep = ["trust", "sharing"]\nbase = "baseline"\n{GRID}',
        f'seeds = 2\nkeep = ["trust", "sharing"]\n[variants.other]\n{GRID}',
    ]
    for text in same:
        assert keys(study(text)) == first
    write(f'question = "Quite another?"\nseeds = 2\nkeep = ["trust", "sharing"]\n{GRID}', "parent.toml")
    assert keys(study('extends = "parent.toml"\n')) == first


@pytest.mark.parametrize(
    "text",
    [
        "half_terms = 59\n",
        'at = "end"\n',
        'keep = ["trust"]\n',
        'base = "route128"\n',
        "seeds = [3, 4]\n",
        '[set]\n"trust.gain" = 0.11\n',
        '[[events]]\nyear = 2\nset = { "policy.funding" = 0.5 }\n',
    ],
)
def test_keys_change_with_all_that_matters(study, text):
    plain = keys(study(f"seeds = 2\n{GRID}"))
    other = keys(study(("" if "seeds" in text else "seeds = 2\n") + text + GRID))
    assert not set(plain) & set(other)


def test_keys_change_with_the_model(study, monkeypatch):
    loaded = study("seeds = 2\n")
    before = keys(loaded)
    monkeypatch.setattr(study_spec, "model_version", lambda: "0.1.0+another")
    assert not set(before) & set(keys(loaded))


def test_the_model_version_covers_every_compiled_source():
    library = Path(alliance_sim.__file__).parent
    compiled = {
        path.relative_to(library).parts[0]
        for path in library.rglob("*.py")
        if re.search("^from alliance_sim.engine.compilation import", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert compiled - {"extending.py"} == {"engine"}
    assert "engine" in model_version.OUTCOME_PACKAGES
    stamp = model_version.model_version().removeprefix(f"{alliance_sim.__version__}+")
    assert len(stamp) == 12


def test_planning_needs_no_compiler(write):
    write(f'question = "Q?"\n{GRID}', "mystudy.toml")
    program = (
        "import sys\nfrom alliance_sim.study import Study\nprint(len(list(Study.load('mystudy.toml').tasks())))\n"
        "print([name for name in ('numba', 'mesa', 'pandas', 'scipy') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split("\n")[:2] == ["4", "[]"]


def test_a_worker_process_does_without_mesa():
    """Its import costs as much CPU time as seventy small runs, and each worker of a sweep would pay for it."""
    program = (
        "import sys, alliance_sim.study.execution.worker as worker\n"
        "worker.run_function('alliance_sim.study.execution.run_task:simulate_task')\n"
        "print([name for name in ('mesa', 'pandas', 'networkx', 'solara') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_keys_change_with_the_schools_and_not_with_their_files_name(study, write):
    found = []
    for name, text in (("a.csv", SCHOOLS), ("b.csv", SCHOOLS), ("c.csv", SCHOOLS.replace("300", "360"))):
        write(text, name)
        found.append(keys(study(f'seeds = 1\nschools = "{name}"\n')))
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_more_levels_or_seeds_leave_the_keys_of_the_others_as_they_were(study):
    few = set(keys(study('seeds = 2\n[design]\n"trust.initial" = [0.3, 0.6]\n')))
    many = set(keys(study('seeds = 3\n[design]\n"trust.initial" = [0.2, 0.3, 0.6]\n')))
    assert few < many


def test_a_point_that_repeats_another_has_keys_of_its_own(study, write):
    write("trust.initial,help.contacts\n0.3,2\n0.4,2\n0.3,2\n0.3,2\n", "points.csv")
    loaded = study('seeds = 2\n[design]\nfile = "points.csv"\n')
    assert loaded.points.copies.tolist() == [0, 0, 1, 2]
    assert len(set(keys(loaded))) == 8


def test_variants_that_a_design_makes_alike_are_copies(study):
    loaded = study(
        'seeds = 1\nvariants = ["baseline", "competitive"]\n[design]\n'
        '"policy.competition" = [0.1, 0.2]\n"policy.funding" = [0.3]\n'
    )
    assert loaded.points.copies.tolist() == [0, 0, 1, 1]
    assert len(set(keys(loaded))) == 4


def test_a_tasks_scenario_is_plain_data(study, write):
    write(SCHOOLS, "schools.csv")
    loaded = study('schools = "schools.csv"\n[[events]]\nyear = 1\nset = { "policy.funding" = 0.0 }\n')
    (task,) = loaded.tasks()
    assert json.loads(json.dumps(task.scenario)) == task.scenario


def test_two_studies_of_one_hash_have_the_same_runs(study):
    first, again, other = (study(f"seeds = 2\n{GRID}{more}") for more in ("", "", '"help.contacts" = [3]\n'))
    assert first.hash == again.hash
    assert first.hash != other.hash
    assert first.hash != replace(first, seeds=3).hash


def test_a_million_runs_are_planned_in_little_memory(study):
    loaded = study('seeds = 100\n[design]\n"policy.competition" = { steps = 100 }\n"trust.initial" = { steps = 100 }\n')
    assert loaded.runs == 1_000_000
    tracemalloc.start()
    try:
        count_noun = sum(len(task.seeds) for task in islice(loaded.tasks(), 2_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count_noun == 100_000
    assert peak < 10_000_000
