"""What is not compiled yet is prepared beside the state, and refused meanwhile in a sentence."""

import time

import pytest

from alliance_sim.app.precompile import Preparation
from alliance_sim.app.session import session as sessions
from alliance_sim.app.session import session_config
from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import RefusedError, of_preset
from alliance_sim.config import default_configuration, load_configuration

WITHIN = 400.0
"""Seconds: on a new machine everything is compiled first."""
CORE = default_configuration()


@pytest.fixture
def preparation(monkeypatch):
    made = Preparation()
    monkeypatch.setattr(session_config, "PREPARATION", made)
    monkeypatch.setattr(sessions, "PREPARATION", made)
    return made


def wait_for(done):
    until = time.monotonic() + WITHIN
    while not done():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_where_nobody_prepares_everything_opens_at_once(preparation):
    assert preparation.reason_to_wait(load_configuration("federations")) == ""


def test_worlds_without_modules_and_those_that_are_ready_open_at_once(preparation):
    preparation.begin(ready=[load_configuration("federations")], wanted=[])
    assert preparation.reason_to_wait(CORE) == ""
    assert preparation.reason_to_wait(load_configuration("federations")) == ""


def test_other_worlds_are_prepared_when_asked_for_and_open_then(preparation):
    preparation.begin(ready=[CORE], wanted=[])
    with pytest.raises(RefusedError, match="being prepared"):
        Session(of_preset(PRESETS["bonds"]))
    wait_for(lambda: not preparation.reason_to_wait(load_configuration("federations")))
    assert Session(of_preset(PRESETS["bonds"])).simulated == 0


def test_a_push_waits_until_it_is_prepared_and_changes_nothing_before(preparation):
    told = []
    session = Session(of_preset(PRESETS["coordinator"]))
    session.step()
    preparation.begin(ready=[CORE], wanted=[], then=lambda: told.append("ready"))
    with pytest.raises(RefusedError, match="being prepared"):
        session.intervene("dominant_push", "a")
    with pytest.raises(RefusedError, match="being prepared"):
        session.set_policy({"policy.hub_push": 0.2}, "b")
    assert not any(world.interventions for world in session.runs)
    assert session.intervene("betrayal", "a")  # what needs nothing goes on
    pushed = default_configuration({"policy.hub_push": 0.4})
    wait_for(lambda: not preparation.reason_to_wait(pushed))
    assert session.intervene("dominant_push", "a")
    wait_for(lambda: told == ["ready"])
