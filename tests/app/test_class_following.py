"""The lecturer's page leads the class: its screens ask, close and reveal."""

from dataclasses import replace

import pytest

from alliance_sim.app.classroom.classroom import Classroom
from alliance_sim.app.lesson.class_following import class_words, follow
from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson.runs import both_runs
from alliance_sim.app.lesson.scenes import scene
from alliance_sim.app.lesson.state import LessonState, from_link

SMALL = '{ "population.schools" = 6, "population.alliance_size" = 3, "population.teachers_median" = 6 }'
LESSON = f"""
title = "Who shares more?"
question = "Does it matter whether schools are open?"
years = 3
shown_years = 1
[a]
title = "Open"
base = "silicon_valley"
set = {SMALL}
[b]
title = "Closed"
base = "route128"
set = {SMALL}
[[screens]]
id = "systems"
kind = "systems"
label = "Two systems"
[[screens]]
id = "bet"
kind = "bet"
label = "Your bet"
question = "How much will each share?"
[[screens]]
id = "reveal"
kind = "reveal"
label = "Reveal"
[[screens]]
id = "chance"
kind = "chance"
label = "Chance"
runs = 5
"""


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    path = tmp_path_factory.mktemp("lesson") / "mine.toml"
    path.write_text(LESSON)
    return load_lesson(path)


@pytest.fixture
def classroom():
    found = Classroom()
    yield found
    found.wait()  # ends the thread of own systems


def test_the_class_is_asked_on_the_screen_of_the_bet_and_sees_what_the_page_shows(lesson, classroom):
    state = LessonState(lesson)
    follow(classroom, state)
    assert classroom.phase == "wait"
    state = state.go(1)
    follow(classroom, state)
    phone = classroom.phones.find(classroom.phones.join("192.0.2.1"))
    question = classroom.state(phone)["question"]
    plot = scene(state)["picture"]["plot"]
    assert question["text"] == "How much will each share?"
    assert (question["low"], question["high"], question["title"]) == (plot["low"], plot["high"], plot["title"])
    for line, known in zip(plot["lines"], question["known"], strict=True):
        assert known[1:] == pytest.approx(line["values"][1:7], abs=0.01)
    classroom.place(phone, [question["low"], question["high"]])
    follow(classroom, state)
    follow(classroom, state.go(0))
    assert classroom.bets().many == 1, "another screen does not end the bets"


def test_locking_closes_revealing_reveals_and_the_words_are_the_same(lesson, classroom):
    state = LessonState(lesson).go(1)
    follow(classroom, state)
    state = state.lock([20, 10])
    follow(classroom, state)
    assert classroom.phase == "locked"
    follow(classroom, state.go(3))
    assert classroom.phase == "locked"
    state = state.go(2).reveal()
    follow(classroom, state)
    phone = classroom.phones.find(classroom.phones.join("192.0.2.1"))
    shown = classroom.state(phone)
    assert shown["phase"] == "revealed"
    assert shown["reveal"]["heading"] == scene(state)["title"]
    ends = scene(state)["picture"]["plot"]["finals"]
    assert [curve[-1] for curve in shown["reveal"]["curves"]] == pytest.approx(ends, abs=0.01)
    assert shown["levers"]
    version = classroom.version
    follow(classroom, state.go(3))
    assert classroom.version == version, "later screens change nothing on the phones"


def test_a_fresh_page_asks_the_next_class_and_a_restored_page_does_not_ask_again(lesson, classroom):
    done = LessonState(lesson).go(1).lock([20, 10])
    follow(classroom, LessonState(lesson).go(1))
    follow(classroom, done)
    follow(classroom, done.go(2).reveal())
    restored = from_link(lesson, done.go(2).reveal().link())
    follow(classroom, restored)
    assert classroom.phase == "revealed"
    follow(classroom, LessonState(lesson).go(1))
    assert classroom.phase == "bet"
    assert classroom.bets().many == 0


def test_a_lesson_without_a_bet_asks_nothing(lesson, classroom):
    none = replace(lesson, screens=(lesson.screens[0], lesson.screens[3]))
    follow(classroom, LessonState(none))
    assert classroom.phase == "wait"


def test_the_page_has_the_address_and_its_qr_code(classroom):
    words = class_words(classroom, "http://192.0.2.4:8765/7K4Q", "/class/bets")
    assert words["join_address"] == "192.0.2.4:8765/7K4Q"
    assert words["join_path"].startswith("M0 0h7v1h-7z")
    assert words["bets_address"] == "/class/bets"


def test_own_systems_of_a_phone_start_from_those_of_the_lesson(lesson, classroom):
    state = LessonState(lesson).go(1)
    follow(classroom, state)
    follow(classroom, state.lock([1, 1]).go(2).reveal())
    runs = both_runs(lesson.screens[1], lesson.seed)
    assert classroom.own is not None
    systems = classroom.own._systems
    assert systems.horizon == runs[0].half_terms
    assert [one.hash for one in systems.configurations] == [
        system.configuration.hash for system in lesson.screens[1].systems
    ]
    first, second = systems.curves()
    assert [first[-1], second[-1]] == pytest.approx(
        [curve[-1] for curve in classroom.state("")["reveal"]["curves"]], abs=1e-3
    )
