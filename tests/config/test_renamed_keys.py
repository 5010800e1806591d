"""The key ``event`` of ``[[events]]``, and its old name ``happens``."""

from __future__ import annotations

import json

import pytest

from alliance_sim.config import DeprecatedKeyWarning, Event, json_schema, load_configuration

QUESTION = 'question = "What does a betrayal cost?"\n'
NEW = QUESTION + '\n[[events]]\nyear = 1\nevent = "betrayal"\n'
OLD = NEW.replace("event =", "happens =")


def test_an_event_names_what_affects_a_school(write):
    (event,) = load_configuration(write(NEW)).events
    assert event == Event(6, 1.0, {}, "betrayal", "largest")
    assert event.to_dict() == {"year": 1.0, "event": "betrayal", "school": "largest"}


def test_the_old_key_is_accepted_with_a_warning_that_names_file_and_line(write):
    with pytest.warns(DeprecatedKeyWarning, match=r"old\.toml, line 5: happens .* is now called event") as caught:
        old = load_configuration(write(OLD, "old.toml"))
    assert len(caught) == 1
    new = load_configuration(write(NEW, "new.toml"))
    assert old.events == new.events
    assert old.hash == new.hash
    assert 'event = "betrayal"' in old.to_toml()


def test_the_old_key_can_hold_no_unknown_event(write, refused):
    with pytest.warns(DeprecatedKeyWarning):
        (problem,) = refused(write(OLD.replace("betrayal", "betrayel")))
    assert (problem.line, problem.name) == (5, "events[1].event")
    assert problem.suggestion == "betrayal"


def test_old_and_new_key_together_are_refused(write, refused):
    (problem,) = refused(write(NEW + 'happens = "merger"\n'))
    assert (problem.line, problem.name) == (6, "events[1].happens")
    assert "the old name of event, which is there as well; keep event" in problem.sentence


@pytest.mark.parametrize("slip", ["evnt", "hapens"])
def test_a_slip_in_either_key_suggests_the_new_one(write, refused, slip):
    problems = refused(write(NEW.replace("event =", f"{slip} =")))
    assert "event" in [problem.suggestion for problem in problems]


def test_a_school_without_an_event_is_refused(write, refused):
    (problem,) = refused(write(QUESTION + '[[events]]\nyear = 1\nset = { policy.funding = 0 }\nschool = "3"\n'))
    assert "has a school, but no event for it; add event = " in problem.sentence


def test_editors_learn_that_the_old_key_is_deprecated():
    properties = json_schema()["$defs"]["event"]["properties"]
    assert "deprecated" not in properties["event"]
    assert properties["happens"]["deprecated"] is True
    assert properties["happens"]["enum"] == properties["event"]["enum"]


def test_events_in_results_of_older_versions_can_be_read():
    table = json.loads('{"year": 2.0, "happens": "merger", "school": "largest"}')
    assert Event.from_dict(table) == Event(12, 2.0, {}, "merger", "largest")
