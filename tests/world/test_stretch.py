"""Half-terms in one compiled call: the same bytes as one after another."""

from __future__ import annotations

import numpy as np
import pytest
import tomli_w

from alliance_sim import AllianceModel, Scenario, stretch
from alliance_sim.lifetime import live
from alliance_sim.outcomes import NAMES


def opened(name: str) -> AllianceModel:
    return AllianceModel(name, rng=7, record="system", **{"population.schools": 9})


def test_a_stretch_is_the_same_as_its_half_terms_one_by_one():
    stepped, called = opened("silicon_valley"), opened("silicon_valley")
    stepped.run_for(13)  # past two results days
    rows = np.empty((14, len(NAMES)))
    stretch.live_stretch(called.world, called._settings[0], called._luck, 0, 13, rows)
    assert rows.tobytes() == stepped.outcomes.to_numpy().tobytes()
    assert called.world.ties.trust.tobytes() == stepped.world.ties.trust.tobytes()


def test_a_stretch_may_begin_where_another_ended():
    whole, halves = opened("baseline"), opened("baseline")
    rows, again = np.empty((9, len(NAMES))), np.empty((9, len(NAMES)))
    stretch.live_stretch(whole.world, whole._settings[0], whole._luck, 0, 8, rows)
    stretch.live_stretch(halves.world, halves._settings[0], halves._luck, 0, 4, again[:5])
    stretch.live_stretch(halves.world, halves._settings[0], halves._luck, 5, 8, again[5:])
    assert rows.tobytes() == again.tobytes()


@pytest.mark.parametrize(
    "events",
    [
        (),
        ((0.0, {"policy.funding": 0.0}),),
        ((0.5, {"policy.competition": 1.0}), (0.5, {"policy.secrecy": 0.9}), (1.5, {"coordinator.present": False})),
        ((1.0, {"policy.porosity": 0.0}), (9.0, {"policy.funding": 0.0})),
    ],
)
def test_a_lifetime_is_what_the_model_lives(tmp_path, events):
    told = {"question": "?", "extends": "baseline", "population": {"schools": 7}}
    told["events"] = [{"year": year, "set": changes} for year, changes in events]
    path = tmp_path / "world.toml"
    path.write_text(tomli_w.dumps(told), encoding="utf-8")
    scenario = Scenario.load(path)
    model = AllianceModel(scenario, rng=3, record="system")
    model.run_for(11)
    whole = live(scenario.configuration, 3, 11)
    assert whole.tobytes() == model.outcomes.to_numpy().tobytes()
    for since in (0, 1, 3, 4, 10, 11):  # whoever looks only later sees the same
        assert live(scenario.configuration, 3, 11, since=since).tobytes() == whole[since:].tobytes()


def test_a_lifetime_on_more_threads_is_the_same(monkeypatch):
    scenario = Scenario.load("silicon_valley", {"population.schools": 12})
    alone = live(scenario.configuration, 5, 8)
    monkeypatch.setenv("ALLIANCE_SIM_THREADS", "2")
    assert live(scenario.configuration, 5, 8).tobytes() == alone.tobytes()
    assert live(scenario.configuration, 5, 8, ("trust", "jpd"), since=8).shape == (1, 2)
