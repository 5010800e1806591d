"""More seeds for a study that has been run: only the new runs are simulated, and sequential runs stop at a goal."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.cli import main
from alliance_sim.reporting.study.findings import collect_findings
from alliance_sim.reporting.study.summary import answer
from alliance_sim.reporting.study.to_json import document
from alliance_sim.statistics.planning import look
from alliance_sim.study import Results
from alliance_sim.study.errors import StudyError
from alliance_sim.study.execution.sweep import Sweep
from alliance_sim.study.spec.plan import plan_tasks
from alliance_sim.study.storage.manifest import read_manifest
from alliance_sim.study.storage.status import status, verified
from alliance_sim.study.storage.store import open_store
from alliance_sim.study.until import pilots, read_goal, run_until

KEPT = 'seeds = 4\nhalf_terms = 2\nkeep = ["trust"]\n'
DESIGNS = {
    "common": '[design]\n"policy.competition" = [0.0, 1.0]\n',
    "independent": 'random_numbers = "independent"\n[design]\n"policy.competition" = [0.0, 1.0]\n',
    "a sample": '[design]\nkind = "latin_hypercube"\nn = 5\n"policy.competition" = {}\n',
    "variants in a sample": 'variants = ["route128", "cosy_club"]\n[design]\nkind = "morris"\nn = 2\n'
    '"policy.competition" = {}\n"policy.funding" = {}\n',
}


def formula(values, seed):
    return {"trust": float(values.get("policy.competition", 0.0)) * (1.0 + math.sin(12.9898 * seed))}


@pytest.fixture
def swept(write_part):
    """Simulate what is left of a study in a folder, and return the points and seeds that were."""

    def sweep(study, folder):
        with open_store(folder, study) as store:
            done = store.finished()
            number = store._number + 1
        new = [(task.point, seed) for task in plan_tasks(study, done) for seed in task.seeds]
        if new:
            write_part(folder, study, number, new, formula)
        return new

    return sweep


@pytest.mark.parametrize("design", DESIGNS)
def test_raised_seeds_simulate_only_the_new_runs(study, swept, design):
    few = study(KEPT + DESIGNS[design])
    points, folder = len(few.points), Path("out")
    assert len(swept(few, folder)) == 4 * points
    before = Results.open(folder).frame()
    more = study(KEPT.replace("4", "7") + DESIGNS[design])
    assert len(swept(more, folder)) == 3 * points
    assert swept(more, folder) == []
    results = Results.open(folder)
    assert (results.manifest.runs, results.manifest.seeds) == (7 * points, 7)
    assert (status(folder).done, verified(folder)) == (7 * points, [])
    after = results.frame()
    kept = after.merge(before[["point", "seed", "half_term"]])
    assert kept.equals(before), "the runs from before stay as they were"
    assert not after.duplicated(["point", "seed", "half_term"]).any()
    whole = Path("fresh")
    swept(more, whole)
    assert Results.open(whole).frame().equals(after), "the same as if all seeds had been there from the start"


def test_seeds_are_raised_twice_and_never_lowered(study, swept):
    folder = Path("out")
    for seeds in (4, 5, 9):
        swept(study(KEPT.replace("4", str(seeds)) + DESIGNS["common"]), folder)
    assert [one.seeds for one in read_manifest(folder).earlier] == [4, 5]
    assert verified(folder) == []
    with pytest.raises(StudyError, match="it holds 9 seeds for each point, and the study has 4"):
        swept(study(KEPT + DESIGNS["common"]), folder)
    other = study(KEPT.replace("4", "20").replace("half_terms = 2", "half_terms = 3") + DESIGNS["common"])
    with pytest.raises(StudyError, match="the study before it was changed"):
        swept(other, folder)


def test_a_listed_seed_can_be_added_at_the_end(study, swept):
    folder = Path("out")
    swept(study(KEPT.replace("4", "[3, 1]") + DESIGNS["common"]), folder)
    assert swept(study(KEPT.replace("4", "[3, 1, 8]") + DESIGNS["common"]), folder) == [(0, 8), (1, 8)]
    with pytest.raises(StudyError, match="or other ones"):
        swept(study(KEPT.replace("4", "[1, 3, 8, 9]") + DESIGNS["common"]), folder)


def test_a_damaged_manifest_is_restored_after_seeds_were_raised(study, write, swept):
    from alliance_sim.study.spec.tasks import Failure, Outcome, Task
    from alliance_sim.study.storage.parts import commit

    folder, few = Path("out"), study(KEPT + DESIGNS["common"])
    more = study(KEPT.replace("4", "6") + DESIGNS["common"])
    for number, one in enumerate((few, more), start=1):
        with open_store(folder, one):
            pass
        place = -1 if one is more else 0
        seed = one.seeds_at(0)[place]
        task = Task(0, (seed,), tuple(one.run_keys(next(one.points.digests()), (seed,))), {})
        failed = Outcome((), (Failure(0, seed, "it rained"),))
        commit(folder, number, one.hash, [((task,), failed)], seeds=json.dumps(one.seeds))
    (folder / "study.json").write_bytes(b"{")
    with open_store(folder, more) as store:
        assert store.restored == ["study.json", "points.parquet"]
        store.finished()
        assert store.damaged == []
    assert [one.seeds for one in read_manifest(folder).earlier] == [4]


def test_a_manifest_with_false_earlier_seeds_is_noticed(study, swept):
    folder = Path("out")
    for seeds in (4, 6):
        swept(study(KEPT.replace("4", str(seeds)) + DESIGNS["common"]), folder)
    from alliance_sim.study.storage.manifest import sealed

    document = json.loads((folder / "study.json").read_text("utf-8"))
    document["earlier"][0]["seeds"] = 5
    document.pop("sha256")
    (folder / "study.json").write_bytes(sealed(document))
    assert any("not as it was written" in sentence for sentence in verified(folder))


def test_another_smallest_effect_changes_the_manifest_and_no_run(study, swept):
    folder = Path("out")
    swept(study(KEPT + DESIGNS["common"]), folder)
    assert swept(study("matters = { trust = 0.5 }\n" + KEPT + DESIGNS["common"]), folder) == []
    assert read_manifest(folder).matters == {"trust": 0.5}
    assert list(Results.open(folder).effect("policy.competition", on="trust").frame()["matters"]) == [
        "cannot be decided"
    ]


@pytest.mark.parametrize("design", ["common", "independent"])
def test_sequential_runs_stop_at_their_goal(study, swept, design):
    asked, folder = study(KEPT + DESIGNS[design]), Path("out")
    goal = read_goal("trust ±0.2", asked)
    sizes: list[int] = []

    def run(one):
        sizes.append(one.seeds)
        swept(one, folder)
        return Sweep(one.runs)

    reached = run_until(asked, folder, goal, run)
    assert reached.reached
    assert sizes[0] == 10, "no look before ten seeds"
    assert sizes == sorted(set(sizes))
    assert reached.half_width <= 0.2
    there = pilots(Results.open(folder).ends("trust"), "trust")
    assert there.shape == (1, reached.seeds)
    assert look(there, 0.2).reached.all()
    assert np.isfinite(there).all()
    again = run_until(asked, folder, goal, run)
    assert (again.seeds, again.reached) == (reached.seeds, True)

    def elsewhere(one):
        swept(one, Path("other"))
        return Sweep(one.runs)

    few = run_until(asked, Path("other"), replace(goal, half_width=1e-6, most=12), elsewhere)
    assert (few.seeds, few.reached) == (12, False)


@pytest.mark.parametrize("design", ["common", "independent"])
@pytest.mark.parametrize("half_width", [0.2, 1e-6])
def test_results_of_a_sequential_sweep_use_and_name_the_intervals_that_keep_their_coverage(
    study, swept, design, half_width
):
    asked, folder = study(KEPT + DESIGNS[design]), Path("out")
    goal = replace(read_goal("trust ±0.2", asked), half_width=half_width, most=40)

    def run(one):
        with open_store(folder, one, until=str(goal)):
            pass
        swept(one, folder)
        return Sweep(one.runs)

    reached = run_until(asked, folder, goal, run)
    sequential = Results.open(folder).effect("policy.competition", on="trust")
    swept(study(KEPT.replace("4", str(reached.seeds)) + DESIGNS[design]), Path("fixed"))
    fixed = Results.open("fixed").effect("policy.competition", on="trust")
    (one,), (plain,) = sequential.contrasts, fixed.contrasts
    assert one.difference == plain.difference
    assert one.method == f"{plain.method}, sequential"
    assert one.low < plain.low <= plain.high < one.high
    assert one.low_simultaneous < plain.low_simultaneous
    assert one.high_simultaneous > plain.high_simultaneous
    if design == "common":
        seen = look(pilots(Results.open("fixed").ends("trust"), "trust"), goal.half_width).intervals.item(0)
        assert (one.low, one.high) == pytest.approx((seen.low, seen.high)), "the interval that the rule looked at"
    found = collect_findings(Results.open(folder))
    text = " ".join(answer(found))
    assert f"chosen sequentially: seeds were added until trust ±{half_width:g}" in text
    assert ("which is reached" in text) == reached.reached
    assert f"with {reached.seeds:,} seeds" in text
    assert document(found)["until"] == str(goal)
    assert "chosen sequentially" not in " ".join(answer(collect_findings(Results.open("fixed"))))


@pytest.mark.parametrize(
    ("text", "design", "message"),
    [
        ("trust", "common", "give an outcome and a half-width above 0"),
        ("trust ±0", "common", "give an outcome and a half-width above 0"),
        ("trust ±1e999", "common", "give an outcome and a half-width above 0"),
        ("trust ±nan", "common", "give an outcome and a half-width above 0"),
        ("practice ±0.1", "common", "the study keeps trust, and not practice"),
        ("trust ±0.1", "a sample", "the intervals of a latin_hypercube design are over points"),
    ],
)
def test_goals_that_cannot_be_reached_by_seeds_are_refused(study, capsys, text, design, message):
    study(KEPT + DESIGNS[design])
    assert main(["sweep", "mystudy.toml", "--out", "out", "--until", text]) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert "Traceback" not in printed
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("matters = { trusst = 0.1 }", "did you mean 'trust'"),
        ("matters = { practice = 0.1 }", "no outcome that the study keeps"),
        ("matters = { trust = 0 }", "a number above 0"),
        ("matters = { trust = true }", "a number above 0"),
        ("matters = 0.1", "a table of outcomes"),
    ],
)
def test_smallest_effects_that_cannot_be_are_refused(refused, text, message):
    problems = refused(f'question = "Why?"\nkeep = ["trust"]\n{text}\n')
    assert any(message in str(problem) for problem in problems), problems
