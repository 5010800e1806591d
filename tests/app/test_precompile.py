"""Rules that are not compiled yet are compiled in the background, and refused meanwhile in one sentence."""

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


def test_without_preparation_every_system_starts_at_once(preparation):
    assert preparation.reason_to_wait(load_configuration("federations")) == ""


def test_systems_with_compiled_modules_start_at_once(preparation):
    preparation.begin(ready=[load_configuration("federations")], wanted=[])
    assert preparation.reason_to_wait(CORE) == ""
    assert preparation.reason_to_wait(load_configuration("federations")) == ""


def test_other_systems_are_compiled_on_request_and_start_then(preparation):
    preparation.begin(ready=[CORE], wanted=[])
    with pytest.raises(RefusedError, match="being compiled"):
        Session(of_preset(PRESETS["bonds"]))
    wait_for(lambda: not preparation.reason_to_wait(load_configuration("federations")))
    assert Session(of_preset(PRESETS["bonds"])).simulated == 0


def test_a_push_is_refused_until_its_module_is_compiled(preparation):
    text = []
    session = Session(of_preset(PRESETS["coordinator"]))
    session.step()
    preparation.begin(ready=[CORE], wanted=[], then=lambda: text.append("ready"))
    with pytest.raises(RefusedError, match="being compiled"):
        session.intervene("dominant_push", "a")
    with pytest.raises(RefusedError, match="being compiled"):
        session.set_policy({"policy.hub_push": 0.2}, "b")
    assert not any(run.interventions for run in session.runs)
    assert session.intervene("betrayal", "a")  # an intervention without a module works
    pushed = default_configuration({"policy.hub_push": 0.4})
    wait_for(lambda: not preparation.reason_to_wait(pushed))
    assert session.intervene("dominant_push", "a")
    wait_for(lambda: text == ["ready"])
