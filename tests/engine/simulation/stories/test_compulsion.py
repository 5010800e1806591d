"""Help under compulsion: policy sends teachers to the largest school, which cannot refuse (A15, C29)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alliance_sim import AllianceModel
from tests.engine.simulation.stories.small_models import TIMES, assert_share, first_where

SENT = {"policy.hub_push": 1.0, "policy.funding": 1.0, "practice.ceiling": 9.0}
"""Each teacher outside the largest school is sent there, and no teacher asks of their own accord."""


def hub_and_teacher(
    still_model_of, changes: dict[str, object], trust: tuple[float, float], level: int = 1, seed: int = 1
) -> AllianceModel:
    """Return a hub of one teacher, row 0, who is ahead by 1 in one area, and a school of one teacher, row 1.

    Of two schools of the same size the first is the hub. ``trust`` is that of the hub's teacher, then of the one sent.
    """
    model = still_model_of((1, 1), SENT | changes, seed=seed)
    model.world.ties.trust[:] = trust
    model.world.ties.level[:] = level
    model.world.teachers.practice[:] = ((1.0, 2.0), (1.0, 1.0))
    model.world.schools.rank[:] = 0.5
    return model


def test_help_that_is_given_unwillingly_is_shallow(still_model_of):
    """Hub's trust .2, Φ 1: U = .4 − .8 · 1.5 · .7 − .06 = −.5, P = .269; of the gap of 1, .08 · .269 is transferred."""
    model = hub_and_teacher(still_model_of, {}, (0.2, 0.6))
    model.step()
    willing = 1 / (1 + math.exp(1.0))
    assert model.world.teachers.practice.tolist() == [[1.0, 2.0], [1.0, pytest.approx(1.0 + 0.08 * willing)]]
    assert model.world.schools.given.tolist() == [1, 0]
    assert model.world.schools.refused.tolist() == [0, 0]
    assert model.world.teachers.fatigue.tolist() == pytest.approx([0.075, 0.0])  # the effort is that of any help


def test_secrecy_makes_help_under_compulsion_shallower(still_model_of):
    """σ .8: U = −.5 − .8 and P = .0691."""
    model = hub_and_teacher(still_model_of, {"policy.secrecy": 0.8}, (0.2, 0.6))
    model.step()
    assert model.world.teachers.practice[1, 1] == pytest.approx(1.0 + 0.08 / (1 + math.exp(2.6)))


@pytest.mark.parametrize("discount", [1.0, 0.75, 0.0])
def test_a_promise_kept_under_compulsion_builds_less_trust(still_model_of, discount):
    """λv = .024 of what is missing, of which a share κ_c is not earned; both trusts move alike."""
    model = hub_and_teacher(still_model_of, {"trust.compulsion_discount": discount}, (0.8, 0.6))
    model.step()
    earned = 0.024 * (1 - discount)
    assert model.world.ties.trust.tolist() == pytest.approx([0.8 + earned * 0.2, 0.6 + earned * 0.4])
    assert model.world.ties.owed.tolist() == pytest.approx([0.92, -0.92])  # it is owed all the same


def test_a_promise_broken_under_compulsion_counts_in_full(still_model_of):
    """rλv = .096 of the hub's trust of .8 is lost, whatever κ_c."""

    def make(seed: int) -> AllianceModel:
        return hub_and_teacher(still_model_of, {"outcome.misfortune": 0.2}, (0.8, 0.6), seed=seed)

    model = first_where(make, lambda model: model.world.ties.trust[0] < 0.8)
    assert model.world.ties.trust.tolist() == pytest.approx([0.8 * (1 - 0.096), 0.6])


def test_help_under_compulsion_raises_no_level(still_model_of):
    """Trust would be enough for level 3 by far."""
    model = hub_and_teacher(still_model_of, {}, (0.9, 0.9), level=2)
    model.run_for(6)
    assert model.world.ties.level.tolist() == [2, 2]
    assert model.outcomes["sharing"].iloc[1:].eq(0.5).all()


def test_help_under_compulsion_is_never_joint_practice(still_model_of):
    """At level 4, γ .4: U = 1.9 − .05 · 1.5 · 1.5 − .24 = 1.5475 at trust .95."""
    model = hub_and_teacher(still_model_of, {}, (0.95, 0.95), level=4)
    model.step()
    assert model.world.schools.developed.sum() == 0
    willing = 1 / (1 + math.exp(-2 * 1.5475))
    assert model.world.teachers.practice.tolist() == [[1.0, 2.0], [1.0, pytest.approx(1.0 + 0.4 * willing)]]
    assert model.world.ties.owed.tolist() == pytest.approx([0.92, -0.92])


def test_being_sent_takes_the_place_of_one_own_request(still_model_of):
    """Three contacts and certain need: two own requests and the one for which policy sends; without push three.

    T 1, Φ 1: U = 2 − .06 = 1.94, so .980 of the contacts lead to a request.
    """
    expected = 1 / (1 + math.exp(-2 * 1.94))
    for push, own in ((0.0, 3), (1.0, 2)):
        changes = SENT | {
            "policy.hub_push": push,
            "help.base_need": 0.8,
            "help.contacts": 3,
            "reciprocity.enabled": False,
        }
        model = still_model_of([1, 1] * TIMES, changes, alliance=np.repeat(range(TIMES), 2).tolist())
        model.world.ties.trust[:] = 1.0
        model.world.teachers.practice[:] = np.tile(((1.0, 2.0), (1.0, 1.0)), (TIMES, 1))
        model.step()
        schools = model.world.schools
        assert_share(round(schools.asked[1::2].sum() / own), expected)
        assert (schools.given + schools.refused)[::2].sum() == schools.asked.sum() + push * TIMES


def test_teachers_without_need_are_sent_all_the_same(still_model_of):
    """With push .5 half of them are sent, whatever their need, and the hub's own teachers are not."""
    model = still_model_of(
        [1, 1] * TIMES, SENT | {"policy.hub_push": 0.5}, alliance=np.repeat(range(TIMES), 2).tolist()
    )
    model.world.teachers.practice[:] = np.tile(((1.0, 2.0), (1.0, 1.0)), (TIMES, 1))
    model.step()
    assert_share(model.world.schools.given[::2].sum(), 0.5)
    assert model.world.schools.given[1::2].sum() == 0
    assert model.world.schools.asked.sum() == 0
