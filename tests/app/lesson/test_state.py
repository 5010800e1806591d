"""The state of a lesson: what a class does, its address, and what a bet covers."""

import pytest

from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson.state import LessonState, from_link
from alliance_sim.app.session.session_config import RefusedError

LESSON = load_lesson()


def place(name):
    found = LESSON.place(name)
    assert found is not None
    return found


@pytest.fixture
def state():
    return LessonState(LESSON)


def test_the_address_restores_everything_that_a_class_did(state):
    done = state.vote(True).go(place("promise")).promise("all").promise(False)
    done = done.go(place("ladder")).mark_played().go(place("bet")).lock([30, 20.5]).reveal()
    done = done.go(place("what_if")).trigger({"kind": "merger", "at": 24, "system": "b", "school": "School 3"})
    done = done.go(place("chance")).ask_for_band()
    assert from_link(LESSON, "?" + done.link()) == done


@pytest.mark.parametrize(
    "search",
    [
        "?screen=nowhere", "?bet=a,b", "?bet=1", "?bet=inf,nan", "?event=9999.a.betrayal:x", "?event=3.z.betrayal:x",
        "?event=18.a.war:x", "?promises=2", "?helped=yes", "?played=x,y", "?" + "&".join("bet=1" for _ in range(99)),
        "?bet=" + "9" * 5000, "?screen=\ud800", "?" + "x" * 200_000, "?event=", "?event=18.a.betrayal:" + "s" * 999,
    ],
)  # fmt: skip
def test_a_broken_address_opens_the_lesson_at_its_start(search):
    assert from_link(LESSON, search) == LessonState(LESSON)


@pytest.mark.parametrize(
    "act",
    [
        lambda state: state.go(99), lambda state: state.go("1"), lambda state: state.go(True),
        lambda state: state.go(-1),
        lambda state: state.lock("12"), lambda state: state.lock([1, float("nan")]), lambda state: state.lock(None),
        lambda state: state.lock([1, 2, 3]), lambda state: state.lock([1e9, 0]), lambda state: state.trigger(None),
        lambda state: state.trigger({"kind": "betrayal"}),  # not on this screen
        lambda state: state.go(place("what_if")).trigger({"kind": "war"}),
        lambda state: state.go(place("what_if")).trigger({"kind": "betrayal", "at": 60}),
        lambda state: state.go(place("what_if")).trigger({"kind": "betrayal", "at": 1.5}),
        lambda state: state.go(place("what_if")).trigger({"kind": "betrayal", "system": "c"}),
        lambda state: state.go(place("what_if")).trigger({"kind": "betrayal", "school": "x" * 500}),
    ],
)  # fmt: skip
def test_what_a_browser_must_not_send_is_refused_in_words(state, act):
    with pytest.raises(RefusedError, match=r"there is no|must"):
        act(state)


def test_systems_are_shown_only_as_far_as_the_bet_until_it_is_revealed(state):
    systems, ladder = LESSON.screens[place("systems")], LESSON.screens[place("ladder")]
    bet = LESSON.screens[place("bet")]
    assert state.shown_until(systems) == 6 * bet.shown_years
    assert state.reveal().shown_until(systems) == 6 * systems.years
    assert state.shown_until(ladder) == 6 * ladder.years  # another system


def test_too_many_promises_are_refused(state):
    state = state.go(place("promise"))
    for _ in range(12):
        state = state.promise(True)
    with pytest.raises(RefusedError, match="start again"):
        state.promise(True)
    assert state.restart_promises().promises == ()
