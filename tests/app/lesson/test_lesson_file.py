"""Lesson files are read, and every fault is reported with its line and a remedy."""

import re
from pathlib import Path

import pytest

from alliance_sim.app.lesson.lesson import EVENTS, KINDS
from alliance_sim.app.lesson.lesson_file import load_lesson, names_a_lesson, shipped_lessons
from alliance_sim.config import ConfigError
from alliance_sim.engine.simulation.events import EVENT_KINDS

LESSON = """\
title = "A lesson"
question = "What follows?"
years = 5
[a]
title = "Open"
base = "silicon_valley"
[b]
base = "route128"
set = { "policy.secrecy" = 0.5 }
[[screens]]
id = "two"
kind = "systems"
label = "Two"
[[screens]]
id = "bet"
kind = "bet"
label = "Bet"
outcome = "trust"
[[screens]]
id = "reveal"
kind = "reveal"
label = "Reveal"
"""


@pytest.fixture
def read(tmp_path):
    """Read a lesson with a text replaced; return it or the lines of its problems."""

    def reading(old="", new="", more=""):
        assert old in LESSON
        path = tmp_path / "mine.toml"
        path.write_text(LESSON.replace(old, new) + more, "utf-8")
        try:
            return load_lesson(path)
        except ConfigError as error:
            return [(problem.line, str(problem)) for problem in error.problems]

    return reading


def test_a_lesson_has_systems_screens_and_defaults(read):
    lesson = read()
    assert [screen.id for screen in lesson.screens] == ["two", "bet", "reveal"]
    first, second = lesson.screens[0].systems
    assert (first.title, second.title) == ("Open", "Route 128")
    assert second.configuration.values["policy.secrecy"] == 0.5
    assert lesson.screens[0].years == 5
    assert lesson.screens[0].outcome == "sharing"


def test_a_reveal_shows_what_the_bet_was_about(read):
    assert read().screens[2].outcome == "trust"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('question = "What follows?"\n', "", 1, ("question is missing", "text in quotes")),
        ("years = 5", "years = 5.0", 3, ("years is 5.0", "whole number")),
        ("years = 5", "year = 5", 3, ("no 'year' in a lesson", "did you mean 'years'")),
        ('base = "silicon_valley"', 'base = "silicon_valey"', 6, ("did you mean", "silicon_valley")),
        ('"policy.secrecy" = 0.5', '"policy.secrcy" = 0.5', 9, ("policy.secrcy", "did you mean 'policy.secrecy'")),
        ('"policy.secrecy" = 0.5', '"policy.secrecy" = 50', 9, ("did you mean 0.5",)),
        ('"policy.secrecy" = 0.5', '"population.schools" = 4000', 9, ("teachers", "lower population.schools")),
        ('kind = "systems"', 'kind = "sistems"', 12, ("screens[1].kind", 'did you mean "systems"')),
        ('id = "two"', 'id = "Two Systems"', 11, ("lower-case letters",)),
        ('id = "bet"', 'id = "two"', 15, ('two screens have the id "two"',)),
        ('label = "Bet"', f'label = "{"B" * 40}"', 17, ("has 40 characters", "shorten it")),
        ('outcome = "trust"', 'outcome = "trus"', 18, ('did you mean "trust"',)),
        ('outcome = "trust"', "shown_years = 5", 18, ("lower shown_years",)),
        ('kind = "bet"', 'kind = "chance"', 21, ("reveals a bet", "before it")),
    ],
)
def test_a_fault_is_reported_with_its_line_and_a_remedy(read, old, new, line, words):
    problems = read(old, new)
    assert isinstance(problems, list), "the fault was not found"
    found = [text for at, text in problems if at == line]
    assert found, problems
    assert any(all(word in text for word in words) for text in found), found


@pytest.mark.parametrize(
    ("screen", "words"),
    [
        ('kind = "event"', ("offers no events", "events = [")),
        ('kind = "event"\nevents = [{ event = "betrayl", year = 2 }]', ('did you mean "betrayal"',)),
        ('kind = "event"\nevents = [{ event = "betrayal", year = 5 }]', ("not before the end",)),
        ('kind = "event"\nevents = [{ event = "betrayal", year = 2, sistem = "a" }]', ("did you mean 'system'",)),
    ],
)
def test_events_are_checked(read, screen, words):
    problems = read(more=f'[[screens]]\nid = "e"\nlabel = "E"\n{screen}\n')
    text = " ".join(text for _, text in problems)
    assert all(word in text for word in words), text


def test_all_faults_are_reported_at_once_in_the_order_of_their_lines(read):
    lines = [line for line, _ in read('"policy.secrecy" = 0.5', '"policy.secrecy" = 50, "policy.porsity" = 1')]
    assert len(lines) == 2
    lines = [line for line, _ in read("years = 5", "years = 5.0\nseed = -1\nnames = 3")]
    assert lines == [3, 4, 5]


def test_shipped_lessons_are_valid():
    assert shipped_lessons()
    for name in shipped_lessons():
        assert load_lesson(name).screens
        assert names_a_lesson(name)


def test_a_config_is_no_lesson_and_a_misspelt_lesson_is_one():
    assert not names_a_lesson("silicon_valley")
    assert names_a_lesson("who_share_more")


def test_the_shipped_lesson_has_every_kind_of_screen_and_every_event():
    screens = load_lesson().screens
    assert {screen.kind for screen in screens} == set(KINDS)
    offered = [event.kind for screen in screens for event in screen.events]
    assert sorted(offered) == sorted(EVENTS)
    assert {kind for kind in EVENTS if kind in EVENT_KINDS} == {"betrayal", "head_leaves", "merger", "redraw"}


def test_the_lesson_of_the_documentation_is_valid(tmp_path):
    page = Path(__file__).parents[3] / "docs" / "lessons.md"
    (text,) = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    assert [screen.kind for screen in load_lesson(path).screens] == ["systems", "bet", "reveal", "event"]
