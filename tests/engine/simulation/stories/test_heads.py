"""Heads meet; their trust and that of their staff move towards each other."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import first_where, two_teachers


def test_two_heads_meet_and_keep_their_word(still_model_of):
    """Always meeting, both granting (the first seed in which they do): .8 and .6 gain λv = .024 of what is missing."""

    def make(seed: int) -> AllianceModel:
        model = two_teachers(still_model_of((1, 1), {"trust.head_meeting": 1.0}, seed=seed), (0.5, 0.5), (1, 1), (1, 1))
        model.schools[0].set_trust_in(1, 0.8)
        model.schools[1].set_trust_in(0, 0.6)
        return model

    def both_moved(model: AllianceModel) -> bool:
        return model.schools[0].trust_in(1) != np.float32(0.8) and model.schools[1].trust_in(0) != np.float32(0.6)

    model = first_where(make, both_moved)
    assert model.schools[0].trust_in(1) == pytest.approx(0.8 + 0.024 * 0.2)
    assert model.schools[1].trust_in(0) == pytest.approx(0.6 + 0.024 * 0.4)
    assert model.world.ties.trust.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("credibility", "spared"), [(0.0, 0.0), (1.0, 0.6)])
def test_mediation_reduces_the_loss_of_trust_between_heads(still_model_of, credibility, spared):
    """Their staff work at level 2, so the stake is .4: of .8 goes rλv = .192, less the μ·c that is spared."""
    changes = {
        "trust.head_meeting": 1.0,
        "outcome.misfortune": 0.2,
        "coordinator.present": True,
        "coordinator.credibility": credibility,
    }

    def make(seed: int) -> AllianceModel:
        model = two_teachers(still_model_of((1, 1), changes, seed=seed), (0.6, 0.6), (1, 1), (1, 1), level=2)
        model.schools[0].set_trust_in(1, 0.8)
        return model

    model = first_where(make, lambda model: model.schools[0].trust_in(1) < 0.79)
    assert model.schools[0].trust_in(1) == pytest.approx(0.8 * (1 - 0.192 * (1 - spared)))


def test_heads_adopt_trust_of_staff_and_then_staff_adopt_trust_of_heads(still_model_of):
    """Head .8 hears staff at .4: .8 + .05 · (.4 − .8) = .78; then staff .4 + .04 · (.78 − .4)."""
    changes = {"trust.heads_hear_staff": 0.05, "trust.staff_follow_heads": 0.04}
    model = two_teachers(still_model_of((1, 1), changes), (0.4, 0.4), (1.0, 1.0), (1.0, 1.0))
    model.schools[0].set_trust_in(1, 0.8)
    model.schools[1].set_trust_in(0, 0.4)
    model.step()
    assert model.schools[0].trust_in(1) == pytest.approx(0.78)
    assert model.schools[1].trust_in(0) == pytest.approx(0.4)
    assert model.world.ties.trust.tolist() == [pytest.approx(0.4 + 0.04 * 0.38), pytest.approx(0.4)]
