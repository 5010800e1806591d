"""Effects of betrayal, honest failures and low trust."""

from __future__ import annotations

import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import BETRAYED_FOR_CERTAIN, EAGER, first_where, granted, two_teachers


def test_a_betrayal_demotes_and_takes_trust(still_model_of):
    """Level 2: stake .4, rλv = .192. The giver's .5 falls to .404, which still bears level 1 only after the loss."""
    changes = EAGER | BETRAYED_FOR_CERTAIN | {"trust.loss_weight": 0.0}

    def make(seed: int) -> AllianceModel:
        return two_teachers(still_model_of((1, 1), changes, seed=seed), (0.5, 0.5), (1.0, 1.0), (1.0, 1.5), level=2)

    model = first_where(make, lambda model: model.world.schools.betrayed.sum() == 1)
    ties = model.world.ties
    assert ties.level.tolist() == [1, 1]
    assert ties.trust[1] == pytest.approx(0.5 * (1 - 4 * 0.12 * 0.4))
    assert ties.trust[0] == pytest.approx(0.5 + 0.12 * 0.4 * 0.5)  # the help itself was useful all the same
    assert model.world.teachers.practice[0, 1] == pytest.approx(1.0 + 0.16 * 0.5)
    assert model.outcomes.loc[1, "betrayals"] == 1.0
    assert model.outcomes.loc[1, "sharing"] == 0.5


def test_an_asker_without_trust_always_betrays_a_rival(still_model_of):
    """The asker's trust is 0 and they are full rivals: every help is betrayed, whatever the seed.

    Without weight of losses U = −.3 · .5 · .4 = −.06 at no trust, so the asker asks in 47 of 100 half-terms.
    """
    changes = EAGER | BETRAYED_FOR_CERTAIN | {"trust.loss_weight": 0.0}
    helps = 0
    for seed in range(1, 80):
        model = two_teachers(still_model_of((1, 1), changes, seed=seed), (0.0, 0.9), (1.0, 1.0), (1.0, 1.5))
        model.step()
        helps += model.world.schools.given.sum()
        assert model.world.schools.betrayed.sum() == model.world.schools.given.sum()
    assert helps > 20


def test_a_promise_broken_by_misfortune_raises_no_level(still_model_of):
    """Trust would be enough for level 2 by far, but the outcome was bad: still level 1."""

    def make(seed: int) -> AllianceModel:
        model = still_model_of((1, 1), EAGER | {"outcome.misfortune": 0.2}, seed=seed)
        return two_teachers(model, (0.9, 0.9), (1.0, 1.0), (1.0, 1.5))

    let_down = first_where(make, lambda model: granted(model) and model.world.ties.trust[1] < 0.9)
    assert let_down.world.ties.trust[1] == pytest.approx(0.9 * (1 - 0.48 * 0.2))
    assert let_down.world.ties.level.tolist() == [1, 1]
    assert let_down.world.schools.betrayed.sum() == 0  # there was no betrayal
    honoured = first_where(make, lambda model: granted(model) and model.world.ties.trust[1] > 0.9)
    assert honoured.world.ties.level.tolist() == [2, 2]


def test_a_level_without_trust_is_lost_without_contact(still_model_of):
    """Level 4 needs .70, holds down to .60; at .5 one level a half-term goes until the trust bears it."""
    model = two_teachers(still_model_of((1, 1)), (0.9, 0.2), (1.0, 1.0), (1.0, 1.0), level=4)
    levels = []
    for _ in range(5):
        model.step()
        levels.append(model.world.ties.level.tolist())
    assert levels == [[3, 3], [2, 2], [1, 1], [1, 1], [1, 1]]
