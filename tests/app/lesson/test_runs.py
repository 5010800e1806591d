"""What screens show is what the model simulates: recorded runs, events and their counterfactuals."""

from dataclasses import replace

import numpy as np
import pytest

from alliance_sim.app.lesson.lesson import EVENTS, LessonEvent
from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson.pair import typical_pair
from alliance_sim.app.lesson.recording import REFUSED, record
from alliance_sim.app.lesson.runs import RunCache, both_runs, systems_of, with_event
from alliance_sim.app.lesson.scenes import scene, shell
from alliance_sim.app.lesson.state import LessonState
from alliance_sim.config import default_configuration
from alliance_sim.engine.simulation.simulate import simulate

SMALL = default_configuration({"population.schools": 6, "population.alliance_size": 3})
LESSON = load_lesson()


@pytest.fixture(scope="module")
def run():
    return record(SMALL, 1, 12)


def test_a_recorded_run_has_the_outcomes_of_the_model(run):
    assert np.array_equal(run.outcomes, simulate(SMALL, 1, 12), equal_nan=True)


def test_the_dots_of_a_half_term_are_the_acts_of_help_that_the_model_counts(run):
    teachers = run.roster.teachers.sum()
    counted = np.round(run.curve("sharing")[1:] * teachers)
    found = np.array([(acts[:, 2] != REFUSED).sum() for acts in run.acts[1:]])
    # Mutual help in a half-term in which a pair reaches the highest level looks like joint practice.
    assert (np.abs(found - counted) <= 0.1 * counted).all()
    assert found.sum() == pytest.approx(counted.sum(), rel=0.05)
    assert any((acts[:, 2] == REFUSED).any() for acts in run.acts)


def test_dots_and_flows_join_different_schools(run):
    assert all((acts[:, 0] != acts[:, 1]).all() for acts in run.acts)
    assert (run.pairs[:, 0] < run.pairs[:, 1]).all()


@pytest.mark.parametrize("kind", [kind for kind in EVENTS if kind != "dominant_push"])  # that one compiles a module
def test_a_run_with_an_event_equals_the_run_without_it_until_the_event(run, kind):
    changed = record(with_event(SMALL, LessonEvent(kind, 1.0)), 1, 12)
    assert np.array_equal(changed.outcomes[:7], run.outcomes[:7], equal_nan=True)
    assert not np.array_equal(changed.outcomes, run.outcomes, equal_nan=True)


def test_an_event_in_one_system_leaves_the_other_as_it_was():
    screen = LESSON.screens[-1]
    first, second = systems_of(screen, LessonEvent("funding_ends", 2.0, "b"))
    assert first.configuration.hash == screen.systems[0].configuration.hash
    assert second.configuration.hash != screen.systems[1].configuration.hash


def test_a_cache_keeps_the_latest_runs_only():
    cache = RunCache(most=2)
    made = []
    for key in ("a", "b", "a", "c", "a", "b"):
        cache.kept((key,), lambda key=key: made.append(key))
    assert made == ["a", "b", "c", "b"]


def test_a_pair_follows_the_rules_of_the_model():
    pair = typical_pair(SMALL, 1)
    assert pair.refused().asker < pair.asker <= pair.helped().asker
    assert pair.kept().giver > pair.giver > pair.broken().giver
    steps = pair.after([True, True, False])
    assert len(steps) == 4
    assert steps[3].giver < steps[2].giver


def test_a_covered_scene_has_no_value_after_the_years_that_are_known():
    screens = tuple(
        replace(
            screen, years=3, shown_years=1,
            systems=tuple(replace(each, configuration=SMALL) for each in screen.systems),
        )
        for screen in LESSON.screens
        if screen.kind in ("systems", "bet", "reveal")
    )  # fmt: skip
    state = LessonState(replace(LESSON, screens=screens)).lock([1, 2])
    full = both_runs(screens[0], LESSON.seed)[0].curve("sharing")
    for place in range(3):
        covered = scene(state.go(place))
        assert all(len(line["values"]) == 7 for line in covered["picture"]["plot"]["lines"])
        assert len(covered["picture"]["plot"]["table"]["rows"]) == 2
    shown = scene(state.go(2).reveal())["picture"]["plot"]["lines"][0]["raw"]
    assert shown[-1] == pytest.approx(100 * full[-1], abs=0.01)
    assert shell(state)["picture"] is None
