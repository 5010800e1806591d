"""Links, downloads, settings, bets and uploads: all input is checked."""

import base64
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim import Scenario
from alliance_sim.app import startup
from alliance_sim.app.session import downloads
from alliance_sim.app.session.permalinks import link, restore_session
from alliance_sim.app.session.predictions import place_bet, verdict
from alliance_sim.app.session.presets import PRESETS
from alliance_sim.app.session.session import HORIZON, Session
from alliance_sim.app.session.session_config import RefusedError, Schools, of_preset, of_text
from alliance_sim.app.session.settings_form import groups, with_settings
from alliance_sim.app.session.uploads import refuse_too_large, setup_with_file
from alliance_sim.app.views.levers import levers
from alliance_sim.config import ConfigError, UnknownNameError
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.limits import LARGEST_CONFIG_IN_PAGE, LARGEST_LIST_IN_PAGE
from alliance_sim.schools import SchoolListError

FADING = """question = "What if money fades?"
extends = "collaborative"
[[events]]
year = 2
set = { "policy.funding" = 0.0 }
"""


def test_a_link_restores_both_systems(played):
    played.look_at(8)
    played.intervene("betrayal", "a", 3)
    played.intervene("funding_ends")
    for _ in range(4):
        played.step()
    played.set_policy({"policy.porosity": 0.4}, "b")
    for _ in range(4):
        played.step()
    played.look_at(14)
    again = restore_session(link(played))
    assert again.at == 14
    assert [system.title for system in again.setup.systems] == ["Silicon Valley", "Route 128"]
    for mine, yours in zip(played.runs, again.runs, strict=True):
        assert str(yours.curve("sharing")) == str(mine.curve("sharing")[:15])
        assert yours.interventions == mine.interventions
        assert yours.scenario.hash == mine.scenario.hash
    assert link(again) == link(played)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_link_of_a_preset_is_short_and_names_it(preset):
    session = Session(of_preset(PRESETS[preset], 5))
    assert link(session) == f"preset={preset}&seed=5"
    assert restore_session(link(session)).setup.question == PRESETS[preset].question


def test_a_link_carries_dated_events_and_titles(session):
    system = replace(of_text(FADING, "fading.toml"), title="Fading & gone = 1")
    session.open(replace(session.setup, first=system, preset=""))
    again = restore_session(link(session))
    assert again.setup.first.configuration.hash == system.configuration.hash
    assert again.setup.first.title == "Fading & gone = 1"


@given(st.text(max_size=300))
def test_no_link_breaks_the_page(text):
    session, text = startup.start_session(text)
    assert session.simulated == session.at == 0 or text == ""


@pytest.mark.parametrize(
    "text",
    ["preset=war", "preset=reciprocity&seed=-1", "preset=reciprocity&do=9999.a.betrayal", "a=/etc/passwd&b=route128",
     "a=baseline&a.trust.initial=45", "preset=reciprocity&do=1.c.betrayal", "preset=reciprocity&do=1.a.war",
     "preset=reciprocity&do=0.a.betrayal:999", "a=baseline&a.population.schools=1000000", "a=baseline&a.event=x:y",
     "preset=reciprocity&schools=elsewhere.csv", "preset=reciprocity&seed=" + "9" * 40, "a=" + "x" * 9000],
)  # fmt: skip
def test_a_broken_link_is_reported_and_the_first_preset_is_shown(text):
    session, text = startup.start_session(text)
    assert text
    assert session.setup.preset == next(iter(PRESETS))


def test_outcomes_are_saved_as_csv(played):
    frame = pd.read_csv(io.StringIO(downloads.csv(played)))
    assert len(frame) == 26
    assert set(frame["world"]) == {"Silicon Valley", "Route 128"}
    mine = frame[frame["world"] == "Route 128"]["trust"].to_numpy()
    np.testing.assert_allclose(mine, played.runs[1].curve("trust"))


def test_a_config_is_saved_and_can_be_opened(played, tmp_path):
    played.intervene("funding_ends", "b")
    text = downloads.config(played, 1)
    assert "# by hand, after 12 half-terms: Funding ends" in text
    path = tmp_path / downloads.file_name(played, 1)
    path.write_text(text, "utf-8")
    assert path.name == "route_128.toml"
    assert Scenario.load(path).hash == played.runs[1].scenario.hash


def test_the_form_has_every_parameter_once_from_its_declaration(session):
    fields = [field for group in groups(session) for field in group["fields"]]
    assert sorted(field["name"] for field in fields) == sorted(PARAMETERS)
    assert [group["title"] for group in groups(session)][:6] == [
        "Policy", "Institutions", "Trust", "Reciprocity", "Coordinator", "Population",
    ]  # fmt: skip
    for field in fields:
        assert field["meaning"] == PARAMETERS[field["name"]].meaning


def test_the_values_of_the_form_can_be_sent_back_unchanged(session):
    everything = {
        side: {field["name"]: field["values"][place] for group in groups(session) for field in group["fields"]}
        for place, side in enumerate(("a", "b"))
    }
    again = with_settings(session.setup, everything)
    for before, after in zip(session.setup.systems, again.systems, strict=True):
        assert after.configuration.hash == before.configuration.hash


def test_settings_are_applied_and_the_population_is_shared(session):
    setup = with_settings(session.setup, {"a": {"population.schools": "8"}, "b": {"policy.secrecy": "0.1"}})
    assert setup.second.configuration.values["population.schools"] == 8
    assert setup.second.configuration.values["policy.secrecy"] == 0.1
    assert setup.first.configuration.values["policy.secrecy"] == 0.0


@pytest.mark.parametrize(
    ("given_", "error"),
    [
        ({"a": {"policy.competition": "45"}}, ConfigError),
        ({"a": {"policy.competition": "lots"}}, ConfigError),
        ({"a": {"policy.competition": ""}}, ConfigError),
        ({"a": {"no.such": "1"}}, ConfigError),
        ({"a": {"level.gate": "0.5, 0.1, 0.6, 0.7"}}, ConfigError),
        ({"b": {"population.alliance_size": "1e12"}}, ConfigError),
        ({"a": {"trust.initial": "nan"}}, ConfigError),
        ({"a": {"x" * 500: "1"}}, RefusedError),
        ({"a": [1]}, RefusedError),
        ("everything", RefusedError),
        (None, RefusedError),
    ],
)
def test_settings_out_of_bounds_are_refused(session, given_, error):
    with pytest.raises(error):
        with_settings(session.setup, given_)


def test_a_system_that_is_too_large_is_refused_and_nothing_changes(played):
    setup = with_settings(played.setup, {"a": {"population.schools": "50000"}})
    with pytest.raises(RefusedError, match=r"too many for a page.*alliance-sim compare"):
        played.open(setup)
    assert played.simulated == 12


def test_six_levers_show_the_present_policy_in_words(played):
    played.set_policy({"policy.funding": 0.9, "coordinator.present": False}, "b")
    shown = {one["name"]: one for one in levers(played)}
    assert len(shown) == 6
    assert shown["policy.funding"]["positions"] == [0.5, 0.9]
    assert shown["policy.funding"]["words"][1] == "much time funded (0.9)"
    assert shown["coordinator.present"]["words"][1] == "no coordinator"


def sent(text, what="a", name="mine.toml"):
    data = text if isinstance(text, bytes) else text.encode()
    return {"what": what, "name": name, "content": base64.b64encode(data).decode()}


def test_a_config_that_is_opened_becomes_a_system(session):
    setup, text = setup_with_file(session.setup, sent(FADING, "b", "fading.toml"))
    assert setup.second.title == "Fading"
    assert setup.second.configuration.events[0].half_term == 12
    assert "What if money fades?" in text


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01binary", b"\xff\xfe\x00", b"", b"x = " + 8000 * b"[", b'question = "?"\nextends = "/etc/passwd"',
     b'question = "?"\n[population]\nschools = 1e12', b'question = "?"\n[population]\nschools = 1000000000000',
     b'question = "?"\nextends = "../secret.toml"', b"not toml at all"],
)  # fmt: skip
def test_a_broken_config_is_refused_by_its_name_without_a_path(session, content):
    with pytest.raises((ConfigError, RefusedError)) as refusal:
        setup_with_file(session.setup, sent(content, "a", "broken.toml"))
    assert "broken.toml" in str(refusal.value)
    assert "/tmp" not in str(refusal.value)


def test_a_config_too_large_is_refused(session):
    with pytest.raises(RefusedError, match="most that the page opens"):
        setup_with_file(session.setup, sent(b"#" * (LARGEST_CONFIG_IN_PAGE + 100)))
    with pytest.raises(RefusedError, match=r"huge\.csv is larger than 8 MB.*--schools"):
        refuse_too_large({"what": "schools", "name": "huge.csv"})
    assert LARGEST_LIST_IN_PAGE * 4 / 3 < 16 * 2**20  # what a message of the browser may hold


@pytest.mark.parametrize("given_", [None, {}, {"what": "a"}, {"what": "c", "content": ""}, {"what": "a", "content": 7},
                                    {"what": "a", "content": "%%%"}])  # fmt: skip
def test_a_file_that_did_not_arrive_is_refused(session, given_):
    with pytest.raises(RefusedError, match="arrive"):
        setup_with_file(session.setup, given_)


def test_a_list_of_schools_is_opened(session):
    listed = "name,pupils\n" + "".join(f"School {place},{200 + place}\n" for place in range(9)) + "Closed one,x\n"
    setup, text = setup_with_file(session.setup, sent(listed, "schools", "mine.csv"))
    session.open(setup)
    assert session.schools == 9
    assert text.startswith("mine.csv: 9 schools")
    assert "1 rows were left out" in text or "left out" in text


def test_a_broken_list_is_refused_by_its_own_name(session):
    with pytest.raises(SchoolListError, match=r"^mine\.csv"):
        setup_with_file(session.setup, sent("colour,size\nred,3\n", "schools", "../../mine.csv"))


def test_a_link_needs_the_list_it_names(session):
    schools = Schools("mine.csv", content=b"name,pupils\nA,200\nB,300\nC,250\n")
    session.open(replace(session.setup, schools=schools))
    with pytest.raises(RefusedError, match=r"mine\.csv"):
        restore_session(link(session))
    assert restore_session(link(session), schools).schools == 3


def test_a_bet_is_covered_until_it_is_revealed(played):
    made = place_bet(played, "sharing", [0.5, 0.1])
    assert made.to_json()["covered"]
    assert verdict(played, made) == ""
    while played.step():
        pass
    assert played.at == HORIZON
    text = verdict(played, made.revealed())
    assert "predicted 0.5" in text
    assert "right system in front" in text
    with pytest.raises(RefusedError, match="over"):
        place_bet(played, "sharing", [0.5, 0.1])


@pytest.mark.parametrize("guesses", [None, [1], [1, "x"], [float("nan"), 0], [1e300, 0], "ab"])
def test_an_invalid_bet_is_refused(played, guesses):
    with pytest.raises(RefusedError):
        place_bet(played, "sharing", guesses)
    with pytest.raises(RefusedError, match="no such curve"):
        place_bet(played, "war", [0, 1])


def test_an_unknown_outcome_has_no_newest_value(played):
    model = played.runs[0].model
    assert model.newest("trust", "school").shape == (6,)
    assert model.newest("trust")[0] == model.outcomes["trust"].iloc[-1]
    with pytest.raises(ValueError, match="no outcome 'war'"):
        model.newest("war")
    with pytest.raises(ValueError, match="not kept by school"):
        model.newest("alliances", "school")
    assert UnknownNameError  # configs refuse unknown names alike
