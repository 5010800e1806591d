"""Policy sends teachers to the largest school, which cannot refuse (A15, C29)."""

from __future__ import annotations

import numpy as np

SENT_ALWAYS = {"policy.hub_push": 1.0, "help.base_need": 0.0, "help.competition_need": 0.0,
               "coordinator.present": False, "reciprocity.enabled": False}  # fmt: skip


def test_teachers_of_other_schools_are_sent_to_the_hub_and_none_is_refused(small_model):
    """No teacher asks of their own accord, so all help follows from the push and comes from the hub."""
    model = small_model(**SENT_ALWAYS)
    sizes = np.diff(model.world.schools.teacher_offsets).reshape(2, 2)
    model.run_for(1)
    given, refused = model.world.schools.given.reshape(2, 2), model.world.schools.refused
    hubs = sizes.argmax(axis=1)
    assert refused.sum() == 0
    for alliance, hub in enumerate(hubs):
        assert given[alliance, 1 - hub] == 0
        assert 0 < given[alliance, hub] <= sizes[alliance, 1 - hub]


def test_half_the_push_sends_about_half(small_model):
    helps = {}
    for push in (0.5, 1.0):
        model = small_model(**SENT_ALWAYS | {"policy.hub_push": push, "population.schools": 40})
        model.run_for(1)
        helps[push] = int(model.world.schools.given.sum())
    assert 0.4 < helps[0.5] / helps[1.0] < 0.6
