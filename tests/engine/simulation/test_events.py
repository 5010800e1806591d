"""Dated events that affect a school: a betrayal, the departure of a head, shaken trust."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.config import ConfigError
from alliance_sim.config.config import EVENT_KINDS as NAMED
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.engine.simulation.events import EVENT_KINDS
from alliance_sim.engine.simulation.simulate import simulate

SMALL = {
    "population.schools": 6,
    "population.alliance_size": 3,
    "population.teachers_median": 8,
    "coordinator.present": False,
}
DATED = 'question = "What does a betrayal cost?"\n[[events]]\nyear = 1\nevent = "betrayal"\n'


@pytest.fixture
def model():
    """Return two alliances of three schools without coordinators."""
    return AllianceModel(rng=2, **SMALL)


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Return a function that writes a config into the working directory and loads it."""
    monkeypatch.chdir(tmp_path)

    def loaded(text: str) -> Scenario:
        Path("mine.toml").write_text(text, "utf-8")
        return Scenario.load("mine.toml", SMALL)

    return loaded


def test_configs_accept_exactly_the_kinds_of_events():
    assert set(NAMED) == set(EVENT_KINDS)


def test_a_betrayal_breaks_every_promise_of_a_school_in_its_alliance(model):
    ties = [tie for teacher in model.schools[0].teachers for tie in teacher.ties]
    inside = [tie for tie in ties if tie.partner.school.alliance == 0]
    beyond = [tie for tie in ties if tie.partner.school.alliance != 0]
    before, own = [tie.back.trust for tie in inside], [tie.trust for tie in ties]
    far, heads = (
        [tie.back.trust for tie in beyond],
        [other.trust_in(model.schools[0]) for other in model.schools[0].partners],
    )
    model.trigger("betrayal", row=0)
    # level 1 has stake .2: T · (1 − 4 × .12 × .2) = .904 T; heads take the highest stake, 1: .52 H
    assert [tie.back.trust for tie in inside] == pytest.approx([0.904 * trust for trust in before], rel=1e-6)
    assert [tie.trust for tie in ties] == own
    assert [tie.back.trust for tie in beyond] == far
    now = [other.trust_in(model.schools[0]) for other in model.schools[0].partners]
    assert now == pytest.approx([0.52 * one for one in heads])


def test_a_betrayal_costs_a_level(model):
    tie = next(tie for teacher in model.schools[0].teachers for tie in teacher.ties if tie.partner.school.alliance == 0)
    tie.level = 4
    before = tie.back.trust
    model.trigger("betrayal", row=0)
    assert tie.level == tie.back.level == 3
    assert tie.back.trust == pytest.approx(0.52 * before)  # the stake of level 4 is 1


def test_trust_to_and_from_a_new_head_starts_at_initial_values(model):
    model.world.head_ties.trust[:] = 0.9
    model.trigger("head_leaves", row=1)
    trusted = {(a.row, b.row): a.trust_in(b) for a in model.schools for b in a.partners}
    for (one, other), trust in trusted.items():
        assert (trust == pytest.approx(0.9)) == (1 not in (one, other))
    assert np.mean([trust for pair, trust in trusted.items() if 1 in pair]) == pytest.approx(0.5, abs=0.15)


def test_shaken_trust_is_halved_between_teachers_of_one_alliance_alone(model):
    before, heads = model.world.ties.trust.copy(), model.world.head_ties.trust.copy()
    model.trigger("trust_shaken", row=5)
    changed = np.flatnonzero(model.world.ties.trust != before)
    assert model.world.ties.trust[changed] == pytest.approx(before[changed] / 2)
    assert (model.world.head_ties.trust == heads).all()
    for teacher in model.teachers:
        for tie in teacher.ties:
            assert (tie.row in changed) == (tie.partner.school.alliance == teacher.school.alliance == 1)


def test_a_dated_event_is_applied_before_the_next_half_term(config):
    with_one, without = (AllianceModel(each, rng=1) for each in (config(DATED), config('question = "None?"')))
    with_one.run_for(6)
    without.run_for(6)
    assert with_one.outcomes.equals(without.outcomes)
    with_one.run_for(1)
    without.run_for(1)
    assert with_one.outcomes["trust"].iloc[-1] < without.outcomes["trust"].iloc[-1]


def test_a_run_in_one_call_has_the_same_bytes(config):
    scenario = config(DATED + 'school = "largest of each alliance"\n')
    model = AllianceModel(scenario, rng=4)
    model.run_for(9)
    assert simulate(scenario.configuration, 4, 9).tobytes() == model.outcomes[list(NAMES)].to_numpy().tobytes()


def test_an_event_applies_to_the_named_school(config):
    name = AllianceModel(config(DATED), rng=1).schools[2].name
    model = AllianceModel(config(f'{DATED}school = "{name}"\n'), rng=1)
    twin = AllianceModel(config('question = "None?"'), rng=1)
    model.run_for(6)
    twin.run_for(6)
    twin.trigger("betrayal", name)
    model.run_for(1)
    twin.run_for(1)
    assert model.outcomes.equals(twin.outcomes)


def test_events_are_part_of_the_hash_and_the_written_config(config, tmp_path):
    first = config(DATED)
    assert first.hash != config('question = "None?"').hash
    assert first.hash != config(DATED + 'school = "largest of each alliance"\n').hash
    (tmp_path / "whole.toml").write_text(first.to_toml(), "utf-8")
    assert Scenario.load("whole.toml").hash == first.hash


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ('event = "betrayel"', 'events[1].event is "betrayel", but must be "betrayal" or "head_leaves" or'),
        (
            'event = "betrayal"\nschool = 3',
            'events[1].school is 3, but must be "largest", "largest of each alliance"',
        ),
        ('school = "largest"', "events[1].set is missing; say what changes"),
        (
            'set = { "policy.funding" = 0.0 }\nschool = "largest"',
            "has a school, but no event for it; add event",
        ),
        ("", "events[1].set is missing; say what changes"),
        ('hapens = "betrayal"', "did you mean 'event'?"),
    ],
)
def test_an_invalid_event_is_refused(config, event, sentence):
    with pytest.raises(ConfigError) as caught:
        config(f'question = "What if?"\n[[events]]\nyear = 1\n{event}\n')
    assert sentence in str(caught.value)


def test_an_event_with_an_unknown_school_is_refused(config):
    with pytest.raises(ConfigError, match="there is no school called 'Hogwarts', to which the event of year 1 could"):
        AllianceModel(config(DATED + 'school = "Hogwarts"\n'), rng=1)
    with pytest.raises(ConfigError, match="there is no event 'war'; the events are betrayal, head_leaves"):
        AllianceModel(rng=1, **SMALL).trigger("war")
