"""Half-terms in one compiled call: the same bytes as one after another."""

from __future__ import annotations

import numpy as np

from alliance_sim import AllianceModel, stretch
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
