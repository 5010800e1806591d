"""A config is a question and its differences."""

from __future__ import annotations

import hashlib
import json

import pytest

from alliance_sim.config import Event, load_configuration
from alliance_sim.declarations.parameters import DEFAULTS, PARAMETERS

QUESTION = 'question = "What if schools trusted more at first?"\n'


def test_a_question_alone_gives_the_defaults(write):
    world = load_configuration(write(QUESTION))
    assert world.question == "What if schools trusted more at first?"
    assert world.name == "myworld"
    assert world.events == ()
    assert world.values == DEFAULTS
    assert list(world.values) == list(PARAMETERS)


def test_numbers_become_floats_and_counts_stay_whole(write):
    world = load_configuration(
        write(QUESTION + "[policy]\ncompetition = 1\n[population]\nschools = 30\nteachers_median = 12\n")
    )
    assert world.values["policy.competition"] == 1.0
    assert type(world.values["policy.competition"]) is float
    assert type(world.values["population.teachers_median"]) is float
    assert type(world.values["population.schools"]) is int


def test_a_file_says_only_what_differs(write):
    write(QUESTION + "[trust]\ninitial = 0.6\ngain = 0.1\n[policy]\nfunding = 0.1\n", "mother.toml")
    child = load_configuration(write(QUESTION + 'extends = "mother.toml"\n[trust]\ninitial = 0.3\n', "child.toml"))
    assert child.values["trust.initial"] == 0.3
    assert child.values["trust.gain"] == 0.1, "a table overrides its parent's parameter by parameter"
    assert child.values["policy.funding"] == 0.1
    assert [path.name for path in child.chain] == ["child.toml", "mother.toml"]


def test_extends_is_relative_to_the_file_that_says_it(write):
    write(QUESTION + "[trust]\ninitial = 0.6\n", "worlds/common/mother.toml")
    child = write(QUESTION + 'extends = "common/mother.toml"\n', "worlds/child.toml")
    assert load_configuration(child).values["trust.initial"] == 0.6
    assert load_configuration(str(child)).hash == load_configuration(child.resolve()).hash


def test_a_shipped_config_can_be_extended_by_name(write):
    child = load_configuration(write(QUESTION + 'extends = "silicon_valley"\n[trust]\ninitial = 0.6\n'))
    assert child.values["policy.porosity"] == 0.25
    assert child.question != load_configuration("silicon_valley").question


@pytest.mark.parametrize(
    "written",
    [
        'set = { "policy.funding" = 0.0, "coordinator.present" = false }',
        "set = { policy = { funding = 0.0 }, coordinator = { present = false } }",
        "set = { policy.funding = 0.0, coordinator.present = false }",
        'set.policy.funding = 0\nset."coordinator.present" = false',
        '[events.set]\n"policy.funding" = 0\ncoordinator.present = false',
        "[events.set.policy]\nfunding = 0\n[events.set.coordinator]\npresent = false",
    ],
)
def test_an_event_can_be_written_in_many_ways(write, written):
    world = load_configuration(write(f"{QUESTION}[[events]]\nyear = 2.5\n{written}\n"))
    assert world.events == (Event(15, 2.5, {"policy.funding": 0.0, "coordinator.present": False}),)


def test_an_event_may_fall_on_any_half_term(write):
    initial = "[[events]]\nyear = 0\nset = { policy.secrecy = 0.5 }\n"
    later = "[[events]]\nyear = 2.1666666667\nset = { policy.funding = 1 }\n"
    world = load_configuration(write(QUESTION + later + initial))
    assert [event.half_term for event in world.events] == [0, 13]


def test_events_of_the_parent_come_first_and_then_all_are_sorted_by_time(write):
    write(
        QUESTION + "[[events]]\nyear = 5\nset = { policy.funding = 0.1 }\n"
        "[[events]]\nyear = 3\nset = { policy.funding = 0.2 }\n",
        "mother.toml",
    )
    child = QUESTION + 'extends = "mother.toml"\n[[events]]\nyear = 3\nset = { policy.funding = 0.3 }\n'
    world = load_configuration(write(child))
    assert [(event.year, event.set["policy.funding"]) for event in world.events] == [(3, 0.2), (3, 0.3), (5, 0.1)]


def test_a_resolved_config_stands_alone_and_means_the_same(write):
    child = load_configuration(
        write(
            'question = "Does \\"it\\" hold?\\nReally?"\nextends = "isolated"\n[level]\ngate = [0, 0.2, 0.3, 1]\n'
            '[[events]]\nyear = 3\nset = { "coordinator.present" = true }\n'
        ),
        {"trust.competition_enters": "additive"},
    )
    again = load_configuration(write(child.to_toml(), "resolved.toml"))
    assert again.hash == child.hash
    assert again.values == child.values
    assert again.events == child.events
    assert again.question == child.question
    assert len(again.chain) == 1


def test_the_hash_is_that_of_the_canonical_json(write):
    world = load_configuration(write(QUESTION + "[[events]]\nyear = 1\nset = { policy.funding = 0 }\n"))
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in world.values.items()}
    text = json.dumps(
        {"events": [[6, {"policy.funding": 0.0}]], "values": values}, sort_keys=True, separators=(",", ":")
    )
    assert world.hash == hashlib.sha256(text.encode()).hexdigest()


def test_the_hash_depends_on_values_and_not_on_words(write):
    plain = load_configuration(write(QUESTION))
    assert load_configuration(write('question = "Else?"\n[trust]\ninitial = 0.45\n', "b.toml")).hash == plain.hash
    assert load_configuration(write(QUESTION + "[policy]\nsecrecy = -0.0\n", "c.toml")).hash == plain.hash
    assert load_configuration(write(QUESTION + "[trust]\ninitial = 0.46\n", "d.toml")).hash != plain.hash
    event = "[[events]]\nyear = 1\nset = { policy.funding = 0.5 }\n"
    assert load_configuration(write(QUESTION + event, "e.toml")).hash != plain.hash


def test_windows_editors_are_welcome(write):
    text = (QUESTION + "[trust]\ninitial = 0.6\n").replace("\n", "\r\n")
    assert load_configuration(write(b"\xef\xbb\xbf" + text.encode())).values["trust.initial"] == 0.6
